import type { Knex } from "knex";

/**
 * How often somebody may call is counted for all processes in one place, and what a change was answered is kept for a day for
 * whoever asks again with the same key.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
-- Of nobody: a key, a tenant or an address, by its sha256. Lost in a crash, which gives everybody a fresh start.
create unlogged table call_rates (
  key text primary key,
  -- when all that was let through would have come, had it come evenly
  even_at timestamptz not null
);

create table kept_answers (
  tenant_id text not null references tenants (id) on delete cascade,
  -- who asked, so that the keys of two systems never meet
  caller text not null,
  key text not null,
  -- sha256 of what was asked
  asked text not null,
  -- sealed; null: it is being done
  answer jsonb,
  created_at timestamptz not null default now(),
  primary key (tenant_id, caller, key)
);
create index kept_answers_age_idx on kept_answers (created_at);
alter table kept_answers enable row level security;
alter table kept_answers force row level security;
create policy tenant_wall on kept_answers
  using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')));
create policy owner_routes on kept_answers for select to app_owner using (true);
grant select, insert, update, delete on kept_answers to app_api;

-- Lets a call through, or says how long it has to wait and for which limit. A call that has to wait counts for none of them.
-- As many calls as a minute has may come at once, and then one whenever another would have come evenly.
create function engine_take_rate(p jsonb)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_now timestamptz;
  v_wait jsonb;
begin
  insert into call_rates (key, even_at) select r.key, '-infinity' from jsonb_to_recordset(p) as r (key text)
    order by r.key on conflict do nothing;
  perform 1 from call_rates where key in (select r.key from jsonb_to_recordset(p) as r (key text)) order by key for update;
  -- After the lock: now() is when this one began to wait for it.
  v_now := clock_timestamp();
  select jsonb_build_object('of', w.name, 'waitMs', w.ms) into v_wait from (
    select r.name, ceil(1000 * (extract(epoch from greatest(c.even_at, v_now) - v_now) - 60 + 60.0 / r.per_minute)) as ms
    from jsonb_to_recordset(p) as r (key text, name text, per_minute integer) join call_rates c on c.key = r.key) w
    where w.ms > 0 order by w.ms desc, w.name limit 1;
  if v_wait is not null then return v_wait; end if;
  update call_rates c set even_at = greatest(c.even_at, v_now) + make_interval(secs => 60.0 / r.per_minute)
    from jsonb_to_recordset(p) as r (key text, per_minute integer) where r.key = c.key;
  return null;
end $$;

create function engine_prune_rates(p_limit integer)
returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_count integer;
begin
  delete from call_rates where key in (
    select key from call_rates where even_at < now() limit p_limit for update skip locked);
  get diagnostics v_count = row_count;
  return v_count;
end $$;

create function engine_prune_answers(p_limit integer)
returns integer language plpgsql security definer set search_path = public, pg_temp as $$
declare
  a record;
  v_count integer := 0;
begin
  for a in select tenant_id, caller, key from kept_answers where created_at < now() - interval '1 day'
    order by created_at limit p_limit
  loop
    perform set_config('app.tenant_id', a.tenant_id, true);
    delete from kept_answers where tenant_id = a.tenant_id and caller = a.caller and key = a.key
      and created_at < now() - interval '1 day';
    v_count := v_count + 1;
  end loop;
  return v_count;
end $$;

revoke execute on function engine_take_rate, engine_prune_rates, engine_prune_answers from public;
grant execute on function engine_take_rate, engine_prune_rates, engine_prune_answers to app_engine;
`);
}
