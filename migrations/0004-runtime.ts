import type { Knex } from "knex";

/**
 * The transactions of the durable runtime, one function call each. Every write of a run is fenced by
 * (lease_epoch, seq): where no row matches, somebody else owns the run and nothing is changed.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
-- T0, T1 and T2 in one: an item may carry a delivery (dedupe), a run (new, woken or leased), its journal line, waits,
-- outcomes, intents with their holds, a settlement and the answer to the request that waits.
create function engine_commit(p jsonb)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_tenant text := p ->> 'tenant';
  v_run text := p ->> 'runId';
  v_delivery jsonb := p -> 'delivery';
  v_seq integer := (p ->> 'seq')::integer;
  v_status text := p ->> 'status';
  v_over boolean := v_status in ('succeeded', 'failed', 'cancelled');
  v_epoch integer := coalesce((p ->> 'epoch')::integer, 0);
  v_refused jsonb := '[]';
  v_first timestamptz := null;
  v_pending record;
  v_cancel boolean := false;
  v_result jsonb := '{"ok": true}';
  x jsonb;
  k text;
begin
  perform set_config('app.tenant_id', v_tenant, true);

  if v_delivery is not null then
    insert into inbox (id, tenant_id, key_hash, source, fingerprint, run_id, consumed_at, answer)
      values (v_delivery ->> 'id', v_tenant, v_delivery ->> 'hash', v_delivery ->> 'source',
              v_delivery ->> 'fingerprint', v_run, now(),
              case when p #>> '{answer,deliveryId}' = v_delivery ->> 'id' then p #> '{answer,http}' end)
      on conflict (tenant_id, key_hash) do nothing;
    if not found then
      return (select jsonb_build_object('ok', false, 'reason', 'duplicate', 'deliveryId', id, 'runId', run_id,
                                        'answer', answer, 'fingerprint', fingerprint)
              from inbox where tenant_id = v_tenant and key_hash = v_delivery ->> 'hash');
    end if;
  end if;

  if p ->> 'expect' = 'new' then
    v_epoch := 1;
    insert into runs (id, tenant_id, flow_key, flow_version_id, status, seq, state, lease_owner, lease_epoch,
                      lease_until, trigger_type, contact_phone, number_id, ended_at)
      values (v_run, v_tenant, p ->> 'flowKey', p ->> 'flowVersionId', v_status, v_seq + 1, p -> 'state',
              case when v_status = 'running' then p ->> 'owner' end, v_epoch,
              case when v_status = 'running' then now() + (p ->> 'leaseMs')::integer * interval '1 ms' end,
              p ->> 'triggerType', p ->> 'contactPhone', p ->> 'numberId', case when v_over then now() end);
  else
    update runs set status = v_status, seq = v_seq + 1, state = p -> 'state', updated_at = now(),
        lease_epoch = case when p ->> 'expect' = 'waiting' then lease_epoch + 1 else lease_epoch end,
        lease_owner = case when v_status = 'running' then p ->> 'owner' end,
        lease_until = case when v_status = 'running' then now() + (p ->> 'leaseMs')::integer * interval '1 ms' end,
        ended_at = case when v_over then now() end
      where id = v_run and tenant_id = v_tenant and seq = v_seq
        and case when p ->> 'expect' = 'waiting' then status = 'waiting'
                 else status = 'running' and lease_epoch = v_epoch end
      returning lease_epoch, cancel_requested_at is not null and not v_over into v_epoch, v_cancel;
    if not found then
      if v_delivery is not null then
        delete from inbox where tenant_id = v_tenant and key_hash = v_delivery ->> 'hash';
      end if;
      return '{"ok": false, "reason": "fence"}';
    end if;
    if p ->> 'expect' = 'waiting' then
      delete from waits where run_id = v_run;
    end if;
  end if;

  if p \\? 'consumes' then
    update inbox set consumed_at = now(), run_id = v_run where tenant_id = v_tenant and id = p ->> 'consumes';
  end if;

  if jsonb_array_length(coalesce(p -> 'events', '[]')) > 0 then
    insert into journal (tenant_id, run_id, seq, events) values (v_tenant, v_run, v_seq + 1, p -> 'events');
  end if;

  if p \\? 'answer' and p #>> '{answer,deliveryId}' is distinct from v_delivery ->> 'id' then
    update inbox set answer = p -> 'answer' -> 'http'
      where tenant_id = v_tenant and id = p -> 'answer' ->> 'deliveryId';
  end if;

  if p \\? 'call' then
    insert into calls (id, tenant_id, direction, provider, provider_ref, caller, callee, number_id, run_id, status, simulated)
      values (p -> 'call' ->> 'id', v_tenant, 'inbound', p -> 'call' ->> 'provider', p -> 'call' ->> 'ref',
              p -> 'call' ->> 'from', p -> 'call' ->> 'to', p ->> 'numberId', v_run, 'in-progress',
              (p -> 'call' ->> 'simulated')::boolean)
      on conflict do nothing;
  end if;
  if p \\? 'message' then
    perform engine_record_inbound(v_tenant, p -> 'message' || jsonb_build_object('runId', v_run));
  end if;

  -- A resume that came before this wait is handed back at once. The lock keeps the two from missing each other.
  if v_status = 'waiting' then
    v_first := (p ->> 'wakeAt')::timestamptz;
    for k in select jsonb_array_elements_text(p -> 'waitKeys') order by 1 loop
      perform pg_advisory_xact_lock(hashtextextended(v_tenant || ' ' || k, 0));
      insert into waits (tenant_id, run_id, key, seq, wake_at) values (v_tenant, v_run, k, v_seq + 1, v_first);
      v_first := null;
    end loop;
    select id, resume_key, event into v_pending from inbox
      where tenant_id = v_tenant and consumed_at is null and (run_id is null or run_id = v_run)
        and resume_key in (select jsonb_array_elements_text(p -> 'waitKeys'))
      order by received_at limit 1;
    if found then
      -- this run's from now on: another that waits for the same key does not get it, too
      update inbox set run_id = v_run where tenant_id = v_tenant and id = v_pending.id;
      v_result := v_result || jsonb_build_object('pending',
        jsonb_build_object('id', v_pending.id, 'event', v_pending.event));
    end if;
  end if;

  perform engine_lock_credits(v_tenant, v_run, p, v_over);
  for x in select jsonb_array_elements(coalesce(p -> 'outcomes', '[]')) loop
    perform engine_record_outcome(v_tenant, x);
  end loop;
  for x in select jsonb_array_elements(coalesce(p -> 'intents', '[]')) loop
    if not engine_record_intent(v_tenant, v_run, x) then
      v_refused := v_refused || jsonb_build_array(x ->> 'id');
    end if;
  end loop;
  for x in select jsonb_array_elements(coalesce(p -> 'usage', '[]')) loop
    perform credit_capture(v_tenant, x ->> 'effectId', (x ->> 'amount')::integer, null);
  end loop;
  if p \\? 'charge' then
    v_result := v_result || jsonb_build_object('charged', credit_charge(v_tenant, p -> 'charge' ->> 'meter',
      (p -> 'charge' ->> 'amount')::integer, p -> 'charge' ->> 'stepKey', v_run, p -> 'charge' ->> 'stepKey'));
  end if;
  if p \\? 'settle' then
    perform engine_capture_run(v_tenant, v_run, p ->> 'settle');
  end if;
  if v_over then
    perform engine_capture_run(v_tenant, v_run, null);
    perform engine_record_interaction(v_tenant, v_run, p -> 'interaction');
  end if;
  if p \\? 'settle' or p \\? 'charge' then
    v_result := v_result || jsonb_build_object('settlement',
      credit_settlement(v_tenant, coalesce(p ->> 'settle', p -> 'charge' ->> 'stepKey')));
  end if;
  return v_result || jsonb_build_object('epoch', v_epoch, 'seq', v_seq + 1, 'refused', v_refused, 'cancel', v_cancel);
end $$;

-- Locks the accounts this commit will touch, in one order for all: runs that use several meters queue instead of
-- blocking each other for good.
create function engine_lock_credits(p_tenant text, p_run text, p jsonb, p_over boolean)
returns void language plpgsql set search_path = public, pg_temp as $$
begin
  if not (p_over or p \\? 'settle' or p \\? 'usage' or jsonb_path_exists(p, '$.intents[*].meter')
          or jsonb_path_exists(p, '$.outcomes[*] \\? (@.state == "refused" || @.state == "unresolved")')) then
    return;
  end if;
  perform 1 from credit_accounts where tenant_id = p_tenant and meter in (
      select i ->> 'meter' from jsonb_array_elements(coalesce(p -> 'intents', '[]')) i
      union all
      select p -> 'charge' ->> 'meter'
      union all
      select h.meter from credit_holds h where h.tenant_id = p_tenant and h.run_id = p_run and h.state = 'open'
      union all
      select h.meter from jsonb_array_elements(coalesce(p -> 'usage', '[]')) u
        join credit_holds h on h.tenant_id = p_tenant and h.id = u ->> 'effectId')
    order by meter for no key update;
end $$;

-- The intent, committed before the first byte leaves. False when its credits cannot be reserved.
create function engine_record_intent(p_tenant text, p_run text, x jsonb)
returns boolean language plpgsql set search_path = public, pg_temp as $$
begin
  -- a retry of an effect that surely did not happen
  update effects set state = 'sending', attempts = attempts + 1, sent_at = now()
    where id = x ->> 'id' and tenant_id = p_tenant;
  if found then return true; end if;
  if x \\? 'meter' then
    if not credit_hold(p_tenant, x ->> 'id', p_run, x ->> 'meter', (x ->> 'amount')::integer) then
      return false;
    end if;
  end if;
  insert into effects (id, tenant_id, run_id, step_key, part, kind, provider, channel, sender, recipient, body,
                       state, details)
    values (x ->> 'id', p_tenant, p_run, x ->> 'stepKey', x ->> 'part', x ->> 'kind', x ->> 'provider',
            x ->> 'channel', x ->> 'from', x ->> 'to', x ->> 'body', 'sending', coalesce(x -> 'details', '{}'));
  if x \\? 'message' then
    insert into messages (id, tenant_id, direction, channel, contact_phone, number_id, number_e164, body, media,
                          template_key, status, provider, effect_id, run_id, store_id, units, simulated)
      values (x -> 'message' ->> 'id', p_tenant, 'outbound', x ->> 'channel', x ->> 'to',
              x -> 'message' ->> 'numberId', x ->> 'from', coalesce(x ->> 'body', ''),
              coalesce(x -> 'message' -> 'media', '[]'), x -> 'message' ->> 'templateKey', 'queued', x ->> 'provider',
              x ->> 'id', p_run, x -> 'message' ->> 'storeId', coalesce((x ->> 'amount')::integer, 0),
              coalesce((x -> 'message' ->> 'simulated')::boolean, false));
  end if;
  return true;
end $$;

-- What became of an effect: { id, state, ref, status, rank, outcome }. Evidence that came first is kept.
create function engine_record_outcome(p_tenant text, x jsonb)
returns void language plpgsql set search_path = public, pg_temp as $$
declare
  v_state text := x ->> 'state';
begin
  update effects set state = v_state,
      ref = coalesce(x ->> 'ref', ref),
      outcome = coalesce(x -> 'outcome', outcome),
      status = case when coalesce((x ->> 'rank')::integer, -1) > status_rank then x ->> 'status' else status end,
      status_rank = greatest(status_rank, coalesce((x ->> 'rank')::integer, -1)),
      settled_at = case when v_state in ('accepted', 'refused', 'unresolved') then now() end
    where id = x ->> 'id' and tenant_id = p_tenant and state <> 'accepted';
  if not found then
    -- a callback was faster than the answer, which adds what the callback did not say
    update effects set ref = coalesce(ref, x ->> 'ref'),
        outcome = case when v_state = 'accepted' then coalesce(x -> 'outcome', '{}') || coalesce(outcome, '{}') else outcome end
      where id = x ->> 'id' and tenant_id = p_tenant;
    update messages set provider_ref = coalesce(provider_ref, x ->> 'ref') where effect_id = x ->> 'id' and tenant_id = p_tenant;
    return;
  end if;
  if v_state in ('refused', 'unresolved') then
    perform credit_release(p_tenant, x ->> 'id');
  end if;
  update messages set provider_ref = coalesce(provider_ref, x ->> 'ref'), updated_at = now(),
      sent_at = case when v_state = 'accepted' then coalesce(sent_at, now()) else sent_at end,
      status = case v_state when 'refused' then 'failed' when 'unresolved' then 'unknown' else status end,
      status_rank = case when v_state in ('refused', 'unresolved') then 9 else status_rank end,
      error = case when v_state = 'refused' then x -> 'outcome' else error end
    where effect_id = x ->> 'id' and tenant_id = p_tenant and v_state in ('accepted', 'refused', 'unresolved');
end $$;

-- Captures what a run has reserved and the vendor took; releases what the vendor refused and, at the end of the run, what
-- was still to be tried again. What is in doubt stays held until evidence comes or it is given up. The effects are locked:
-- a report that comes right now is seen here, or sees the end of the run itself.
create function engine_capture_run(p_tenant text, p_run text, p_step text)
returns void language plpgsql set search_path = public, pg_temp as $$
declare
  h record;
begin
  for h in
    select c.id, e.state, e.kind from credit_holds c join effects e on e.id = c.id and e.tenant_id = c.tenant_id
    where c.tenant_id = p_tenant and c.run_id = p_run and c.state = 'open' order by c.id for update of e
  loop
    if h.state in ('refused', 'unresolved') or (h.state = 'retrying' and p_step is null) then
      perform credit_release(p_tenant, h.id);
    elsif h.state = 'accepted' and (h.kind <> 'dial' or p_step is null) then
      perform credit_capture(p_tenant, h.id, null, p_step);
    end if;
  end loop;
end $$;

create function engine_record_interaction(p_tenant text, p_run text, x jsonb)
returns void language sql set search_path = public, pg_temp as $$
  insert into interactions (id, tenant_id, run_id, kind, flow_key, contact_phone, number_id, group_id, store_id, outcome, credits)
  select x ->> 'id', p_tenant, p_run, x ->> 'kind', x ->> 'flowKey', x ->> 'contactPhone', x ->> 'numberId',
         x ->> 'groupId', x ->> 'storeId', x ->> 'outcome',
         coalesce((select jsonb_object_agg(meter, spent) from (
           select meter, -sum(amount) as spent from credit_entries
           where tenant_id = p_tenant and run_id = p_run group by meter) s), '{}')
  where x is not null
  on conflict (run_id) do nothing;
  update contacts set last_store_id = x ->> 'storeId', updated_at = now()
    where tenant_id = p_tenant and phone = x ->> 'contactPhone' and x ->> 'storeId' is not null
      and last_store_id is distinct from x ->> 'storeId'
$$;

create function engine_record_inbound(p_tenant text, x jsonb)
returns void language plpgsql set search_path = public, pg_temp as $$
begin
  insert into messages (id, tenant_id, direction, channel, contact_phone, number_id, number_e164, body, media, status,
                        provider, provider_ref, run_id, simulated, sent_at)
    values (x ->> 'id', p_tenant, 'inbound', x ->> 'channel', x ->> 'from', x ->> 'numberId', x ->> 'to', x ->> 'body',
            coalesce(x -> 'media', '[]'), 'received', x ->> 'provider', x ->> 'ref', x ->> 'runId',
            (x ->> 'simulated')::boolean, coalesce((x ->> 'sentAt')::timestamptz, now()))
    on conflict do nothing;
end $$;

-- A resume nobody waits for yet: kept until its wait is written. 'wait' when one is there after all.
create function engine_keep_resume(p jsonb)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_tenant text := p ->> 'tenant';
begin
  perform set_config('app.tenant_id', v_tenant, true);
  perform pg_advisory_xact_lock(hashtextextended(v_tenant || ' ' || (p ->> 'key'), 0));
  if not p \\? 'late' and exists (select 1 from waits where tenant_id = v_tenant and key = p ->> 'key') then
    return '{"ok": false, "reason": "wait"}';
  end if;
  insert into inbox (id, tenant_id, key_hash, source, resume_key, event, run_id)
    values (p ->> 'id', v_tenant, p ->> 'hash', p ->> 'source', p ->> 'key', p -> 'event', p ->> 'runId')
    on conflict (tenant_id, key_hash) do nothing;
  if not found then
    return (select jsonb_build_object('ok', false, 'reason', 'duplicate', 'deliveryId', id, 'answer', answer, 'runId', run_id)
            from inbox where tenant_id = v_tenant and key_hash = p ->> 'hash');
  end if;
  if p \\? 'usage' then
    perform credit_capture(v_tenant, p -> 'usage' ->> 'effectId', (p -> 'usage' ->> 'amount')::integer, null);
  end if;
  return jsonb_build_object('ok', true, 'deliveryId', p ->> 'id');
end $$;

-- Pays for an effect whose evidence came after its run had ended or given it up.
create function engine_pay_late(e effects)
returns void language plpgsql set search_path = public, pg_temp as $$
declare
  h credit_holds;
begin
  select * into h from credit_holds where tenant_id = e.tenant_id and id = e.id;
  if not found or e.state not in ('sending', 'in_doubt', 'retrying', 'unresolved') then return; end if;
  if h.state = 'released' then
    perform credit_charge(e.tenant_id, h.meter, h.amount, e.id, e.run_id, null);
  elsif exists (select 1 from runs where id = e.run_id and ended_at is not null) then
    perform credit_capture(e.tenant_id, e.id, null, null);
  end if;
end $$;

-- Effects still in doubt after their run and their grace are given up: nothing is charged. Gives how many.
create function engine_give_up_doubts(p_grace_ms integer, p_limit integer)
returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
  t record;
  v_effect text;
  v_count integer := 0;
begin
  for t in
    select tenant_id, array_agg(id) as effects from (
      select f.id, f.tenant_id from effects f join runs r on r.id = f.run_id
      where f.state in ('sending', 'in_doubt') and f.sent_at < now() - p_grace_ms * interval '1 ms' and r.ended_at is not null
      order by f.sent_at limit p_limit) old
    group by tenant_id order by tenant_id
  loop
    perform set_config('app.tenant_id', t.tenant_id, true);
    -- effects first, as a report takes them, then accounts in the order of all others
    t.effects := array(select id from effects where id = any (t.effects) and state in ('sending', 'in_doubt')
                       order by id for update skip locked);
    perform 1 from credit_accounts where tenant_id = t.tenant_id and meter in (
        select meter from credit_holds where tenant_id = t.tenant_id and id = any (t.effects))
      order by meter for no key update;
    foreach v_effect in array t.effects loop
      perform engine_record_outcome(t.tenant_id, jsonb_build_object('id', v_effect, 'state', 'unresolved'));
      v_count := v_count + 1;
    end loop;
  end loop;
  return v_count;
end $$;

-- A vendor's report about one of our effects: only upward, twice is once. Gives the wake key where it said anything new.
create function engine_effect_status(p jsonb)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
  e effects;
  v_rank integer := (p ->> 'rank')::integer;
  v_failed boolean := p ->> 'status' = 'failed';
begin
  select * into e from effects
    where case when p ->> 'effectId' is null then ref = p ->> 'ref' else id = p ->> 'effectId' end
      and (jsonb_typeof(p -> 'tenants') = 'null' or p -> 'tenants' \\? tenant_id)
    limit 1;
  if not found then return '{"ok": false, "reason": "unknown"}'; end if;
  perform set_config('app.tenant_id', e.tenant_id, true);
  select * into e from effects where id = e.id for update;
  if e.status_rank >= v_rank or (v_failed and e.status_rank >= 2) then
    return jsonb_build_object('ok', true, 'changed', false, 'tenant', e.tenant_id);
  end if;
  update effects set status = p ->> 'status', status_rank = v_rank, ref = coalesce(ref, p ->> 'ref'),
      state = case when state in ('sending', 'in_doubt', 'retrying', 'unresolved') then 'accepted' else state end,
      settled_at = coalesce(settled_at, now()),
      outcome = case when state = 'refused' then outcome
                when outcome is null or outcome ->> 'state' <> 'accepted'
                then jsonb_build_object('state', 'accepted', 'ref', p ->> 'ref') else outcome end
                || case when v_failed then jsonb_build_object('failure', p -> 'failure') else '{}' end
    where id = e.id;
  update messages set status = p ->> 'status', status_rank = v_rank, updated_at = now(),
      provider_ref = coalesce(provider_ref, p ->> 'ref'), sent_at = coalesce(sent_at, now()),
      error = case when v_failed then p -> 'failure' else error end
    where effect_id = e.id;
  -- what was given up, or is still open after its run, is paid for now that it is known to have happened
  if v_failed then
    -- what the vendor took but could not deliver is not charged, as long as it is not settled
    perform credit_release(e.tenant_id, e.id);
  else
    perform engine_pay_late(e);
  end if;
  return jsonb_build_object('ok', true, 'changed', true, 'tenant', e.tenant_id, 'runId', e.run_id, 'effectId', e.id,
    'runOpen', exists (select 1 from runs where id = e.run_id and ended_at is null));
end $$;

-- A call of ours ended or changed.
create function engine_call_status(p jsonb)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_over boolean := p ->> 'status' in ('completed', 'busy', 'failed', 'no-answer', 'canceled');
  v_tenant text;
  v_run text;
begin
  select tenant_id, run_id into v_tenant, v_run from calls where provider = p ->> 'provider' and provider_ref = p ->> 'sid'
      and (jsonb_typeof(p -> 'tenants') = 'null' or p -> 'tenants' \\? tenant_id)
    order by started_at limit 1;
  if not found then return '{"ok": false, "reason": "unknown"}'; end if;
  perform set_config('app.tenant_id', v_tenant, true);
  update calls set status = p ->> 'status',
      duration_seconds = coalesce((p ->> 'durationSeconds')::integer, duration_seconds),
      ended_at = case when v_over then now() end
    where tenant_id = v_tenant and provider = p ->> 'provider' and provider_ref = p ->> 'sid' and ended_at is null;
  return jsonb_build_object('ok', true, 'changed', found, 'over', v_over, 'tenant', v_tenant, 'runId', v_run,
    'runOpen', exists (select 1 from runs where id = v_run and ended_at is null));
end $$;

-- Takes a run that nobody drives: queued, or its lease has run out. Its effects under way are in doubt from now on.
create function engine_claim(p_run text, p_owner text, p_lease_ms integer)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_tenant text;
begin
  select tenant_id into v_tenant from runs where id = p_run;
  if not found then return false; end if;
  perform set_config('app.tenant_id', v_tenant, true);
  update runs set status = 'running', lease_owner = p_owner, lease_epoch = lease_epoch + 1,
      lease_until = now() + p_lease_ms * interval '1 ms', updated_at = now()
    where id = p_run and (status = 'queued' or (status = 'running' and lease_until < now()));
  if not found then return false; end if;
  update effects set state = 'in_doubt' where run_id = p_run and state = 'sending';
  return true;
end $$;

-- Whoever drives the run learns of it with its next commit. False when there is no such run, or it is over.
create function engine_request_cancel(p_tenant text, p_run text)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('app.tenant_id', p_tenant, true);
  update runs set cancel_requested_at = coalesce(cancel_requested_at, now())
    where id = p_run and tenant_id = p_tenant and ended_at is null;
  return found;
end $$;

-- A run with what driving it needs: its version, and the effects of the step it stands at.
create function engine_load(p_run text)
returns jsonb language sql stable security definer set search_path = public, pg_temp as $$
  select jsonb_build_object('id', r.id, 'tenantId', r.tenant_id, 'flowKey', r.flow_key,
      'flowVersionId', r.flow_version_id, 'status', r.status, 'seq', r.seq, 'epoch', r.lease_epoch, 'state', r.state,
      'owner', r.lease_owner, 'numberId', r.number_id, 'triggerType', r.trigger_type, 'contactPhone', r.contact_phone,
      'due', exists (select 1 from waits w where w.run_id = r.id and w.wake_at <= now()),
      'pending', (select jsonb_build_object('id', i.id, 'event', i.event) from waits w
        join inbox i on i.tenant_id = w.tenant_id and i.resume_key = w.key and i.consumed_at is null
          and (i.run_id is null or i.run_id = r.id)
        where w.run_id = r.id order by i.received_at limit 1),
      'effects', coalesce((select jsonb_agg(jsonb_build_object('id', e.id, 'part', e.part, 'state', e.state,
          'status', e.status, 'ref', e.ref, 'outcome', e.outcome, 'sentAt', e.sent_at, 'provider', e.provider,
          'channel', e.channel, 'to', e.recipient, 'from', e.sender, 'body', e.body, 'attempts', e.attempts))
        from effects e where e.run_id = r.id
          and e.step_key = r.id || ':' || (r.state #>> '{cursor,nodeId}') || ':' || (r.state #>> '{cursor,visit}')), '[]'))
  from runs r where r.id = p_run
$$;

create function engine_load_waiting(p_tenant text, p_key text)
returns jsonb language sql stable security definer set search_path = public, pg_temp as $$
  -- where several wait for the same, the youngest
  select engine_load(w.run_id) from waits w where w.tenant_id = p_tenant and w.key = p_key order by w.run_id desc limit 1
$$;

create function engine_tenant_of_run(p_run text)
returns text language sql stable security definer set search_path = public, pg_temp as $$
  select tenant_id from runs where id = p_run
$$;

-- The person behind a request: found by the vendor's id, else by phone, else made.
create function engine_contact(p jsonb)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_tenant text := p ->> 'tenant';
  c contacts;
begin
  perform set_config('app.tenant_id', v_tenant, true);
  select * into c from contacts where tenant_id = v_tenant
    and (channel_user_id = p ->> 'channelUserId' or phone = p ->> 'phone')
    order by (channel_user_id = p ->> 'channelUserId') desc nulls last limit 1;
  if not found then
    insert into contacts (id, tenant_id, phone, channel_user_id, name)
      values (p ->> 'id', v_tenant, p ->> 'phone', p ->> 'channelUserId', p ->> 'name')
      on conflict do nothing returning * into c;
    if not found then
      select * into c from contacts where tenant_id = v_tenant
        and (phone = p ->> 'phone' or channel_user_id = p ->> 'channelUserId') limit 1;
    end if;
  elsif (p ->> 'name' is not null and c.name is null)
     or (p ->> 'channelUserId' is not null and c.channel_user_id is null) then
    update contacts set name = coalesce(name, p ->> 'name'),
        channel_user_id = coalesce(channel_user_id, p ->> 'channelUserId'), updated_at = now()
      where id = c.id returning * into c;
  end if;
  return to_jsonb(c);
end $$;

-- STOP and START: what this person wants to hear on a channel.
create function engine_opt(p_tenant text, p_contact text, p_channel text, p_out boolean)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('app.tenant_id', p_tenant, true);
  update contacts set opt_outs = array_remove(opt_outs, p_channel)
      || case when p_out then array[p_channel] else '{}'::text[] end, updated_at = now()
    where tenant_id = p_tenant and id = p_contact;
end $$;

-- What must be known before somebody is written to.
create function engine_recipient(p_tenant text, p_phone text, p_channel text, p_number text)
returns jsonb language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  perform set_config('app.tenant_id', p_tenant, true);
  return jsonb_build_object(
    'optedOut', coalesce((select p_channel = any (opt_outs) from contacts
                          where tenant_id = p_tenant and phone = p_phone), false),
    'lastInboundAt', (select sent_at from messages where tenant_id = p_tenant and contact_phone = p_phone
                      and channel = p_channel and direction = 'inbound'
                      and (p_number is null or number_e164 = p_number) order by id desc limit 1));
end $$;

-- An inbound message that starts no flow is still kept, once.
create function engine_keep_inbound(p jsonb)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('app.tenant_id', p ->> 'tenant', true);
  insert into inbox (id, tenant_id, key_hash, source, consumed_at)
    values (p -> 'delivery' ->> 'id', p ->> 'tenant', p -> 'delivery' ->> 'hash', p -> 'delivery' ->> 'source', now())
    on conflict (tenant_id, key_hash) do nothing;
  if not found then return false; end if;
  perform engine_record_inbound(p ->> 'tenant', p -> 'message');
  return true;
end $$;

-- Runs that should be driven: leases that ran out, waits that are due, runs nobody has started.
create function engine_due(p_limit integer)
returns table (run_id text, why text) language sql stable security definer set search_path = public, pg_temp as $$
  (select r.id, 'lease' from runs r where r.status = 'running' and r.lease_until < now() order by r.lease_until limit p_limit)
  union all
  (select w.run_id, 'wait' from waits w where w.wake_at <= now() order by w.wake_at limit p_limit)
  union all
  (select r.id, 'queued' from runs r where r.status = 'queued' order by r.started_at limit p_limit)
  union all
  -- an event kept for a wait, and nobody left who would hand it over
  (select w.run_id, 'event' from inbox i join waits w on w.tenant_id = i.tenant_id and w.key = i.resume_key
    where i.consumed_at is null and i.resume_key is not null
      and i.received_at between now() - interval '10 minutes' and now() - interval '3 seconds' limit p_limit)
$$;

create function engine_renew(p_owner text, p_runs text[], p_lease_ms integer)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
  t record;
begin
  for t in select distinct tenant_id from runs where id = any (p_runs) order by tenant_id loop
    perform set_config('app.tenant_id', t.tenant_id, true);
    update runs set lease_until = now() + p_lease_ms * interval '1 ms'
      where id = any (p_runs) and tenant_id = t.tenant_id and status = 'running' and lease_owner = p_owner;
  end loop;
end $$;

-- Gives a leased run back, so that the next process need not wait for the lease to run out.
create function engine_hand_back(p_owner text, p_run text)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('app.tenant_id', (select tenant_id from runs where id = p_run), true);
  update runs set lease_until = now() - interval '1 ms' where id = p_run and status = 'running' and lease_owner = p_owner;
end $$;

create function engine_answer(p_delivery text)
returns jsonb language sql stable security definer set search_path = public, pg_temp as $$
  select jsonb_build_object('answer', answer, 'runId', run_id, 'tenant', tenant_id) from inbox where id = p_delivery
$$;

create function engine_prune_inbox(p_limit integer)
returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
  t record;
  v_count integer := 0;
begin
  for t in select tenant_id, array_agg(key_hash) as hashes from (
      select tenant_id, key_hash from inbox where received_at < now() - interval '14 days' limit p_limit) old
    group by tenant_id order by tenant_id
  loop
    perform set_config('app.tenant_id', t.tenant_id, true);
    delete from inbox where tenant_id = t.tenant_id and key_hash = any (t.hashes);
    v_count := v_count + cardinality(t.hashes);
  end loop;
  return v_count;
end $$;

-- Routing ------------------------------------------------------------------------------------

-- Everything a request to one of our numbers needs to know. The first tenant to have the number keeps it.
create function engine_route_number(p_provider text, p_e164 text, p_provider_id text)
returns jsonb language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  n numbers;
begin
  select * into n from numbers
    where provider = p_provider
      and case when p_provider_id is null then e164 = p_e164 else provider_id = p_provider_id end
    order by created_at limit 1;
  if not found and p_provider_id is not null then
    select * into n from numbers where provider = p_provider and e164 = p_e164 and provider_id is null
      order by created_at limit 1;
  end if;
  if n.id is null then return null; end if;
  perform set_config('app.tenant_id', n.tenant_id, true);
  return jsonb_build_object('tenantId', n.tenant_id, 'number', to_jsonb(n),
    'tenant', (select to_jsonb(t) from tenants t where t.id = n.tenant_id),
    'store', (select to_jsonb(s) from stores s where s.id = n.store_id and s.tenant_id = n.tenant_id),
    'group', (select to_jsonb(g) from store_groups g where g.id = n.group_id and g.tenant_id = n.tenant_id));
end $$;

create function engine_published_version(p_tenant text, p_flow_key text, p_number integer default null)
returns jsonb language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  perform set_config('app.tenant_id', p_tenant, true);
  return (select jsonb_build_object('id', v.id, 'flowKey', v.flow_key, 'number', v.number, 'document', v.document)
    from flows f join flow_versions v on v.flow_id = f.id and v.number = coalesce(p_number, f.published)
    where f.tenant_id = p_tenant and f.key = p_flow_key);
end $$;

create function engine_version(p_tenant text, p_version text)
returns jsonb language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  perform set_config('app.tenant_id', p_tenant, true);
  return (select jsonb_build_object('id', id, 'flowKey', flow_key, 'number', number, 'document', document)
    from flow_versions where tenant_id = p_tenant and id = p_version);
end $$;

create function engine_route_hook(p_hook_key text)
returns jsonb language sql stable security definer set search_path = public, pg_temp as $$
  select jsonb_build_object('tenantId', tenant_id, 'flowKey', key) from flows where hook_key = p_hook_key
$$;

create function engine_find_api_key(p_hash text)
returns jsonb language sql stable security definer set search_path = public, pg_temp as $$
  select jsonb_build_object('id', id, 'tenantId', tenant_id, 'scopes', scopes) from api_keys
  where hash = p_hash and revoked_at is null and (expires_at is null or expires_at > now()) limit 1
$$;

create function engine_credentials_of_account(p_type text, p_account text)
returns table (id text, tenant_id text, sealed jsonb)
language sql stable security definer set search_path = public, pg_temp as $$
  select c.id, c.tenant_id, c.sealed from credentials c where c.type = p_type and c.account = p_account
  order by c.created_at desc
$$;

create function engine_follow_link(p_code text)
returns text language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_tenant text;
  v_url text;
begin
  select tenant_id into v_tenant from links where code = p_code;
  if not found then return null; end if;
  perform set_config('app.tenant_id', v_tenant, true);
  update links set clicks = clicks + 1, last_click_at = now() where code = p_code returning url into v_url;
  return v_url;
end $$;

revoke execute on all functions in schema public from public;
grant execute on function engine_commit, engine_keep_resume, engine_effect_status, engine_call_status, engine_claim,
  engine_load, engine_load_waiting, engine_tenant_of_run, engine_contact, engine_opt, engine_recipient,
  engine_keep_inbound, engine_due, engine_renew, engine_hand_back, engine_request_cancel, engine_give_up_doubts, engine_answer, engine_prune_inbox,
  engine_route_number, engine_published_version, engine_version, engine_route_hook, engine_find_api_key,
  engine_credentials_of_account, engine_follow_link to app_engine;
`);
}
