import type { Knex } from "knex";

/** The ledger: reserve → capture → release, in SQL so that engine and other systems share one truth. */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
-- Reserves, or says false and changes nothing.
create function credit_hold(p_tenant text, p_effect text, p_run text, p_meter text, p_amount integer)
returns boolean language plpgsql set search_path = public, pg_temp as $$
begin
  insert into credit_accounts (tenant_id, meter, balance) values (p_tenant, p_meter, 0)
    on conflict (tenant_id, meter) do nothing;
  update credit_accounts set held = held + p_amount
    where tenant_id = p_tenant and meter = p_meter and (balance is null or balance - held >= p_amount);
  if not found then return false; end if;
  insert into credit_holds (id, tenant_id, run_id, meter, amount) values (p_effect, p_tenant, p_run, p_meter, p_amount);
  return true;
end $$;

-- The account a hold is on, locked. Accounts are locked before their holds, everywhere: two who settle at once queue.
create function credit_account_of_hold(p_tenant text, p_effect text)
returns credit_accounts language sql set search_path = public, pg_temp as $$
  select a from credit_accounts a join credit_holds h on h.tenant_id = a.tenant_id and h.meter = a.meter
  where h.tenant_id = p_tenant and h.id = p_effect for no key update of a
$$;

-- Captures a hold: p_amount of real use, or what was held. Real use beyond what is left is capped: no balance below
-- zero. A hold already captured for less is charged the difference once.
create function credit_capture(p_tenant text, p_effect text, p_amount integer, p_step text)
returns void language plpgsql set search_path = public, pg_temp as $$
declare
  h credit_holds;
  a credit_accounts;
  v_amount integer;
begin
  a := credit_account_of_hold(p_tenant, p_effect);
  select * into h from credit_holds where tenant_id = p_tenant and id = p_effect for update;
  if not found or h.state = 'released' then return; end if;
  if h.state = 'captured' then
    v_amount := coalesce(p_amount, 0) - h.captured;
    if v_amount > 0 and a.balance is not null then v_amount := least(v_amount, a.balance - a.held); end if;
    if v_amount <= 0 then return; end if;
    insert into credit_entries (tenant_id, meter, amount, kind, ref, run_id, step_key)
      values (p_tenant, h.meter, -v_amount, 'charge', p_effect, h.run_id, p_step)
      on conflict (tenant_id, kind, meter, ref) do nothing;
    if not found then return; end if;
    update credit_accounts set balance = balance - v_amount where tenant_id = p_tenant and meter = h.meter;
    return;
  end if;
  v_amount := coalesce(p_amount, h.amount);
  if a.balance is not null then v_amount := least(v_amount, a.balance - a.held + h.amount); end if;
  update credit_holds set state = 'captured', captured = v_amount, settled_at = now()
    where tenant_id = p_tenant and id = p_effect;
  if v_amount > 0 then
    insert into credit_entries (tenant_id, meter, amount, kind, ref, run_id, step_key)
      values (p_tenant, h.meter, -v_amount, 'capture', p_effect, h.run_id, p_step);
  end if;
  update credit_accounts set balance = balance - v_amount, held = held - h.amount
    where tenant_id = p_tenant and meter = h.meter;
end $$;

create function credit_release(p_tenant text, p_effect text)
returns void language plpgsql set search_path = public, pg_temp as $$
declare
  h credit_holds;
begin
  perform credit_account_of_hold(p_tenant, p_effect);
  update credit_holds set state = 'released', settled_at = now()
    where tenant_id = p_tenant and id = p_effect and state = 'open' returning * into h;
  if found then
    update credit_accounts set held = held - h.amount where tenant_id = p_tenant and meter = h.meter;
  end if;
end $$;

-- Charges an amount once per ref; false where too little is left.
create function credit_charge(p_tenant text, p_meter text, p_amount integer, p_ref text, p_run text, p_step text)
returns boolean language plpgsql set search_path = public, pg_temp as $$
begin
  if exists (select 1 from credit_entries
             where tenant_id = p_tenant and kind = 'charge' and meter = p_meter and ref = p_ref) then
    return true;
  end if;
  update credit_accounts set balance = balance - p_amount
    where tenant_id = p_tenant and meter = p_meter and (balance is null or balance - held >= p_amount);
  if not found then return false; end if;
  insert into credit_entries (tenant_id, meter, amount, kind, ref, run_id, step_key)
    values (p_tenant, p_meter, -p_amount, 'charge', p_ref, p_run, p_step);
  return true;
end $$;

-- What a step has charged so far and what is left, by meter: { charged: { sms: 1 }, remaining: { sms: 49, ai: null } }.
create function credit_settlement(p_tenant text, p_step text)
returns jsonb language sql stable set search_path = public, pg_temp as $$
  select jsonb_build_object(
    'charged', coalesce((select jsonb_object_agg(meter, spent) from (
        select meter, -sum(amount) as spent from credit_entries
        where tenant_id = p_tenant and step_key = p_step group by meter) s), '{}'),
    'remaining', coalesce((select jsonb_object_agg(meter, balance - held) from credit_accounts
        where tenant_id = p_tenant), '{}'))
$$;

-- For other systems that share this database: takes credits at once, or says false. A transaction that sees one tenant
-- takes no other's, and sees afterwards what it saw before.
create function deduct_comm_credits(p_tenant text, p_channel text, p_amount integer default 1)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_scope text := coalesce(current_setting('app.tenant_id', true), '');
  v_charged boolean;
begin
  if p_amount <= 0 or p_channel not in ('sms', 'whatsapp', 'voice') then return false; end if;
  if v_scope not in ('', p_tenant) then return false; end if;
  perform set_config('app.tenant_id', p_tenant, true);
  v_charged := credit_charge(p_tenant, p_channel, p_amount, 'external:' || gen_random_uuid(), null, null);
  perform set_config('app.tenant_id', v_scope, true);
  return v_charged;
end $$;

-- A plan becomes credits when its subscription is active, and again when plan, status or period change; an upgrade never
-- leaves less than what remained. A subscription written again as it was gives nothing.
create function sync_comm_credits_on_subscription()
returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  p plans;
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
  select * into p from plans where id = new.plan_id;
  for m in select * from (values ('sms', p.sms_monthly), ('voice', p.voice_minutes_monthly),
                                 ('whatsapp', p.whatsapp_monthly)) as meters (meter, monthly) loop
    insert into credit_accounts (tenant_id, meter, balance) values (new.tenant_id, m.meter, 0)
      on conflict (tenant_id, meter) do nothing;
    select * into a from credit_accounts where tenant_id = new.tenant_id and meter = m.meter for update;
    -- what is held stays covered, also when the account was unlimited
    v_new := case when m.monthly is null then null else greatest(m.monthly, coalesce(a.balance, a.held)) end;
    if v_new is not null then
      select coalesce(sum(amount), 0) into v_sum from credit_entries
        where tenant_id = new.tenant_id and meter = m.meter;
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

create trigger subscriptions_sync_credits after insert or update on subscriptions
  for each row execute function sync_comm_credits_on_subscription();

revoke execute on all functions in schema public from public;
grant execute on function deduct_comm_credits to app_api, app_engine;
`);
}
