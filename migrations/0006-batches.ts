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
  set plan_cache_mode = force_generic_plan as $$
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
              r.status, r.lane, r.parent_step, r.started_at, r.tenant_id, r.id)
  select coalesce(jsonb_object_agg(d.n, d.result), '{}') into v_done from (
    select u.n, jsonb_build_object('ok', true, 'epoch', s.lease_epoch, 'seq', s.seq, 'cancel', false,
                                   'queued', s.status = 'queued' and u.status <> 'queued') as result
      from started s join unnest(v_all) u on u.run_id = s.id and u.expect = 'new'
    union all
    select c.n, jsonb_build_object('ok', true, 'epoch', c.lease_epoch, 'seq', c.seq, 'cancel', c.cancel,
                                   'queued', c.status = 'queued')
           || case when c.parent_step is null and c.lane is null then '{}'
                   else jsonb_build_object('lane', c.lane, 'parentStep', c.parent_step) end
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
                          'outcomes', 'usage', 'charge', 'settle', 'children', 'cancelChildrenOf', 'lane']), false)
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

-- New runs whose lane is taken, with the run that has it. \`replace\` asks the others to stop and goes ahead; \`queue\` says
-- busy until it is stored as queued; \`resume\` says busy so that the event can go to the run that is there.
create function engine_busy_lanes(p_items engine_item[], p_duplicates integer[])
returns jsonb language plpgsql set search_path = public, pg_temp as $$
declare
  i engine_item;
  v_open text;
  v_seen text[] := '{}';
  v_busy jsonb := '{}';
begin
  for i in select * from unnest(p_items) u where u.x \\? 'lane' and u.expect = 'new' and u.n <> all (p_duplicates)
    order by u.tenant, u.x #>> '{lane,key}', u.n
  loop
    perform pg_advisory_xact_lock(hashtextextended('lane ' || i.tenant || ' ' || (i.x #>> '{lane,key}'), 0));
    if i.x #>> '{lane,policy}' = 'replace' then
      update runs set cancel_requested_at = coalesce(cancel_requested_at, now())
        where tenant_id = i.tenant and lane = i.x #>> '{lane,key}' and ended_at is null;
      continue;
    end if;
    if i.status = 'queued' then continue; end if;
    select id into v_open from runs where tenant_id = i.tenant and lane = i.x #>> '{lane,key}' and ended_at is null
      order by started_at desc, id desc limit 1;
    if found then
      v_busy := v_busy || jsonb_build_object(i.n, v_open);
    elsif (i.tenant || ' ' || (i.x #>> '{lane,key}')) = any (v_seen) then
      -- an item before it in this batch takes the lane; the next try sees it
      v_busy := v_busy || jsonb_build_object(i.n, null);
    else
      v_seen := v_seen || (i.tenant || ' ' || (i.x #>> '{lane,key}'));
    end if;
  end loop;
  return v_busy;
end $$;

-- What came before its wait: an event in the inbox, or a child that has ended unseen. The event is the run's from now on:
-- another that waits for the same key does not get it, too.
create function engine_pending(p_items engine_item[])
returns jsonb language plpgsql set search_path = public, pg_temp as $$
declare
  v_found jsonb;
begin
  select coalesce(jsonb_object_agg(f.n, jsonb_build_object('pending', jsonb_build_object('id', f.id, 'event', f.event))), '{}')
    into v_found from (
    select u.n, e.id, e.event from unnest(p_items) u
      join lateral (select b.id, b.event from inbox b
        where b.tenant_id = u.tenant and b.resume_key = any (u.keys || ('run:' || u.run_id)) and b.consumed_at is null
          and (b.run_id is null or b.run_id = u.run_id)
        order by b.received_at limit 1) e on true
    where u.status = 'waiting') f;
  if v_found <> '{}' then
    update inbox b set run_id = u.run_id from unnest(p_items) u
      where v_found \\? u.n::text and b.tenant_id = u.tenant and b.id = v_found #>> array[u.n::text, 'pending', 'id'];
  end if;
  return v_found || (select coalesce(jsonb_object_agg(u.n, '{"childEnded": true}'::jsonb), '{}') from unnest(p_items) u
    where u.status = 'waiting' and u.x \\? 'childrenOf'
      and (u.x ->> 'childrenSeen')::integer
          < (select count(*) from runs c where c.parent_step = u.x ->> 'childrenOf' and c.ended_at is not null));
end $$;

-- What few commits carry: calls, messages, effects, money, children, the end of a run. Gives what it adds to the results.
create function engine_commit_parts(p_items engine_item[], p_done jsonb)
returns jsonb language plpgsql set search_path = public, pg_temp as $$
declare
  v_out jsonb := '{}';
  v_one jsonb;
  v_refused jsonb;
  v_over boolean;
  i engine_item;
  e jsonb;
begin
  for i in select * from unnest(p_items) u where u.x \\?| array['call', 'message'] loop
    perform engine_record_call(i);
    if i.x \\? 'message' then
      perform engine_record_inbound(i.tenant, i.x -> 'message' || jsonb_build_object('runId', i.run_id));
    end if;
  end loop;
  perform engine_lock_effects(p_items);
  perform engine_lock_accounts(p_items);
  for i in select * from unnest(p_items) u loop
    v_over := i.status in ('succeeded', 'failed', 'cancelled');
    v_one := '{}';
    v_refused := '[]';
    for e in select jsonb_array_elements(coalesce(i.x -> 'outcomes', '[]')) loop
      perform engine_record_outcome(i.tenant, e);
    end loop;
    for e in select jsonb_array_elements(coalesce(i.x -> 'intents', '[]')) loop
      if not engine_record_intent(i.tenant, i.run_id, e) then v_refused := v_refused || jsonb_build_array(e ->> 'id'); end if;
    end loop;
    if v_refused <> '[]' then v_one := jsonb_build_object('refused', v_refused); end if;
    for e in select jsonb_array_elements(coalesce(i.x -> 'usage', '[]')) loop
      perform credit_capture(i.tenant, e ->> 'effectId', (e ->> 'amount')::integer, null);
    end loop;
    if i.x \\? 'charge' then
      v_one := v_one || jsonb_build_object('charged', credit_charge(i.tenant, i.x -> 'charge' ->> 'meter',
        (i.x -> 'charge' ->> 'amount')::integer, i.x -> 'charge' ->> 'stepKey', i.run_id, i.x -> 'charge' ->> 'stepKey'));
    end if;
    if i.x \\? 'settle' then
      perform engine_capture_run(i.tenant, i.run_id, i.x ->> 'settle');
    end if;
    if v_over then
      perform engine_capture_run(i.tenant, i.run_id, null);
      perform engine_record_interaction(i.tenant, i.run_id, i.x -> 'interaction');
    end if;
    if i.x \\? 'settle' or i.x \\? 'charge' then
      v_one := v_one || jsonb_build_object('settlement',
        credit_settlement(i.tenant, coalesce(i.x ->> 'settle', i.x -> 'charge' ->> 'stepKey')));
    end if;
    v_one := v_one || jsonb_build_object('wakes', engine_relatives(i, p_done -> i.n::text, v_over));
    v_out := v_out || jsonb_build_object(i.n, v_one);
  end loop;
  return v_out;
end $$;

create function engine_record_call(i engine_item)
returns void language sql set search_path = public, pg_temp as $$
  insert into calls (id, tenant_id, direction, provider, provider_ref, caller, callee, number_id, run_id, status, simulated)
  select i.x -> 'call' ->> 'id', i.tenant, 'inbound', i.x -> 'call' ->> 'provider', i.x -> 'call' ->> 'ref',
         i.x -> 'call' ->> 'from', i.x -> 'call' ->> 'to', i.x ->> 'numberId', i.run_id, 'in-progress',
         (i.x -> 'call' ->> 'simulated')::boolean
  where i.x \\? 'call' on conflict do nothing
$$;

create function engine_lock_effects(p_items engine_item[])
returns void language plpgsql set search_path = public, pg_temp as $$
begin
  perform 1 from effects where id in (
      select o ->> 'id' from unnest(p_items) u, jsonb_array_elements(coalesce(u.x -> 'outcomes', '[]')) o
      union
      select o ->> 'id' from unnest(p_items) u, jsonb_array_elements(coalesce(u.x -> 'intents', '[]')) o
      union
      select h.id from unnest(p_items) u join credit_holds h on h.tenant_id = u.tenant and h.run_id = u.run_id
      where h.state = 'open' and (u.x \\? 'settle' or u.status in ('succeeded', 'failed', 'cancelled')))
    order by id for update;
end $$;

-- The accounts this batch will touch, in one order for all.
create function engine_lock_accounts(p_items engine_item[])
returns void language plpgsql set search_path = public, pg_temp as $$
begin
  perform 1 from credit_accounts where (tenant_id, meter) in (
      select u.tenant, o ->> 'meter' from unnest(p_items) u, jsonb_array_elements(coalesce(u.x -> 'intents', '[]')) o
      union
      select u.tenant, u.x -> 'charge' ->> 'meter' from unnest(p_items) u
      union
      select u.tenant, h.meter from unnest(p_items) u
        join credit_holds h on h.tenant_id = u.tenant and h.run_id = u.run_id and h.state = 'open'
      where u.x \\?| array['settle', 'outcomes'] or u.status in ('succeeded', 'failed', 'cancelled')
      union
      select u.tenant, h.meter from unnest(p_items) u, jsonb_array_elements(coalesce(u.x -> 'usage', '[]')) o
        join credit_holds h on h.id = o ->> 'effectId'
      where h.tenant_id = u.tenant)
    order by tenant_id, meter for no key update;
end $$;

-- Children it starts or stops, the parent that waits for it, the next in its lane: gives whom somebody should look at.
create function engine_relatives(i engine_item, p_result jsonb, p_over boolean)
returns jsonb language plpgsql set search_path = public, pg_temp as $$
declare
  v_ids text[] := '{}';
  v_more text[];
  v_parent text := p_result ->> 'parentStep';
begin
  if i.x \\? 'children' then
    insert into runs (id, tenant_id, flow_key, flow_version_id, status, seq, state, trigger_type, contact_phone,
                      number_id, parent_run_id, parent_step, branch, depth, priority)
      select c ->> 'id', i.tenant, c ->> 'flowKey', c ->> 'flowVersionId', 'queued', 0, c -> 'state', c ->> 'triggerType',
             r.contact_phone, r.number_id, i.run_id, c ->> 'parentStep', c ->> 'branch', r.depth + 1, r.priority
      from jsonb_array_elements(i.x -> 'children') c, runs r where r.id = i.run_id and r.tenant_id = i.tenant
      on conflict (id) do nothing;
    v_ids := array(select c ->> 'id' from jsonb_array_elements(i.x -> 'children') c);
  end if;
  if p_over or i.x \\? 'cancelChildrenOf' then
    update runs set cancel_requested_at = coalesce(cancel_requested_at, now())
      where tenant_id = i.tenant and parent_run_id = i.run_id and ended_at is null
        and (p_over or parent_step = i.x ->> 'cancelChildrenOf');
    v_more := array(select id from runs where tenant_id = i.tenant and parent_run_id = i.run_id and ended_at is null
                      and cancel_requested_at is not null);
    v_ids := v_ids || v_more;
  end if;
  if p_over and v_parent is not null then
    update waits set wake_at = now() where tenant_id = i.tenant and key = 'children:' || v_parent;
    if found then
      update runs set wake_at = now() where tenant_id = i.tenant and id = split_part(v_parent, ':', 1) and status = 'waiting';
      v_ids := v_ids || split_part(v_parent, ':', 1);
    end if;
  end if;
  if p_over and p_result ->> 'lane' is not null then
    v_ids := v_ids || array(select id from runs where tenant_id = i.tenant and lane = p_result ->> 'lane'
                              and ended_at is null and id <> i.run_id order by started_at, id limit 1);
  end if;
  if i.x #>> '{lane,policy}' = 'replace' then
    v_ids := v_ids || array(select id from runs where tenant_id = i.tenant and lane = i.x #>> '{lane,key}'
                              and ended_at is null and id <> i.run_id and cancel_requested_at is not null);
  end if;
  return to_jsonb(v_ids);
end $$;
drop function engine_lock_credits(text, text, jsonb, boolean);

-- All keys a sleeping run is found by.
create function engine_wait_keys(p_run text, p_state jsonb)
returns text[] language sql immutable set search_path = public, pg_temp as $$
  select array(select jsonb_array_elements_text(coalesce(p_state #> '{wait,keys}', '[]'))) || ('run:' || p_run)
$$;

-- A run with what driving it needs: its version, and the effects of the step it stands at.
create or replace function engine_load(p_run text)
returns jsonb language sql stable security definer set search_path = public, pg_temp as $$
  select jsonb_build_object('id', r.id, 'tenantId', r.tenant_id, 'flowKey', r.flow_key,
      'flowVersionId', r.flow_version_id, 'status', r.status, 'seq', r.seq, 'epoch', r.lease_epoch, 'state', r.state,
      'owner', r.lease_owner, 'numberId', r.number_id, 'triggerType', r.trigger_type, 'contactPhone', r.contact_phone,
      'parentRunId', r.parent_run_id, 'parentStep', r.parent_step, 'branch', r.branch, 'depth', r.depth, 'lane', r.lane,
      'cancelRequested', r.cancel_requested_at is not null,
      'due', coalesce(r.status = 'waiting' and r.wake_at <= now(), false),
      'pending', (select jsonb_build_object('id', i.id, 'event', i.event) from inbox i
        where r.status = 'waiting' and i.tenant_id = r.tenant_id and i.consumed_at is null
          and i.resume_key = any (engine_wait_keys(r.id, r.state)) and (i.run_id is null or i.run_id = r.id)
        order by i.received_at limit 1),
      'effects', coalesce((select jsonb_agg(jsonb_build_object('id', e.id, 'part', e.part, 'state', e.state,
          'status', e.status, 'ref', e.ref, 'outcome', e.outcome, 'sentAt', e.sent_at, 'provider', e.provider,
          'channel', e.channel, 'to', e.recipient, 'from', e.sender, 'body', e.body, 'attempts', e.attempts))
        from effects e where e.run_id = r.id
          and e.step_key = r.id || ':' || (r.state #>> '{cursor,nodeId}') || ':' || (r.state #>> '{cursor,visit}')), '[]'))
  from runs r where r.id = p_run
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

-- A resume nobody waits for yet: kept until its wait is written. 'wait' when one is there after all.
create or replace function engine_keep_resume(p jsonb)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_tenant text := p ->> 'tenant';
begin
  perform set_config('app.tenant_id', v_tenant, true);
  insert into inbox (id, tenant_id, key_hash, source, resume_key, event, run_id)
    values (p ->> 'id', v_tenant, p ->> 'hash', p ->> 'source', p ->> 'key', p -> 'event', p ->> 'runId')
    on conflict (tenant_id, key_hash) do nothing;
  if not found then
    return (select jsonb_build_object('ok', false, 'reason', 'duplicate', 'deliveryId', id, 'answer', answer, 'runId', run_id)
            from inbox where tenant_id = v_tenant and key_hash = p ->> 'hash');
  end if;
  perform pg_advisory_xact_lock(hashtextextended(v_tenant || ' ' || (p ->> 'key'), 0));
  if not p \\? 'late' and engine_run_waiting(v_tenant, p ->> 'key') is not null then
    delete from inbox where tenant_id = v_tenant and key_hash = p ->> 'hash';
    return '{"ok": false, "reason": "wait"}';
  end if;
  if p \\? 'usage' then
    perform credit_capture(v_tenant, p -> 'usage' ->> 'effectId', (p -> 'usage' ->> 'amount')::integer, null);
  end if;
  return jsonb_build_object('ok', true, 'deliveryId', p ->> 'id');
end $$;

-- Runs that should be driven: leases that ran out, waits that are due, runs nobody has started. A wait whose run sleeps
-- longer than the row says is set right (\`engine_rearm\`) and not reported.
create or replace function engine_due(p_limit integer)
returns table (run_id text, why text) language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform engine_rearm(p_limit);
  return query
  (select r.id, 'lease' from runs r where r.status = 'running' and r.lease_until < now() order by r.lease_until limit p_limit)
  union all
  (select distinct w.run_id, 'wait' from waits w where w.wake_at <= now() limit p_limit)
  union all
  (select r.id, 'queued' from runs r where r.status = 'queued' and not engine_lane_taken(r) limit p_limit)
  union all
  -- an event kept for a wait, and nobody left who would hand it over
  (select e.waiting, 'event' from (
     select engine_run_waiting(i.tenant_id, i.resume_key) as waiting from inbox i
     where i.consumed_at is null and i.resume_key is not null
       and i.received_at between now() - interval '10 minutes' and now() - interval '3 seconds' limit p_limit) e
   where e.waiting is not null);
end $$;

-- An earlier run of the same lane is not over yet.
create function engine_lane_taken(r runs)
returns boolean language sql stable set search_path = public, pg_temp as $$
  select r.lane is not null and exists (select 1 from runs o where o.tenant_id = r.tenant_id and o.lane = r.lane
    and o.ended_at is null and (o.started_at, o.id) < (r.started_at, r.id))
$$;

-- Rows of waits may be early; those that came up too early get their run's own deadline.
create function engine_rearm(p_limit integer)
returns void language plpgsql set search_path = public, pg_temp as $$
declare
  t record;
begin
  for t in select e.tenant_id, array_agg(e.run_id) as runs from (
      select w.tenant_id, w.run_id from waits w join runs r on r.id = w.run_id
      where w.wake_at <= now() and r.wake_at > now() order by w.wake_at limit p_limit) e
    group by e.tenant_id order by e.tenant_id
  loop
    perform set_config('app.tenant_id', t.tenant_id, true);
    update waits w set wake_at = r.wake_at from (
        select r.id, r.wake_at from runs r where r.id = any (t.runs) and r.tenant_id = t.tenant_id
          and r.status = 'waiting' and r.wake_at > now()) r
      where w.tenant_id = t.tenant_id and w.run_id = r.id and w.wake_at <= now();
  end loop;
end $$;

-- Lets time pass in a sandbox: its clock goes ahead, and its deadlines come nearer by as much. False for a real tenant.
create function engine_skip_time(p_tenant text, p_ms double precision)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
  if not p_ms > 0 then return false; end if;
  perform set_config('app.tenant_id', p_tenant, true);
  update tenants set clock_offset_ms = clock_offset_ms + p_ms where id = p_tenant and sandbox;
  if not found then return false; end if;
  update runs set wake_at = wake_at - p_ms * interval '1 ms' where tenant_id = p_tenant and status = 'waiting';
  update waits set wake_at = wake_at - p_ms * interval '1 ms' where tenant_id = p_tenant;
  return true;
end $$;

revoke execute on all functions in schema public from public;
grant execute on function engine_commit, engine_load, engine_load_waiting, engine_keep_resume, engine_due,
  engine_skip_time to app_engine;
grant execute on function deduct_comm_credits to app_api, app_engine;
`);
}
