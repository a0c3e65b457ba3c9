import type { Knex } from "knex";

/**
 * Who may be written to: consents by purpose, the 24-hour window of each person and number, clicks on tracked links, and how
 * often a destination was written to this hour.
 *
 * Locks: contacts, consents, contact_windows; links, link_clicks; destination_use. None is taken inside a run's commit.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
-- the person's own zone (IANA), where somebody said it
alter table contacts add column timezone text;
-- countries a plan may reach (ISO 3166-1 alpha-2); null = any
alter table plans add column countries text[];

-- What a person allowed, and took back, purpose by purpose. Only ever added to: the latest line counts.
create table consents (
  id text primary key check (id like 'cns\\_%'),
  tenant_id text not null references tenants (id),
  contact_id text not null references contacts (id),
  channel text not null check (channel in ('sms', 'whatsapp', 'voice')),
  purpose text not null check (purpose in ('service', 'notice', 'marketing')),
  state text not null check (state in ('granted', 'denied')),
  -- where it was said: keyword, vendor, flow, api, form …
  source text not null,
  -- what shows it: the words written, a form's address, a recording
  evidence jsonb not null default '{}',
  at timestamptz not null default now(),
  run_id text,
  message_ref text,
  -- the API key or user that recorded it
  actor text,
  -- what it was recorded for, once: the step, the delivery, the request
  ref text not null,
  unique (tenant_id, ref, channel, purpose)
);
create index consents_latest_idx on consents (tenant_id, contact_id, channel, purpose, id desc);

-- When somebody last wrote to one of our numbers, by the vendor's clock: what the 24-hour window counts from.
create table contact_windows (
  tenant_id text not null references tenants (id),
  -- phone, or the vendor's own id of the person
  person text not null,
  channel text not null,
  number_e164 text not null,
  last_inbound_at timestamptz not null,
  -- the message that opened it, so that its delivery again does not open it longer
  ref text not null,
  -- the vendor said that it is over, whatever the clock says
  closed boolean not null default false,
  primary key (tenant_id, person, channel, number_e164)
) with (fillfactor = 70);

insert into contact_windows (tenant_id, person, channel, number_e164, last_inbound_at, ref)
  select distinct on (tenant_id, contact_phone, channel, number_e164)
    tenant_id, contact_phone, channel, number_e164, coalesce(sent_at, created_at), coalesce(provider_ref, id)
  from messages where direction = 'inbound' and contact_phone is not null and created_at > now() - interval '7 days'
  order by tenant_id, contact_phone, channel, number_e164, id desc;

alter table links
  add column recipient text,
  add column expires_at timestamptz,
  -- openings by programs that look at links before people do
  add column previews integer not null default 0,
  add column first_click_at timestamptz,
  drop constraint links_tenant_id_step_key_url_key,
  add constraint links_of_step_key unique nulls not distinct (tenant_id, step_key, url, recipient);
create index links_run_idx on links (tenant_id, run_id);

create table link_clicks (
  id bigint generated always as identity primary key,
  tenant_id text not null references tenants (id),
  code text not null references links (code) on delete cascade,
  at timestamptz not null default now(),
  -- a person, or a program: the preview of a chat, a scanner, a crawler
  kind text not null check (kind in ('person', 'preview')),
  agent text not null
);
create index link_clicks_code_idx on link_clicks (tenant_id, code, id desc);

-- Messages to a block of numbers in an hour. Not worth a flush: losing a few counts only lets a few more through.
create table destination_use (
  tenant_id text not null references tenants (id),
  channel text not null,
  block text not null,
  hour timestamptz not null,
  count integer not null,
  primary key (tenant_id, channel, block, hour)
) with (fillfactor = 70);
create index destination_use_hour_idx on destination_use (hour);

do $$
declare
  t text;
begin
  foreach t in array array['consents', 'contact_windows', 'link_clicks', 'destination_use'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format(
      'create policy tenant_wall on %I using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')))', t);
  end loop;
end $$;
-- Nobody rewrites what a person said.
grant select on consents, contact_windows, link_clicks, destination_use to app_api;
create policy owner_routes on destination_use for select to app_owner using (true);

-- The person behind a request, as before; a message opens the window towards the number it came to.
create or replace function engine_contact(p jsonb)
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
  if jsonb_typeof(p -> 'window') = 'object' then
    insert into contact_windows as w (tenant_id, person, channel, number_e164, last_inbound_at, ref)
      select v_tenant, person, p #>> '{window,channel}', p #>> '{window,number}', (p #>> '{window,at}')::timestamptz,
             p #>> '{window,ref}'
      from unnest(array[p ->> 'phone', p ->> 'channelUserId']) person where person is not null order by person
      on conflict (tenant_id, person, channel, number_e164) do update
        set last_inbound_at = excluded.last_inbound_at, ref = excluded.ref, closed = false
        where w.ref <> excluded.ref and w.last_inbound_at < excluded.last_inbound_at;
  end if;
  return to_jsonb(c);
end $$;

-- The vendor refused free text: whatever was counted, the window is closed until the person writes again.
create function engine_close_window(p jsonb)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_tenant text := p ->> 'tenant';
  v_effect jsonb;
begin
  perform set_config('app.tenant_id', v_tenant, true);
  -- a report names the effect only
  if p ->> 'effectId' is not null then
    select jsonb_build_object('person', recipient, 'channel', channel, 'number', sender) into v_effect
      from effects where id = p ->> 'effectId' and tenant_id = v_tenant;
    p := p || coalesce(v_effect, '{}');
  end if;
  update contact_windows set closed = true
    where tenant_id = v_tenant and person = p ->> 'person' and channel = p ->> 'channel'
      and number_e164 = p ->> 'number' and not closed;
end $$;

-- What must be known before people are written to, by person.
drop function engine_recipient;
create function engine_recipients(p jsonb)
returns jsonb language plpgsql stable security definer set search_path = public, pg_temp as $$
declare
  v_tenant text := p ->> 'tenant';
begin
  perform set_config('app.tenant_id', v_tenant, true);
  return (select coalesce(jsonb_object_agg(w.person, jsonb_build_object(
      'optedOut', coalesce(p ->> 'channel' = any (c.opt_outs), false),
      'timezone', c.timezone,
      'consent', (select k.state from consents k where k.tenant_id = v_tenant and k.contact_id = c.id
        and k.channel = p ->> 'channel' and k.purpose = p ->> 'purpose' order by k.id desc limit 1),
      'lastInboundAt', (select max(o.last_inbound_at) from contact_windows o where o.tenant_id = v_tenant
        and o.person = w.person and o.channel = p ->> 'channel' and not o.closed
        and (p ->> 'number' is null or o.number_e164 = p ->> 'number')))), '{}')
    from jsonb_array_elements_text(p -> 'people') w(person)
    left join lateral (select * from contacts k where k.tenant_id = v_tenant
      and (k.phone = w.person or k.channel_user_id = w.person) limit 1) c on true);
end $$;

-- What a person said, one line for each purpose. A STOP or START for everything also sets what the channel's opt-out says.
-- 'changed' is false where all of it was known.
drop function engine_opt;
create function engine_record_consents(p jsonb)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_tenant text := p ->> 'tenant';
  v_channel text := p ->> 'channel';
  v_out boolean := (p ->> 'optOut')::boolean;
  v_before boolean;
  v_changed boolean;
  v_recorded integer;
begin
  perform set_config('app.tenant_id', v_tenant, true);
  select v_channel = any (opt_outs) into v_before from contacts
    where tenant_id = v_tenant and id = p ->> 'contactId' for no key update;
  if not found then return '{"found": false, "changed": false, "recorded": 0}'; end if;
  v_changed := coalesce(v_out is distinct from v_before and v_out is not null, false);
  if v_changed then
    update contacts set opt_outs = array_remove(opt_outs, v_channel)
        || case when v_out then array[v_channel] else '{}'::text[] end, updated_at = now()
      where tenant_id = v_tenant and id = p ->> 'contactId';
  end if;
  v_changed := v_changed or exists (select 1 from jsonb_array_elements(p -> 'lines') x
    where x ->> 'state' is distinct from (select k.state from consents k where k.tenant_id = v_tenant
      and k.contact_id = p ->> 'contactId' and k.channel = v_channel and k.purpose = x ->> 'purpose'
      order by k.id desc limit 1));
  insert into consents (id, tenant_id, contact_id, channel, purpose, state, source, evidence, at, run_id, message_ref, actor, ref)
    select x ->> 'id', v_tenant, p ->> 'contactId', v_channel, x ->> 'purpose', x ->> 'state', p ->> 'source',
           coalesce(p -> 'evidence', '{}'), coalesce((p ->> 'at')::timestamptz, now()), p ->> 'runId', p ->> 'messageRef',
           p ->> 'actor', p ->> 'ref'
    from jsonb_array_elements(p -> 'lines') x
    on conflict (tenant_id, ref, channel, purpose) do nothing;
  get diagnostics v_recorded = row_count;
  return jsonb_build_object('found', true, 'changed', v_changed and v_recorded > 0, 'recorded', v_recorded);
end $$;

-- Takes room in this hour for messages to blocks of numbers: { block: how many } in, { block: how many may go } out.
create function engine_take_destinations(p jsonb)
returns jsonb language plpgsql security definer set search_path = public, pg_temp set synchronous_commit = off as $$
declare
  v_limit integer := (p ->> 'limit')::integer;
  v_room jsonb;
begin
  perform set_config('app.tenant_id', p ->> 'tenant', true);
  with wanted as materialized (
      select key as block, value::integer as n from jsonb_each_text(p -> 'blocks') order by key),
    taken as (
      insert into destination_use as u (tenant_id, channel, block, hour, count)
        select p ->> 'tenant', p ->> 'channel', block, (p ->> 'hour')::timestamptz, n from wanted
        on conflict (tenant_id, channel, block, hour) do update set count = u.count + excluded.count
        returning block, count)
    select coalesce(jsonb_object_agg(t.block, greatest(0, least(w.n, v_limit - (t.count - w.n)))), '{}') into v_room
      from taken t join wanted w using (block);
  return v_room;
end $$;

-- Counts who opened a link and says where it leads.
drop function engine_follow_link;
create function engine_follow_link(p jsonb)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_tenant text;
  v_person boolean := p ->> 'kind' = 'person';
  l links;
begin
  select tenant_id into v_tenant from links where code = p ->> 'code';
  if not found then return null; end if;
  perform set_config('app.tenant_id', v_tenant, true);
  select * into l from links where code = p ->> 'code'
    and (expires_at is null or expires_at > now() + (select clock_offset_ms * interval '1 ms' from tenants where id = v_tenant));
  if not found then return jsonb_build_object('state', 'expired'); end if;
  update links set clicks = clicks + v_person::integer, previews = previews + (not v_person)::integer,
      last_click_at = case when v_person then now() else last_click_at end,
      first_click_at = case when v_person then coalesce(first_click_at, now()) else first_click_at end
    where code = l.code returning * into l;
  insert into link_clicks (tenant_id, code, kind, agent) values (v_tenant, l.code, p ->> 'kind', p ->> 'agent');
  return jsonb_build_object('state', 'open', 'url', l.url, 'tenantId', v_tenant, 'runId', l.run_id,
    'stepKey', l.step_key, 'recipient', l.recipient, 'clicks', l.clicks, 'at', now(),
    'runOpen', exists (select 1 from runs r where r.id = l.run_id and r.ended_at is null));
end $$;

-- Asked for once more after a crash, it is made again: the flush of the next commit is enough.
drop function engine_link;
create function engine_link(p jsonb)
returns text language plpgsql security definer set search_path = public, pg_temp
  set plan_cache_mode = force_generic_plan as $$
declare
  v_code text;
begin
  perform set_config('app.tenant_id', p ->> 'tenant', true), set_config('synchronous_commit', 'off', true);
  select code into v_code from links where tenant_id = p ->> 'tenant' and step_key = p ->> 'stepKey'
    and url = p ->> 'url' and recipient is not distinct from p ->> 'recipient';
  if found then return v_code; end if;
  insert into links (code, tenant_id, url, run_id, step_key, recipient, expires_at)
    values (p ->> 'code', p ->> 'tenant', p ->> 'url', p ->> 'runId', p ->> 'stepKey', p ->> 'recipient',
      (p ->> 'expiresAt')::timestamptz)
    on conflict (tenant_id, step_key, url, recipient) do update set url = excluded.url returning code into v_code;
  return v_code;
end $$;

-- Counts of hours that are over. Gives how many.
create function engine_prune_destinations(p_limit integer)
returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
  t record;
  v_count integer;
  v_all integer := 0;
begin
  for t in select distinct tenant_id from (
      select tenant_id from destination_use where hour < now() - interval '2 hours' limit p_limit) old order by tenant_id
  loop
    perform set_config('app.tenant_id', t.tenant_id, true);
    delete from destination_use where ctid = any (array(
      select ctid from destination_use where tenant_id = t.tenant_id and hour < now() - interval '2 hours' limit p_limit));
    get diagnostics v_count = row_count;
    v_all := v_all + v_count;
  end loop;
  return v_all;
end $$;

revoke execute on function engine_close_window, engine_recipients, engine_record_consents, engine_take_destinations,
  engine_follow_link, engine_link, engine_prune_destinations from public;
grant execute on function engine_close_window, engine_recipients, engine_record_consents, engine_take_destinations,
  engine_follow_link, engine_link, engine_prune_destinations to app_engine;
`);
}
