import type { Knex } from "knex";

/**
 * Effects to the end: slots of a sender's pace, what is known of an effect in doubt, its policy, and settling it by hand.
 *
 * An effect is \`planned\` while its sender's next slot is still to come. From a settled state (accepted, refused,
 * unresolved) only evidence moves it on, and only to \`accepted\`; from \`accepted\` nothing does.
 *
 * A message is written in the transaction of its effect, so both have the same \`created_at\`.
 *
 * Locks: runs, wait keys, effects, paces of senders, credit accounts.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
alter table effects
  drop constraint effects_state_check,
  add constraint effects_state_check check
    (state in ('planned', 'sending', 'accepted', 'refused', 'retrying', 'in_doubt', 'unresolved')),
  -- what is done when nobody can tell whether it happened
  add column on_doubt text not null default 'give-up' check (on_doubt in ('give-up', 'resend')),
  -- sends that may double an earlier one, counted before they leave
  add column resends integer not null default 0,
  -- the slot a planned effect waits for
  add column leave_at timestamptz,
  -- what is known of one in doubt: { error, lookedAt, lookedBy, lookups }
  add column evidence jsonb not null default '{}',
  add constraint effects_planned_has_slot check (state <> 'planned' or leave_at is not null);
drop index effects_open_idx;
create index effects_open_idx on effects (sent_at) where state in ('planned', 'sending', 'retrying', 'in_doubt');
create index effects_unsettled_idx on effects (tenant_id, created_at, id)
  where state in ('planned', 'sending', 'retrying', 'in_doubt', 'unresolved');

-- messages (or segments) per second this number may send; null = what its channel says
alter table numbers add column pace_per_second double precision check (pace_per_second > 0);

-- When a sender's next slot is: towards everybody (recipient ''), and towards one person where the vendor limits that.
create table sender_pace (
  tenant_id text not null references tenants (id),
  provider text not null,
  channel text not null,
  sender text not null,
  recipient text not null,
  next_free_at timestamptz not null,
  primary key (tenant_id, provider, channel, sender, recipient)
) with (fillfactor = 70);

-- Who did what by hand. Never rewritten.
create table audit_log (
  id text primary key check (id like 'aud\\_%'),
  tenant_id text not null references tenants (id),
  at timestamptz not null default clock_timestamp(),
  -- an API key or a user
  actor text not null,
  -- \`effect.resolve\`
  action text not null,
  -- the id of what it was done to
  target text not null,
  details jsonb not null default '{}'
);
create index audit_log_list_idx on audit_log (tenant_id, id desc);

do $$
declare
  t text;
begin
  foreach t in array array['sender_pace', 'audit_log'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format(
      'create policy tenant_wall on %I using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')))',
      t);
  end loop;
end $$;
grant select on sender_pace to app_api;
grant select, insert on audit_log to app_api;
create policy owner_routes on sender_pace for select to app_owner using (true);
create policy owner_batch on sender_pace to app_owner using (tenant_id = any ((select
  string_to_array(nullif(current_setting('app.tenant_ids', true), ''), ','))::text[]));

-- Pacing -----------------------------------------------------------------------------------------

-- The buckets an intent with a \`pace\` takes slots of: its sender's, and the one of sender and recipient.
create function engine_paces(x jsonb)
returns table (recipient text, slot interval, burst integer, units integer)
language sql immutable set search_path = public, pg_temp as $$
  select '', interval '1 second' / (x #>> '{pace,perSecond}')::double precision, (x #>> '{pace,burst}')::integer,
         least((x #>> '{pace,units}')::integer, (x #>> '{pace,burst}')::integer)
  where x \\? 'pace'
  union all
  select x ->> 'to', interval '1 second' * (x #>> '{pace,pair,everySeconds}')::double precision,
         (x #>> '{pace,pair,burst}')::integer, 1
  where x #> '{pace,pair}' is not null and x ->> 'to' is not null
$$;

-- Takes the slots of one intent and gives the milliseconds from p_now until it may leave, 0 for at once. Where that is more than the
-- intent can wait (\`maxWaitMs\`), nothing is taken. A bucket holds \`burst\` slots and gets one back every \`slot\`: in any
-- period no more leave than its length allows, plus the burst. The row is one number (GCRA): when the bucket is full again.
create function engine_take_pace(p_tenant text, x jsonb, p_now timestamptz)
returns double precision language plpgsql set search_path = public, pg_temp as $$
declare
  v_leave timestamptz;
  v_wait double precision;
begin
  if not x \\? 'pace' then return 0; end if;
  select max(s.next_free_at - b.slot * (b.burst - b.units)) into v_leave
    from engine_paces(x) b join sender_pace s on s.tenant_id = p_tenant and s.provider = x ->> 'provider'
      and s.channel = x ->> 'channel' and s.sender = x ->> 'from' and s.recipient = b.recipient;
  v_wait := extract(epoch from greatest(coalesce(v_leave, p_now), p_now) - p_now) * 1000;
  if v_wait > coalesce((x #>> '{pace,maxWaitMs}')::double precision, 'infinity') then return v_wait; end if;
  insert into sender_pace as s (tenant_id, provider, channel, sender, recipient, next_free_at)
    select p_tenant, x ->> 'provider', x ->> 'channel', x ->> 'from', b.recipient, p_now + b.slot * b.units
    from engine_paces(x) b
    on conflict (tenant_id, provider, channel, sender, recipient) do update
      set next_free_at = greatest(s.next_free_at, p_now) + (excluded.next_free_at - p_now);
  return v_wait;
end $$;

-- Buckets that are full say nothing.
create function engine_prune_paces(p_limit integer)
returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
  t record;
  v_count integer := 0;
  v_some integer;
begin
  for t in select distinct tenant_id from (
      select tenant_id from sender_pace where next_free_at < now() - interval '10 minutes' limit p_limit) old
    order by tenant_id
  loop
    perform set_config('app.tenant_id', t.tenant_id, true);
    delete from sender_pace p using (
        select ctid from sender_pace where tenant_id = t.tenant_id and next_free_at < now() - interval '10 minutes'
        limit p_limit for update skip locked) old
      where p.ctid = old.ctid;
    get diagnostics v_some = row_count;
    v_count := v_count + v_some;
  end loop;
  return v_count;
end $$;

-- Effects first, then the paces of their senders: rows that are not there yet are made in one order, too.
create or replace function engine_lock_effects(p_items engine_item[])
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
  if not exists (select 1 from unnest(p_items) u where jsonb_path_exists(u.x, '$.intents[*].pace')) then return; end if;
  insert into sender_pace (tenant_id, provider, channel, sender, recipient, next_free_at)
    select distinct u.tenant, o ->> 'provider', o ->> 'channel', o ->> 'from', b.recipient, '-infinity'::timestamptz
    from unnest(p_items) u, jsonb_array_elements(coalesce(u.x -> 'intents', '[]')) o, engine_paces(o) b
    order by 1, 2, 3, 4, 5
    on conflict do nothing;
  perform 1 from sender_pace where (tenant_id, provider, channel, sender, recipient) in (
      select u.tenant, o ->> 'provider', o ->> 'channel', o ->> 'from', b.recipient
      from unnest(p_items) u, jsonb_array_elements(coalesce(u.x -> 'intents', '[]')) o, engine_paces(o) b)
    order by tenant_id, provider, channel, sender, recipient for update;
end $$;

-- Intents ----------------------------------------------------------------------------------------

-- Writes an intent, before the first byte leaves. Gives what keeps it from leaving now, null where nothing does:
-- { refused } its credits are not there; { planned, inMs } its slot is still to come; { late, inMs } its slot is further
-- away than it can wait, and nothing was written; { stale } its row says that it need not, or must not, be sent.
create function engine_write_intent(p_tenant text, p_run text, x jsonb)
returns jsonb language plpgsql set search_path = public, pg_temp as $$
declare
  e effects;
  -- the senders' rows are locked: later ones see a later moment
  v_now timestamptz := clock_timestamp();
  v_wait double precision := 0;
  v_state text;
  v_leave timestamptz;
begin
  select * into e from effects where id = x ->> 'id' and tenant_id = p_tenant for update;
  if found and not (e.state in ('planned', 'retrying') or (e.state = 'in_doubt' and x \\? 'resend')) then
    return '{"stale": true}';
  end if;
  if e.state is distinct from 'planned' then
    v_wait := engine_take_pace(p_tenant, x, v_now);
    if v_wait > coalesce((x #>> '{pace,maxWaitMs}')::double precision, 'infinity') then
      return jsonb_build_object('late', true, 'inMs', v_wait);
    end if;
  end if;
  v_state := case when v_wait > 0 then 'planned' else 'sending' end;
  v_leave := case when v_wait > 0 then v_now + v_wait * interval '1 ms' end;
  if e.id is not null then
    update effects set state = v_state, leave_at = v_leave, sent_at = v_now,
        attempts = attempts + case e.state when 'planned' then 0 else 1 end,
        resends = resends + case when x \\? 'resend' then 1 else 0 end
      where id = e.id;
  else
    if x \\? 'meter' then
      if not credit_hold(p_tenant, x ->> 'id', p_run, x ->> 'meter', (x ->> 'amount')::integer) then
        return '{"refused": true}';
      end if;
    end if;
    insert into effects (id, tenant_id, run_id, step_key, part, kind, provider, channel, sender, recipient, body, state,
                         leave_at, on_doubt, details, sent_at)
      values (x ->> 'id', p_tenant, p_run, x ->> 'stepKey', x ->> 'part', x ->> 'kind', x ->> 'provider',
              x ->> 'channel', x ->> 'from', x ->> 'to', x ->> 'body', v_state, v_leave,
              coalesce(x ->> 'onDoubt', 'give-up'), coalesce(x -> 'details', '{}'), v_now);
    if x \\? 'message' then
      insert into messages (id, tenant_id, direction, channel, contact_phone, number_id, number_e164, body, media,
                            template_key, status, provider, effect_id, run_id, store_id, units, simulated)
        values (x -> 'message' ->> 'id', p_tenant, 'outbound', x ->> 'channel', x ->> 'to',
                x -> 'message' ->> 'numberId', x ->> 'from', coalesce(x ->> 'body', ''),
                coalesce(x -> 'message' -> 'media', '[]'), x -> 'message' ->> 'templateKey', 'queued', x ->> 'provider',
                x ->> 'id', p_run, x -> 'message' ->> 'storeId', coalesce((x ->> 'amount')::integer, 0),
                coalesce((x -> 'message' ->> 'simulated')::boolean, false));
    end if;
  end if;
  return case when v_wait > 0 then jsonb_build_object('planned', true, 'inMs', v_wait) end;
end $$;

-- The intents of one commit: { refused: [id…], held: { id: why } }, without what is empty.
create function engine_write_intents(i engine_item)
returns jsonb language plpgsql set search_path = public, pg_temp as $$
declare
  x jsonb;
  v_why jsonb;
  v_refused jsonb := '[]';
  v_held jsonb := '{}';
begin
  for x in select jsonb_array_elements(coalesce(i.x -> 'intents', '[]')) loop
    v_why := engine_write_intent(i.tenant, i.run_id, x);
    if v_why \\? 'refused' then
      v_refused := v_refused || jsonb_build_array(x ->> 'id');
    elsif v_why is not null then
      v_held := v_held || jsonb_build_object(x ->> 'id', v_why);
    end if;
  end loop;
  return case when v_refused = '[]' then '{}' else jsonb_build_object('refused', v_refused) end
    || case when v_held = '{}' then '{}' else jsonb_build_object('held', v_held) end;
end $$;

create or replace function engine_commit_parts(p_items engine_item[], p_done jsonb)
returns jsonb language plpgsql set search_path = public, pg_temp as $$
declare
  v_out jsonb := '{}';
  v_one jsonb;
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
    for e in select jsonb_array_elements(coalesce(i.x -> 'outcomes', '[]')) loop
      perform engine_record_outcome(i.tenant, e);
    end loop;
    v_one := engine_write_intents(i);
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
drop function engine_record_intent(text, text, jsonb);

-- Outcomes and reports ---------------------------------------------------------------------------

-- What became of an effect: { id, state, ref, status, rank, outcome, evidence }. Evidence that came first is kept.
create or replace function engine_record_outcome(p_tenant text, x jsonb)
returns void language plpgsql set search_path = public, pg_temp as $$
declare
  e effects;
  f effects;
  v_state text := x ->> 'state';
  v_rank integer := coalesce((x ->> 'rank')::integer, -1);
begin
  select * into e from effects where id = x ->> 'id' and tenant_id = p_tenant for update;
  if not found then return; end if;
  if not engine_may_follow(e.state, v_state) then
    if v_state = 'accepted' then
      -- a callback was faster than the answer, which adds what the callback did not say
      update effects set ref = coalesce(ref, x ->> 'ref'),
          outcome = coalesce(x -> 'outcome', '{}') || coalesce(outcome, '{}')
        where id = e.id;
      perform engine_note_message(p_tenant, e.id, e.created_at, jsonb_build_object('ref', x -> 'ref'));
    end if;
    return;
  end if;
  update effects set state = v_state, leave_at = null,
      ref = coalesce(x ->> 'ref', ref),
      outcome = coalesce(x -> 'outcome', outcome),
      status = case when v_rank > status_rank then x ->> 'status' else status end,
      status_rank = greatest(status_rank, v_rank),
      evidence = case when x \\? 'evidence' then evidence || (x -> 'evidence')
        || case when x -> 'evidence' \\? 'lookedAt'
                then jsonb_build_object('lookups', coalesce((evidence ->> 'lookups')::integer, 0) + 1) else '{}' end
        else evidence end,
      settled_at = case when v_state in ('accepted', 'refused', 'unresolved') then now() end
    where id = e.id;
  if v_state in ('refused', 'unresolved') or (v_state = 'accepted' and x ->> 'status' = 'failed') then
    perform credit_release(p_tenant, e.id);
  elsif v_state = 'accepted' and e.state in ('refused', 'unresolved') then
    perform engine_pay_late(e);
  end if;
  if v_state not in ('accepted', 'refused', 'unresolved') or e.kind <> 'message' then return; end if;
  select * into f from effects where id = e.id;
  perform engine_note_message(p_tenant, e.id, e.created_at, case v_state
    when 'accepted' then jsonb_build_object('ref', f.ref, 'status', coalesce(f.status, 'queued'),
      'rank', greatest(f.status_rank, 0), 'sent', true, 'error', f.outcome -> 'failure')
    when 'refused' then jsonb_build_object('status', 'failed', 'rank', 9, 'error', f.outcome)
    else jsonb_build_object('status', 'unknown', 'rank', 9) end);
end $$;

-- Which state may follow which by what a run says. The same table as in engine/core/effect-state.ts.
create function engine_may_follow(p_now text, p_next text)
returns boolean language sql immutable set search_path = public, pg_temp as $$
  select case p_next
    when 'accepted' then p_now <> 'accepted'
    when 'refused' then p_now in ('planned', 'sending', 'retrying', 'in_doubt')
    when 'retrying' then p_now = 'sending'
    when 'in_doubt' then p_now in ('sending', 'in_doubt')
    when 'unresolved' then p_now in ('sending', 'in_doubt')
    else false end
$$;

-- Pays for an effect whose evidence came after its run had ended or given it up. \`e\` is what it was before.
create or replace function engine_pay_late(e effects)
returns void language plpgsql set search_path = public, pg_temp as $$
declare
  h credit_holds;
begin
  select * into h from credit_holds where tenant_id = e.tenant_id and id = e.id;
  if not found or e.state = 'accepted' then return; end if;
  if h.state = 'released' then
    perform credit_charge(e.tenant_id, h.meter, h.amount, e.id, e.run_id, null);
  elsif exists (select 1 from runs where id = e.run_id and ended_at is not null) then
    perform credit_capture(e.tenant_id, e.id, null, null);
  end if;
end $$;

-- What is still to be sent when its run ends never will be.
create or replace function engine_capture_run(p_tenant text, p_run text, p_step text)
returns void language plpgsql set search_path = public, pg_temp as $$
declare
  h record;
begin
  for h in
    select c.id, e.state, e.kind from credit_holds c join effects e on e.id = c.id and e.tenant_id = c.tenant_id
    where c.tenant_id = p_tenant and c.run_id = p_run and c.state = 'open' order by c.id for update of e
  loop
    if h.state in ('planned', 'retrying') and p_step is null then
      perform engine_record_outcome(p_tenant, jsonb_build_object('id', h.id, 'state', 'refused'));
    elsif h.state in ('refused', 'unresolved') then
      perform credit_release(p_tenant, h.id);
    elsif h.state = 'accepted' and (h.kind <> 'dial' or p_step is null) then
      perform credit_capture(p_tenant, h.id, null, p_step);
    end if;
  end loop;
end $$;

-- Effects left open by a run that is over: after the grace those in doubt are given up, those still to be sent are not
-- sent any more. Nothing is charged. Gives how many.
create or replace function engine_give_up_doubts(p_grace_ms integer, p_limit integer)
returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
  t record;
  v_open record;
  v_count integer := 0;
begin
  for t in
    select tenant_id, array_agg(id) as effects from (
      select f.id, f.tenant_id from effects f join runs r on r.id = f.run_id
      where f.state in ('planned', 'sending', 'retrying', 'in_doubt') and f.sent_at < now() - p_grace_ms * interval '1 ms'
        and r.ended_at is not null
      order by f.sent_at limit p_limit) old
    group by tenant_id order by tenant_id
  loop
    perform set_config('app.tenant_id', t.tenant_id, true);
    -- effects first, as a report takes them, then accounts in the order of all others
    t.effects := array(select id from effects where id = any (t.effects)
                         and state in ('planned', 'sending', 'retrying', 'in_doubt')
                       order by id for update skip locked);
    perform 1 from credit_accounts where tenant_id = t.tenant_id and meter in (
        select meter from credit_holds where tenant_id = t.tenant_id and id = any (t.effects))
      order by meter for no key update;
    for v_open in select e.id, e.state from effects e where e.id = any (t.effects) order by e.id loop
      perform engine_record_outcome(t.tenant_id, jsonb_build_object('id', v_open.id,
        'state', case when v_open.state in ('planned', 'retrying') then 'refused' else 'unresolved' end));
      v_count := v_count + 1;
    end loop;
  end loop;
  return v_count;
end $$;

-- The run is at this step: one that has gone on will not wait for anything of it again.
create function engine_stands_at(p_run text, p_step text)
returns boolean language sql stable set search_path = public, pg_temp as $$
  select exists (select 1 from runs r where r.id = p_run and r.ended_at is null
    and p_step = r.id || ':' || (r.state #>> '{cursor,nodeId}') || ':' || (r.state #>> '{cursor,visit}'))
$$;

-- A vendor's report about one of our effects: only upward, twice is once. Any report is evidence that the vendor took it,
-- whatever was thought before; only of what the vendor refused a report of its failure says nothing new.
create or replace function engine_effect_status(p jsonb)
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
  if e.status_rank >= v_rank or (v_failed and (e.status_rank >= 2 or e.state = 'refused')) then
    return jsonb_build_object('ok', true, 'changed', false, 'repeated', e.status_rank = v_rank, 'tenant', e.tenant_id,
      'runId', e.run_id, 'effectId', e.id, 'atStep', engine_stands_at(e.run_id, e.step_key));
  end if;
  update effects set status = p ->> 'status', status_rank = v_rank, ref = coalesce(ref, p ->> 'ref'),
      state = 'accepted', leave_at = null, settled_at = coalesce(settled_at, now()),
      outcome = case when outcome is null or outcome ->> 'state' <> 'accepted'
                then jsonb_build_object('state', 'accepted', 'ref', p ->> 'ref') else outcome end
                || case when v_failed then jsonb_build_object('failure', p -> 'failure') else '{}' end
    where id = e.id;
  perform engine_note_message(e.tenant_id, e.id, e.created_at, jsonb_build_object('ref', p -> 'ref',
    'status', p -> 'status', 'rank', v_rank, 'sent', true, 'error', case when v_failed then p -> 'failure' end));
  if v_failed then
    -- what the vendor took but could not deliver is not charged, as long as it is not settled
    perform credit_release(e.tenant_id, e.id);
  else
    -- what was given up, or is still open after its run, is paid for now that it is known to have happened
    perform engine_pay_late(e);
  end if;
  return jsonb_build_object('ok', true, 'changed', true, 'tenant', e.tenant_id, 'runId', e.run_id, 'effectId', e.id,
    'runOpen', exists (select 1 from runs where id = e.run_id and ended_at is null),
    'atStep', engine_stands_at(e.run_id, e.step_key));
end $$;

-- References of other messages to this person at that time, newest first: what is one of these in the vendor's list is not the lost one.
create function engine_refs_to(p_tenant text, p_effect text, p_recipient text, p_since timestamptz)
returns text[] language plpgsql stable security definer
set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  v_since timestamptz := p_since - interval '1 hour';
  v_until timestamptz := now();
begin
  perform set_config('app.tenant_id', p_tenant, true);
  return array(select provider_ref from messages where tenant_id = p_tenant and contact_phone = p_recipient
                 and created_at between v_since and v_until
                 and direction = 'outbound' and effect_id <> p_effect and provider_ref is not null
               order by id desc limit 200);
end $$;

-- Settling by hand -------------------------------------------------------------------------------

-- { tenant, effectId, outcome: accepted | refused | resend, ref, note, actor, auditId }. Settles an effect in doubt as
-- evidence would, and writes who said so. \`resend\` makes it one to be tried again, counted as a possible double.
create function engine_resolve_effect(p jsonb)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
  e effects;
  f effects;
  v_tenant text := p ->> 'tenant';
  v_outcome text := p ->> 'outcome';
  v_open boolean;
begin
  perform set_config('app.tenant_id', v_tenant, true);
  select * into e from effects where id = p ->> 'effectId' and tenant_id = v_tenant for update;
  if not found then return '{"ok": false, "reason": "unknown"}'; end if;
  if e.state <> 'in_doubt' then return jsonb_build_object('ok', false, 'reason', 'settled', 'state', e.state); end if;
  v_open := exists (select 1 from runs where id = e.run_id and ended_at is null);
  if v_outcome = 'resend' and not v_open then return '{"ok": false, "reason": "ended"}'; end if;
  if p ->> 'ref' is not null and exists (select 1 from effects where tenant_id = v_tenant and provider = e.provider
                                           and ref = p ->> 'ref' and id <> e.id) then
    return '{"ok": false, "reason": "ref"}';
  end if;
  if v_outcome = 'resend' then
    update effects set state = 'retrying', resends = resends + 1 where id = e.id;
  else
    perform engine_record_outcome(v_tenant, jsonb_build_object('id', e.id, 'state', v_outcome) || case v_outcome
      when 'accepted' then jsonb_build_object('status', 'queued', 'rank', 0, 'ref', p -> 'ref', 'outcome',
        jsonb_build_object('state', 'accepted', 'ref', coalesce(p ->> 'ref', e.ref, ''), 'status', 'queued'))
      else jsonb_build_object('outcome', jsonb_build_object('state', 'refused', 'reason', 'other',
        'vendorCode', 'resolved_by_hand', 'message', p ->> 'note')) end);
    if v_outcome = 'accepted' then perform engine_pay_late(e); end if;
  end if;
  select * into f from effects where id = e.id;
  insert into audit_log (id, tenant_id, actor, action, target, details)
    values (p ->> 'auditId', v_tenant, p ->> 'actor', 'effect.resolve', e.id, jsonb_build_object(
      'outcome', v_outcome, 'note', p -> 'note', 'before', engine_effect_facts(e), 'after', engine_effect_facts(f)));
  return jsonb_build_object('ok', true, 'runId', e.run_id, 'runOpen', v_open);
end $$;

create function engine_effect_facts(e effects)
returns jsonb language sql immutable set search_path = public, pg_temp as $$
  select jsonb_build_object('state', e.state, 'status', e.status, 'ref', e.ref, 'resends', e.resends)
$$;

-- How many effects of all tenants are in doubt, and for how long the oldest has been.
create function engine_doubts()
returns jsonb language sql stable security definer set search_path = public, pg_temp as $$
  select jsonb_build_object('count', count(*), 'oldestMs', coalesce(extract(epoch from now() - min(sent_at)) * 1000, 0))
  from effects where state = 'in_doubt'
$$;

-- The effects of the step a run stands at.
create function engine_effects_of_step(r runs)
returns jsonb language sql stable set search_path = public, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'part', e.part, 'state', e.state,
      'status', e.status, 'ref', e.ref, 'outcome', e.outcome, 'sentAt', e.sent_at, 'provider', e.provider,
      'channel', e.channel, 'to', e.recipient, 'from', e.sender, 'body', e.body, 'attempts', e.attempts,
      'resends', e.resends, 'firstAt', e.created_at,
      'leaveInMs', case when e.leave_at is not null
        then greatest(0, extract(epoch from e.leave_at - clock_timestamp()) * 1000) end)), '[]')
  from effects e where e.run_id = r.id
    and e.step_key = r.id || ':' || (r.state #>> '{cursor,nodeId}') || ':' || (r.state #>> '{cursor,visit}')
$$;

revoke execute on all functions in schema public from public;
grant execute on function engine_prune_paces, engine_refs_to, engine_resolve_effect, engine_doubts to app_engine;
`);
}
