import type { Knex } from "knex";

/**
 * Children of runs, and goals.
 *
 * A child that ends makes the row of its parent's wait due, and leaves the parent's row of `runs` alone: whoever holds
 * a run's row or its waits may want its children's rows (to cancel them), so nobody who holds a child's row may wait for
 * its parent's.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
create index runs_of_parent_idx on runs (tenant_id, parent_run_id, id) where parent_run_id is not null;

-- What flows achieved, once for each step.
create table goals (
  tenant_id text not null references tenants (id) on delete cascade,
  step_key text not null,
  run_id text not null,
  flow_key text not null,
  name text not null check (name <> ''),
  value numeric,
  currency text check (currency is null or value is not null),
  at timestamptz not null,
  primary key (tenant_id, step_key)
);
create index goals_list_idx on goals (tenant_id, name, at);
alter table goals enable row level security;
alter table goals force row level security;
create policy tenant_wall on goals using (tenant_id = (select nullif(current_setting('app.tenant_id', true), '')));
grant select, insert, delete on goals to app_api;

-- Children of a step that are over: of these branches, or all. The steps they ran themselves, not those they were given.
create function engine_children(p_tenant text, p_step text, p_branches text[])
returns jsonb language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(jsonb_agg(jsonb_build_object('id', r.id, 'branch', r.branch, 'status', r.status,
      'outcome', r.state -> 'outcome', 'exchange', r.state -> 'exchange', 'reply', coalesce(r.state -> 'reply', '[]'),
      'steps', coalesce((select jsonb_object_agg(s.key, s.value) from jsonb_each(r.state -> 'steps') s
        where r.state -> 'visits' \\? s.key), '{}')) order by r.id), '[]')
  from runs r
  where r.tenant_id = p_tenant and r.parent_step = p_step and r.ended_at is not null
    and (p_branches is null or r.branch = any (p_branches))
$$;

create or replace function engine_relatives(i engine_item, p_result jsonb, p_over boolean)
returns jsonb language plpgsql set search_path = public, pg_temp as $$
declare
  v_ids text[] := '{}';
  v_open text[];
  v_parent text := p_result ->> 'parentStep';
begin
  if i.x \\? 'children' then
    insert into runs (id, tenant_id, flow_key, flow_version_id, status, seq, state, trigger_type, contact_phone,
                      number_id, parent_run_id, parent_step, branch, depth, priority)
      select c ->> 'id', i.tenant, c ->> 'flowKey', c ->> 'flowVersionId', 'queued', 0, c -> 'state', c ->> 'triggerType',
             r.contact_phone, r.number_id, i.run_id, c ->> 'parentStep', c ->> 'branch', r.depth + 1, r.priority
      from jsonb_array_elements(i.x -> 'children') c, runs r where r.id = i.run_id and r.tenant_id = i.tenant
      on conflict (id) do nothing;
    v_ids := array(select c ->> 'id' from jsonb_array_elements(i.x -> 'children') c);
  end if;
  if p_over or i.x \\? 'cancelChildrenOf' then
    -- locked in one order by all; those that sleep are due at once
    v_open := array(select id from runs where tenant_id = i.tenant and parent_run_id = i.run_id and ended_at is null
                      and (p_over or parent_step = i.x ->> 'cancelChildrenOf') order by id for update);
    update runs set cancel_requested_at = coalesce(cancel_requested_at, now()),
        wake_at = case when status = 'waiting' then now() else wake_at end
      where tenant_id = i.tenant and id = any (v_open);
    update waits set wake_at = now() where tenant_id = i.tenant and run_id = any (v_open);
    v_ids := array(select distinct unnest(v_ids || v_open) order by 1);
  end if;
  if p_over and v_parent is not null then
    -- A row that somebody holds is being left by its run, which counts its children before it sleeps on this key again.
    perform 1 from waits where tenant_id = i.tenant and key = 'children:' || v_parent for update skip locked;
    if found then
      update waits set wake_at = now() where tenant_id = i.tenant and key = 'children:' || v_parent;
      v_ids := v_ids || split_part(v_parent, ':', 1);
    end if;
  end if;
  if p_over and p_result ->> 'lane' is not null then
    v_ids := v_ids || array(select id from runs where tenant_id = i.tenant and lane = p_result ->> 'lane'
                              and ended_at is null and id <> i.run_id order by started_at, id limit 1);
  end if;
  if i.x #>> '{lane,policy}' = 'replace' then
    v_ids := v_ids || array(select id from runs where tenant_id = i.tenant and lane = i.x #>> '{lane,key}'
                              and ended_at is null and id <> i.run_id and cancel_requested_at is not null);
  end if;
  return to_jsonb(v_ids);
end $$;

create or replace function engine_pending(p_items engine_item[])
returns jsonb language plpgsql set search_path = public, pg_temp as $$
declare
  v_found jsonb;
begin
  select coalesce(jsonb_object_agg(f.n, jsonb_build_object('pending', jsonb_build_object('id', f.id, 'event', f.event))), '{}')
    into v_found from (
    select u.n, e.id, e.event from unnest(p_items) u
      join lateral (select b.id, b.event from inbox b
        where b.tenant_id = u.tenant and b.resume_key = any (u.keys || ('run:' || u.run_id)) and b.consumed_at is null
          and (b.run_id is null or b.run_id = u.run_id)
        order by b.received_at limit 1) e on true
    where u.status = 'waiting') f;
  if v_found <> '{}' then
    update inbox b set run_id = u.run_id from unnest(p_items) u
      where v_found \\? u.n::text and b.tenant_id = u.tenant and b.id = v_found #>> array[u.n::text, 'pending', 'id'];
  end if;
  -- A parent that waits for more of its children: the row of its wait is due no longer.
  update waits w set wake_at = u.wake_at from unnest(p_items) u
    where u.status = 'waiting' and u.x \\? 'childrenOf' and w.tenant_id = u.tenant
      and w.key = 'children:' || (u.x ->> 'childrenOf') and w.run_id = u.run_id and w.wake_at is distinct from u.wake_at;
  return v_found || (select coalesce(jsonb_object_agg(u.n, '{"childEnded": true}'::jsonb), '{}') from unnest(p_items) u
    where u.status = 'waiting' and u.x \\? 'childrenOf'
      and (u.x ->> 'childrenSeen')::integer
          < (select count(*) from runs c where c.parent_step = u.x ->> 'childrenOf' and c.ended_at is not null));
end $$;

-- A wait for children that is due is due because one of them ended, however long its run would sleep.
create or replace function engine_rearm(p_limit integer)
returns void language plpgsql set search_path = public, pg_temp as $$
declare
  t record;
begin
  for t in select e.tenant_id, array_agg(e.run_id) as runs from (
      select w.tenant_id, w.run_id from waits w join runs r on r.id = w.run_id
      where w.wake_at <= now() and r.wake_at > now() and w.key not like 'children:%' order by w.wake_at limit p_limit) e
    group by e.tenant_id order by e.tenant_id
  loop
    perform set_config('app.tenant_id', t.tenant_id, true);
    update waits w set wake_at = r.wake_at from (
        select r.id, r.wake_at from runs r where r.id = any (t.runs) and r.tenant_id = t.tenant_id
          and r.status = 'waiting' and r.wake_at > now()) r
      where w.tenant_id = t.tenant_id and w.run_id = r.id and w.wake_at <= now() and w.key not like 'children:%';
  end loop;
end $$;

-- What a run and its children cost is in one row.
create or replace function engine_record_interaction(p_tenant text, p_run text, x jsonb)
returns void language sql set search_path = public, pg_temp as $$
  insert into interactions (id, tenant_id, run_id, kind, flow_key, contact_phone, number_id, group_id, store_id, outcome, credits)
  select x ->> 'id', p_tenant, p_run, x ->> 'kind', x ->> 'flowKey', x ->> 'contactPhone', x ->> 'numberId',
         x ->> 'groupId', x ->> 'storeId', x ->> 'outcome',
         coalesce((with recursive family as (
           select p_run as id
           union all
           select c.id from family f join runs c on c.tenant_id = p_tenant and c.parent_run_id = f.id)
           select jsonb_object_agg(meter, spent) from (
             select meter, -sum(amount) as spent from credit_entries
             where tenant_id = p_tenant and run_id in (select id from family) group by meter) s), '{}')
  where x is not null
  on conflict (run_id) do nothing;
  update contacts set last_store_id = x ->> 'storeId', updated_at = now()
    where tenant_id = p_tenant and phone = x ->> 'contactPhone' and x ->> 'storeId' is not null
      and last_store_id is distinct from x ->> 'storeId'
$$;

revoke execute on all functions in schema public from public;
grant execute on function engine_children to app_engine;
`);
}
