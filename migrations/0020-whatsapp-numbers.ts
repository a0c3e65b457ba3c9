import type { Knex } from "knex";

/**
 * What WhatsApp says of people, numbers and accounts: a person under every user id the vendor gave, what each message cost
 * and how many were free in a month, what became of numbers and accounts, and what a webhook brought that nobody could take.
 *
 * Locks: effects, credit accounts, messages; contacts and their identities, then what is kept under their names: runs,
 * messages, conversations.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
-- The ids under which a vendor knows a person. Portfolios of a vendor give the same person different ones, and tenants may
-- share a portfolio: an id means somebody within one tenant only.
create table contact_identities (
  tenant_id text not null references tenants (id),
  provider text not null,
  user_id text not null,
  contact_id text not null references contacts (id) on delete cascade,
  username text,
  -- the vendor's account it was seen under: within one, a phone has one id at a time
  account_ref text,
  -- the id that followed it, after the person changed number
  replaced_by text,
  first_seen_at timestamptz not null default now(),
  last_seen_at timestamptz not null default now(),
  primary key (tenant_id, user_id, provider)
) with (fillfactor = 80);
create index contact_identities_contact_idx on contact_identities (tenant_id, contact_id);

-- One who turned out to be another stays as a sign to that one, where rows still name it.
alter table contacts add column merged_into text references contacts (id) on delete cascade,
  drop constraint contacts_check,
  add constraint contacts_reachable check (phone is not null or channel_user_id is not null or merged_into is not null);

-- { type, category, model } as the vendor reports it; the month, in the account's zone, it was counted in
alter table messages add column pricing jsonb, add column counted_month date;

-- Delivered messages of a number in a month of its account, by what the vendor says they cost.
create table number_usage (
  tenant_id text not null references tenants (id),
  number_id text not null references numbers (id),
  month date not null check (extract(day from month) = 1),
  category text not null,
  pricing_type text not null,
  delivered integer not null check (delivered > 0),
  first_at timestamptz not null,
  last_at timestamptz not null,
  primary key (tenant_id, number_id, month, category, pricing_type)
) with (fillfactor = 70);

-- What happened to numbers and accounts, and what people did besides writing.
create table number_events (
  id text not null check (id like 'nev\\_%'),
  tenant_id text not null references tenants (id),
  -- null: about the whole account
  number_id text references numbers (id),
  contact_id text references contacts (id) on delete set null,
  provider text not null,
  account_ref text,
  -- the vendor's field, and what happened
  field text not null,
  event text not null,
  severity text not null check (severity in ('info', 'warning', 'critical')),
  -- the vendor's id of the message it is about
  about_ref text,
  data jsonb not null default '{}',
  dedupe_key text not null,
  at timestamptz not null,
  created_at timestamptz not null default now(),
  primary key (tenant_id, id),
  unique (tenant_id, provider, dedupe_key)
);
create index number_events_number_idx on number_events (tenant_id, number_id, id desc);

-- Accounts at a vendor (a WABA) that a tenant may use.
create table vendor_accounts (
  tenant_id text not null references tenants (id),
  provider text not null,
  account_ref text not null,
  name text,
  -- IANA; null: the tenant's. Months of allowances begin at its midnight
  timezone text,
  currency text,
  -- as the vendor says it, and what is known of it
  state jsonb not null default '{}',
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  primary key (tenant_id, provider, account_ref)
);

alter table numbers
  add column account_ref text,
  -- how far a number that is set up here has come; null: set up elsewhere
  add column lifecycle text
    check (lifecycle in ('created', 'code_sent', 'verified', 'registered', 'subscribed', 'connected', 'deregistered')),
  -- when it was registered or deregistered lately: vendors count
  add column registrations timestamptz[] not null default '{}',
  -- { status, quality, limit, name, blocked: { scope, until, code, en, es }, … }, with changedAt by field
  add column vendor_state jsonb not null default '{}',
  -- whether what the vendor does not bill costs credits; null: as the tenant's settings say
  add column free_messages text check (free_messages in ('charge', 'free'));
create index numbers_account_idx on numbers (provider, account_ref) where account_ref is not null;

do $$
declare
  t text;
begin
  foreach t in array array['contact_identities', 'number_usage', 'number_events', 'vendor_accounts'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format(
      'create policy tenant_wall on %I using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')))', t);
    execute format('grant select on %I to app_api', t);
  end loop;
end $$;
grant insert, update on vendor_accounts to app_api;
-- what is forgotten of a person
grant update (username) on contact_identities to app_api;
-- messages and questions of several tenants are written at once, each under its person's name
create policy owner_batch on contact_identities for select to app_owner using (tenant_id = any ((select string_to_array(
  nullif(current_setting('app.tenant_ids', true), ''), ','))::text[]));
create policy owner_routes on vendor_accounts for select to app_owner using (true);

-- Items of a webhook that could not be handled, for the operator; the rest of their webhook was. Seen again, counted again.
create table ingress_faults (
  hash text primary key,
  provider text not null,
  reason text not null,
  item jsonb not null,
  times integer not null default 1,
  first_at timestamptz not null default now(),
  last_at timestamptz not null default now()
);

-- People -----------------------------------------------------------------------------------------

-- Every name a person is, or was, written to under: the phone, and the ids of vendors.
create function engine_names_of(p_tenant text, p_contact text)
returns text[] language sql stable set search_path = public, pg_temp as $$
  select array_remove(array[c.phone, c.channel_user_id] || array(
      select user_id from contact_identities where tenant_id = p_tenant and contact_id = p_contact), null)
    from contacts c where c.tenant_id = p_tenant and c.id = p_contact
$$;

-- Everybody's name on record is the phone, where it is known: whatever is written under an id of theirs.
create function engine_phone_of(p_tenant text, p_user text)
returns text language sql stable set search_path = public, pg_temp as $$
  select c.phone from contact_identities i join contacts c on c.id = i.contact_id and c.tenant_id = p_tenant
    where i.tenant_id = p_tenant and i.user_id = p_user and c.phone is not null limit 1
$$;

create function name_message_by_phone()
returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  new.contact_phone := coalesce(engine_phone_of(new.tenant_id, new.contact_phone), new.contact_phone);
  return new;
end $$;
create trigger messages_name_by_phone before insert on messages
  for each row when (new.contact_phone not like '+%') execute function name_message_by_phone();

create function name_ask_by_phone()
returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  new.contact := coalesce(engine_phone_of(new.tenant_id, new.contact), new.contact);
  return new;
end $$;
create trigger asks_name_by_phone before insert on asks
  for each row when (new.contact not like '+%') execute function name_ask_by_phone();

-- A conversation goes on under another name: with the one that has that name already, it is one.
create function engine_rename_conversation(p_tenant text, c conversations, p_to text)
returns void language plpgsql set search_path = public, pg_temp as $$
declare
  v_id text := conversation_id(p_tenant, c.channel, c.number_e164, p_to);
begin
  update handoffs set conversation_id = v_id where tenant_id = p_tenant and conversation_id = c.id;
  insert into conversation_records as r (tenant_id, conversation_id, module, record_id, at)
    select p_tenant, v_id, module, record_id, at from conversation_records
      where tenant_id = p_tenant and conversation_id = c.id
    on conflict (tenant_id, module, record_id, conversation_id) do update set at = greatest(r.at, excluded.at);
  delete from conversation_records where tenant_id = p_tenant and conversation_id = c.id;
  delete from conversations where tenant_id = p_tenant and id = c.id;
  c.id := v_id;
  c.contact := p_to;
  insert into conversations as o select c.*
    on conflict (tenant_id, id) do update set
      number_id = coalesce(o.number_id, excluded.number_id), store_id = coalesce(o.store_id, excluded.store_id),
      -- whoever has one of them has both; both are over only together
      status = case when 'handoff' in (o.status, excluded.status) then 'handoff'
               when 'open' in (o.status, excluded.status) then 'open' else 'closed' end,
      closed_at = case when o.status = 'closed' and excluded.status = 'closed' then greatest(o.closed_at, excluded.closed_at) end,
      closed_by = case when o.status = 'closed' and excluded.status = 'closed' then coalesce(o.closed_by, excluded.closed_by) end,
      assigned_to = coalesce(o.assigned_to, excluded.assigned_to), team = coalesce(o.team, excluded.team),
      unread = o.unread + excluded.unread,
      module = coalesce(o.module, excluded.module),
      record_id = case when o.module is null then excluded.record_id else o.record_id end,
      last_message = case when excluded.last_message_at > o.last_message_at then excluded.last_message else o.last_message end,
      last_message_at = greatest(o.last_message_at, excluded.last_message_at),
      last_inbound_ref = case when excluded.last_inbound_at > coalesce(o.last_inbound_at, '-infinity')
                         then excluded.last_inbound_ref else o.last_inbound_ref end,
      last_inbound_at = greatest(o.last_inbound_at, excluded.last_inbound_at),
      created_at = least(o.created_at, excluded.created_at);
end $$;

-- What is kept under one name of a person is kept under another from now on. Effects keep whom they went to; links of a run
-- that goes on keep theirs, for its step may ask for them again.
create function engine_rename_person(p_tenant text, p_from text, p_to text)
returns void language plpgsql set search_path = public, pg_temp as $$
declare
  c conversations;
  v_since timestamptz;
begin
  if p_from is null or p_to is null or p_from = p_to then return; end if;
  -- Nothing was written to or by somebody before they were known; a clock that was ahead is a day at most.
  select least(
      (select min(created_at) from conversations where tenant_id = p_tenant and contact = p_from),
      (select min(created_at) from contacts where tenant_id = p_tenant and p_from in (phone, channel_user_id)),
      now()) - interval '1 day' into v_since;
  update runs set contact_phone = p_to where tenant_id = p_tenant and contact_phone = p_from and ended_at is null
    and id = any (array(select run_id from messages
      where tenant_id = p_tenant and contact_phone = p_from and created_at >= v_since));
  perform 1 from messages where tenant_id = p_tenant and contact_phone = p_from and created_at >= v_since
    order by id for update;
  update messages set contact_phone = p_to
    where tenant_id = p_tenant and contact_phone = p_from and created_at >= v_since;
  for c in select * from conversations where tenant_id = p_tenant and contact = p_from order by id for update loop
    perform engine_rename_conversation(p_tenant, c, p_to);
  end loop;
  update asks set contact = p_to where tenant_id = p_tenant and contact = p_from;
  insert into contact_windows as w (tenant_id, person, channel, number_e164, last_inbound_at, ref, closed)
    select tenant_id, p_to, channel, number_e164, last_inbound_at, ref, closed from contact_windows
      where tenant_id = p_tenant and person = p_from
    on conflict (tenant_id, person, channel, number_e164) do update
      set last_inbound_at = excluded.last_inbound_at, ref = excluded.ref, closed = excluded.closed
      where w.last_inbound_at < excluded.last_inbound_at;
  delete from contact_windows where tenant_id = p_tenant and person = p_from;
  update links l set recipient = p_to where l.tenant_id = p_tenant and l.recipient = p_from
    and exists (select 1 from runs r where r.id = l.run_id and r.ended_at is not null)
    and not exists (select 1 from links o where o.tenant_id = p_tenant and o.step_key = l.step_key and o.url = l.url
      and o.recipient = p_to);
end $$;

-- A phone came to be known: what was kept under the ids of its owner is kept under it.
create function engine_name_by_phone(p_tenant text, p_contact text)
returns void language plpgsql set search_path = public, pg_temp as $$
declare
  v_phone text;
  v_name text;
begin
  select phone into v_phone from contacts where tenant_id = p_tenant and id = p_contact;
  if v_phone is null then return; end if;
  for v_name in select n from unnest(engine_names_of(p_tenant, p_contact)) n where n not like '+%' order by 1 loop
    perform engine_rename_person(p_tenant, v_name, v_phone);
  end loop;
end $$;

-- A phone is another person's now: nothing of its window is theirs.
create function engine_lose_phone(p_tenant text, p_contact text)
returns void language plpgsql set search_path = public, pg_temp as $$
begin
  delete from contact_windows where tenant_id = p_tenant
    and person = (select phone from contacts where tenant_id = p_tenant and id = p_contact);
  update contacts set phone = null, updated_at = now() where tenant_id = p_tenant and id = p_contact;
end $$;

-- A message opens the window towards the number it came to, under every name it came with.
create function engine_open_window(p_tenant text, p_names text[], w jsonb)
returns void language plpgsql set search_path = public, pg_temp as $$
begin
  if jsonb_typeof(w) is distinct from 'object' then return; end if;
  insert into contact_windows as o (tenant_id, person, channel, number_e164, last_inbound_at, ref)
    select distinct p_tenant, person, w ->> 'channel', w ->> 'number', (w ->> 'at')::timestamptz, w ->> 'ref'
    from unnest(p_names) person where person is not null order by 2
    on conflict (tenant_id, person, channel, number_e164) do update
      set last_inbound_at = excluded.last_inbound_at, ref = excluded.ref, closed = false
      where o.ref <> excluded.ref and o.last_inbound_at < excluded.last_inbound_at;
end $$;

-- Two contacts turn out to be one person. What names the one that goes names the other from now on; where that cannot be, the
-- row of the one that goes stays and says who it became.
create function engine_merge_contacts(p_tenant text, p_keep text, p_gone text)
returns void language plpgsql set search_path = public, pg_temp as $$
declare
  k contacts;
  g contacts;
  t text;
begin
  perform 1 from contacts where tenant_id = p_tenant and id in (p_keep, p_gone) order by id for update;
  select * into k from contacts where tenant_id = p_tenant and id = p_keep;
  select * into g from contacts where tenant_id = p_tenant and id = p_gone;
  update contacts set phone = null, channel_user_id = null, merged_into = p_keep, updated_at = now() where id = p_gone;
  update contacts set phone = coalesce(k.phone, g.phone), channel_user_id = coalesce(k.channel_user_id, g.channel_user_id),
      name = coalesce(k.name, g.name), locale = coalesce(k.locale, g.locale), timezone = coalesce(k.timezone, g.timezone),
      opt_outs = array(select distinct unnest(k.opt_outs || g.opt_outs) order by 1),
      last_store_id = coalesce(k.last_store_id, g.last_store_id), attributes = g.attributes || k.attributes,
      updated_at = now()
    where id = p_keep;
  for t in select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
      and 2 = (select count(*) from pg_attribute a where a.attrelid = c.oid and a.attname in ('tenant_id', 'contact_id')
               and not a.attisdropped)
    order by 1
  loop
    begin
      execute format('update %I set contact_id = $1 where tenant_id = $2 and contact_id = $3', t) using p_keep, p_tenant, p_gone;
    exception when unique_violation then
      -- both had one: the older stays where it is, and is found through merged_into
      null;
    end;
  end loop;
  update contacts set merged_into = p_keep where tenant_id = p_tenant and merged_into = p_gone;
  perform engine_rename_person(p_tenant, g.channel_user_id, (select phone from contacts where id = p_keep));
  perform engine_name_by_phone(p_tenant, p_keep);
end $$;

-- The contact under one of a vendor's ids; without a provider, of any vendor.
create function engine_contact_of_user(p_tenant text, p_provider text, p_user text)
returns text language sql stable set search_path = public, pg_temp as $$
  select coalesce(
    (select contact_id from contact_identities where tenant_id = p_tenant and user_id = p_user
       and provider = coalesce(p_provider, provider) limit 1),
    (select id from contacts where tenant_id = p_tenant and channel_user_id = p_user))
$$;

-- Whether a contact is somebody else than this user id: the vendor knows it, in the same account, by an id that still holds.
create function engine_is_other(p_tenant text, p_contact text, x jsonb)
returns boolean language sql stable set search_path = public, pg_temp as $$
  select exists (select 1 from contact_identities where tenant_id = p_tenant and contact_id = p_contact
    and provider = x ->> 'provider' and user_id <> x ->> 'userId' and account_ref = x ->> 'account' and replaced_by is null)
$$;

-- Gives a contact the phone it writes from. Who had it before has lost it, or was the same person. Gives the contact they are
-- from then on: of two that are one, the one known by phone.
create function engine_settle_phone(p_tenant text, p_contact text, x jsonb)
returns text language plpgsql set search_path = public, pg_temp as $$
declare
  c contacts;
  v_other text;
begin
  select * into c from contacts where tenant_id = p_tenant and id = p_contact for update;
  if x ->> 'phone' is null or c.phone = x ->> 'phone' then return p_contact; end if;
  select id into v_other from contacts where tenant_id = p_tenant and phone = x ->> 'phone';
  if v_other is not null and not engine_is_other(p_tenant, v_other, x) then
    if c.phone is null then
      perform engine_merge_contacts(p_tenant, v_other, p_contact);
      return v_other;
    end if;
    update contacts set phone = null where id = p_contact;
    perform engine_merge_contacts(p_tenant, p_contact, v_other);
    return p_contact;
  end if;
  if v_other is not null then perform engine_lose_phone(p_tenant, v_other); end if;
  update contacts set phone = x ->> 'phone', updated_at = now() where id = p_contact;
  perform engine_name_by_phone(p_tenant, p_contact);
  return p_contact;
end $$;

-- The person behind a request that names a user id of the vendor, found or made, known by phone and by id from then on:
-- { tenant, provider, account, userId, phone, name, username, id: of a new contact, window }. Gives { contact, phoneIsNew }:
-- phoneIsNew where the id was known without this phone until now.
create function engine_identify(p jsonb)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_tenant text := p ->> 'tenant';
  v_phone text := p ->> 'phone';
  v_by_user text;
  v_by_phone text;
  v_id text;
  v_new boolean := false;
  c contacts;
begin
  perform set_config('app.tenant_id', v_tenant, true);
  select o.* into c from contact_identities i join contacts o on o.id = i.contact_id
    where i.tenant_id = v_tenant and i.provider = p ->> 'provider' and i.user_id = p ->> 'userId'
      and (v_phone is null or o.phone = v_phone) and (o.name is not null or p ->> 'name' is null)
      and i.username is not distinct from coalesce(p ->> 'username', i.username);
  -- nearly always: a person we know, who is as we know them
  if found then
    perform engine_open_window(v_tenant, array[c.phone, p ->> 'userId'], p -> 'window');
    return jsonb_build_object('contact', to_jsonb(c), 'phoneIsNew', false);
  end if;
  perform pg_advisory_xact_lock(hashtextextended('identify ' || v_tenant, 0));
  v_by_user := engine_contact_of_user(v_tenant, p ->> 'provider', p ->> 'userId');
  select id into v_by_phone from contacts where tenant_id = v_tenant and phone = v_phone;
  if v_by_user is not null then
    v_new := v_phone is not null and (select phone is distinct from v_phone from contacts where id = v_by_user);
    v_id := engine_settle_phone(v_tenant, v_by_user, p);
  elsif v_by_phone is not null and not engine_is_other(v_tenant, v_by_phone, p) then
    v_id := v_by_phone;
    update contacts set channel_user_id = coalesce(channel_user_id, p ->> 'userId'), updated_at = now() where id = v_id;
  else
    if v_by_phone is not null then perform engine_lose_phone(v_tenant, v_by_phone); end if;
    v_id := p ->> 'id';
    insert into contacts (id, tenant_id, phone, channel_user_id, name)
      values (v_id, v_tenant, v_phone, p ->> 'userId', p ->> 'name');
  end if;
  insert into contact_identities as i (tenant_id, provider, user_id, contact_id, username, account_ref)
    values (v_tenant, p ->> 'provider', p ->> 'userId', v_id, p ->> 'username', p ->> 'account')
    on conflict (tenant_id, provider, user_id) do update
      set contact_id = excluded.contact_id, username = coalesce(excluded.username, i.username),
          account_ref = coalesce(excluded.account_ref, i.account_ref), last_seen_at = now();
  update contacts set name = p ->> 'name' where id = v_id and name is null and p ->> 'name' is not null;
  select * into c from contacts where id = v_id;
  -- somebody known by phone may have been written to under the id before anybody knew whose it is
  if exists (select 1 from conversations where tenant_id = v_tenant and contact = p ->> 'userId')
     or exists (select 1 from asks where tenant_id = v_tenant and contact = p ->> 'userId') then
    perform engine_rename_person(v_tenant, p ->> 'userId', c.phone);
  end if;
  perform engine_open_window(v_tenant, array[c.phone, p ->> 'userId'], p -> 'window');
  return jsonb_build_object('contact', to_jsonb(c), 'phoneIsNew', v_new);
end $$;

-- A person changed number or id: { tenant, provider, account, previousUserId, previousPhone, userId, phone }. Gives the
-- contact's id, null where nobody is known under what was before.
create function engine_change_identity(p jsonb)
returns text language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_tenant text := p ->> 'tenant';
  v_provider text := p ->> 'provider';
  v_user text := p ->> 'userId';
  v_contact text;
  v_other text;
begin
  perform set_config('app.tenant_id', v_tenant, true);
  perform pg_advisory_xact_lock(hashtextextended('identify ' || v_tenant, 0));
  v_contact := coalesce(engine_contact_of_user(v_tenant, v_provider, p ->> 'previousUserId'),
    (select id from contacts where tenant_id = v_tenant and phone = p ->> 'previousPhone'));
  if v_contact is null then return null; end if;
  if v_user is not null then
    v_other := engine_contact_of_user(v_tenant, v_provider, v_user);
    if v_other is not null and v_other <> v_contact then
      perform engine_merge_contacts(v_tenant, v_contact, v_other);
    end if;
    insert into contact_identities as i (tenant_id, provider, user_id, contact_id, account_ref)
      values (v_tenant, v_provider, v_user, v_contact, p ->> 'account')
      on conflict (tenant_id, provider, user_id) do update
        set contact_id = excluded.contact_id, account_ref = coalesce(excluded.account_ref, i.account_ref), last_seen_at = now();
    update contact_identities set replaced_by = v_user
      where tenant_id = v_tenant and provider = v_provider and user_id = p ->> 'previousUserId' and user_id <> v_user;
    update contacts set channel_user_id = v_user, updated_at = now() where id = v_contact;
    perform engine_rename_person(v_tenant, p ->> 'previousUserId', v_user);
  end if;
  if v_user is null and p ->> 'phone' is null then return v_contact; end if;
  return engine_settle_phone(v_tenant, v_contact, p);
end $$;

-- The person behind a request, as before; an id of a vendor also finds whoever is known by another.
create or replace function engine_contact(p jsonb)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_tenant text := p ->> 'tenant';
  v_user text := p ->> 'channelUserId';
  v_by_user text;
  c contacts;
begin
  perform set_config('app.tenant_id', v_tenant, true);
  if v_user is not null then v_by_user := engine_contact_of_user(v_tenant, null, v_user); end if;
  select * into c from contacts where tenant_id = v_tenant and (id = v_by_user or phone = p ->> 'phone')
    order by (id = v_by_user) desc nulls last limit 1;
  if not found then
    insert into contacts (id, tenant_id, phone, channel_user_id, name)
      values (p ->> 'id', v_tenant, p ->> 'phone', v_user, p ->> 'name')
      on conflict do nothing returning * into c;
    if not found then
      select * into c from contacts where tenant_id = v_tenant and (phone = p ->> 'phone' or channel_user_id = v_user) limit 1;
    end if;
  elsif (p ->> 'name' is not null and c.name is null) or (v_user is not null and c.channel_user_id is null) then
    update contacts set name = coalesce(name, p ->> 'name'), channel_user_id = coalesce(channel_user_id, v_user),
        updated_at = now()
      where id = c.id returning * into c;
  end if;
  perform engine_open_window(v_tenant, array[p ->> 'phone', v_user], p -> 'window');
  return to_jsonb(c);
end $$;

-- What must be known before people are written to, by person, as before; whoever is named by an id of a vendor may have
-- written under the phone, and the other way round.
create or replace function engine_recipients(p jsonb)
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
        and o.person = any (array[w.person] || engine_names_of(v_tenant, c.id))
        and o.channel = p ->> 'channel' and not o.closed
        and (p ->> 'number' is null or o.number_e164 = p ->> 'number')))), '{}')
    from jsonb_array_elements_text(p -> 'people') w(person)
    left join lateral (
      select * from contacts k where k.tenant_id = v_tenant and (k.phone = w.person
        or k.id = (select case when w.person not like '+%' then engine_contact_of_user(v_tenant, null, w.person) end))
      limit 1) c on true);
end $$;

-- The vendor refused free text, as before: the window is closed under every name of the person.
create or replace function engine_close_window(p jsonb)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_tenant text := p ->> 'tenant';
  v_effect jsonb;
  v_names text[];
begin
  perform set_config('app.tenant_id', v_tenant, true);
  -- a report names the effect only
  if p ->> 'effectId' is not null then
    select jsonb_build_object('person', recipient, 'channel', channel, 'number', sender) into v_effect
      from effects where id = p ->> 'effectId' and tenant_id = v_tenant;
    p := p || coalesce(v_effect, '{}');
  end if;
  select engine_names_of(v_tenant, id) into v_names from contacts where tenant_id = v_tenant
    and (phone = p ->> 'person' or id = engine_contact_of_user(v_tenant, null, p ->> 'person')) limit 1;
  update contact_windows set closed = true
    where tenant_id = v_tenant and person = any (array[p ->> 'person'] || v_names) and channel = p ->> 'channel'
      and number_e164 = p ->> 'number' and not closed;
end $$;

-- What messages cost -----------------------------------------------------------------------------

-- Credits of one effect go back because the vendor does not bill it: what is held is let go, what was captured comes back once.
create function engine_uncharge(p_tenant text, p_effect text)
returns void language plpgsql set search_path = public, pg_temp as $$
declare
  h credit_holds;
begin
  select * into h from credit_holds where tenant_id = p_tenant and id = p_effect;
  if not found or h.state = 'released' then return; end if;
  if h.state = 'open' then
    perform credit_release(p_tenant, p_effect);
    return;
  end if;
  if h.captured = 0 then return; end if;
  perform credit_account_of_hold(p_tenant, p_effect);
  insert into credit_entries (tenant_id, meter, amount, kind, ref, run_id)
    values (p_tenant, h.meter, h.captured, 'adjustment', 'free:' || p_effect, h.run_id)
    on conflict (tenant_id, kind, meter, ref) do nothing;
  if not found then return; end if;
  update credit_accounts set balance = balance + h.captured where tenant_id = p_tenant and meter = h.meter;
end $$;

-- One report of what a message costs; only the first that says it reached somebody is counted. Null where nothing was counted.
create function engine_note_price(p_tenant text, x jsonb, p_free text[])
returns jsonb language plpgsql set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  e effects;
  m messages;
  n numbers;
  v_price jsonb;
  v_at timestamptz;
  v_month date;
  v_count integer;
begin
  select * into e from effects where id = x ->> 'effectId' and tenant_id = p_tenant;
  if not found then return null; end if;
  select * into m from messages where tenant_id = p_tenant and effect_id = e.id and created_at = e.created_at for update;
  if not found or m.counted_month is not null then return null; end if;
  v_price := coalesce(nullif(x -> 'pricing', 'null'), m.pricing);
  if v_price is null then return null; end if;
  update messages set pricing = v_price where tenant_id = p_tenant and id = m.id and created_at = m.created_at
    and pricing is distinct from v_price;
  if not coalesce((x ->> 'reached')::boolean, false) and m.status not in ('delivered', 'read') then return null; end if;
  select * into n from numbers where tenant_id = p_tenant and id = m.number_id;
  if not found then return null; end if;
  select (x ->> 'at')::timestamptz + t.clock_offset_ms * interval '1 ms',
         date_trunc('month', ((x ->> 'at')::timestamptz + t.clock_offset_ms * interval '1 ms')
           at time zone coalesce(a.timezone, t.timezone))::date
    into v_at, v_month
    from tenants t left join vendor_accounts a
      on a.tenant_id = t.id and a.provider = n.provider and a.account_ref = n.account_ref
    where t.id = p_tenant;
  update messages set counted_month = v_month where tenant_id = p_tenant and id = m.id and created_at = m.created_at;
  insert into number_usage as u (tenant_id, number_id, month, category, pricing_type, delivered, first_at, last_at)
    values (p_tenant, n.id, v_month, v_price ->> 'category', v_price ->> 'type', 1, v_at, v_at)
    on conflict (tenant_id, number_id, month, category, pricing_type) do update
      set delivered = u.delivered + 1, first_at = least(u.first_at, v_at), last_at = greatest(u.last_at, v_at)
    returning delivered into v_count;
  if coalesce(n.free_messages, (select settings ->> 'freeMessages' from tenants where id = p_tenant)) = 'free' then
    if v_price ->> 'type' = any (p_free) then
      perform engine_uncharge(p_tenant, e.id);
    elsif m.units = 0 and x ->> 'meter' is not null then
      -- it was taken for free, and is not
      perform credit_charge(p_tenant, x ->> 'meter', 1, e.id, e.run_id, null);
    end if;
  end if;
  return jsonb_build_object('numberId', n.id, 'providerId', n.provider_id, 'month', v_month, 'category', v_price ->> 'category',
    'type', v_price ->> 'type', 'delivered', v_count);
end $$;

-- What the vendor reports messages of one tenant to cost: { tenant, free: [types it does not bill], items: [{ effectId,
-- meter, pricing, reached, at }] }. Gives what was counted; one bad item stops no other, and is named under \`faults\`.
create function engine_note_prices(p jsonb)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_tenant text := p ->> 'tenant';
  v_free text[] := array(select jsonb_array_elements_text(p -> 'free'));
  v_ids text[] := array(select i ->> 'effectId' from jsonb_array_elements(p -> 'items') i order by 1);
  x jsonb;
  v_one jsonb;
  v_counted jsonb := '[]';
  v_faults jsonb := '[]';
begin
  perform set_config('app.tenant_id', v_tenant, true);
  -- in the order in which commits lock them
  perform 1 from effects where tenant_id = v_tenant and id = any (v_ids) order by id for update;
  perform 1 from credit_accounts where tenant_id = v_tenant
    and meter in (select h.meter from credit_holds h where h.tenant_id = v_tenant and h.id = any (v_ids))
    and (exists (select 1 from numbers where tenant_id = v_tenant and free_messages = 'free')
         or exists (select 1 from tenants where id = v_tenant and settings ->> 'freeMessages' = 'free'))
    order by meter for no key update;
  for x in select jsonb_array_elements(p -> 'items') loop
    begin
      v_one := engine_note_price(v_tenant, x, v_free);
      if v_one is not null then v_counted := v_counted || jsonb_build_array(v_one); end if;
    exception when data_exception or integrity_constraint_violation then
      v_faults := v_faults || jsonb_build_array(jsonb_build_object('effectId', x -> 'effectId', 'reason', sqlerrm));
    end;
  end loop;
  return jsonb_build_object('counted', v_counted, 'faults', v_faults);
end $$;

-- Numbers and accounts ---------------------------------------------------------------------------

-- Keeps what a vendor says of a number or an account, for every tenant it concerns, once. \`state\` is merged into what is known
-- of the numbers, unless something newer of the same field is; a null in it forgets. Gives [{ tenant, numberId, isNew }].
create function engine_note_event(p jsonb)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_provider text := p ->> 'provider';
  v_at timestamptz := coalesce((p ->> 'at')::timestamptz, now());
  r record;
  v_new boolean;
  v_told jsonb := '[]';
begin
  for r in
    select found.tenant_id, case when count(*) = 1 and not bool_or(found.whole) then min(found.id) end as number_id,
           array_agg(found.id) filter (where found.id is not null) as ids
    from (
      select n.tenant_id, n.id, p ->> 'providerId' is null and p ->> 'e164' is null as whole from numbers n
      where n.provider = v_provider and case
        when p ->> 'providerId' is not null then n.provider_id = p ->> 'providerId'
        when p ->> 'e164' is not null then n.e164 = p ->> 'e164'
          and (n.account_ref is null or p ->> 'accountRef' is null or n.account_ref = p ->> 'accountRef')
        else n.account_ref = p ->> 'accountRef' end
      union
      select a.tenant_id, null, true from vendor_accounts a
      where a.provider = v_provider and a.account_ref = p ->> 'accountRef'
        and p ->> 'providerId' is null and p ->> 'e164' is null) found
    where jsonb_typeof(p -> 'tenants') = 'null' or p -> 'tenants' \\? found.tenant_id
    group by found.tenant_id order by found.tenant_id
  loop
    perform set_config('app.tenant_id', r.tenant_id, true);
    insert into number_events (id, tenant_id, number_id, contact_id, provider, account_ref, field, event, severity, about_ref,
                               data, dedupe_key, at)
      values (p ->> 'id', r.tenant_id, r.number_id, p ->> 'contactId', v_provider, p ->> 'accountRef', p ->> 'field',
              p ->> 'event', p ->> 'severity', p ->> 'aboutRef', coalesce(p -> 'data', '{}'), p ->> 'dedupeKey', v_at)
      on conflict (tenant_id, provider, dedupe_key) do nothing;
    v_new := found;
    if v_new and jsonb_typeof(p -> 'state') = 'object' then
      update numbers set vendor_state = jsonb_strip_nulls(vendor_state || (p -> 'state')) || jsonb_build_object('changedAt',
          coalesce(vendor_state -> 'changedAt', '{}') || jsonb_build_object(p ->> 'field', v_at))
        where tenant_id = r.tenant_id and id = any (r.ids)
          and v_at >= coalesce((vendor_state #>> array['changedAt', p ->> 'field'])::timestamptz, '-infinity');
    end if;
    v_told := v_told || jsonb_build_array(jsonb_build_object('tenant', r.tenant_id, 'numberId', r.number_id, 'isNew', v_new));
  end loop;
  return v_told;
end $$;

-- Whose a number of a vendor is, null where nobody has it.
create function engine_number_owner(p_provider text, p_provider_id text)
returns text language sql stable security definer set search_path = public, pg_temp as $$
  select tenant_id from numbers where provider = p_provider and provider_id = p_provider_id order by created_at limit 1
$$;

-- Keeps an item of a webhook that could not be handled: { hash, provider, reason, item }. Gives how often it has come.
create function engine_keep_fault(p jsonb)
returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_times integer;
begin
  delete from ingress_faults where hash in (
    select hash from ingress_faults where last_at < now() - interval '30 days' limit 100);
  insert into ingress_faults as f (hash, provider, reason, item)
    values (p ->> 'hash', p ->> 'provider', p ->> 'reason', p -> 'item')
    on conflict (hash) do update set times = f.times + 1, last_at = now(), reason = excluded.reason
    returning times into v_times;
  return v_times;
end $$;

grant execute on function engine_identify, engine_change_identity, engine_note_prices,
  engine_note_event, engine_number_owner, engine_keep_fault to app_engine;
revoke execute on function engine_names_of, engine_phone_of, name_message_by_phone, name_ask_by_phone,
  engine_rename_conversation, engine_rename_person, engine_name_by_phone, engine_lose_phone, engine_open_window,
  engine_merge_contacts, engine_contact_of_user, engine_is_other, engine_settle_phone, engine_identify,
  engine_change_identity, engine_uncharge, engine_note_price, engine_note_prices, engine_note_event,
  engine_number_owner, engine_keep_fault from public;
`);
}
