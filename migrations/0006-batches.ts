import type { Knex } from "knex";

/**
 * Many commits in one function call and one transaction. Each item is fenced on its own: one whose fence does not match,
 * or whose delivery was handled before, is reported and leaves no trace, and the others go through. What every item writes
 * is written for all of them at once; what few items need is done item by item.
 *
 * Locks are taken in one order by all: inbox keys, caps and lanes, runs, wait keys, effects, credit accounts.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
-- What is large (state, events, answer) stays in the parameter, where item n is found by its place.
create type engine_item as (
  n integer, tenant text, run_id text, expect text, epoch integer, seq integer, status text, delivery jsonb,
  keys text[], stored_keys text[], wake_at timestamptz, lease boolean, priority integer, x jsonb);

create or replace function engine_commit(p jsonb)
returns jsonb language plpgsql security definer set search_path = public, pg_temp
  -- the lists are short and their length says nothing: planning anew each time costs more than it gives
  set plan_cache_mode = force_generic_plan
  -- and each of their items is looked up, also by a plan that was made while the tables were small
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_all engine_item[];
  v_live engine_item[];
  v_duplicates integer[];
  v_full integer[] := '{}';
  v_busy jsonb := '{}';
  v_done jsonb := '{}';
  v_wakes jsonb := '{}';
  v_pending jsonb := '{}';
  v_extra jsonb := '{}';
  v_parts boolean;
  v_moves boolean;
begin
  v_all := array(
    select (e.n, e.x ->> 'tenant', e.x ->> 'runId', e.x ->> 'expect', (e.x ->> 'epoch')::integer,
            (e.x ->> 'seq')::integer, e.x ->> 'status', e.x -> 'delivery',
            case when e.x \\? 'waitKeys' then array(select jsonb_array_elements_text(e.x -> 'waitKeys')) end,
            case when e.x \\? 'storedKeys' then array(select jsonb_array_elements_text(e.x -> 'storedKeys')) end,
            now() + (e.x ->> 'wakeInMs')::double precision * interval '1 ms',
            e.x ->> 'status' = 'running' and e.x ->> 'expect' <> 'leased',
            coalesce((e.x ->> 'priority')::integer, 1),
            e.x - array['state', 'events', 'answer', 'delivery', 'waitKeys', 'storedKeys'])::engine_item
    from (select ordinality::integer as n, value as x from jsonb_array_elements(p) with ordinality) e
    order by e.x ->> 'tenant', e.x ->> 'runId');
  perform set_config('app.tenant_ids', (select string_agg(distinct u.tenant, ',') from unnest(v_all) u), true);

  with wanted as (select u.n, u.tenant, u.run_id, u.delivery from unnest(v_all) u where u.delivery is not null),
  taken as (
    insert into inbox (id, tenant_id, key_hash, source, fingerprint, run_id, consumed_at, answer)
    select w.delivery ->> 'id', w.tenant, w.delivery ->> 'hash', w.delivery ->> 'source', w.delivery ->> 'fingerprint',
           w.run_id, now(),
           case when p #>> array[(w.n - 1)::text, 'answer', 'deliveryId'] = w.delivery ->> 'id'
                then p #> array[(w.n - 1)::text, 'answer', 'http'] end
    from wanted w order by w.tenant, w.delivery ->> 'hash'
    on conflict (tenant_id, key_hash) do nothing returning id)
  select coalesce(array_agg(w.n), '{}') into v_duplicates from wanted w
    where not exists (select 1 from taken t where t.id = w.delivery ->> 'id');

  if exists (select 1 from unnest(v_all) u where u.x \\? 'lane' and u.expect = 'new') then
    v_busy := engine_busy_lanes(v_all, v_duplicates);
  end if;
  if exists (select 1 from unnest(v_all) u where u.lease) then
    v_full := engine_over_cap(v_all, v_duplicates);
  end if;

  with started as (
    insert into runs (id, tenant_id, flow_key, flow_version_id, status, seq, state, lease_owner, lease_epoch,
                      lease_until, trigger_type, contact_phone, number_id, ended_at, wake_at, lane, priority)
    select u.run_id, u.tenant, u.x ->> 'flowKey', u.x ->> 'flowVersionId', s.status, u.seq + 1, p -> (u.n - 1) -> 'state',
           case when s.status = 'running' then u.x ->> 'owner' end, 1,
           case when s.status = 'running' then now() + (u.x ->> 'leaseMs')::integer * interval '1 ms' end,
           u.x ->> 'triggerType', u.x ->> 'contactPhone', u.x ->> 'numberId',
           case when s.status in ('succeeded', 'failed', 'cancelled') then now() end, u.wake_at,
           u.x #>> '{lane,key}', u.priority
    from unnest(v_all) u, lateral (select case when u.n = any (v_full) then 'queued' else u.status end as status) s
    where u.expect = 'new' and u.n <> all (v_duplicates) and not v_busy \\? u.n::text
    returning id, lease_epoch, seq, status),
  changed as (
    update runs r set status = case when u.n = any (v_full) then 'queued' else u.status end,
        seq = u.seq + 1, state = p -> (u.n - 1) -> 'state', updated_at = now(),
        lease_epoch = case when u.expect = 'waiting' then r.lease_epoch + 1 else r.lease_epoch end,
        lease_owner = case when u.status = 'running' and u.n <> all (v_full) then u.x ->> 'owner' end,
        lease_until = case when u.status = 'running' and u.n <> all (v_full)
                           then now() + (u.x ->> 'leaseMs')::integer * interval '1 ms' end,
        ended_at = case when u.status in ('succeeded', 'failed', 'cancelled') then now() end,
        wake_at = u.wake_at, priority = case when u.x \\? 'priority' then u.priority else r.priority end
    from unnest(v_all) u
    where u.expect <> 'new' and u.n <> all (v_duplicates)
      and r.id = u.run_id and r.tenant_id = u.tenant and r.seq = u.seq
      and case when u.expect = 'waiting' then r.status = 'waiting' else r.status = 'running' and r.lease_epoch = u.epoch end
    returning u.n, r.lease_epoch, r.seq, r.cancel_requested_at is not null and r.ended_at is null as cancel,
              r.paused_at is not null and r.ended_at is null as pause, r.status, r.lane, r.parent_step, r.started_at, r.tenant_id, r.id)
  select coalesce(jsonb_object_agg(d.n, d.result), '{}') into v_done from (
    select u.n, jsonb_build_object('ok', true, 'epoch', s.lease_epoch, 'seq', s.seq, 'cancel', false,
                                   'queued', s.status = 'queued' and u.status <> 'queued') as result
      from started s join unnest(v_all) u on u.run_id = s.id and u.expect = 'new'
    union all
    select c.n, jsonb_build_object('ok', true, 'epoch', c.lease_epoch, 'seq', c.seq, 'cancel', c.cancel,
                                   'queued', c.status = 'queued')
           || case when c.parent_step is null and c.lane is null then '{}'
                   else jsonb_build_object('lane', c.lane, 'parentStep', c.parent_step) end
           || case when c.pause then '{"pause": true}' else '{}' end::jsonb
      from changed c) d;
  v_live := array(select u from unnest(v_all) u where v_done \\? u.n::text order by u.tenant, u.run_id);

  -- what lost its fence, or found its lane taken, was not delivered
  if cardinality(v_live) + cardinality(v_duplicates) < cardinality(v_all) then
    delete from inbox b using unnest(v_all) u where u.delivery is not null and u.n <> all (v_duplicates)
      and not v_done \\? u.n::text and b.tenant_id = u.tenant and b.id = u.delivery ->> 'id';
  end if;

  insert into journal (tenant_id, run_id, seq, events)
    select u.tenant, u.run_id, u.seq + 1, p -> (u.n - 1) -> 'events' from unnest(v_live) u
    where jsonb_array_length(p -> (u.n - 1) -> 'events') > 0;

  -- what came with this delivery has its answer already
  if exists (select 1 from unnest(v_live) u where u.x \\? 'consumes'
             or (p #>> array[(u.n - 1)::text, 'answer', 'deliveryId']) is distinct from u.delivery ->> 'id') then
    update inbox b set consumed_at = now(), run_id = u.run_id from unnest(v_live) u
      where u.x \\? 'consumes' and b.tenant_id = u.tenant and b.id = u.x ->> 'consumes';
    update inbox b set answer = p #> array[(u.n - 1)::text, 'answer', 'http'] from unnest(v_live) u
      where p #>> array[(u.n - 1)::text, 'answer', 'deliveryId'] is distinct from u.delivery ->> 'id'
        and b.tenant_id = u.tenant and b.id = p #>> array[(u.n - 1)::text, 'answer', 'deliveryId'];
  end if;

  -- Keys of waits, and of parents that wait for a child that ends here: either this sees the other, or the other sees this.
  perform pg_advisory_xact_lock(h) from (
    select hashtextextended(u.tenant || ' ' || k, 0) as h from unnest(v_live) u, unnest(u.keys) k where u.status = 'waiting'
    union
    select hashtextextended(u.tenant || ' children:' || (v_done -> u.n::text ->> 'parentStep'), 0) from unnest(v_live) u
    where u.status in ('succeeded', 'failed', 'cancelled') and v_done -> u.n::text ->> 'parentStep' is not null
    order by 1) locks;
  select coalesce(bool_or(u.expect = 'waiting' and (u.status <> 'waiting' or u.stored_keys is not null)
                          or u.status = 'waiting' and u.stored_keys is not null), false),
         coalesce(bool_or(u.status in ('succeeded', 'failed', 'cancelled') or u.x \\?| array['call', 'message', 'intents',
                          'outcomes', 'usage', 'charge', 'settle', 'children', 'cancelChildrenOf', 'lane', 'seen']), false)
    into v_moves, v_parts from unnest(v_live) u;
  -- A run that waits again for the same keys, and not less long, brings no stored keys and writes no row here.
  if v_moves then
    delete from waits w using unnest(v_live) u
      where u.expect = 'waiting' and w.run_id = u.run_id
        and (u.status <> 'waiting' or (u.stored_keys is not null and w.key <> all (u.stored_keys)));
    insert into waits (tenant_id, run_id, key, seq, wake_at)
      select u.tenant, u.run_id, k, u.seq + 1, u.wake_at from unnest(v_live) u, unnest(u.stored_keys) k
      where u.status = 'waiting'
        and not exists (select 1 from waits w where w.tenant_id = u.tenant and w.key = k and w.run_id = u.run_id)
      order by u.tenant, k;
    update waits w set wake_at = u.wake_at from unnest(v_live) u
      where u.status = 'waiting' and u.expect = 'waiting' and u.stored_keys is not null
        and w.run_id = u.run_id and w.wake_at > u.wake_at;
  end if;
  if exists (select 1 from unnest(v_live) u where u.status = 'waiting') then
    v_pending := engine_pending(v_live);
  end if;
  if v_parts then
    v_extra := engine_commit_parts(v_live, v_done);
  end if;

  return (select jsonb_agg(case
      when u.n = any (v_duplicates) then coalesce((
        select jsonb_build_object('ok', false, 'reason', 'duplicate', 'deliveryId', b.id, 'runId', b.run_id,
                                  'answer', b.answer, 'fingerprint', b.fingerprint)
        from inbox b where b.tenant_id = u.tenant and b.key_hash = u.delivery ->> 'hash'), '{"ok": false, "reason": "fence"}')
      when v_busy \\? u.n::text then jsonb_build_object('ok', false, 'reason', 'busy', 'runId', v_busy -> u.n::text)
      when v_done \\? u.n::text then jsonb_build_object('refused', '[]'::jsonb, 'wakes', '[]'::jsonb)
        || (v_done -> u.n::text) || coalesce(v_pending -> u.n::text, '{}') || coalesce(v_extra -> u.n::text, '{}')
      else '{"ok": false, "reason": "fence"}' end order by u.n)
    from unnest(v_all) u);
end $$;

-- Items whose lease would be one too many for their tenant. The lock makes the count exact: every lease of a tenant is
-- taken under it.
create function engine_over_cap(p_items engine_item[], p_duplicates integer[])
returns integer[] language plpgsql set search_path = public, pg_temp as $$
begin
  perform engine_lock_cap(t) from (
    select distinct u.tenant as t from unnest(p_items) u where u.lease and u.n <> all (p_duplicates) order by 1) tenants;
  return (select coalesce(array_agg(n), '{}') from (
    select u.n, row_number() over (partition by u.tenant order by u.priority, u.n) as place, f.free
    from unnest(p_items) u
      join lateral (select engine_free_slots(u.tenant) as free) f on true
    where u.lease and u.n <> all (p_duplicates)) ranked where place > free);
end $$;

create function engine_lock_cap(p_tenant text)
returns void language sql set search_path = public, pg_temp as $$
  select pg_advisory_xact_lock(hashtextextended('cap ' || p_tenant, 0))
$$;

create function engine_free_slots(p_tenant text)
returns integer language sql stable set search_path = public, pg_temp as $$
  select t.max_in_flight - (select count(*)::integer from runs r where r.tenant_id = t.id and r.status = 'running')
  from tenants t where t.id = p_tenant
$$;

create function engine_record_calls(p_items engine_item[])
returns void language plpgsql set search_path = public, pg_temp as $$
begin
  insert into calls (id, tenant_id, direction, provider, provider_ref, caller, callee, number_id, run_id, status, simulated)
    select u.x -> 'call' ->> 'id', u.tenant, 'inbound', u.x -> 'call' ->> 'provider', u.x -> 'call' ->> 'ref',
           u.x -> 'call' ->> 'from', u.x -> 'call' ->> 'to', u.x ->> 'numberId', u.run_id, 'in-progress',
           (u.x -> 'call' ->> 'simulated')::boolean
    from unnest(p_items) u where u.x \\? 'call' order by u.n
    on conflict do nothing;
end $$;

-- The accounts this batch will touch, in one order for all.
create function engine_lock_accounts(p_items engine_item[])
returns void language plpgsql set search_path = public, pg_temp as $$
declare
  v_runs text[] := array(select u.run_id from unnest(p_items) u
    where u.x \\?| array['settle', 'outcomes'] or u.status in ('succeeded', 'failed', 'cancelled'));
begin
  if cardinality(v_runs) = 0 and not exists (
      select 1 from unnest(p_items) u where u.x \\?| array['intents', 'charge', 'usage']) then
    return;
  end if;
  perform 1 from credit_accounts where (tenant_id, meter) in (
      select u.tenant, o ->> 'meter' from unnest(p_items) u, jsonb_array_elements(u.x -> 'intents') o
      union
      select u.tenant, u.x -> 'charge' ->> 'meter' from unnest(p_items) u where u.x \\? 'charge'
      union
      select u.tenant, h.meter from unnest(p_items) u
        join credit_holds h on h.tenant_id = u.tenant and h.run_id = u.run_id and h.state = 'open'
      where u.run_id = any (v_runs)
      union
      select u.tenant, h.meter from unnest(p_items) u, jsonb_array_elements(u.x -> 'usage') o
        join credit_holds h on h.id = o ->> 'effectId'
      where h.tenant_id = u.tenant)
    order by tenant_id, meter for no key update;
end $$;

drop function engine_lock_credits(text, text, jsonb, boolean);

-- All keys a sleeping run is found by.
create function engine_wait_keys(p_run text, p_state jsonb)
returns text[] language sql immutable set search_path = public, pg_temp as $$
  select array(select jsonb_array_elements_text(coalesce(p_state #> '{wait,keys}', '[]'))) || ('run:' || p_run)
$$;

-- The run that waits for a key. A key that names its step names the run.
create function engine_run_waiting(p_tenant text, p_key text)
returns text language sql stable set search_path = public, pg_temp as $$
  select case when p_key like 'step:%' then (
      select r.id from runs r where r.id = split_part(p_key, ':', 2) and r.tenant_id = p_tenant and r.status = 'waiting'
        and p_key = any (engine_wait_keys(r.id, r.state)))
    -- where several wait for the same, the youngest
    else (select w.run_id from waits w where w.tenant_id = p_tenant and w.key = p_key order by w.run_id desc limit 1) end
$$;

create or replace function engine_load_waiting(p_tenant text, p_key text)
returns jsonb language sql stable security definer set search_path = public, pg_temp as $$
  select engine_load(engine_run_waiting(p_tenant, p_key))
$$;

revoke execute on all functions in schema public from public;
grant execute on function engine_commit, engine_load, engine_load_waiting, engine_keep_resume, engine_due
  to app_engine;
grant execute on function deduct_comm_credits to app_api, app_engine;
`);
}
