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
language sql immutable as $$
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
declare
  v_ids text[] := array(
    select o ->> 'id' from unnest(p_items) u, jsonb_array_elements(u.x -> 'outcomes') o
    union all
    select o ->> 'id' from unnest(p_items) u, jsonb_array_elements(u.x -> 'intents') o
    union all
    select s.id from unnest(p_items) u, jsonb_object_keys(u.x -> 'seen') s (id));
begin
  if exists (select 1 from unnest(p_items) u where u.x \\? 'settle' or u.status in ('succeeded', 'failed', 'cancelled')) then
    v_ids := v_ids || array(
      select h.id from unnest(p_items) u join credit_holds h on h.tenant_id = u.tenant and h.run_id = u.run_id
      where h.state = 'open' and (u.x \\? 'settle' or u.status in ('succeeded', 'failed', 'cancelled')));
  end if;
  perform 1 from effects where id = any (v_ids) order by id for update;
end $$;

-- Intents ----------------------------------------------------------------------------------------

create type engine_intent as (n integer, tenant text, run_id text, id text, x jsonb);

create function engine_lock_paces(p_intents engine_intent[])
returns void language plpgsql set search_path = public, pg_temp as $$
begin
  insert into sender_pace (tenant_id, provider, channel, sender, recipient, next_free_at)
    select distinct i.tenant, i.x ->> 'provider', i.x ->> 'channel', i.x ->> 'from', b.recipient, '-infinity'::timestamptz
    from unnest(p_intents) i, engine_paces(i.x) b
    order by 1, 2, 3, 4, 5
    on conflict do nothing;
  perform 1 from sender_pace s join (
      select distinct i.tenant, i.x ->> 'provider' as provider, i.x ->> 'channel' as channel, i.x ->> 'from' as sender,
             b.recipient
      from unnest(p_intents) i, engine_paces(i.x) b) n
    on s.tenant_id = n.tenant and s.provider = n.provider and s.channel = n.channel and s.sender = n.sender
      and s.recipient = n.recipient
    order by s.tenant_id, s.provider, s.channel, s.sender, s.recipient for update of s;
end $$;

-- Those of a batch that nothing keeps from leaving now, whatever the order: they are new, and there are slots and credits for
-- all of them. Effects, paces and accounts are locked.
create function engine_plain_intents(p_intents engine_intent[], p_now timestamptz)
returns engine_intent[] language plpgsql set search_path = public, pg_temp as $$
declare
  v_plain engine_intent[] := array(
    select i from unnest(p_intents) i where not exists (select 1 from effects e where e.id = i.id));
begin
  if exists (select 1 from unnest(v_plain) i where i.x \\? 'pace') then
    v_plain := array(
      with needed as (
        select i.n, i.id, i.tenant, i.x ->> 'provider' as provider, i.x ->> 'channel' as channel, i.x ->> 'from' as sender,
               b.recipient, b.slot, b.burst, b.units
        from unnest(v_plain) i, engine_paces(i.x) b),
      busy as (
        select s.tenant_id, s.provider, s.channel, s.sender, s.recipient from (
          select tenant, provider, channel, sender, recipient, max(slot) as slot, min(burst) - sum(units) as left_over
          from needed group by 1, 2, 3, 4, 5) b
          join sender_pace s on s.tenant_id = b.tenant and s.provider = b.provider and s.channel = b.channel
            and s.sender = b.sender and s.recipient = b.recipient
        where greatest(s.next_free_at, p_now) - b.slot * b.left_over > p_now)
      select i from unnest(v_plain) i where i.id not in (
        select n.id from needed n join busy b on b.tenant_id = n.tenant and b.provider = n.provider
          and b.channel = n.channel and b.sender = n.sender and b.recipient = n.recipient));
  end if;
  if exists (select 1 from unnest(v_plain) i where i.x \\? 'meter') then
    v_plain := array(
      with short as (
        select w.tenant, w.meter from (
          select i.tenant, i.x ->> 'meter' as meter, sum((i.x ->> 'amount')::integer) as amount
          from unnest(v_plain) i where i.x \\? 'meter' group by 1, 2) w
          left join credit_accounts a on a.tenant_id = w.tenant and a.meter = w.meter
        where a.meter is null or a.balance - a.held < w.amount)
      select i from unnest(v_plain) i
        where not exists (select 1 from short s where s.tenant = i.tenant and s.meter = i.x ->> 'meter'));
  end if;
  return v_plain;
end $$;

-- Writes them: one update of each pace and each account, however many there are.
create function engine_write_plain_intents(p_intents engine_intent[], p_now timestamptz)
returns void language plpgsql set search_path = public, pg_temp as $$
begin
  update sender_pace s set next_free_at = greatest(s.next_free_at, p_now) + n.taken from (
      select i.tenant, i.x ->> 'provider' as provider, i.x ->> 'channel' as channel, i.x ->> 'from' as sender, b.recipient,
             sum(b.slot * b.units) as taken
      from unnest(p_intents) i, engine_paces(i.x) b group by 1, 2, 3, 4, 5) n
    where s.tenant_id = n.tenant and s.provider = n.provider and s.channel = n.channel and s.sender = n.sender
      and s.recipient = n.recipient;
  update credit_accounts a set held = a.held + w.amount from (
      select i.tenant, i.x ->> 'meter' as meter, sum((i.x ->> 'amount')::integer) as amount
      from unnest(p_intents) i where i.x \\? 'meter' group by 1, 2) w
    where a.tenant_id = w.tenant and a.meter = w.meter;
  insert into credit_holds (id, tenant_id, run_id, meter, amount)
    select i.id, i.tenant, i.run_id, i.x ->> 'meter', (i.x ->> 'amount')::integer
    from unnest(p_intents) i where i.x \\? 'meter';
  insert into effects (id, tenant_id, run_id, step_key, part, kind, provider, channel, sender, recipient, body, state,
                       on_doubt, details, sent_at)
    select i.id, i.tenant, i.run_id, i.x ->> 'stepKey', i.x ->> 'part', i.x ->> 'kind', i.x ->> 'provider',
           i.x ->> 'channel', i.x ->> 'from', i.x ->> 'to', i.x ->> 'body', 'sending',
           coalesce(i.x ->> 'onDoubt', 'give-up'), coalesce(i.x -> 'details', '{}'), p_now
    from unnest(p_intents) i;
  if exists (select 1 from unnest(p_intents) i where i.x \\? 'message') then
    perform engine_write_messages(p_intents);
  end if;
end $$;

create function engine_write_messages(p_intents engine_intent[])
returns void language plpgsql set search_path = public, pg_temp as $$
begin
  insert into messages (id, tenant_id, direction, channel, contact_phone, number_id, number_e164, body, media,
                        template_key, status, provider, effect_id, run_id, store_id, units, simulated)
    select i.x -> 'message' ->> 'id', i.tenant, 'outbound', i.x ->> 'channel', i.x ->> 'to',
           i.x -> 'message' ->> 'numberId', i.x ->> 'from', coalesce(i.x ->> 'body', ''),
           coalesce(i.x -> 'message' -> 'media', '[]'), i.x -> 'message' ->> 'templateKey', 'queued', i.x ->> 'provider',
           i.id, i.run_id, i.x -> 'message' ->> 'storeId', coalesce((i.x ->> 'amount')::integer, 0),
           coalesce((i.x -> 'message' ->> 'simulated')::boolean, false)
    from unnest(p_intents) i where i.x \\? 'message';
end $$;

-- Writes one intent that is there already, or that not all of its batch have slots or credits beside, before the first byte
-- leaves. Gives what keeps it from leaving now, null where nothing does: { refused } its credits are not there;
-- { planned, inMs } its slot is still to come; { late, inMs } its slot is further away than it can wait, and nothing was
-- written; { stale } its row says that it need not, or must not, be sent.
create function engine_write_intent(i engine_intent)
returns jsonb language plpgsql set search_path = public, pg_temp as $$
declare
  e effects;
  -- the senders' rows are locked: later ones see a later moment
  v_now timestamptz := clock_timestamp();
  v_wait double precision := 0;
  v_state text;
  v_leave timestamptz;
begin
  select * into e from effects where id = i.id and tenant_id = i.tenant for update;
  if found and not (e.state in ('planned', 'retrying') or (e.state = 'in_doubt' and i.x \\? 'resend')) then
    return '{"stale": true}';
  end if;
  if e.state is distinct from 'planned' then
    v_wait := engine_take_pace(i.tenant, i.x, v_now);
    if v_wait > coalesce((i.x #>> '{pace,maxWaitMs}')::double precision, 'infinity') then
      return jsonb_build_object('late', true, 'inMs', v_wait);
    end if;
  end if;
  v_state := case when v_wait > 0 then 'planned' else 'sending' end;
  v_leave := case when v_wait > 0 then v_now + v_wait * interval '1 ms' end;
  if e.id is not null then
    update effects set state = v_state, leave_at = v_leave, sent_at = v_now,
        attempts = attempts + case e.state when 'planned' then 0 else 1 end,
        resends = resends + case when i.x \\? 'resend' then 1 else 0 end
      where id = e.id;
  else
    if i.x \\? 'meter' then
      if not credit_hold(i.tenant, i.id, i.run_id, i.x ->> 'meter', (i.x ->> 'amount')::integer) then
        return '{"refused": true}';
      end if;
    end if;
    insert into effects (id, tenant_id, run_id, step_key, part, kind, provider, channel, sender, recipient, body, state,
                         leave_at, on_doubt, details, sent_at)
      values (i.id, i.tenant, i.run_id, i.x ->> 'stepKey', i.x ->> 'part', i.x ->> 'kind', i.x ->> 'provider',
              i.x ->> 'channel', i.x ->> 'from', i.x ->> 'to', i.x ->> 'body', v_state, v_leave,
              coalesce(i.x ->> 'onDoubt', 'give-up'), coalesce(i.x -> 'details', '{}'), v_now);
    perform engine_write_messages(array[i]);
  end if;
  return case when v_wait > 0 then jsonb_build_object('planned', true, 'inMs', v_wait) end;
end $$;

-- The intents of a batch. Gives by item, where there is something to say: { refused: [id…], held: { id: why } }.
create function engine_write_intents(p_intents engine_intent[])
returns jsonb language plpgsql set search_path = public, pg_temp as $$
declare
  v_now timestamptz := clock_timestamp();
  v_plain engine_intent[] := engine_plain_intents(p_intents, v_now);
  i engine_intent;
  v_why jsonb;
  v_told jsonb := '[]';
begin
  perform engine_write_plain_intents(v_plain, v_now);
  if cardinality(v_plain) = cardinality(p_intents) then return '{}'; end if;
  for i in select * from unnest(p_intents) a where a.id not in (select p.id from unnest(v_plain) p) loop
    v_why := engine_write_intent(i);
    if v_why is not null then
      v_told := v_told || jsonb_build_array(jsonb_build_object('n', i.n, 'id', i.id, 'why', v_why));
    end if;
  end loop;
  return (select coalesce(jsonb_object_agg(t.n, t.refused || t.held), '{}') from (
    select w ->> 'n' as n,
      case when bool_or(w -> 'why' \\? 'refused')
           then jsonb_build_object('refused', jsonb_agg(w -> 'id') filter (where w -> 'why' \\? 'refused')) else '{}' end as refused,
      case when bool_or(not w -> 'why' \\? 'refused')
           then jsonb_build_object('held', jsonb_object_agg(w ->> 'id', w -> 'why') filter (where not w -> 'why' \\? 'refused'))
           else '{}' end as held
    from jsonb_array_elements(v_told) w group by 1) t);
end $$;

create or replace function engine_commit_parts(p_items engine_item[], p_done jsonb)
returns jsonb language plpgsql set search_path = public, pg_temp as $$
declare
  v_intents engine_intent[];
  v_out jsonb := '{}';
  v_one jsonb;
  v_over boolean;
  i engine_item;
  e jsonb;
begin
  if exists (select 1 from unnest(p_items) u where u.x \\? 'call') then perform engine_record_calls(p_items); end if;
  for i in select * from unnest(p_items) u where u.x \\? 'message' loop
    perform engine_record_inbound(i.tenant, i.x -> 'message' || jsonb_build_object('runId', i.run_id));
  end loop;
  v_intents := array(
    select (u.n, u.tenant, u.run_id, o.value ->> 'id', o.value)::engine_intent
    from unnest(p_items) u, jsonb_array_elements(u.x -> 'intents') with ordinality o order by u.n, o.ordinality);
  perform engine_lock_effects(p_items);
  if exists (select 1 from unnest(v_intents) t where t.x \\? 'pace') then perform engine_lock_paces(v_intents); end if;
  perform engine_lock_accounts(p_items);
  if exists (select 1 from unnest(p_items) u where u.x \\? 'outcomes') then perform engine_record_outcomes(p_items); end if;
  if cardinality(v_intents) > 0 then v_out := engine_write_intents(v_intents); end if;
  for i in select * from unnest(p_items) u where u.x \\? 'usage' loop
    for e in select jsonb_array_elements(i.x -> 'usage') loop
      perform credit_capture(i.tenant, e ->> 'effectId', (e ->> 'amount')::integer, null);
    end loop;
  end loop;
  if exists (select 1 from unnest(p_items) u where u.x \\? 'settle' or u.status in ('succeeded', 'failed', 'cancelled')) then
    perform engine_capture_runs(p_items);
  end if;
  for i in select * from unnest(p_items) u
    where u.x \\?| array['charge', 'settle', 'children', 'cancelChildrenOf', 'lane'] or u.status in ('succeeded', 'failed', 'cancelled')
  loop
    v_over := i.status in ('succeeded', 'failed', 'cancelled');
    v_one := coalesce(v_out -> i.n::text, '{}');
    if i.x \\? 'charge' then
      v_one := v_one || jsonb_build_object('charged', credit_charge(i.tenant, i.x -> 'charge' ->> 'meter',
        (i.x -> 'charge' ->> 'amount')::integer, i.x -> 'charge' ->> 'stepKey', i.run_id, i.x -> 'charge' ->> 'stepKey'));
    end if;
    if v_over then perform engine_record_interaction(i.tenant, i.run_id, i.x -> 'interaction'); end if;
    if i.x \\? 'settle' or i.x \\? 'charge' then
      v_one := v_one || jsonb_build_object('settlement',
        credit_settlement(i.tenant, coalesce(i.x ->> 'settle', i.x -> 'charge' ->> 'stepKey')));
    end if;
    v_one := v_one || jsonb_build_object('wakes', engine_relatives(i, p_done -> i.n::text, v_over));
    v_out := v_out || jsonb_build_object(i.n, v_one);
  end loop;
  -- A report came for an effect the run sleeps on, later than what the run has seen of it.
  for i in select * from unnest(p_items) u where u.x \\? 'seen' and exists (
      select 1 from jsonb_each_text(u.x -> 'seen') s join effects f on f.id = s.key and f.tenant_id = u.tenant
      where f.status_rank > s.value::integer)
  loop
    v_out := v_out || jsonb_build_object(i.n, coalesce(v_out -> i.n::text, '{}')
      || jsonb_build_object('moved', (select engine_effects_of_step(r) from runs r where r.id = i.run_id)));
  end loop;
  return v_out;
end $$;
drop function engine_record_intent(text, text, jsonb);

-- Outcomes and reports ---------------------------------------------------------------------------

create type engine_note as (tenant text, effect text, created_at timestamptz, x jsonb);

-- Many messages, as engine_note_message says of one: { ref, status, rank, error, sent }. Planned with the days they are of.
create function engine_note_messages(p_notes engine_note[])
returns void language plpgsql set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  v_since timestamptz;
  v_until timestamptz;
begin
  select min(n.created_at), max(n.created_at) into v_since, v_until from unnest(p_notes) n;
  update messages m set provider_ref = coalesce(m.provider_ref, n.x ->> 'ref'), updated_at = now(),
      sent_at = case when (n.x ->> 'sent')::boolean then coalesce(m.sent_at, now()) else m.sent_at end,
      status = coalesce(n.x ->> 'status', m.status), status_rank = coalesce((n.x ->> 'rank')::integer, m.status_rank),
      error = case when n.x \\? 'error' then nullif(n.x -> 'error', 'null') else m.error end
    from unnest(p_notes) n
    where m.tenant_id = n.tenant and m.effect_id = n.effect and m.created_at = n.created_at
      and m.created_at between v_since and v_until;
end $$;

-- What became of the effects of a batch. What costs nothing and gives nothing back is written at once; the rest, and what is said
-- twice of one effect, one by one.
create function engine_record_outcomes(p_items engine_item[])
returns void language plpgsql set search_path = public, pg_temp as $$
declare
  v_said engine_intent[] := array(
    select (u.n, u.tenant, u.run_id, o.value ->> 'id', o.value)::engine_intent
    from unnest(p_items) u, jsonb_array_elements(u.x -> 'outcomes') with ordinality o order by u.n, o.ordinality);
  v_done text[];
  v_notes engine_note[];
  s engine_intent;
begin
  with plain as (
    select * from unnest(v_said) a where a.x ->> 'state' in ('accepted', 'retrying', 'in_doubt')
      and a.x ->> 'status' is distinct from 'failed' and a.id not in (
        select o.id from unnest(v_said) o group by o.id having count(*) > 1)),
  done as (
    update effects e set state = a.x ->> 'state', leave_at = null,
        -- a callback may have been faster than the answer, which adds what the callback did not say
        ref = case e.state when 'accepted' then coalesce(e.ref, a.x ->> 'ref') else coalesce(a.x ->> 'ref', e.ref) end,
        outcome = case e.state when 'accepted' then coalesce(a.x -> 'outcome', '{}') || coalesce(e.outcome, '{}')
                  else coalesce(a.x -> 'outcome', e.outcome) end,
        status = case when (a.x ->> 'rank')::integer > e.status_rank and e.state <> 'accepted' then a.x ->> 'status' else e.status end,
        status_rank = case e.state when 'accepted' then e.status_rank
                      else greatest(e.status_rank, coalesce((a.x ->> 'rank')::integer, -1)) end,
        evidence = case when a.x \\? 'evidence' and e.state <> 'accepted' then engine_evidence(e.evidence, a.x -> 'evidence')
                   else e.evidence end,
        settled_at = case when a.x ->> 'state' = 'accepted' then coalesce(e.settled_at, now()) end
      from plain a
      where e.id = a.id and e.tenant_id = a.tenant and e.state in ('planned', 'sending', 'retrying', 'in_doubt', 'accepted')
        and (engine_may_follow(e.state, a.x ->> 'state') or e.state = 'accepted' and a.x ->> 'state' = 'accepted')
      returning e.id, e.tenant_id, e.created_at, e.kind, e.state, e.ref, e.status, e.status_rank, e.outcome)
  select coalesce(array_agg(d.id), '{}'), coalesce(array_agg((d.tenant_id, d.id, d.created_at, jsonb_build_object('ref', d.ref,
      'status', coalesce(d.status, 'queued'), 'rank', greatest(d.status_rank, 0), 'sent', true,
      'error', d.outcome -> 'failure'))::engine_note) filter (where d.kind = 'message' and d.state = 'accepted'), '{}')
    into v_done, v_notes from done d;
  if cardinality(v_notes) > 0 then perform engine_note_messages(v_notes); end if;
  if cardinality(v_done) = cardinality(v_said) then return; end if;
  for s in select * from unnest(v_said) a where a.id <> all (v_done) loop
    perform engine_record_outcome(s.tenant, s.x);
  end loop;
end $$;

-- What is known of an effect in doubt, and what was found out since; looks are counted.
create function engine_evidence(p_known jsonb, p_new jsonb)
returns jsonb language sql immutable as $$
  select p_known || p_new || case when p_new \\? 'lookedAt'
    then jsonb_build_object('lookups', coalesce((p_known ->> 'lookups')::integer, 0) + 1) else '{}' end
$$;

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
      evidence = case when x \\? 'evidence' then engine_evidence(evidence, x -> 'evidence') else evidence end,
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
returns boolean language sql immutable as $$
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

-- What the runs of a batch have reserved is captured where they settle, or are over; then what is still to be sent never will
-- be. One update of each account, however many holds there are.
create function engine_capture_runs(p_items engine_item[])
returns void language plpgsql set search_path = public, pg_temp as $$
declare
  h record;
begin
  with open as (
    select c.id, c.tenant_id, c.run_id, c.meter, c.amount, case when e.kind <> 'dial' then u.x ->> 'settle' end as step
    from unnest(p_items) u join credit_holds c on c.tenant_id = u.tenant and c.run_id = u.run_id and c.state = 'open'
      join effects e on e.id = c.id and e.tenant_id = c.tenant_id
    where e.state = 'accepted'
      and (u.status in ('succeeded', 'failed', 'cancelled') or u.x \\? 'settle' and e.kind <> 'dial')),
  captured as (
    update credit_holds c set state = 'captured', captured = c.amount, settled_at = now() from open o
      where c.tenant_id = o.tenant_id and c.id = o.id),
  entered as (
    insert into credit_entries (tenant_id, meter, amount, kind, ref, run_id, step_key)
      select o.tenant_id, o.meter, -o.amount, 'capture', o.id, o.run_id, o.step from open o)
  update credit_accounts a set balance = a.balance - s.amount, held = a.held - s.amount from (
      select o.tenant_id, o.meter, sum(o.amount) as amount from open o group by 1, 2) s
    where a.tenant_id = s.tenant_id and a.meter = s.meter;
  for h in
    select c.id, c.tenant_id, e.state, u.status from unnest(p_items) u
      join credit_holds c on c.tenant_id = u.tenant and c.run_id = u.run_id and c.state = 'open'
      join effects e on e.id = c.id and e.tenant_id = c.tenant_id
    where u.x \\? 'settle' and e.state in ('refused', 'unresolved')
      or u.status in ('succeeded', 'failed', 'cancelled') and e.state in ('refused', 'unresolved', 'planned', 'retrying')
    order by c.id
  loop
    if h.state in ('planned', 'retrying') then
      perform engine_record_outcome(h.tenant_id, jsonb_build_object('id', h.id, 'state', 'refused'));
    else
      perform credit_release(h.tenant_id, h.id);
    end if;
  end loop;
end $$;
drop function engine_capture_run(text, text, text);

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

-- Vendors' reports about effects of ours, [{ effectId, ref, status, rank, failure, tenants }], one result for each: only
-- upward, twice is once. Any report is evidence that the vendor took it, whatever was thought before; only of what the
-- vendor refused a report of its failure says nothing new. A run that sleeps on the effect, and does not know this yet, comes
-- along as it would be loaded.
create type engine_report as (n integer, id text, tenant text, x jsonb);

create or replace function engine_effect_status(p jsonb)
returns jsonb language plpgsql security definer set search_path = public, pg_temp
  set plan_cache_mode = force_generic_plan
  set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
declare
  v_all engine_report[] := array(
    select (u.n, e.id, e.tenant_id, u.x)::engine_report
    from (select ordinality::integer as n, value as x from jsonb_array_elements(p) with ordinality) u
      cross join lateral (
        select b.id, b.tenant_id from effects b where b.id = u.x ->> 'effectId'
          and (jsonb_typeof(u.x -> 'tenants') = 'null' or u.x -> 'tenants' \\? b.tenant_id)
        union all
        select b.id, b.tenant_id from effects b where u.x ->> 'effectId' is null and b.ref = u.x ->> 'ref'
          and (jsonb_typeof(u.x -> 'tenants') = 'null' or u.x -> 'tenants' \\? b.tenant_id)
        limit 1) e
    order by u.n);
  v_notes engine_note[] := '{}';
  v_results jsonb := '{}';
  r engine_report;
  e effects;
  f effects;
begin
  perform set_config('app.tenant_ids', coalesce((select string_agg(distinct a.tenant, ',') from unnest(v_all) a), ''), true);
  perform engine_lock_reported(v_all);
  foreach r in array v_all loop
    select * into e from effects where id = r.id;
    if not engine_is_news(e, r.x) then
      v_results := v_results || jsonb_build_object(r.n, jsonb_build_object('changed', false, 'tenant', e.tenant_id,
        'runId', e.run_id, 'effectId', e.id)
        -- said again: whoever stored it may have been gone before telling the run
        || case when e.status = r.x ->> 'status' and e.outcome ->> 'status' is distinct from e.status
                then engine_sleeper(e) else '{}' end);
      continue;
    end if;
    update effects set status = r.x ->> 'status', status_rank = (r.x ->> 'rank')::integer, ref = coalesce(ref, r.x ->> 'ref'),
        state = 'accepted', leave_at = null, settled_at = coalesce(settled_at, now()),
        outcome = case when outcome is null or outcome ->> 'state' <> 'accepted'
                  then jsonb_build_object('state', 'accepted', 'ref', r.x ->> 'ref') else outcome end
                  || case when r.x ->> 'status' = 'failed' then jsonb_build_object('failure', r.x -> 'failure') else '{}' end
      where id = e.id returning * into f;
    if f.kind = 'message' then
      v_notes := v_notes || (f.tenant_id, f.id, f.created_at, jsonb_build_object('ref', r.x -> 'ref', 'status', f.status,
        'rank', f.status_rank, 'sent', true, 'error', case when f.status = 'failed' then r.x -> 'failure' end))::engine_note;
    end if;
    if f.status = 'failed' then
      -- what the vendor took but could not deliver is not charged, as long as it is not settled
      perform credit_release(e.tenant_id, e.id);
    elsif e.state <> 'accepted' then
      -- what was given up, or is still open after its run, is paid for now that it is known to have happened
      perform engine_pay_late(e);
    end if;
    v_results := v_results || jsonb_build_object(r.n, jsonb_build_object('changed', true, 'tenant', e.tenant_id,
      'runId', e.run_id, 'effectId', e.id) || engine_sleeper(f));
  end loop;
  if cardinality(v_notes) > 0 then perform engine_note_messages(v_notes); end if;
  return (select jsonb_agg(coalesce('{"ok": true}' || (v_results -> u.n::text), '{"ok": false, "reason": "unknown"}') order by u.n)
          from generate_series(1, jsonb_array_length(p)) u (n));
end $$;

-- A report that moves an effect's status up. What is known moves up only, so no lock is needed to see that one does not.
create function engine_is_news(e effects, x jsonb)
returns boolean language sql immutable as $$
  select (x ->> 'rank')::integer > e.status_rank
    and not (x ->> 'status' = 'failed' and (e.status_rank >= 2 or e.state = 'refused'))
$$;

-- Effects, then the accounts of those whose credits may move.
create function engine_lock_reported(p_reports engine_report[])
returns void language plpgsql set search_path = public, pg_temp as $$
declare
  v_ids text[] := array(
    select r.id from unnest(p_reports) r join effects e on e.id = r.id where engine_is_news(e, r.x));
begin
  if cardinality(v_ids) = 0 then return; end if;
  perform 1 from effects where id = any (v_ids) order by id for update;
  if exists (select 1 from unnest(p_reports) r join effects e on e.id = r.id
             where r.x ->> 'status' = 'failed' or e.state <> 'accepted') then
    perform 1 from credit_accounts where (tenant_id, meter) in (
        select h.tenant_id, h.meter from credit_holds h join unnest(p_reports) r on h.tenant_id = r.tenant and h.id = r.id)
      order by tenant_id, meter for no key update;
  end if;
end $$;

-- The run that sleeps on this effect, as { run }.
create function engine_sleeper(e effects)
returns jsonb language plpgsql stable set search_path = public, pg_temp as $$
begin
  return coalesce((select jsonb_build_object('run', engine_load(r.id)) from runs r
    where r.id = e.run_id and r.tenant_id = e.tenant_id and r.status = 'waiting'
      and r.state #> '{wait,keys}' \\? ('effect:' || e.id)), '{}');
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
returns jsonb language sql immutable as $$
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
returns jsonb language plpgsql stable set search_path = public, pg_temp as $$
begin
  return (select coalesce(jsonb_agg(jsonb_build_object('id', e.id, 'part', e.part, 'state', e.state,
      'status', e.status, 'ref', e.ref, 'outcome', e.outcome, 'sentAt', e.sent_at, 'provider', e.provider,
      'channel', e.channel, 'to', e.recipient, 'from', e.sender, 'body', e.body, 'attempts', e.attempts,
      'resends', e.resends, 'firstAt', e.created_at,
      'leaveInMs', case when e.leave_at is not null
        then greatest(0, extract(epoch from e.leave_at - clock_timestamp()) * 1000) end)), '[]')
  from effects e where e.run_id = r.id
    and e.step_key = r.id || ':' || (r.state #>> '{cursor,nodeId}') || ':' || (r.state #>> '{cursor,visit}'));
end $$;

revoke execute on all functions in schema public from public;
grant execute on function engine_prune_paces, engine_refs_to, engine_resolve_effect, engine_doubts to app_engine;
`);
}
