import type { Knex } from "knex";

/**
 * Lists that a request or a run made for itself go when their days are over and nobody reads them any more. What people
 * uploaded stays until they delete it.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
create index recipient_lists_made_idx on recipient_lists (created_at) where fingerprint <> '';
create index runs_bulks_idx on runs (tenant_id) where flow_key = '_bulk' and ended_at is null;
create policy owner_routes on recipient_lists for select to app_owner using (true);

-- Deletes lists made so many days ago, at most so many. Gives how many. A list of a run that goes on, or is paused, waits.
create function engine_prune_lists(p_days integer, p_limit integer)
returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
  l record;
  v_count integer := 0;
begin
  for l in select x.tenant_id, x.id, x.fingerprint from recipient_lists x
    where x.fingerprint <> '' and x.created_at < now() - p_days * interval '1 day' order by x.created_at
  loop
    exit when v_count >= p_limit;
    perform set_config('app.tenant_id', l.tenant_id, true);
    continue when exists (select from runs r where r.id = l.fingerprint and r.tenant_id = l.tenant_id and r.ended_at is null)
      or exists (select from runs r where r.tenant_id = l.tenant_id and r.flow_key = '_bulk' and r.ended_at is null
        and r.state #>> '{trigger,input,list}' = l.id);
    delete from recipient_lists x where x.tenant_id = l.tenant_id and x.id = l.id;
    if found then
      v_count := v_count + 1;
    end if;
  end loop;
  return v_count;
end $$;

revoke execute on function engine_prune_lists from public;
grant execute on function engine_prune_lists to app_engine;
`);
}
