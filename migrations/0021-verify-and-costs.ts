import type { Knex } from "knex";

/**
 * Codes that were sent, stores that people manage, and what everything costs in money.
 *
 * - `code_sends` is every attempt to send a code, by a flow or over the API: what the limits per recipient, address and
 *   tenant are counted from, and the row that survives a crash of an API request.
 * - Money is worked out when it is asked for, from the ledger and the price that held at that moment. So what is captured
 *   after a run ended is in it, and a new price changes no old figure.
 * - A store that wants to hear of its interactions gets each in the transaction that writes the interaction; a worker
 *   brings it to the store's address and tries again.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
-- Codes --------------------------------------------------------------------------------------------

create table code_sends (
  -- the effect that sends it
  id text not null check (id like 'eff\\_%'),
  tenant_id text not null references tenants (id),
  source text not null check (source in ('flow', 'api')),
  recipient text not null,
  channel text not null,
  -- address of whoever asked for it
  ip text,
  state text not null check (state in ('sending', 'pending', 'blocked', 'failed', 'insufficient_credits', 'unresolved',
                                       'approved', 'expired', 'too_many')),
  provider text not null,
  -- the vendor's id of the verification
  ref text,
  -- what was answered
  outcome jsonb,
  -- by the tenant's clock
  at timestamptz not null,
  primary key (tenant_id, id)
);
create index code_sends_recipient_idx on code_sends (tenant_id, recipient, at desc);
create index code_sends_ip_idx on code_sends (tenant_id, ip, at desc) where ip is not null;
create index code_sends_tenant_idx on code_sends (tenant_id, at desc);
create index code_sends_open_idx on code_sends (tenant_id, at) where state = 'sending' and source = 'api';

-- Stores -------------------------------------------------------------------------------------------

alter table store_groups
  add column revision integer not null default 1,
  add column updated_at timestamptz not null default now();
alter table stores
  add column revision integer not null default 1,
  add column updated_at timestamptz not null default now(),
  -- where the store hears of its interactions
  add column webhook_url text,
  -- the sealed secret its deliveries are signed with
  add column webhook_secret jsonb,
  add constraint stores_webhook_has_secret check ((webhook_url is null) = (webhook_secret is null));
-- of most stores nothing is in it, so the trigger on interactions reads no row
create index stores_webhook_idx on stores (tenant_id, id) where webhook_url is not null;

create table store_deliveries (
  id text not null check (id like 'sdl\\_%'),
  tenant_id text not null references tenants (id),
  store_id text not null references stores (id) on delete cascade,
  interaction_id text not null,
  body jsonb not null,
  state text not null default 'pending' check (state in ('pending', 'delivered', 'failed')),
  attempts integer not null default 0,
  next_at timestamptz not null default now(),
  last_status integer,
  last_error text,
  created_at timestamptz not null default now(),
  settled_at timestamptz check ((settled_at is null) = (state = 'pending')),
  primary key (tenant_id, id)
);
create index store_deliveries_due_idx on store_deliveries (next_at) where state = 'pending';
create index store_deliveries_list_idx on store_deliveries (tenant_id, store_id, id desc);
create index store_deliveries_settled_idx on store_deliveries (settled_at) where settled_at is not null;

-- Money --------------------------------------------------------------------------------------------

-- Of no tenant: what the operator asks for one unit. The youngest row that held at a moment counts; country '*' is any other.
create table prices (
  meter text not null check (meter in ('sms', 'whatsapp', 'voice', 'lookup', 'verify', 'ai', 'geolocation')),
  country text not null check (country = '*' or country ~ '^[A-Z]{2}$'),
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  unit_price numeric(18, 8) not null check (unit_price >= 0),
  valid_from timestamptz not null default now(),
  primary key (meter, country, currency, valid_from)
);

-- How much of a currency one US dollar is, for prices that are not listed in it.
create table currency_rates (
  currency text not null check (currency ~ '^[A-Z]{3}$'),
  per_usd numeric(18, 8) not null check (per_usd > 0),
  valid_from timestamptz not null default now(),
  primary key (currency, valid_from)
);

create table calling_codes (
  prefix text primary key check (prefix ~ '^\\+[1-9][0-9]{0,6}$'),
  country text not null check (country ~ '^[A-Z]{2}$')
);
insert into calling_codes (prefix, country) values
  ('+1', 'US'), ('+1787', 'PR'), ('+1939', 'PR'), ('+1809', 'DO'), ('+1829', 'DO'), ('+1849', 'DO'), ('+1876', 'JM'),
  ('+1204', 'CA'), ('+1236', 'CA'), ('+1249', 'CA'), ('+1250', 'CA'), ('+1289', 'CA'), ('+1306', 'CA'), ('+1343', 'CA'),
  ('+1403', 'CA'), ('+1416', 'CA'), ('+1418', 'CA'), ('+1431', 'CA'), ('+1437', 'CA'), ('+1438', 'CA'), ('+1450', 'CA'),
  ('+1506', 'CA'), ('+1514', 'CA'), ('+1519', 'CA'), ('+1579', 'CA'), ('+1581', 'CA'), ('+1587', 'CA'), ('+1604', 'CA'),
  ('+1613', 'CA'), ('+1639', 'CA'), ('+1647', 'CA'), ('+1705', 'CA'), ('+1709', 'CA'), ('+1778', 'CA'), ('+1780', 'CA'),
  ('+1782', 'CA'), ('+1807', 'CA'), ('+1819', 'CA'), ('+1825', 'CA'), ('+1867', 'CA'), ('+1873', 'CA'), ('+1902', 'CA'),
  ('+1905', 'CA'), ('+20', 'EG'), ('+27', 'ZA'), ('+30', 'GR'), ('+31', 'NL'), ('+32', 'BE'), ('+33', 'FR'), ('+34', 'ES'),
  ('+351', 'PT'), ('+352', 'LU'), ('+353', 'IE'), ('+36', 'HU'), ('+39', 'IT'), ('+40', 'RO'), ('+41', 'CH'), ('+43', 'AT'),
  ('+44', 'GB'), ('+45', 'DK'), ('+46', 'SE'), ('+47', 'NO'), ('+48', 'PL'), ('+49', 'DE'), ('+501', 'BZ'), ('+502', 'GT'),
  ('+503', 'SV'), ('+504', 'HN'), ('+505', 'NI'), ('+506', 'CR'), ('+507', 'PA'), ('+509', 'HT'), ('+51', 'PE'),
  ('+52', 'MX'), ('+53', 'CU'), ('+54', 'AR'), ('+55', 'BR'), ('+56', 'CL'), ('+57', 'CO'), ('+58', 'VE'), ('+591', 'BO'),
  ('+592', 'GY'), ('+593', 'EC'), ('+595', 'PY'), ('+597', 'SR'), ('+598', 'UY'), ('+60', 'MY'), ('+61', 'AU'),
  ('+62', 'ID'), ('+63', 'PH'), ('+64', 'NZ'), ('+65', 'SG'), ('+66', 'TH'), ('+7', 'RU'), ('+81', 'JP'), ('+82', 'KR'),
  ('+84', 'VN'), ('+86', 'CN'), ('+90', 'TR'), ('+91', 'IN'), ('+212', 'MA'), ('+213', 'DZ'), ('+216', 'TN'),
  ('+234', 'NG'), ('+254', 'KE'), ('+971', 'AE'), ('+972', 'IL'), ('+966', 'SA');

grant select on prices, currency_rates, calling_codes to app_api;

-- Uses that cost money but no credits, once for each step and kind: a question to a place service, a lookup where lookups have
-- no limit. No reference to the tenant: a lock on its row for each would be one all runs of a tenant meet at.
create table uses (
  tenant_id text not null,
  step_key text not null,
  kind text not null check (kind in ('sms', 'whatsapp', 'voice', 'lookup', 'verify', 'ai', 'geolocation')),
  run_id text not null,
  amount integer not null check (amount > 0),
  -- whom it was about
  recipient text,
  at timestamptz not null default now(),
  primary key (tenant_id, step_key, kind)
);
create index uses_run_idx on uses (tenant_id, run_id);
create index uses_at_idx on uses (tenant_id, at);
create index if not exists credit_entries_run_idx on credit_entries (tenant_id, run_id) where run_id is not null;
-- written in order of time: reports find the blocks of their span, and each charge costs no entry
create index credit_entries_at_idx on credit_entries using brin (at);
create index interactions_at_idx on interactions using brin (at);
create index goals_run_idx on goals (tenant_id, run_id);
create index goals_at_idx on goals (tenant_id, at, step_key);

do $$
declare
  t text;
begin
  foreach t in array array['code_sends', 'store_deliveries', 'uses'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format(
      'create policy tenant_wall on %I using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')))', t);
    execute format('create policy owner_routes on %I for select to app_owner using (true)', t);
    execute format('grant select on %I to app_api', t);
  end loop;
  -- written with the interaction, in batches of several tenants
  foreach t in array array['store_deliveries', 'stores'] loop
    execute format(
      'create policy owner_batch on %I to app_owner using (tenant_id = any ((select string_to_array(nullif(current_setting(''app.tenant_ids'', true), ''''), '',''))::text[]))',
      t);
  end loop;
end $$;

-- Before the commit that says what was answered, whose flush takes it along.
create function engine_note_use(p jsonb)
returns void language plpgsql security definer set search_path = public, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
  perform set_config('app.tenant_id', p ->> 'tenant', true), set_config('synchronous_commit', 'off', true);
  insert into uses (tenant_id, step_key, kind, run_id, amount, recipient)
    values (p ->> 'tenant', p ->> 'stepKey', p ->> 'kind', p ->> 'runId', (p ->> 'amount')::integer, p ->> 'recipient')
    on conflict (tenant_id, step_key, kind) do nothing;
end $$;

-- Plans also say how many lookups and codes they bring; null = unlimited. What was sold before said nothing of them.
alter table plans
  add column lookups_monthly integer check (lookups_monthly >= 0),
  add column verifications_monthly integer check (verifications_monthly >= 0);

-- As for the other meters: an upgrade never leaves less than what remained, and what is held stays covered.
create function sync_code_credits_on_subscription()
returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  m record;
  a credit_accounts;
  v_sum integer;
  v_new integer;
begin
  if new.status not in ('active', 'trialing') then return new; end if;
  if tg_op = 'UPDATE' and (new.plan_id, new.status, new.period_start, new.period_end)
      is not distinct from (old.plan_id, old.status, old.period_start, old.period_end) then
    return new;
  end if;
  perform set_config('app.tenant_id', new.tenant_id, true);
  for m in select x.meter, x.monthly from plans p, lateral (values ('lookup', p.lookups_monthly),
             ('verify', p.verifications_monthly)) as x (meter, monthly) where p.id = new.plan_id order by x.meter loop
    insert into credit_accounts (tenant_id, meter, balance) values (new.tenant_id, m.meter, 0)
      on conflict (tenant_id, meter) do nothing;
    select * into a from credit_accounts where tenant_id = new.tenant_id and meter = m.meter for update;
    v_new := case when m.monthly is null then null else greatest(m.monthly, coalesce(a.balance, a.held)) end;
    if v_new is not null then
      select coalesce(sum(amount), 0) into v_sum from credit_entries where tenant_id = new.tenant_id and meter = m.meter;
      if v_new <> v_sum then
        insert into credit_entries (tenant_id, meter, amount, kind, ref)
          values (new.tenant_id, m.meter, v_new - v_sum, 'grant', new.id || ':' || clock_timestamp());
      end if;
    end if;
    update credit_accounts set balance = v_new, resets_at = new.period_end
      where tenant_id = new.tenant_id and meter = m.meter;
  end loop;
  return new;
end $$;
create trigger subscriptions_sync_code_credits after insert or update on subscriptions
  for each row execute function sync_code_credits_on_subscription();

do $$
declare
  t text;
begin
  for t in select id from tenants order by id loop
    perform set_config('app.tenant_id', t, true);
    insert into credit_accounts (tenant_id, meter, balance)
      select s.tenant_id, m, null from subscriptions s, unnest(array['lookup', 'verify']) m
      where s.tenant_id = t and s.status in ('active', 'trialing')
      on conflict do nothing;
  end loop;
end $$;

-- Codes: admit, settle, note a check -------------------------------------------------------------------

-- May this code be sent? Counts and writes under one lock per tenant and recipient. Limits: { recipient, ip, tenant },
-- each { max, seconds }. Over the API it also holds the credit; in a flow that is the intent's business. The same id again
-- is answered from its row.
create function engine_code_admit(p jsonb)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_tenant text := p ->> 'tenant';
  v_at timestamptz := (p ->> 'at')::timestamptz;
  c code_sends;
  l record;
  v_seen integer;
  v_oldest timestamptz;
  v_blocked jsonb;
  v_stale text;
begin
  perform set_config('app.tenant_id', v_tenant, true);
  perform pg_advisory_xact_lock(hashtextextended('code ' || v_tenant, 0));
  select * into c from code_sends where tenant_id = v_tenant and id = p ->> 'id';
  if found then
    return jsonb_build_object('admitted', c.state = 'sending', 'known', true, 'state', c.state, 'ref', c.ref,
      'outcome', c.outcome, 'recipient', c.recipient, 'channel', c.channel);
  end if;
  -- requests of the API whose process is gone: nobody knows, so nothing is charged
  for v_stale in select id from code_sends where tenant_id = v_tenant and state = 'sending' and source = 'api'
      and at < v_at - interval '10 minutes' order by id limit 20 loop
    update code_sends set state = 'unresolved' where tenant_id = v_tenant and id = v_stale;
    perform credit_release(v_tenant, v_stale);
  end loop;
  for l in select x.key as name, (x.value ->> 'max')::integer as most, (x.value ->> 'seconds')::double precision as seconds
           from jsonb_each(p -> 'limits') x order by x.key loop
    continue when l.name = 'ip' and p ->> 'ip' is null;
    select count(*), min(at) into v_seen, v_oldest from code_sends
      where tenant_id = v_tenant and state not in ('blocked', 'insufficient_credits')
        and at > v_at - l.seconds * interval '1 second'
        and case l.name when 'recipient' then recipient = p ->> 'to' when 'ip' then ip = p ->> 'ip' else true end;
    if v_seen >= l.most then
      v_blocked := jsonb_build_object('reason', 'rate_' || l.name, 'retryAfterMs',
        greatest(1000, ceil(extract(epoch from v_oldest + l.seconds * interval '1 second' - v_at) * 1000)));
    end if;
  end loop;
  if v_blocked is null and p \\? 'charge'
      and not credit_hold(v_tenant, p ->> 'id', p ->> 'id', 'verify', (p ->> 'charge')::integer) then
    v_blocked := '{"reason": "insufficient_credits"}';
  end if;
  insert into code_sends (id, tenant_id, source, recipient, channel, ip, state, provider, outcome, at)
    values (p ->> 'id', v_tenant, p ->> 'source', p ->> 'to', p ->> 'channel', p ->> 'ip',
      case when v_blocked is null then 'sending'
           when v_blocked ->> 'reason' = 'insufficient_credits' then 'insufficient_credits' else 'blocked' end,
      p ->> 'provider', v_blocked, v_at);
  return jsonb_build_object('admitted', v_blocked is null, 'known', false) || coalesce(v_blocked, '{}');
end $$;

-- What came of sending it. A code that went out over the API is paid for, one that did not is not.
create function engine_code_settle(p jsonb)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
  c code_sends;
begin
  perform set_config('app.tenant_id', p ->> 'tenant', true);
  update code_sends set state = p ->> 'state', ref = p ->> 'ref', outcome = p -> 'outcome'
    where tenant_id = p ->> 'tenant' and id = p ->> 'id' and state in ('sending', 'unresolved') returning * into c;
  if not found or c.source <> 'api' then return; end if;
  if c.state = 'pending' then
    perform credit_capture(c.tenant_id, c.id, null, null);
  else
    perform credit_release(c.tenant_id, c.id);
  end if;
end $$;

-- A check closed the verification: its youngest code that went to this recipient.
create function engine_code_checked(p_tenant text, p_to text, p_state text)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('app.tenant_id', p_tenant, true);
  update code_sends set state = p_state where tenant_id = p_tenant and id = (
    select id from code_sends where tenant_id = p_tenant and recipient = p_to and state = 'pending'
    order by at desc limit 1);
end $$;

create function engine_prune_codes(p_limit integer)
returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
  t record;
  v_count integer;
  v_all integer := 0;
begin
  for t in select distinct tenant_id from (
      (select tenant_id from code_sends where at < now() - interval '90 days' and state <> 'sending' limit p_limit)
      union all
      (select tenant_id from store_deliveries where settled_at < now() - interval '90 days' limit p_limit)) old
    order by tenant_id
  loop
    perform set_config('app.tenant_id', t.tenant_id, true);
    delete from code_sends where ctid = any (array(select ctid from code_sends
      where tenant_id = t.tenant_id and at < now() - interval '90 days' and state <> 'sending' limit p_limit));
    get diagnostics v_count = row_count;
    v_all := v_all + v_count;
    delete from store_deliveries where ctid = any (array(select ctid from store_deliveries
      where tenant_id = t.tenant_id and settled_at < now() - interval '90 days' limit p_limit));
    get diagnostics v_count = row_count;
    v_all := v_all + v_count;
  end loop;
  return v_all;
end $$;

-- What stores hear ------------------------------------------------------------------------------------

create function tell_store_of_interaction()
returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
begin
  insert into store_deliveries (id, tenant_id, store_id, interaction_id, body)
    select 'sdl_' || substr(new.id, 5), new.tenant_id, s.id, new.id, jsonb_build_object(
        'type', 'interaction', 'id', new.id, 'storeId', s.id, 'runId', new.run_id, 'kind', new.kind,
        'flow', new.flow_key, 'contact', new.contact_phone, 'numberId', new.number_id, 'groupId', new.group_id,
        'outcome', new.outcome, 'credits', new.credits, 'at', new.at)
    from stores s where s.tenant_id = new.tenant_id and s.id = new.store_id and s.webhook_url is not null
    on conflict do nothing;
  return null;
end $$;
create trigger interactions_tell_store after insert on interactions
  for each row when (new.store_id is not null) execute function tell_store_of_interaction();

-- Deliveries whose time has come, kept from other processes for p_lease_ms.
create function engine_claim_store_deliveries(p_limit integer, p_lease_ms integer)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
  t record;
  v_out jsonb := '[]';
begin
  for t in select tenant_id, array_agg(id) as due from (
      select d.tenant_id, d.id from store_deliveries d where d.state = 'pending' and d.next_at <= now()
      order by d.next_at limit p_limit) x
    group by tenant_id order by tenant_id
  loop
    perform set_config('app.tenant_id', t.tenant_id, true);
    with mine as (
      select d.id from store_deliveries d where d.tenant_id = t.tenant_id and d.id = any (t.due)
        and d.state = 'pending' and d.next_at <= now() for update skip locked),
    claimed as (
      update store_deliveries d set attempts = d.attempts + 1, next_at = now() + p_lease_ms * interval '1 ms'
      from mine where d.tenant_id = t.tenant_id and d.id = mine.id
      returning d.*)
    select v_out || coalesce(jsonb_agg(jsonb_build_object('id', c.id, 'tenantId', c.tenant_id, 'storeId', c.store_id,
        'url', s.webhook_url, 'secret', s.webhook_secret, 'body', c.body, 'attempts', c.attempts)), '[]') into v_out
      from claimed c join stores s on s.tenant_id = c.tenant_id and s.id = c.store_id;
  end loop;
  return v_out;
end $$;

-- p: { tenant, id, state, status, error, retryInMs }
create function engine_settle_store_delivery(p jsonb)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('app.tenant_id', p ->> 'tenant', true);
  update store_deliveries set state = p ->> 'state', last_status = (p ->> 'status')::integer, last_error = p ->> 'error',
      next_at = case when p ->> 'state' = 'pending'
                then now() + (p ->> 'retryInMs')::double precision * interval '1 ms' else next_at end,
      settled_at = case when p ->> 'state' <> 'pending' then now() end
    where tenant_id = p ->> 'tenant' and id = p ->> 'id' and state = 'pending';
end $$;

grant execute on function engine_note_use, engine_code_admit, engine_code_settle, engine_code_checked, engine_prune_codes,
  engine_claim_store_deliveries, engine_settle_store_delivery to app_engine;
revoke execute on function engine_note_use, engine_code_admit, engine_code_settle, engine_code_checked, engine_prune_codes,
  engine_claim_store_deliveries, engine_settle_store_delivery, tell_store_of_interaction, sync_code_credits_on_subscription
  from public;
`);
}
