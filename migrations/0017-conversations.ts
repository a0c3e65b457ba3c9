import type { Knex } from "knex";

/**
 * Conversations, questions that wait for an answer, and conversations that people have.
 *
 * A conversation is what one person and one number of ours wrote to each other on one channel; its id says so, so that it
 * needs no row to be known. Its row (unread, last message, who has it) is kept apart from the commits that write messages:
 * messages are counted into it afterwards, in an order of its own, so that no commit ever waits for a conversation.
 *
 * Locks: conversations in the order of their ids, after messages, which are only taken where nobody has them.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
create function conversation_id(p_tenant text, p_channel text, p_number text, p_contact text)
returns text language sql immutable set search_path = public, pg_temp as $$
  select 'cnv_' || md5(concat_ws(' ', p_tenant, p_channel, p_number, p_contact))
$$;

alter table messages
  -- what it is about in the tenant's own system, where whoever sent it said so
  add column module text,
  add column record_id text,
  -- who wrote it: \`flow\`, \`api\`, \`agent\`; null for what came in
  add column author text check (author in ('flow', 'api', 'agent')),
  -- the API key or user
  add column author_id text,
  -- it is part of its conversation's row
  add column counted boolean not null default false;
create index messages_uncounted_idx on messages (tenant_id, id) where not counted;
create index messages_record_idx on messages (tenant_id, module, record_id, id desc) where module is not null;
create policy owner_routes on messages for select to app_owner using (true);

create table conversations (
  id text not null check (id like 'cnv\\_%'),
  tenant_id text not null references tenants (id),
  channel text not null check (channel in ('sms', 'whatsapp')),
  -- our number
  number_id text,
  number_e164 text not null,
  -- the person: E.164, or the vendor's own id of somebody who hides it
  contact text not null,
  store_id text,
  -- \`handoff\`: people have it, and flows do not answer
  status text not null default 'open' check (status in ('open', 'handoff', 'closed')),
  assigned_to text,
  team text,
  unread integer not null default 0 check (unread >= 0),
  -- the latest of what it is about
  module text,
  record_id text,
  last_message jsonb,
  last_message_at timestamptz not null default now(),
  last_inbound_at timestamptz,
  -- the vendor's id of the last message that came in: what a read receipt names
  last_inbound_ref text,
  closed_at timestamptz,
  closed_by text,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  constraint conversations_closed_when_closed check ((status = 'closed') = (closed_at is not null))
) with (fillfactor = 70);
create index conversations_list_idx on conversations (tenant_id, last_message_at desc, id desc);
create index conversations_contact_idx on conversations (tenant_id, contact);
create index conversations_unread_idx on conversations (tenant_id) where unread > 0;

-- Everything a conversation was ever about.
create table conversation_records (
  tenant_id text not null references tenants (id),
  conversation_id text not null,
  module text not null,
  record_id text not null,
  at timestamptz not null default now(),
  primary key (tenant_id, module, record_id, conversation_id)
);

-- A step that gave a conversation to people. Its moments are the tenant's, which may be ahead of the clock.
create table handoffs (
  tenant_id text not null references tenants (id),
  step_key text not null,
  conversation_id text not null,
  note text,
  started_at timestamptz not null,
  until timestamptz not null,
  ended_at timestamptz,
  ended_by text,
  outcome text check (outcome in ('closed', 'timeout')),
  -- by the clock, as messages have it
  created_at timestamptz not null default now(),
  primary key (tenant_id, step_key),
  constraint handoffs_ended_with_outcome check ((ended_at is null) = (outcome is null))
);
create index handoffs_open_idx on handoffs (tenant_id, conversation_id) where ended_at is null;

-- Whom a step has asked something, over which channel: what an answer finds its run by. It is open as long as the run
-- stands at that step, and never changed.
create table asks (
  tenant_id text not null references tenants (id),
  id text not null check (id like 'ask\\_%'),
  run_id text not null,
  -- of the step's first visit: asking again is a visit of its own
  step_key text not null,
  channel text not null,
  number_e164 text not null,
  contact text not null,
  -- what it offers: [{ id, title }]
  choices jsonb not null default '[]',
  created_at timestamptz not null default now(),
  primary key (tenant_id, id, channel)
);
create index asks_contact_idx on asks (tenant_id, contact, channel, created_at desc);
create index asks_created_idx on asks using brin (created_at);

do $$
declare
  t text;
begin
  foreach t in array array['conversations', 'conversation_records', 'handoffs', 'asks'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format(
      'create policy tenant_wall on %I using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')))',
      t);
  end loop;
end $$;
create policy owner_routes on asks for select to app_owner using (true);
grant select, insert, update on conversations, conversation_records, handoffs to app_api;
grant select on asks to app_api;

-- Counting -----------------------------------------------------------------------------------------

-- Takes messages nobody has counted yet into their conversations, at most so many, and gives how many there were. A
-- message that is being written is left for the next time. Who wrote it and what it is about is noted with its effect.
create function engine_count_messages(p_tenant text, p_limit integer, p_days integer default 30)
returns integer language plpgsql security definer
set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  v_since timestamptz := now() - p_days * interval '1 day';
  v_count integer;
begin
  perform set_config('app.tenant_id', p_tenant, true);
  with taken as materialized (
    select m.id, m.created_at, m.effect_id from messages m
    where m.tenant_id = p_tenant and not m.counted and m.created_at > v_since
    order by m.id limit p_limit for update skip locked),
  marked as (
    update messages m set counted = true, module = e.details ->> 'module', record_id = e.details ->> 'recordId',
        author = case when m.direction = 'outbound' then coalesce(e.details ->> 'author', 'flow') end,
        author_id = e.details ->> 'authorId',
        -- sent by a vendor's pool of numbers, it is still of the number it was sent for
        number_e164 = case when m.number_e164 like '+%' then m.number_e164 else coalesce(
          (select n.e164 from numbers n where n.tenant_id = p_tenant and n.id = m.number_id), m.number_e164) end
      from taken t left join effects e on e.id = t.effect_id and e.tenant_id = p_tenant
      where m.id = t.id and m.created_at = t.created_at
      returning m.*, conversation_id(p_tenant, m.channel, m.number_e164, m.contact_phone) as conversation),
  records as (
    insert into conversation_records (tenant_id, conversation_id, module, record_id, at)
      select p_tenant, conversation, module, record_id, max(created_at) from marked
      where module is not null and record_id is not null and contact_phone is not null
      group by conversation, module, record_id order by module, record_id, conversation
      on conflict (tenant_id, module, record_id, conversation_id) do update
        set at = greatest(conversation_records.at, excluded.at)),
  kept as (
    insert into conversations as c (id, tenant_id, channel, number_id, number_e164, contact, store_id, unread, module,
                                    record_id, last_message, last_message_at, last_inbound_at, last_inbound_ref,
                                    created_at)
      select m.conversation, p_tenant, m.channel, max(m.number_id), m.number_e164, m.contact_phone,
        coalesce((array_agg(m.store_id order by m.id desc) filter (where m.store_id is not null))[1],
          (select n.store_id from numbers n where n.tenant_id = p_tenant and n.id = max(m.number_id))),
        count(*) filter (where m.direction = 'inbound'),
        (array_agg(m.module order by m.id desc) filter (where m.module is not null))[1],
        (array_agg(m.record_id order by m.id desc) filter (where m.module is not null))[1],
        (array_agg(jsonb_build_object('id', m.id, 'direction', m.direction, 'body', left(m.body, 200),
          'media', jsonb_array_length(m.media)) order by m.id desc))[1],
        max(m.created_at), max(m.created_at) filter (where m.direction = 'inbound'),
        (array_agg(m.provider_ref order by m.id desc) filter (where m.direction = 'inbound'))[1], min(m.created_at)
      from marked m where m.contact_phone is not null
      group by m.conversation, m.channel, m.number_e164, m.contact_phone
      order by m.conversation
      on conflict (tenant_id, id) do update set
        number_id = coalesce(excluded.number_id, c.number_id),
        store_id = coalesce(excluded.store_id, c.store_id),
        unread = c.unread + excluded.unread,
        module = coalesce(excluded.module, c.module),
        record_id = case when excluded.module is null then c.record_id else excluded.record_id end,
        last_message = case when excluded.last_message_at >= c.last_message_at then excluded.last_message
                       else c.last_message end,
        last_message_at = greatest(c.last_message_at, excluded.last_message_at),
        last_inbound_at = greatest(c.last_inbound_at, excluded.last_inbound_at),
        last_inbound_ref = case when excluded.last_inbound_at >= coalesce(c.last_inbound_at, '-infinity')
                           then excluded.last_inbound_ref else c.last_inbound_ref end,
        -- whoever writes again opens it again
        status = case when c.status = 'closed' and excluded.unread > 0 then 'open' else c.status end,
        closed_at = case when excluded.unread > 0 then null else c.closed_at end,
        closed_by = case when excluded.unread > 0 then null else c.closed_by end,
        assigned_to = case when c.status = 'closed' and excluded.unread > 0 then null else c.assigned_to end,
        team = case when c.status = 'closed' and excluded.unread > 0 then null else c.team end)
  select count(*) into v_count from marked;
  return v_count;
end $$;

-- Tenants with messages that are not counted.
create function engine_uncounted_tenants(p_limit integer)
returns text[] language plpgsql stable security definer
set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  v_since timestamptz := now() - interval '30 days';
begin
  return array(select distinct tenant_id from (
    select tenant_id from messages where not counted and created_at > v_since limit p_limit) u order by 1);
end $$;

-- What was there before is counted once, however old.
do $$
declare
  t record;
begin
  for t in select distinct tenant_id from messages loop
    perform engine_count_messages(t.tenant_id, 2000000000, 36500);
  end loop;
end $$;

-- Questions ----------------------------------------------------------------------------------------

-- The run still stands where it asked; asking again is a further visit of the same step.
create function ask_is_open(p_run text, p_step text)
returns boolean language sql stable set search_path = public, pg_temp as $$
  select exists (select 1 from runs r where r.id = p_run and r.ended_at is null
    and p_step = r.id || ':' || (r.state #>> '{cursor,nodeId}') || ':'
      || ((r.state #>> '{cursor,visit}')::integer - coalesce((r.state #>> '{repeat,count}')::integer, 0)))
$$;

-- Written before the question leaves: { tenant, id, runId, stepKey, channel, number, contact, choices }.
create function engine_open_ask(p jsonb)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('app.tenant_id', p ->> 'tenant', true);
  insert into asks (tenant_id, id, run_id, step_key, channel, number_e164, contact, choices)
    values (p ->> 'tenant', p ->> 'id', p ->> 'runId', p ->> 'stepKey', p ->> 'channel', p ->> 'number', p ->> 'contact',
            p -> 'choices')
    on conflict do nothing;
end $$;

-- Who hears what a person wrote: { tenant, channel, number, contact, isTap, ask, repliesTo, now }. A tap belongs to the
-- message its button was on, named by the button itself or by what it replies to, and to no other (\`named\`, with or
-- without an ask that is still open). Words, and taps that name nothing, answer the youngest question that is open. \`handedOff\` where
-- people have the conversation.
create function engine_hear(p jsonb)
returns jsonb language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  v_tenant text := p ->> 'tenant';
  v_named text := p ->> 'ask';
  v_tap boolean := (p ->> 'isTap')::boolean;
  v_known boolean := p ->> 'ask' is not null;
  a asks;
begin
  perform set_config('app.tenant_id', v_tenant, true);
  if v_tap and v_named is null and p ->> 'repliesTo' is not null then
    select true, e.details ->> 'ask' into v_known, v_named from effects e
      where e.ref = p ->> 'repliesTo' and e.tenant_id = v_tenant limit 1;
  end if;
  if coalesce(v_known, false) then
    select * into a from asks where tenant_id = v_tenant and id = v_named and channel = p ->> 'channel'
      and contact = p ->> 'contact' and ask_is_open(run_id, step_key);
  else
    select * into a from asks where tenant_id = v_tenant and contact = p ->> 'contact' and channel = p ->> 'channel'
      and number_e164 in (p ->> 'number', '') and ask_is_open(run_id, step_key)
      order by created_at desc limit 1;
  end if;
  return jsonb_build_object(
    'ask', case when a.id is not null then jsonb_build_object('id', a.id, 'runId', a.run_id,
      'choices', a.choices) end,
    'named', coalesce(v_known, false),
    -- one whose time is up is no handoff any more, also before its run notices
    'handedOff', exists (select 1 from conversations c where c.tenant_id = v_tenant and c.status = 'handoff'
      and c.id = conversation_id(v_tenant, p ->> 'channel', p ->> 'number', p ->> 'contact')
      and coalesce((select max(h.until) from handoffs h where h.tenant_id = v_tenant and h.conversation_id = c.id
        and h.ended_at is null), 'infinity') > (p ->> 'now')::timestamptz));
end $$;

-- Questions nobody waits for any more.
create function engine_prune_asks(p_limit integer)
returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
  t record;
  v_count integer := 0;
begin
  for t in select tenant_id, array_agg(id) as ids from (
      select tenant_id, id from asks where created_at < now() - interval '1 hour' and not ask_is_open(run_id, step_key)
      limit p_limit) old
    group by tenant_id order by tenant_id
  loop
    perform set_config('app.tenant_id', t.tenant_id, true);
    delete from asks where tenant_id = t.tenant_id and id = any (t.ids);
    v_count := v_count + cardinality(t.ids);
  end loop;
  return v_count;
end $$;

-- Reports that start flows --------------------------------------------------------------------------

-- Published flows of a tenant that a trigger of this type starts, with the trigger's node.
create function engine_flows_with_trigger(p_tenant text, p_type text)
returns jsonb language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  perform set_config('app.tenant_id', p_tenant, true);
  return (select coalesce(jsonb_agg(jsonb_build_object('flowKey', f.key, 'nodeId', n ->> 'id',
      'params', n #> '{data,params}') order by f.key), '[]')
    from flows f join flow_versions v on v.flow_id = f.id and v.number = f.published
      cross join lateral jsonb_array_elements(v.document -> 'nodes') n
    where f.tenant_id = p_tenant and n ->> 'type' = p_type);
end $$;

-- The message an effect is, for whoever hears of its status; null where it is none. \`byStatus\`: its run, or one that
-- started it, was itself started by a status.
create function engine_message_of_effect(p_tenant text, p_effect text, p_trigger text)
returns jsonb language plpgsql stable security definer
set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  e effects;
  m messages;
  v_by boolean;
begin
  perform set_config('app.tenant_id', p_tenant, true);
  select * into e from effects where id = p_effect and tenant_id = p_tenant;
  if e.id is null or e.kind <> 'message' then return null; end if;
  select * into m from messages where effect_id = e.id and tenant_id = p_tenant and created_at = e.created_at;
  if m.id is null then return null; end if;
  with recursive line as (
    select r.parent_run_id, r.trigger_type from runs r where r.id = e.run_id
    union all
    select r.parent_run_id, r.trigger_type from line l join runs r on r.id = l.parent_run_id)
  select coalesce(bool_or(trigger_type = p_trigger), false) into v_by from line;
  return jsonb_build_object('id', m.id, 'ref', e.ref, 'channel', m.channel, 'to', m.contact_phone,
    'from', m.number_e164, 'numberId', m.number_id, 'body', m.body, 'template', m.template_key, 'storeId', m.store_id,
    'module', e.details ->> 'module', 'recordId', e.details ->> 'recordId', 'runId', e.run_id,
    'flow', (select flow_key from runs where id = e.run_id), 'createdAt', m.created_at,
    'status', e.status, 'byStatus', v_by);
end $$;

revoke execute on function conversation_id, ask_is_open, engine_count_messages, engine_uncounted_tenants, engine_open_ask,
  engine_hear, engine_prune_asks, engine_flows_with_trigger, engine_message_of_effect from public;
grant execute on function engine_count_messages, engine_uncounted_tenants, engine_open_ask, engine_hear, engine_prune_asks,
  engine_flows_with_trigger, engine_message_of_effect to app_engine;
`);
}
