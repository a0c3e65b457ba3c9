import type { Knex } from "knex";

/**
 * Flows that a clock starts, runs that are given up, and events for one run.
 *
 * - A schedule is claimed by one process at a time, but that only saves work: what it starts carries a delivery named after
 *   the flow, the node and the moment, so a second start is a duplicate by construction.
 * - A run whose lease runs out again and again without a commit in between is given up: `runs.takeovers` counts, and
 *   starts again from one as soon as `seq` has moved.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
create table schedules (
  tenant_id text not null references tenants (id),
  flow_id text not null references flows (id) on delete cascade,
  node_id text not null,
  flow_key text not null,
  flow_version_id text not null references flow_versions (id),
  -- as its author wrote it; a timezone of null is the tenant's
  cron text not null,
  timezone text,
  starts_at text,
  ends_at text,
  catch_up_minutes integer not null check (catch_up_minutes between 1 and 1440),
  paused boolean not null default false,
  -- why it does not fire
  fault text,
  -- moments are counted from here: it was published, changed or resumed
  since timestamptz not null default now(),
  -- the moment it fires next, by the tenant's clock; null: not worked out yet, or never again
  scheduled_at timestamptz,
  -- when to look at it, by the database's clock; null: never again
  next_at timestamptz default now(),
  last_at timestamptz,
  claimed_until timestamptz,
  primary key (tenant_id, flow_id, node_id)
);
create index schedules_due_idx on schedules (next_at) where next_at is not null and not paused;

alter table schedules enable row level security;
alter table schedules force row level security;
create policy tenant_wall on schedules using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')));
create policy owner_routes on schedules for select to app_owner using (true);
grant select, insert, update, delete on schedules to app_api;

-- Schedules whose time has come, kept from other processes for a moment.
create function engine_claim_schedules(p_limit integer, p_claim_ms integer)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
  t record;
  v_out jsonb := '[]';
begin
  for t in select tenant_id, array_agg(flow_id || ' ' || node_id) as due from (
      select tenant_id, flow_id, node_id from schedules
      where next_at <= now() and not paused and (claimed_until is null or claimed_until <= now())
      order by next_at limit p_limit) d
    group by tenant_id order by tenant_id
  loop
    perform set_config('app.tenant_id', t.tenant_id, true);
    with mine as (
      select flow_id, node_id from schedules
      where tenant_id = t.tenant_id and flow_id || ' ' || node_id = any (t.due) and next_at <= now() and not paused
        and (claimed_until is null or claimed_until <= now())
      for update skip locked),
    claimed as (
      update schedules s set claimed_until = now() + p_claim_ms * interval '1 ms' from mine
      where s.tenant_id = t.tenant_id and s.flow_id = mine.flow_id and s.node_id = mine.node_id returning s.*)
    select v_out || coalesce(jsonb_agg(jsonb_build_object('tenantId', c.tenant_id, 'flowId', c.flow_id, 'nodeId', c.node_id,
        'flowKey', c.flow_key, 'flowVersionId', c.flow_version_id, 'cron', c.cron, 'timezone', c.timezone,
        'startsAt', c.starts_at, 'endsAt', c.ends_at, 'catchUpMinutes', c.catch_up_minutes, 'since', c.since,
        'scheduledAt', c.scheduled_at, 'lastAt', c.last_at, 'now', now(), 'clockOffsetMs', w.clock_offset_ms,
        'tenantTimezone', w.timezone, 'active', w.status = 'active')), '[]')
      into v_out from claimed c join tenants w on w.id = c.tenant_id;
  end loop;
  return v_out;
end $$;

-- Notes what a claimed schedule does next. False when it was changed meanwhile: whoever changed it has the last word.
create function engine_advance_schedule(p jsonb)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('app.tenant_id', p ->> 'tenantId', true);
  update schedules s set fault = p ->> 'fault', claimed_until = null,
      last_at = coalesce((p ->> 'firedAt')::timestamptz, s.last_at),
      scheduled_at = (p ->> 'next')::timestamptz,
      -- a sandbox is ahead of the database's clock by what was skipped up to now
      next_at = (p ->> 'next')::timestamptz - (p ->> 'aheadMs')::double precision * interval '1 ms'
        - (select t.clock_offset_ms from tenants t where t.id = s.tenant_id) * interval '1 ms'
    where s.tenant_id = p ->> 'tenantId' and s.flow_id = p ->> 'flowId' and s.node_id = p ->> 'nodeId'
      and s.since = (p ->> 'since')::timestamptz and s.scheduled_at is not distinct from (p ->> 'was')::timestamptz;
  return found;
end $$;

-- Given up, and listed apart ----------------------------------------------------------------------

alter table runs
  -- taken over so often, at this seq
  add column takeovers smallint not null default 0,
  add column takeover_seq integer,
  -- what the process that drove it last had to say
  add column last_failure text,
  -- given up: a dead letter
  add column poisoned_at timestamptz;
create index runs_poisoned_idx on runs (tenant_id, id desc) where poisoned_at is not null;

-- Counts that a leased run was taken over from somebody who never committed: how often in a row, and what was last heard.
-- Beyond the limit it is a dead letter.
create function engine_count_takeover(p_run text, p_limit integer)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_count integer;
  v_failure text;
begin
  perform set_config('app.tenant_id', (select tenant_id from runs where id = p_run), true);
  update runs set takeovers = case when takeover_seq = seq then takeovers + 1 else 1 end, takeover_seq = seq,
      last_failure = case when takeover_seq = seq then last_failure end,
      poisoned_at = case when takeover_seq = seq and takeovers + 1 > p_limit then now() end
    where id = p_run and status = 'running' returning takeovers, last_failure into v_count, v_failure;
  return jsonb_build_object('count', coalesce(v_count, 0), 'failure', v_failure);
end $$;

-- What stopped the process that drove it. Only for the reader of a dead letter.
create function engine_note_failure(p_run text, p_owner text, p_message text)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('app.tenant_id', (select tenant_id from runs where id = p_run), true);
  update runs set last_failure = left(p_message, 500) where id = p_run and status = 'running' and lease_owner = p_owner;
end $$;

-- Events for one run -------------------------------------------------------------------------------

-- The step of a key is behind its run, or the run is over: nobody will ever wait for it.
create function engine_is_past(p_tenant text, p_run text, p_key text)
returns boolean language sql stable set search_path = public, pg_temp as $$
  select not exists (select 1 from runs r where r.id = p_run and r.tenant_id = p_tenant and r.ended_at is null
    and not (p_key like 'step:%'
      and coalesce((r.state -> 'visits' ->> split_part(p_key, ':', 3))::integer, 0) >= split_part(p_key, ':', 4)::integer
      and (r.state #>> '{cursor,nodeId}' is distinct from split_part(p_key, ':', 3)
        or (r.state #>> '{cursor,visit}')::integer is distinct from split_part(p_key, ':', 4)::integer)))
$$;

-- Keeps an event that names its run, like engine_keep_resume, but not for a step that is past: 'ended'.
create function engine_keep_for_run(p jsonb)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_tenant text := p ->> 'tenant';
  v_kept jsonb;
begin
  perform set_config('app.tenant_id', v_tenant, true);
  v_kept := engine_keep_resume(p);
  if v_kept ->> 'reason' = 'duplicate' then
    return v_kept || (select jsonb_build_object('fingerprint', fingerprint) from inbox
                      where tenant_id = v_tenant and key_hash = p ->> 'hash');
  end if;
  if not (v_kept ->> 'ok')::boolean then return v_kept; end if;
  if engine_is_past(v_tenant, p ->> 'runId', p ->> 'key') then
    delete from inbox where tenant_id = v_tenant and key_hash = p ->> 'hash';
    return '{"ok": false, "reason": "ended"}';
  end if;
  update inbox set fingerprint = p ->> 'fingerprint' where tenant_id = v_tenant and key_hash = p ->> 'hash';
  return v_kept;
end $$;

grant execute on function engine_claim_schedules, engine_advance_schedule, engine_count_takeover, engine_note_failure,
  engine_keep_for_run to app_engine;
revoke execute on function engine_claim_schedules, engine_advance_schedule, engine_count_takeover, engine_note_failure,
  engine_keep_for_run, engine_is_past from public;
`);
}
