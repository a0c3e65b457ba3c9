import type { Knex } from "knex";

/** What operators watch of the work of all tenants, cheap enough to be asked every few seconds: each part has an index. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
-- Runs that wait for a turn and how long the first has, runs under way, leases that ran out, and waits whose time has come:
-- the last two are numbers of the sweep, and grow only where no worker sweeps.
create function engine_workload()
returns jsonb language sql stable security definer set search_path = public, pg_temp as $$
  select jsonb_build_object(
    'queued', (select count(*) from runs where status = 'queued'),
    'oldestQueuedMs', (select coalesce(extract(epoch from now() - min(started_at)) * 1000, 0) from runs where status = 'queued'),
    'running', (select count(*) from runs where status = 'running'),
    'expiredLeases', (select count(*) from runs where status = 'running' and lease_until < now()),
    'dueWaits', (select count(*) from waits where wake_at <= now()))
$$;

-- Names of the migrations this database has seen.
create function engine_migrations()
returns text[] language sql stable security definer set search_path = public, pg_temp as $$
  select array_agg(name order by name) from schema_migrations
$$;

revoke execute on function engine_workload, engine_migrations from public;
grant execute on function engine_workload, engine_migrations to app_engine;
`);
}
