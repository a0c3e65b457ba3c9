import type { Knex } from "knex";

/**
 * A changed template is another submission beside the one before, which is sent until the vendor approves the new words.
 * What nobody ever sent goes as its successor comes; what was sent goes a day after, since sends that are under way, and
 * those a vendor tries again, still name it.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
alter table template_submissions drop constraint template_submissions_pkey;
alter table template_submissions add primary key (tenant_id, template_id, provider, revision);
-- when it is to be taken away at the vendor: there is a newer one
alter table template_submissions add column retire_at timestamptz;

create function retire_earlier_submissions()
returns trigger language plpgsql set search_path = public, pg_temp as $$
begin
  update template_submissions x set (retire_at, check_at) = (
    select t, t from (select now() +
      case when x.status in ('approved', 'paused') then interval '1 day' else interval '0' end as t) as due)
  where x.tenant_id = new.tenant_id and x.template_id = new.template_id and x.provider = new.provider
    and x.revision < new.revision and x.retire_at is null
    and (new.status = 'approved' or x.status not in ('approved', 'paused', 'disabled'));
  return null;
end $$;
create trigger submissions_retire_earlier after insert or update of status on template_submissions
  for each row execute function retire_earlier_submissions();

create or replace function engine_report_template(p jsonb)
returns table (tenant text, template text, changed boolean)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  s record;
  v_at timestamptz := coalesce((p ->> 'at')::timestamptz, now());
begin
  for s in select x.tenant_id, x.template_id, x.revision from template_submissions x
    where x.provider = p ->> 'provider'
      and (x.ref = p ->> 'ref'
        or ((x.ref is null or p ->> 'ref' is null) and x.name = p ->> 'name'
          and replace(x.language, '-', '_') = replace(p ->> 'language', '-', '_')))
      and (p -> 'tenants' = 'null' or jsonb_exists(p -> 'tenants', x.tenant_id))
    order by x.tenant_id, x.template_id, x.revision
  loop
    perform set_config('app.tenant_id', s.tenant_id, true);
    update template_submissions x set
      status = coalesce(p ->> 'status', x.status),
      category = coalesce(p ->> 'category', x.category),
      quality = coalesce(p ->> 'quality', x.quality),
      reason = case when p ->> 'status' is null then x.reason else p ->> 'reason' end,
      check_at = case when x.retire_at is null and coalesce((p ->> 'recheck')::boolean, false) then now() else x.check_at end,
      reported_at = v_at, updated_at = now()
    where x.tenant_id = s.tenant_id and x.template_id = s.template_id and x.provider = p ->> 'provider'
      and x.revision = s.revision
      and (x.reported_at is null or x.reported_at <= v_at);
    tenant := s.tenant_id;
    template := s.template_id;
    changed := found;
    return next;
  end loop;
end $$;

drop function engine_due_templates(integer);
create function engine_due_templates(p_limit integer)
returns table (tenant text, template text, provider text, revision integer)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  s record;
begin
  for s in select x.tenant_id, x.template_id, x.provider, x.revision from template_submissions x
    where x.check_at <= now() order by x.tenant_id, x.template_id, x.provider, x.revision limit p_limit
  loop
    perform set_config('app.tenant_id', s.tenant_id, true);
    update template_submissions x set check_at = now() + interval '5 minutes'
      where x.ctid = (select y.ctid from template_submissions y
        where y.tenant_id = s.tenant_id and y.template_id = s.template_id and y.provider = s.provider
          and y.revision = s.revision and y.check_at <= now() for update skip locked);
    continue when not found;
    tenant := s.tenant_id;
    template := s.template_id;
    provider := s.provider;
    revision := s.revision;
    return next;
  end loop;
end $$;

revoke execute on function engine_due_templates, retire_earlier_submissions from public;
grant execute on function engine_due_templates to app_engine;
`);
}
