import type { Knex } from "knex";

/**
 * What a running node asks for, as one function call each: a transaction behind the tenant's wall takes four round trips.
 *
 * What is written here may be made again, so it does not wait for its flush: a cached answer is asked for again, and a link
 * is in the log before the intent of the message that carries it, whose flush takes it along.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
-- Written once for each job: a lock on the tenant's row for each would be one all jobs of a tenant meet at.
alter table links drop constraint links_tenant_id_fkey;
alter table lookup_cache drop constraint lookup_cache_tenant_id_fkey;

create function engine_cached(p_tenant text, p_kind text, p_key text)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('app.tenant_id', p_tenant, true);
  return (select value from lookup_cache
          where tenant_id = p_tenant and kind = p_kind and key = p_key and expires_at > now());
end $$;

create function engine_cache(p_tenant text, p_kind text, p_key text, p_value jsonb, p_ttl_ms double precision)
returns void language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('app.tenant_id', p_tenant, true), set_config('synchronous_commit', 'off', true);
  insert into lookup_cache (tenant_id, kind, key, value, expires_at)
    values (p_tenant, p_kind, p_key, p_value, now() + p_ttl_ms * interval '1 ms')
    on conflict (tenant_id, kind, key) do update set value = excluded.value, expires_at = excluded.expires_at;
end $$;

-- The code of a step's link to an address: made once, the same when asked again.
create function engine_link(p_tenant text, p_code text, p_url text, p_run text, p_step text)
returns text language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_code text;
begin
  perform set_config('app.tenant_id', p_tenant, true), set_config('synchronous_commit', 'off', true);
  select code into v_code from links where tenant_id = p_tenant and step_key = p_step and url = p_url;
  if found then return v_code; end if;
  insert into links (code, tenant_id, url, run_id, step_key) values (p_code, p_tenant, p_url, p_run, p_step)
    on conflict (tenant_id, step_key, url) do update set url = excluded.url returning code into v_code;
  return v_code;
end $$;

-- One account, or null.
create function engine_account(p_tenant text, p_meter text)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('app.tenant_id', p_tenant, true);
  return (select jsonb_build_object('balance', balance, 'held', held, 'resetsAt', resets_at) from credit_accounts
          where tenant_id = p_tenant and meter = p_meter);
end $$;

create function engine_last_store(p_tenant text, p_phone text)
returns text language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform set_config('app.tenant_id', p_tenant, true);
  return (select last_store_id from contacts where tenant_id = p_tenant and phone = p_phone);
end $$;

-- None of these looks at a table by day: planning them anew for each call takes longer than running them.
do $$
declare
  f regprocedure;
begin
  foreach f in array array['engine_contact(jsonb)', 'engine_route_number(text,text,text)', 'engine_answer(text)',
    'engine_keep_resume(jsonb)', 'engine_call_status(jsonb)', 'engine_load_waiting(text,text)', 'engine_tenant_of_run(text)',
    'engine_cached(text,text,text)', 'engine_cache(text,text,text,jsonb,double precision)',
    'engine_link(text,text,text,text,text)', 'engine_account(text,text)', 'engine_last_store(text,text)']::regprocedure[]
  loop
    execute format('alter function %s set plan_cache_mode = force_generic_plan', f);
  end loop;
end $$;

revoke execute on function engine_cached, engine_cache, engine_link, engine_account, engine_last_store from public;
grant execute on function engine_cached, engine_cache, engine_link, engine_account, engine_last_store to app_engine;
`);
}
