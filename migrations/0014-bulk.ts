import type { Knex } from "knex";

/**
 * Pausing. A run that is to stand still carries the moment it was told so; whoever drives it learns of it with its next
 * commit, and whoever takes it over when it loads the run. What a run waits for while it stands still is `resume:<run>`.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
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

revoke execute on function engine_request_pause from public;
grant execute on function engine_request_pause to app_engine;
`);
}
