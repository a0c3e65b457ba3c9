import type { Knex } from "knex";

/**
 * What runs need to have children, lanes, priorities and a time of their own:
 *
 * - `runs.wake_at` is the deadline of a waiting run by the database's clock. A row of `waits` may say an earlier one, never
 *   a later: it is set right when it comes up. So a run that waits again for the same keys writes no row of `waits`.
 * - `waits` keeps only keys an outside event must be matched by. A key that names its step (`step:run:node:visit`) names
 *   the run, too, and is checked against the run's own state.
 * - a child run belongs to the step of its parent that waits for it.
 * - runs of one lane (one contact in one flow) go one after the other, where the flow wants that.
 * - `tenants.clock_offset_ms` is how far a sandbox's time is ahead; its deadlines are kept in real time.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
alter table tenants
  add column sandbox boolean not null default false,
  add column clock_offset_ms double precision not null default 0 check (clock_offset_ms = 0 or sandbox),
  -- runs of this tenant that are driven at once, over all processes
  add column max_in_flight integer not null default 100 check (max_in_flight > 0);

alter table runs
  add column wake_at timestamptz,
  add column parent_run_id text,
  add column parent_step text,
  -- which of its parent's branches it is: a port, the index of an item, the flow it runs
  add column branch text,
  add column depth smallint not null default 0,
  add column lane text,
  -- 0: somebody waits for its answer; 1: normal; 2: bulk
  add column priority smallint not null default 1,
  -- it is to stand still since then
  add column paused_at timestamptz;
do $$
declare
  t text;
begin
  for t in select id from tenants order by id loop
    perform set_config('app.tenant_id', t, true);
    update runs r set wake_at = (select min(w.wake_at) from waits w where w.run_id = r.id)
      where tenant_id = t and status = 'waiting';
    update waits w set wake_at = r.wake_at from runs r where w.tenant_id = t and r.id = w.run_id and w.wake_at is null;
    insert into waits (tenant_id, run_id, key, seq, wake_at)
      select t, id, 'run:' || id, seq, wake_at from runs r where tenant_id = t and status = 'waiting'
        and not exists (select 1 from waits w where w.run_id = r.id and w.key not like 'step:%');
    delete from waits where tenant_id = t and key like 'step:%';
  end loop;
end $$;

-- Every check of these took a lock on the tenant's row, shared by all its runs. A tenant is never deleted row by row.
alter table inbox drop constraint inbox_tenant_id_fkey;
alter table runs drop constraint runs_tenant_id_fkey;
alter table waits drop constraint waits_tenant_id_fkey;
alter table journal drop constraint journal_tenant_id_fkey;
alter table effects drop constraint effects_tenant_id_fkey;
alter table messages drop constraint messages_tenant_id_fkey;
alter table calls drop constraint calls_tenant_id_fkey;
alter table interactions drop constraint interactions_tenant_id_fkey;
alter table credit_holds drop constraint credit_holds_tenant_id_fkey;
alter table credit_entries drop constraint credit_entries_tenant_id_fkey;

create index runs_children_idx on runs (parent_step) where parent_step is not null;
create index runs_parent_idx on runs (parent_run_id) where parent_run_id is not null and ended_at is null;
create index runs_lane_idx on runs (tenant_id, lane, started_at) where lane is not null and ended_at is null;
create index runs_in_flight_idx on runs (tenant_id) where status = 'running';
drop index runs_queued_idx;
create index runs_queued_idx on runs (tenant_id, priority, started_at, id) where status = 'queued';

-- One batch may carry runs of several tenants: its function sees those, and writes each row as the tenant it names.
do $$
declare
  t text;
begin
  foreach t in array array['inbox', 'runs', 'waits', 'journal', 'effects', 'messages', 'calls', 'contacts',
                           'interactions', 'credit_accounts', 'credit_holds', 'credit_entries', 'tenants'] loop
    execute format(
      'create policy owner_batch on %I to app_owner using (%s = any ((select string_to_array(nullif(current_setting(''app.tenant_ids'', true), ''''), '',''))::text[]))',
      t, case t when 'tenants' then 'id' else 'tenant_id' end);
  end loop;
end $$;
`);
}
