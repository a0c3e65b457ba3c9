import type { Knex } from "knex";

/**
 * The journal and the messages by day, so that retention is dropping a table instead of deleting rows. A partition
 * covers one day of UTC and is called `<table>_p<YYYYMMDD>`. There is no default partition: rows it took in by mistake
 * would stop their day's partition from being made.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
-- Makes the partition of a day; false when it is there. Made apart and then attached: that does not block inserts, as
-- "create table … partition of" would.
create function partition_for_day(p_table text, p_day date)
returns boolean language plpgsql set search_path = public, pg_temp as $$
declare
  v_name text := p_table || '_p' || to_char(p_day, 'YYYYMMDD');
begin
  if to_regclass(v_name) is not null then return false; end if;
  execute format('create table %I (like %I including defaults including constraints)', v_name, p_table);
  -- The wall stands on the parent. A partition has no policy and no grants: nobody gets at its rows by its own name.
  execute format('alter table %I enable row level security', v_name);
  execute format('alter table %I force row level security', v_name);
  execute format('revoke all on %I from public, app_api, app_engine', v_name);
  execute format('alter table %I attach partition %I for values from (%L) to (%L)', p_table, v_name,
                 to_char(p_day, 'YYYY-MM-DD') || ' 00:00:00+00', to_char(p_day + 1, 'YYYY-MM-DD') || ' 00:00:00+00');
  return true;
end $$;

create function partitions_of(p_table text)
returns table (name text, day date) language sql stable set search_path = public, pg_temp as $$
  select c.relname::text, to_date(right(c.relname, 8), 'YYYYMMDD')
  from pg_inherits i join pg_class c on c.oid = i.inhrelid
  where i.inhparent = to_regclass(p_table)
  order by 2
$$;

-- Makes the partitions from today to so many days ahead, and drops those before today less the days to keep. Null when
-- another process is at it. What cannot be locked within half a second is left for the next time ("late"), so that
-- nobody's insert waits longer behind this. Plain "drop table" and no "detach … concurrently": that is not allowed in a
-- function, and a drop holds its lock on the parent for milliseconds. Thirty of a table at most at a time, because each
-- holds some eight locks until the commit.
create function engine_keep_partitions(p_days_ahead integer, p_journal_days integer, p_message_days integer)
returns jsonb language plpgsql security definer
set search_path = public, pg_temp set timezone = 'UTC' set lock_timeout = '500ms' as $$
declare
  t record;
  v_day integer;
  v_old text;
  v_made integer := 0;
  v_dropped integer := 0;
  v_late integer := 0;
begin
  if least(p_days_ahead, p_journal_days, p_message_days) < 1 then
    raise exception 'engine_keep_partitions: expected days of 1 or more, got %, % and %',
      p_days_ahead, p_journal_days, p_message_days;
  end if;
  if not pg_try_advisory_xact_lock(hashtextextended('engine_keep_partitions', 0)) then return null; end if;
  for t in select * from (values ('journal', p_journal_days), ('messages', p_message_days)) as kept (name, days) loop
    for v_day in 0 .. p_days_ahead loop
      begin
        if partition_for_day(t.name, current_date + v_day) then v_made := v_made + 1; end if;
      exception when lock_not_available then
        v_late := v_late + 1;
      end;
    end loop;
    for v_old in select p.name from partitions_of(t.name) p where p.day < current_date - t.days order by p.day limit 30 loop
      begin
        execute format('drop table %I', v_old);
        v_dropped := v_dropped + 1;
      exception when lock_not_available then
        v_late := v_late + 1;
      end;
    end loop;
  end loop;
  return jsonb_build_object('made', v_made, 'dropped', v_dropped, 'late', v_late);
end $$;

-- The first moment of which the journal is still there.
create function engine_journal_since()
returns timestamptz language sql stable security definer set search_path = public, pg_temp set timezone = 'UTC' as $$
  select min(day)::timestamptz from partitions_of('journal')
$$;

-- The tables ------------------------------------------------------------------------------------------------------

-- Forced on the owner too, the wall would hide the rows that are to be moved.
alter table journal no force row level security;
alter table journal rename to journal_before;
alter table journal_before drop constraint journal_pkey;
create table journal (like journal_before including defaults including constraints) partition by range (at);
-- (run_id, seq) is unique because the run's row, changed in the same transaction, is fenced by seq.
alter table journal add primary key (run_id, seq, at);

alter table messages no force row level security;
alter table messages rename to messages_before;
alter table messages_before drop constraint messages_pkey, drop constraint messages_effect_id_key;
drop index messages_contact_idx, messages_ref_idx;
create table messages (like messages_before including defaults including constraints) partition by range (created_at);
-- One message for each effect and each delivery: both are rows that are unique, written in the message's transaction.
alter table messages add primary key (id, created_at);
create index messages_contact_idx on messages (tenant_id, contact_phone, id desc);
create index messages_run_idx on messages (tenant_id, run_id) where run_id is not null;
create index messages_effect_idx on messages (effect_id) where effect_id is not null;
create index messages_ref_idx on messages (provider_ref) where provider_ref is not null;

do $$
declare
  d date;
begin
  -- from the first day of a run that is there, so that its journal does not look cut off
  for d in select (at at time zone 'UTC')::date from journal_before
           union select (started_at at time zone 'UTC')::date from runs loop
    perform partition_for_day('journal', d);
  end loop;
  for d in select distinct (created_at at time zone 'UTC')::date from messages_before loop
    perform partition_for_day('messages', d);
  end loop;
end $$;
insert into journal select * from journal_before;
insert into messages select * from messages_before;
drop table journal_before, messages_before;

do $$
declare
  t text;
begin
  foreach t in array array['journal', 'messages'] loop
    execute format('alter table %I enable row level security', t);
    execute format('alter table %I force row level security', t);
    execute format(
      'create policy tenant_wall on %I using (tenant_id = (select nullif(current_setting(''app.tenant_id'', true), '''')))',
      t);
    execute format(
      'create policy owner_batch on %I to app_owner using (tenant_id = any ((select string_to_array(nullif(current_setting(''app.tenant_ids'', true), ''''), '',''))::text[]))',
      t);
  end loop;
end $$;
grant select on journal to app_api;
grant select, insert, update, delete on messages to app_api;
-- the coming days only: what to keep is configured, and this must lose nothing
select engine_keep_partitions(7, 100000, 100000);

-- Messages by their effect and by their day -------------------------------------------------------------------------

-- What has become known about the message of an effect: { ref, status, rank, error, sent }, where a null error takes the
-- error away. Effect and message are written in one transaction, so both were created at the same moment. Planned with that
-- moment, always: a plan for any moment would open and lock the partitions of all days.
create function engine_note_message(p_tenant text, p_effect text, p_created_at timestamptz, x jsonb)
returns void language plpgsql set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
begin
  update messages set provider_ref = coalesce(provider_ref, x ->> 'ref'), updated_at = now(),
      sent_at = case when (x ->> 'sent')::boolean then coalesce(sent_at, now()) else sent_at end,
      status = coalesce(x ->> 'status', status), status_rank = coalesce((x ->> 'rank')::integer, status_rank),
      error = case when x \\? 'error' then nullif(x -> 'error', 'null') else error end
    where tenant_id = p_tenant and effect_id = p_effect and created_at = p_created_at;
end $$;

-- As before, but looks back a week only: no channel has a window that long.
create or replace function engine_recipient(p_tenant text, p_phone text, p_channel text, p_number text)
returns jsonb language plpgsql stable security definer
set search_path = public, pg_temp set plan_cache_mode = force_custom_plan as $$
declare
  v_since timestamptz := now() - interval '7 days';
  v_until timestamptz := now();
begin
  perform set_config('app.tenant_id', p_tenant, true);
  return jsonb_build_object(
    'optedOut', coalesce((select p_channel = any (opt_outs) from contacts
                          where tenant_id = p_tenant and phone = p_phone), false),
    'lastInboundAt', (select sent_at from messages where tenant_id = p_tenant and contact_phone = p_phone
                      and channel = p_channel and direction = 'inbound' and created_at between v_since and v_until
                      and (p_number is null or number_e164 = p_number) order by id desc limit 1));
end $$;

-- Payload budgets ---------------------------------------------------------------------------------------------------

-- Bytes of step outputs that went into the journal, by tenant and day of UTC.
create table payload_use (
  tenant_id text not null,
  day date not null,
  bytes bigint not null default 0 check (bytes >= 0),
  primary key (tenant_id, day)
);
alter table payload_use enable row level security;
alter table payload_use force row level security;
create policy tenant_wall on payload_use
  using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')));
grant select on payload_use to app_api;

-- Adds what a process has counted, { uses: [{ tenant, day, bytes }] }. Gives what all processes have, and the budget that
-- the tenant's settings name: [{ tenant, day, bytes, budget }].
create function engine_count_payload(p jsonb)
returns jsonb language plpgsql security definer set search_path = public, pg_temp as $$
declare
  x jsonb;
  v_bytes bigint;
  v_result jsonb := '[]';
begin
  for x in select u.value from jsonb_array_elements(p -> 'uses') u order by u.value ->> 'tenant', u.value ->> 'day' loop
    perform set_config('app.tenant_id', x ->> 'tenant', true);
    insert into payload_use as u (tenant_id, day, bytes)
      values (x ->> 'tenant', (x ->> 'day')::date, (x ->> 'bytes')::bigint)
      on conflict (tenant_id, day) do update set bytes = u.bytes + excluded.bytes
      returning u.bytes into v_bytes;
    v_result := v_result || jsonb_build_array(x || jsonb_build_object('bytes', v_bytes,
      'budget', (select t.settings -> 'payloadBudgetBytes' from tenants t where t.id = x ->> 'tenant')));
  end loop;
  return v_result;
end $$;

revoke execute on function partition_for_day, partitions_of, engine_keep_partitions, engine_journal_since,
  engine_note_message, engine_count_payload from public;
grant execute on function engine_keep_partitions, engine_journal_since, engine_count_payload to app_engine;
`);
}
