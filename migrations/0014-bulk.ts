import type { Knex } from "knex";

/**
 * Pausing. A run that is to stand still carries the moment it was told so; whoever drives it learns of it with its next
 * commit, and whoever takes it over when it loads the run. What a run waits for while it stands still is `resume:<run>`.
 *
 * Both functions are the ones before with one more fact in their results.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
alter table runs add column paused_at timestamptz;
create index runs_paused_idx on runs (id) where paused_at is not null and ended_at is null;

alter function engine_commit(jsonb) rename to engine_commit_items;
alter function engine_load(text) rename to engine_load_run;

-- The rows are locked by now: a pause or a resume came before all of this, or comes after it and sees what was written.
create function engine_commit(p jsonb)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_results jsonb := engine_commit_items(p);
begin
  if not exists (select 1 from runs where paused_at is not null and ended_at is null) then return v_results; end if;
  return (select jsonb_agg(r.value || case when exists (
      select 1 from runs where id = p #>> array[(r.n - 1)::text, 'runId'] and paused_at is not null and ended_at is null)
      then '{"pause": true}' else '{}' end::jsonb order by r.n)
    from jsonb_array_elements(v_results) with ordinality r(value, n));
end $$;

create function engine_load(p_run text)
returns jsonb language sql stable security definer set search_path = public, pg_temp as $$
  select engine_load_run(p_run)
    || jsonb_build_object('paused', exists (select 1 from runs where id = p_run and paused_at is not null and ended_at is null))
$$;

-- False when there is no such run or it is over. One that stands still and may go on is due.
create function engine_request_pause(p_tenant text, p_run text, p_paused boolean)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('app.tenant_id', p_tenant, true);
  update runs set paused_at = case when p_paused then coalesce(paused_at, now()) end
    where id = p_run and tenant_id = p_tenant and ended_at is null;
  if not found then return false; end if;
  if not p_paused then
    update waits set wake_at = now() where tenant_id = p_tenant and run_id = p_run and key = 'resume:' || p_run;
    if found then update runs set wake_at = now() where tenant_id = p_tenant and id = p_run and status = 'waiting'; end if;
  end if;
  return true;
end $$;

revoke execute on function engine_commit_items, engine_load_run from app_engine;
revoke execute on function engine_commit, engine_load, engine_request_pause from public;
grant execute on function engine_commit, engine_load, engine_request_pause to app_engine;
`);
}
