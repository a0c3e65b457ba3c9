import type { Knex } from "knex";

/**
 * Queued runs are claimed fairly: tenants take turns, each within its cap, and the runs of one lane go one after the other.
 * Every lease of a tenant is taken under the lock of its cap, so no count is ever stale.
 *
 * Locks are taken in the order of `engine_commit`: inbox keys, caps, runs, wait keys.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
create index runs_stopping_idx on runs (id) where status = 'waiting' and cancel_requested_at is not null;

-- Takes up to p_limit queued runs, one tenant after the other, beginning behind tenant p_after. Gives them as
-- engine_load does, with the tenant to go on behind, whether bulk is among them, and whether any queued run is left.
create function engine_claim_next(p_owner text, p_lease_ms integer, p_limit integer, p_after text)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_tenants text[] := engine_queued_tenants(p_after, greatest(p_limit, 32));
  v_after text := coalesce(v_tenants[cardinality(v_tenants)], p_after);
  v_chosen text[];
  v_taken text[] := '{}';
begin
  v_tenants := array(select t.id from unnest(v_tenants) with ordinality as t(id, turn)
                     where engine_free_slots(t.id) > 0 order by t.turn limit p_limit);
  if cardinality(v_tenants) > 0 then
    v_after := v_tenants[cardinality(v_tenants)];
    perform set_config('app.tenant_ids', array_to_string(v_tenants, ','), true);
    perform engine_lock_cap(t) from (select id as t from unnest(v_tenants) id order by 1) tenants;
    v_chosen := array(
      select c.id from unnest(v_tenants) with ordinality as t(id, turn)
        cross join lateral (select greatest(least(engine_free_slots(t.id), p_limit), 0) as free) f
        cross join lateral (
          select r.id, row_number() over (order by r.priority, r.started_at, r.id) as place from runs r
          where r.tenant_id = t.id and r.status = 'queued'
            and (r.cancel_requested_at is not null or r.lane is null or not engine_lane_taken(r))
          order by r.priority, r.started_at, r.id limit f.free) c
      order by c.place, t.turn limit p_limit);
    v_taken := array(select id from runs where id = any (v_chosen) and status = 'queued' order by id for update skip locked);
    update runs set status = 'running', lease_owner = p_owner, lease_epoch = lease_epoch + 1,
        lease_until = now() + p_lease_ms * interval '1 ms', updated_at = now()
      where id = any (v_taken);
    update effects set state = 'in_doubt' where run_id = any (v_taken) and state = 'sending';
  end if;
  return jsonb_build_object(
    'runs', (select coalesce(jsonb_agg(engine_load(c.id) order by c.turn), '[]')
             from unnest(v_chosen) with ordinality as c(id, turn) where c.id = any (v_taken)),
    'after', v_after,
    'bulk', exists (select 1 from runs where id = any (v_taken) and priority = 2),
    'more', exists (select 1 from runs where status = 'queued'));
end $$;

-- Tenants with queued runs, in turn, beginning behind p_after: one look into the index for each.
create function engine_queued_tenants(p_after text, p_limit integer)
returns text[] language sql stable set search_path = public, pg_temp as $$
  with recursive behind as (
    (select r.tenant_id, 1 as n from runs r where r.status = 'queued' and r.tenant_id > p_after order by r.tenant_id limit 1)
    union all
    select (select r.tenant_id from runs r where r.status = 'queued' and r.tenant_id > b.tenant_id order by r.tenant_id limit 1), n + 1
    from behind b where b.tenant_id is not null and n < p_limit),
  before as (
    (select r.tenant_id, 1 as n from runs r where r.status = 'queued' and r.tenant_id <= p_after order by r.tenant_id limit 1)
    union all
    select (select r.tenant_id from runs r where r.status = 'queued' and r.tenant_id > b.tenant_id and r.tenant_id <= p_after
            order by r.tenant_id limit 1), n + 1
    from before b where b.tenant_id is not null and n < p_limit)
  select array(select tenant_id from (
      select 1 as part, n, tenant_id from behind where tenant_id is not null
      union all
      select 2, n, tenant_id from before where tenant_id is not null) t
    order by part, n limit p_limit)
$$;

-- Takes one run that nobody drives: queued and its turn, or its lease has run out. Its effects under way are in doubt from
-- now on.
create or replace function engine_claim(p_run text, p_owner text, p_lease_ms integer)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_tenant text;
begin
  select tenant_id into v_tenant from runs where id = p_run;
  if not found then return false; end if;
  perform set_config('app.tenant_id', v_tenant, true);
  perform engine_lock_cap(v_tenant);
  update runs r set status = 'running', lease_owner = p_owner, lease_epoch = lease_epoch + 1,
      lease_until = now() + p_lease_ms * interval '1 ms', updated_at = now()
    where r.id = p_run
      and ((r.status = 'running' and r.lease_until < now())
           or (r.status = 'queued' and engine_free_slots(v_tenant) > 0
               and (r.cancel_requested_at is not null or not engine_lane_taken(r))));
  if not found then return false; end if;
  update effects set state = 'in_doubt' where run_id = p_run and state = 'sending';
  return true;
end $$;

-- Another run of the same lane is under way, or was queued before it.
create or replace function engine_lane_taken(r runs)
returns boolean language sql stable set search_path = public, pg_temp as $$
  select r.lane is not null and exists (select 1 from runs o where o.tenant_id = r.tenant_id and o.lane = r.lane
    and o.ended_at is null and o.id <> r.id
    and (o.status <> 'queued' or (o.started_at, o.id) < (r.started_at, r.id)))
$$;

-- New runs whose lane is taken, with the run that has it. \`replace\` asks the others to stop and goes ahead; \`queue\` says
-- busy until it is stored as queued; \`resume\` says busy so that the event can go to the run that is there. Of several for
-- one lane in one batch the first goes ahead, and the others try again.
create or replace function engine_busy_lanes(p_items engine_item[], p_duplicates integer[])
returns jsonb language plpgsql set search_path = public, pg_temp as $$
declare
  i engine_item;
  v_lane text;
  v_open text;
  v_seen text[] := '{}';
  v_busy jsonb := '{}';
begin
  for i in select * from unnest(p_items) u where u.x \\? 'lane' and u.expect = 'new' and u.n <> all (p_duplicates)
    order by u.tenant, u.x #>> '{lane,key}', u.n
  loop
    v_lane := i.x #>> '{lane,key}';
    perform pg_advisory_xact_lock(hashtextextended('lane ' || i.tenant || ' ' || v_lane, 0));
    if i.status = 'queued' and i.x #>> '{lane,policy}' <> 'replace' then continue; end if;
    if (i.tenant || ' ' || v_lane) = any (v_seen) then
      v_busy := v_busy || jsonb_build_object(i.n, null);
      continue;
    end if;
    if i.x #>> '{lane,policy}' = 'replace' then
      update runs set cancel_requested_at = coalesce(cancel_requested_at, now())
        where tenant_id = i.tenant and lane = v_lane and ended_at is null;
    else
      select id into v_open from runs where tenant_id = i.tenant and lane = v_lane and ended_at is null
        order by started_at desc, id desc limit 1;
      if found then
        v_busy := v_busy || jsonb_build_object(i.n, v_open);
        continue;
      end if;
    end if;
    v_seen := v_seen || (i.tenant || ' ' || v_lane);
  end loop;
  return v_busy;
end $$;

-- An event nobody waits for yet: kept until its wait is written. 'wait' when one is there after all, unless an older event
-- for the same wait is still to be handed over: events stay in their order. Where it names the run it is for: 'ended' when
-- that run is over.
create or replace function engine_keep_resume(p jsonb)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_tenant text := p ->> 'tenant';
  v_reason text;
  v_waiting text;
begin
  perform set_config('app.tenant_id', v_tenant, true);
  insert into inbox (id, tenant_id, key_hash, source, resume_key, event, run_id)
    values (p ->> 'id', v_tenant, p ->> 'hash', p ->> 'source', p ->> 'key', p -> 'event', p ->> 'runId')
    on conflict (tenant_id, key_hash) do nothing;
  if not found then
    return (select jsonb_build_object('ok', false, 'reason', 'duplicate', 'deliveryId', id, 'answer', answer, 'runId', run_id)
            from inbox where tenant_id = v_tenant and key_hash = p ->> 'hash');
  end if;
  if p ->> 'runId' is not null then
    perform 1 from runs where id = p ->> 'runId' and tenant_id = v_tenant and ended_at is null for share;
    if not found then v_reason := 'ended'; end if;
  end if;
  if v_reason is null then
    perform pg_advisory_xact_lock(hashtextextended(v_tenant || ' ' || (p ->> 'key'), 0));
    v_waiting := case when p \\? 'late' then null else engine_run_waiting(v_tenant, p ->> 'key') end;
    if v_waiting is not null and not exists (
        select 1 from inbox b where b.tenant_id = v_tenant and b.resume_key = p ->> 'key' and b.consumed_at is null
          and (b.run_id is null or b.run_id = v_waiting) and b.id <> p ->> 'id') then
      v_reason := 'wait';
    end if;
  end if;
  if v_reason is not null then
    delete from inbox where tenant_id = v_tenant and key_hash = p ->> 'hash';
    return jsonb_build_object('ok', false, 'reason', v_reason);
  end if;
  if p \\? 'message' then
    perform engine_record_inbound(v_tenant, p -> 'message' || jsonb_build_object('runId', coalesce(p ->> 'runId', v_waiting)));
  end if;
  if p \\? 'usage' then
    perform credit_capture(v_tenant, p -> 'usage' ->> 'effectId', (p -> 'usage' ->> 'amount')::integer, null);
  end if;
  return jsonb_build_object('ok', true, 'deliveryId', p ->> 'id');
end $$;

revoke execute on all functions in schema public from public;
grant execute on function engine_claim_next to app_engine;
`);
}
