import type { Knex } from "knex";

/**
 * Calls that flows place, and minutes. A call's row is there from the first report on it; its minutes are those begun, as
 * vendors bill them.
 *
 * Locks: effects, calls, credit accounts.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
alter table calls
  add column minutes integer generated always as (ceil(duration_seconds / 60.0)::integer) stored,
  -- of the whole call, where its step wanted one
  add column recording_url text;

-- { id, effectId, provider, sid, status, durationSeconds, recordingUrl, simulated, tenants }: a report on a call we placed. Gives false
-- where the effect is not ours. Real minutes are captured once the call is over; one that nobody took costs nothing, which
-- the report on its effect sees to.
create function engine_placed_call(p jsonb)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
declare
  e effects;
begin
  select * into e from effects where id = p ->> 'effectId' and provider = p ->> 'provider'
    and (jsonb_typeof(p -> 'tenants') = 'null' or p -> 'tenants' \\? tenant_id);
  if not found then return false; end if;
  perform set_config('app.tenant_id', e.tenant_id, true);
  select * into e from effects where id = e.id for update;
  insert into calls (id, tenant_id, direction, provider, provider_ref, caller, callee, number_id, run_id, status, simulated)
    values (p ->> 'id', e.tenant_id, 'outbound', e.provider, p ->> 'sid', e.sender, e.recipient,
            (select id from numbers where tenant_id = e.tenant_id and provider = e.provider and e164 = e.sender),
            e.run_id, p ->> 'status', (p ->> 'simulated')::boolean)
    on conflict (tenant_id, provider, provider_ref) do update set recording_url = p ->> 'recordingUrl'
      where p ->> 'recordingUrl' is not null;
  if p ->> 'status' = 'completed' and (p ->> 'durationSeconds') is not null then
    perform credit_capture(e.tenant_id, e.id, ceil((p ->> 'durationSeconds')::integer / 60.0)::integer, null);
  end if;
  return true;
end $$;

-- The minutes of a call somebody made to us, where the tenant pays for those (settings.chargesInboundCalls): once, and
-- never beyond what is left, because a call that has been is not undone. Gives how many were charged.
create function engine_charge_inbound(p_tenant text, p_provider text, p_sid text)
returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
  c calls;
  a credit_accounts;
  v_minutes integer;
begin
  perform set_config('app.tenant_id', p_tenant, true);
  select * into c from calls where tenant_id = p_tenant and provider = p_provider and provider_ref = p_sid
    and direction = 'inbound' and ended_at is not null and coalesce(minutes, 0) > 0;
  if not found or not exists (select 1 from tenants where id = p_tenant
                                and settings -> 'chargesInboundCalls' = 'true') then return 0; end if;
  select * into a from credit_accounts where tenant_id = p_tenant and meter = 'voice' for no key update;
  v_minutes := case when a.balance is null then c.minutes else least(c.minutes, a.balance - a.held) end;
  if a.tenant_id is null or v_minutes <= 0 then return 0; end if;
  perform credit_charge(p_tenant, 'voice', v_minutes, c.id, c.run_id, null);
  return v_minutes;
end $$;

-- References of other calls to this person at that time and since: what is one of these in the vendor's list is not the lost one.
create function engine_calls_to(p_tenant text, p_effect text, p_recipient text, p_since timestamptz)
returns text[] language plpgsql stable security definer set search_path = public, pg_temp as $$
begin
  perform set_config('app.tenant_id', p_tenant, true);
  return array(select ref from effects where tenant_id = p_tenant and recipient = p_recipient and id <> p_effect
                 and ref is not null and kind = 'dial' and created_at > p_since - interval '1 hour'
               order by id desc limit 200);
end $$;

revoke execute on all functions in schema public from public;
grant execute on function engine_placed_call, engine_charge_inbound, engine_calls_to to app_engine;
`);
}
