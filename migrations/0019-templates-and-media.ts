import type { Knex } from "knex";

/**
 * Templates with all their parts, what each vendor says of them, and files that come and go with messages.
 *
 * A submission is what one vendor was given of a template: it keeps the words as they were submitted, because those are
 * what the vendor sends, whatever was changed here since. Files are kept by what is in them, in parts of a mebibyte: neither
 * server nor driver ever holds a large one as a single value.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
alter table templates
  add column module text,
  -- header, footer, buttons, code
  add column parts jsonb not null default '{}',
  -- a list of name, type, example, description; empty: the names in variables, of type text
  add column declared jsonb not null default '[]',
  add column revision integer not null default 1,
  add column updated_at timestamptz not null default now();
create index templates_list_idx on templates (tenant_id, module, id);

create table template_submissions (
  tenant_id text not null references tenants (id),
  template_id text not null references templates (id) on delete cascade,
  provider text not null,
  status text not null check (status in
    ('submitting', 'pending', 'approved', 'rejected', 'paused', 'disabled', 'deleted', 'failed')),
  -- the vendor's id and name of it
  ref text,
  name text not null,
  language text not null,
  -- what its channel needs to send it
  names jsonb not null default '{}',
  -- body, parts and variables as they were submitted, and of which revision
  content jsonb not null,
  revision integer not null,
  category text not null,
  quality text,
  reason text,
  submitted_at timestamptz not null default now(),
  -- when the vendor said so: an older report changes nothing
  reported_at timestamptz,
  -- when to ask next; null: never
  check_at timestamptz,
  tries integer not null default 0,
  updated_at timestamptz not null default now(),
  primary key (tenant_id, template_id, provider)
);
create index template_submissions_ref_idx on template_submissions (provider, ref) where ref is not null;
create index template_submissions_name_idx on template_submissions (provider, name, language);
create index template_submissions_due_idx on template_submissions (check_at) where check_at is not null;

create table media_files (
  id text primary key check (id like 'med\\_%'),
  tenant_id text not null references tenants (id),
  state text not null check (state in ('pending', 'stored', 'failed')),
  -- of what is in it, hexadecimal
  sha256 text,
  type text not null,
  bytes integer,
  name text,
  -- where to get it; null: it was uploaded
  source jsonb,
  reason text,
  tries integer not null default 0,
  due_at timestamptz,
  expires_at timestamptz not null,
  created_at timestamptz not null default now(),
  check ((state = 'stored') = (sha256 is not null)),
  check ((state = 'stored') = (bytes is not null)),
  check (state = 'pending' or due_at is null)
);
create index media_files_due_idx on media_files (due_at) where due_at is not null;
create index media_files_expired_idx on media_files (expires_at);
create index media_files_content_idx on media_files (tenant_id, sha256) where sha256 is not null;

create table media_parts (
  tenant_id text not null references tenants (id),
  sha256 text not null,
  part integer not null,
  data bytea not null,
  primary key (tenant_id, sha256, part)
);
-- pictures and sounds are compressed already
alter table media_parts alter column data set storage external;

do $$
declare
  t text;
begin
  foreach t in array array['template_submissions', 'media_files', 'media_parts'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format(
      'create policy tenant_wall on %I using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')))', t);
    execute format('grant select, insert, update, delete on %I to app_api', t);
  end loop;
end $$;
create policy owner_routes on template_submissions for select to app_owner using (true);
create policy owner_routes on media_files for select to app_owner using (true);

-- A vendor's word about a template: by its id; by name and language where the vendor gives no id, or speaks before its
-- answer with the id has arrived. An older word than the last changes nothing. Gives whose templates it was about.
create function engine_report_template(p jsonb)
returns table (tenant text, template text, changed boolean)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  s record;
  v_at timestamptz := coalesce((p ->> 'at')::timestamptz, now());
begin
  for s in select x.tenant_id, x.template_id from template_submissions x
    where x.provider = p ->> 'provider'
      and (x.ref = p ->> 'ref'
        or ((x.ref is null or p ->> 'ref' is null) and x.name = p ->> 'name'
          and replace(x.language, '-', '_') = replace(p ->> 'language', '-', '_')))
      and (p -> 'tenants' = 'null' or jsonb_exists(p -> 'tenants', x.tenant_id))
    order by x.tenant_id, x.template_id
  loop
    perform set_config('app.tenant_id', s.tenant_id, true);
    update template_submissions x set
      status = coalesce(p ->> 'status', x.status),
      category = coalesce(p ->> 'category', x.category),
      quality = coalesce(p ->> 'quality', x.quality),
      reason = case when p ->> 'status' is null then x.reason else p ->> 'reason' end,
      check_at = case when coalesce((p ->> 'recheck')::boolean, false) then now() else x.check_at end,
      reported_at = v_at, updated_at = now()
    where x.tenant_id = s.tenant_id and x.template_id = s.template_id and x.provider = p ->> 'provider'
      and (x.reported_at is null or x.reported_at <= v_at);
    tenant := s.tenant_id;
    template := s.template_id;
    changed := found;
    return next;
  end loop;
end $$;

-- Submissions to be asked about, at most so many; whoever gets them has five minutes before another may.
create function engine_due_templates(p_limit integer)
returns table (tenant text, template text, provider text)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  s record;
begin
  for s in select x.tenant_id, x.template_id, x.provider from template_submissions x
    where x.check_at <= now() order by x.tenant_id, x.template_id, x.provider limit p_limit
  loop
    perform set_config('app.tenant_id', s.tenant_id, true);
    update template_submissions x set check_at = now() + interval '5 minutes'
      where x.ctid = (select y.ctid from template_submissions y
        where y.tenant_id = s.tenant_id and y.template_id = s.template_id and y.provider = s.provider
          and y.check_at <= now() for update skip locked);
    continue when not found;
    tenant := s.tenant_id;
    template := s.template_id;
    provider := s.provider;
    return next;
  end loop;
end $$;

-- Files to be fetched, at most so many; whoever gets them has two minutes before another may.
create function engine_due_media(p_limit integer)
returns table (tenant text, id text)
language plpgsql security definer set search_path = public, pg_temp as $$
declare
  m record;
begin
  for m in select f.tenant_id, f.id from media_files f where f.due_at <= now() order by f.tenant_id, f.id limit p_limit
  loop
    perform set_config('app.tenant_id', m.tenant_id, true);
    update media_files f set due_at = now() + interval '2 minutes', tries = f.tries + 1
      where f.ctid = (select g.ctid from media_files g
        where g.tenant_id = m.tenant_id and g.id = m.id and g.due_at <= now() for update skip locked);
    continue when not found;
    tenant := m.tenant_id;
    id := m.id;
    return next;
  end loop;
end $$;

-- Whose file this is, for addresses that carry a signature instead of a key.
create function engine_tenant_of_media(p_id text)
returns text language sql stable security definer set search_path = public, pg_temp as $$
  select tenant_id from media_files where id = p_id and expires_at > now()
$$;

-- Deletes files past their time, at most so many, and contents nobody has any more. Gives how many files. Whoever stores the
-- same contents meanwhile holds the same lock, and finds them whole or gone.
create function engine_prune_media(p_limit integer)
returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
  m record;
  v_count integer := 0;
begin
  for m in select f.tenant_id, f.id, f.sha256 from media_files f where f.expires_at <= now()
    order by f.tenant_id, f.sha256, f.id limit p_limit
  loop
    perform set_config('app.tenant_id', m.tenant_id, true);
    perform pg_advisory_xact_lock(hashtextextended(m.tenant_id || ' ' || coalesce(m.sha256, ''), 19));
    delete from media_files f where f.tenant_id = m.tenant_id and f.id = m.id and f.expires_at <= now();
    continue when not found;
    v_count := v_count + 1;
    delete from media_parts p where p.tenant_id = m.tenant_id and p.sha256 = m.sha256
      and not exists (select 1 from media_files f where f.tenant_id = m.tenant_id and f.sha256 = m.sha256);
  end loop;
  return v_count;
end $$;

revoke execute on function engine_report_template, engine_due_templates, engine_due_media, engine_tenant_of_media,
  engine_prune_media from public;
grant execute on function engine_report_template, engine_due_templates, engine_due_media, engine_tenant_of_media,
  engine_prune_media to app_engine;
`);
}
