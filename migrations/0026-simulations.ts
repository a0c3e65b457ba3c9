import type { Knex } from "knex";

/**
 * A simulation runs in a twin of the tenant: a sandbox with copies of what the flow needs, whose numbers are the tenant's
 * own. Whose a number is, is therefore asked with the account that signed: an account of a twin reaches its twin only, and
 * nobody else does.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
alter table tenants add column twin_of text references tenants (id);
-- Whoever plays in it says again and again that they do; a twin nobody has spoken for is taken away.
alter table tenants add column twin_until timestamptz;
alter table tenants add constraint tenants_twin_check check (
  (twin_of is not null) = (id like 'ten\\_twin\\_%') and (twin_of is null or sandbox)
  and (twin_of is null) = (twin_until is null));
create index tenants_twins_idx on tenants (twin_until) where twin_of is not null;

drop function engine_route_number(text, text, text);
create function engine_route_number(p_provider text, p_e164 text, p_provider_id text, p_tenants text[] default null)
returns jsonb language plpgsql stable security definer set search_path = public, pg_temp
set plan_cache_mode = force_generic_plan as $$
declare
  n numbers;
begin
  select * into n from numbers
    where provider = p_provider
      and case when p_provider_id is null then e164 = p_e164 else provider_id = p_provider_id end
      and (tenant_id = any (p_tenants) or tenant_id not like 'ten\\_twin\\_%')
    order by tenant_id = any (p_tenants) desc nulls last, created_at limit 1;
  if not found and p_provider_id is not null then
    select * into n from numbers where provider = p_provider and e164 = p_e164 and provider_id is null
      and (tenant_id = any (p_tenants) or tenant_id not like 'ten\\_twin\\_%')
      order by tenant_id = any (p_tenants) desc nulls last, created_at limit 1;
  end if;
  if n.id is null then return null; end if;
  perform set_config('app.tenant_id', n.tenant_id, true);
  return jsonb_build_object('tenantId', n.tenant_id, 'number', to_jsonb(n),
    'tenant', (select to_jsonb(t) from tenants t where t.id = n.tenant_id),
    'store', (select to_jsonb(s) from stores s where s.id = n.store_id and s.tenant_id = n.tenant_id),
    'group', (select to_jsonb(g) from store_groups g where g.id = n.group_id and g.tenant_id = n.tenant_id));
end $$;

-- { of, id, seconds, offsetMs, suffix, credits, accounts: { twilio: "AC…" } }: a copy of the tenant itself, its plan, shops,
-- numbers, templates and data. Ids get the suffix, for they are unique in the house.
create function engine_open_twin(p jsonb)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_of text := p ->> 'of';
  v_id text := p ->> 'id';
  v_suffix text := p ->> 'suffix';
  v_tenant tenants;
  v_rows jsonb;
  v_plan text;
  v_meter text;
  v_sum integer;
begin
  perform set_config('app.tenant_id', v_of, true);
  select * into v_tenant from tenants where id = v_of and twin_of is null;
  if not found then raise exception 'there is no tenant % to simulate', v_of; end if;
  select plan_id into v_plan from subscriptions where tenant_id = v_of;
  v_rows := jsonb_build_object(
    'groups', coalesce((select jsonb_agg(to_jsonb(x)) from store_groups x where x.tenant_id = v_of), '[]'),
    'stores', coalesce((select jsonb_agg(to_jsonb(x)) from stores x where x.tenant_id = v_of), '[]'),
    'numbers', coalesce((select jsonb_agg(to_jsonb(x)) from numbers x where x.tenant_id = v_of), '[]'),
    'templates', coalesce((select jsonb_agg(to_jsonb(x)) from templates x where x.tenant_id = v_of), '[]'),
    'data', coalesce((select jsonb_agg(to_jsonb(x)) from (select * from data_items d where d.tenant_id = v_of
      order by d.table_name, d.key limit 5000) x), '[]'));

  perform set_config('app.tenant_id', v_id, true);
  v_tenant.id := v_id;
  v_tenant.sandbox := true;
  v_tenant.status := 'active';
  v_tenant.clock_offset_ms := (p ->> 'offsetMs')::double precision;
  v_tenant.created_at := now();
  v_tenant.twin_of := v_of;
  v_tenant.twin_until := now() + (p ->> 'seconds')::double precision * interval '1 second';
  insert into tenants select v_tenant.*;
  if v_plan is not null then
    insert into subscriptions (id, tenant_id, plan_id, status)
      values ('sub_' || substr(v_id, 5), v_id, v_plan, 'active');
  end if;
  foreach v_meter in array array['sms', 'whatsapp', 'voice', 'lookup', 'verify', 'ai'] loop
    perform set_config('app.tenant_id', v_id, true);
    select coalesce(sum(amount), 0) into v_sum from credit_entries where tenant_id = v_id and meter = v_meter;
    insert into credit_accounts (tenant_id, meter, balance) values (v_id, v_meter, (p ->> 'credits')::integer)
      on conflict (tenant_id, meter) do update set balance = excluded.balance;
    insert into credit_entries (tenant_id, meter, amount, kind, ref)
      values (v_id, v_meter, (p ->> 'credits')::integer - v_sum, 'grant', 'play');
  end loop;

  insert into store_groups select (jsonb_populate_record(null::store_groups, x || jsonb_build_object(
    'tenant_id', v_id, 'id', x ->> 'id' || v_suffix))).* from jsonb_array_elements(v_rows -> 'groups') x;
  -- No shop is told of what was only tried.
  insert into stores select (jsonb_populate_record(null::stores, x || jsonb_build_object(
    'tenant_id', v_id, 'id', x ->> 'id' || v_suffix, 'group_id', x ->> 'group_id' || v_suffix,
    'webhook_url', null, 'webhook_secret', null))).*
    from jsonb_array_elements(v_rows -> 'stores') x;
  insert into numbers select (jsonb_populate_record(null::numbers, x || jsonb_build_object(
    'tenant_id', v_id, 'id', x ->> 'id' || v_suffix,
    'store_id', x ->> 'store_id' || v_suffix, 'group_id', x ->> 'group_id' || v_suffix,
    -- Digits, as a vendor's own; of a vendor that is asked by number only there is none.
    'provider_id', case when x ->> 'provider_id' ~ '^\\d+$'
      then (('x' || substr(md5(v_id || (x ->> 'id')), 1, 12))::bit(48)::bigint)::text end,
    'account_ref', p -> 'accounts' ->> (x ->> 'provider'),
    'pace_per_second', 1000))).* from jsonb_array_elements(v_rows -> 'numbers') x;
  insert into templates select (jsonb_populate_record(null::templates, x || jsonb_build_object(
    'tenant_id', v_id, 'id', x ->> 'id' || v_suffix, 'vendors', '{}'::jsonb,
    'store_id', x ->> 'store_id' || v_suffix, 'group_id', x ->> 'group_id' || v_suffix))).*
    from jsonb_array_elements(v_rows -> 'templates') x;
  insert into data_items select (jsonb_populate_record(null::data_items, x || jsonb_build_object('tenant_id', v_id))).*
    from jsonb_array_elements(v_rows -> 'data') x;
end $$;

-- False where it is gone.
create function engine_keep_twin(p_twin text, p_seconds double precision)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('app.tenant_id', p_twin, true);
  update tenants set twin_until = now() + p_seconds * interval '1 second' where id = p_twin and twin_of is not null;
  return found;
end $$;

create function engine_stale_twins()
returns setof text language sql stable security definer set search_path = public, pg_temp as $$
  select id from tenants where twin_of is not null and twin_until < now() order by twin_until limit 100
$$;

-- Takes a twin away with all that happened in it, whatever tables there are by now: what others refer to goes after them.
create function engine_close_twin(p_twin text)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_since timestamptz;
  v_left text[];
  v_next text[];
  t text;
begin
  if p_twin not like 'ten\\_twin\\_%' then return; end if;
  perform set_config('app.tenant_id', p_twin, true);
  -- Once more for one that is gone: what was under way may have been written after it went.
  select created_at into v_since from tenants where id = p_twin for update;
  v_since := coalesce(v_since, now() - interval '1 day');
  -- These are found by run, not by tenant.
  delete from journal where at >= v_since and tenant_id = p_twin
    and run_id in (select id from runs where tenant_id = p_twin);
  delete from effects where tenant_id = p_twin and run_id in (select id from runs where tenant_id = p_twin);
  delete from messages where created_at >= v_since and tenant_id = p_twin;
  v_left := array(select c.relname::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind = 'r' and not c.relispartition
      and c.relname <> 'effects'
      and exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped)
    order by 1);
  while cardinality(v_left) > 0 loop
    v_next := '{}';
    foreach t in array v_left loop
      begin
        execute format('delete from %I where tenant_id = $1', t) using p_twin;
      exception when foreign_key_violation then v_next := v_next || t;
      end;
    end loop;
    if cardinality(v_next) = cardinality(v_left) then
      raise exception 'tables that refer to each other keep twin % alive: %', p_twin, array_to_string(v_left, ', ');
    end if;
    v_left := v_next;
  end loop;
  delete from tenants where id = p_twin;
end $$;

revoke execute on function engine_route_number, engine_open_twin, engine_keep_twin, engine_stale_twins, engine_close_twin
  from public;
grant execute on function engine_route_number, engine_open_twin, engine_keep_twin, engine_stale_twins, engine_close_twin
  to app_engine;
`);
}
