import type { Knex } from "knex";

/**
 * Row-level security: a role sees one tenant at a time, the one named in `app.tenant_id` for the transaction.
 * `app_api` reads and writes tables under that wall. `app_engine` may only execute the functions of the next files,
 * which run as the tables' owner; the owner is behind the same wall (FORCE) but may look across tenants to find whose a
 * number, a key or a due run is.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
do $$
declare
  t text;
begin
  for t in
    select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r'
      and exists (select 1 from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id')
  loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format(
      'create policy tenant_wall on %I using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')))',
      t);
    execute format('grant select, insert, update, delete on %I to app_api', t);
  end loop;
end $$;

alter table tenants enable row level security;
alter table tenants force row level security;
create policy tenant_wall on tenants using (id = (select nullif(current_setting('app.tenant_id', true), '')));
grant select, update on tenants to app_api;
grant select on plans to app_api;
grant usage on all sequences in schema public to app_api;

-- What nobody may rewrite, not even behind the wall.
revoke update, delete on flow_versions from app_api;
-- Only the engine's functions write the ledger and the runs.
revoke insert, update, delete on credit_accounts, credit_holds, credit_entries, runs, waits, journal, effects, inbox
  from app_api;

-- The owner's functions may look across tenants here, and nowhere else; they write only as one tenant.
create policy owner_routes on tenants for select to app_owner using (true);
create policy owner_routes on numbers for select to app_owner using (true);
create policy owner_routes on api_keys for select to app_owner using (true);
create policy owner_routes on credentials for select to app_owner using (true);
create policy owner_routes on flows for select to app_owner using (true);
create policy owner_routes on links for select to app_owner using (true);
create policy owner_routes on runs for select to app_owner using (true);
create policy owner_routes on waits for select to app_owner using (true);
create policy owner_routes on effects for select to app_owner using (true);
create policy owner_routes on calls for select to app_owner using (true);
create policy owner_routes on inbox for select to app_owner using (true);
`);
}
