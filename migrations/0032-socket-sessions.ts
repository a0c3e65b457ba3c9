import type { Knex } from "knex";

/**
 * Sockets that vendors open for a step that sleeps: a call an agent speaks on. What is said there is kept beside the run, so
 * that a connection that broke, or a process that died, goes on where it was. One session a step; `epoch` counts its
 * connections, and only the latest may write.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
create table socket_sessions (
  tenant_id text not null references tenants (id),
  step_key text not null,
  run_id text not null,
  path text not null,
  -- the plugin whose vendor opens it, and signs it
  provider text not null,
  -- the only one who may open it: the vendor's id of the call
  party text not null,
  -- what the step told the session, once
  plan jsonb not null,
  -- what the session keeps for whoever goes on with it
  state jsonb,
  -- what the step answered, by the number of the question
  answers jsonb not null default '{}',
  epoch integer not null default 0,
  expires_at timestamptz not null,
  opened_at timestamptz,
  is_over boolean not null default false,
  updated_at timestamptz not null default now(),
  primary key (tenant_id, step_key)
);
create index socket_sessions_old_idx on socket_sessions (updated_at);

alter table socket_sessions enable row level security;
alter table socket_sessions force row level security;
create policy tenant_wall on socket_sessions
  using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')));
create policy owner_routes on socket_sessions for select to app_owner using (true);
grant select, insert, update, delete on socket_sessions to app_api;

-- Forgets sessions nobody touched for two days: what they came to is in the run. At most so many; gives how many.
create function engine_prune_socket_sessions(p_limit integer)
returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
  t record;
  v_count integer;
  v_all integer := 0;
begin
  for t in select distinct tenant_id from (
      select tenant_id from socket_sessions where updated_at < now() - interval '2 days' limit p_limit) old order by tenant_id
  loop
    perform set_config('app.tenant_id', t.tenant_id, true);
    delete from socket_sessions where ctid = any (array(
      select ctid from socket_sessions where tenant_id = t.tenant_id and updated_at < now() - interval '2 days' limit p_limit));
    get diagnostics v_count = row_count;
    v_all := v_all + v_count;
  end loop;
  return v_all;
end $$;
revoke execute on function engine_prune_socket_sessions from public;
grant execute on function engine_prune_socket_sessions to app_engine;
`);
}
