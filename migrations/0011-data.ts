import type { Knex } from "knex";

/**
 * Key-value tables of a tenant. `data_writes` remembers what each writing step did, so that the same step, computed again,
 * changes nothing and hears the same; it is forgotten after 30 days, when no run retries any more.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
create table data_items (
  tenant_id text not null references tenants (id),
  table_name text not null,
  -- sorted as it is listed
  key text collate "C" not null,
  value jsonb not null,
  -- counts the writes
  version integer not null default 1,
  -- by the database's clock; null: never
  expires_at timestamptz,
  updated_at timestamptz not null default now(),
  primary key (tenant_id, table_name, key)
) with (fillfactor = 80);
create index data_items_expired_idx on data_items (expires_at) where expires_at is not null;

create table data_writes (
  tenant_id text not null references tenants (id),
  -- the step, or the request
  writer text not null,
  result jsonb not null,
  at timestamptz not null default now(),
  primary key (tenant_id, writer)
);
create index data_writes_at_idx on data_writes using brin (at);

do $$
declare
  t text;
begin
  foreach t in array array['data_items', 'data_writes'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format(
      'create policy tenant_wall on %I using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')))', t);
    execute format('create policy owner_routes on %I for select to app_owner using (true)', t);
    execute format('grant select, insert, update, delete on %I to app_api', t);
  end loop;
end $$;

-- Deletes what has expired and writes that nobody repeats any more, at most so many of each. Gives how many.
create function engine_prune_data(p_limit integer)
returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
  t record;
  v_count integer;
  v_all integer := 0;
begin
  for t in select distinct tenant_id from (
      (select tenant_id from data_items where expires_at <= now() limit p_limit)
      union all
      (select tenant_id from data_writes where at < now() - interval '30 days' limit p_limit)) old order by tenant_id
  loop
    perform set_config('app.tenant_id', t.tenant_id, true);
    delete from data_items where ctid = any (array(
      select ctid from data_items where tenant_id = t.tenant_id and expires_at <= now() limit p_limit for update skip locked));
    get diagnostics v_count = row_count;
    v_all := v_all + v_count;
    delete from data_writes where ctid = any (array(
      select ctid from data_writes where tenant_id = t.tenant_id and at < now() - interval '30 days' limit p_limit));
    get diagnostics v_count = row_count;
    v_all := v_all + v_count;
  end loop;
  return v_all;
end $$;

-- Lets time pass in a sandbox: its clock goes ahead, and its deadlines, schedules and expiries come nearer by as much.
-- False for a real tenant.
create or replace function engine_skip_time(p_tenant text, p_ms double precision)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not p_ms > 0 then return false; end if;
  perform set_config('app.tenant_id', p_tenant, true);
  update tenants set clock_offset_ms = clock_offset_ms + p_ms where id = p_tenant and sandbox;
  if not found then return false; end if;
  update runs set wake_at = wake_at - p_ms * interval '1 ms' where tenant_id = p_tenant and status = 'waiting';
  perform pg_advisory_xact_lock(h) from (
    select hashtextextended(p_tenant || ' ' || key, 0) as h from waits where tenant_id = p_tenant and key like 'children:%'
    order by 1) locks;
  update waits set wake_at = wake_at - p_ms * interval '1 ms' where tenant_id = p_tenant;
  -- one that is not worked out yet starts counting from where it stands, by the tenant's clock
  update schedules set next_at = next_at - p_ms * interval '1 ms' where tenant_id = p_tenant and scheduled_at is not null;
  update data_items set expires_at = expires_at - p_ms * interval '1 ms' where tenant_id = p_tenant and expires_at is not null;
  return true;
end $$;

grant execute on function engine_prune_data, engine_skip_time to app_engine;
revoke execute on function engine_prune_data, engine_skip_time from public;
`);
}
