import type { Knex } from "knex";

/**
 * What is due goes to one process: a row of waits that is handed out comes up again five seconds later, should that
 * process not get to it. Events left over are looked at youngest first, so that old ones nobody will ever wait for cannot
 * hide them.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
-- The keys of a wait are worked out once, and each is looked up: a tenant may have thousands of events nobody waits for.
create or replace function engine_load(p_run text)
returns jsonb language plpgsql stable security definer set search_path = public, pg_temp
  set plan_cache_mode = force_generic_plan as $$
begin
  return (select jsonb_build_object('id', r.id, 'tenantId', r.tenant_id, 'flowKey', r.flow_key,
      'flowVersionId', r.flow_version_id, 'status', r.status, 'seq', r.seq, 'epoch', r.lease_epoch, 'state', r.state,
      'owner', r.lease_owner, 'numberId', r.number_id, 'triggerType', r.trigger_type, 'contactPhone', r.contact_phone,
      'parentRunId', r.parent_run_id, 'parentStep', r.parent_step, 'branch', r.branch, 'depth', r.depth, 'lane', r.lane,
      'cancelRequested', r.cancel_requested_at is not null,
      'paused', r.paused_at is not null and r.ended_at is null,
      'due', coalesce(r.status = 'waiting' and (r.wake_at <= now() or exists (select 1 from waits w
        where w.tenant_id = r.tenant_id and w.run_id = r.id and w.key like 'children:%' and w.wake_at <= now())), false),
      'pending', (select jsonb_build_object('id', e.id, 'event', e.event)
        from unnest(case when r.status = 'waiting' then engine_wait_keys(r.id, r.state) end) k
          cross join lateral (select i.id, i.event, i.received_at from inbox i
            where i.tenant_id = r.tenant_id and i.resume_key = k and i.consumed_at is null and i.resume_key is not null
              and (i.run_id is null or i.run_id = r.id) order by i.received_at limit 1) e
        order by e.received_at limit 1),
      'effects', engine_effects_of_step(r))
  from runs r where r.id = p_run);
end $$;

create or replace function engine_due(p_limit integer)
returns table (run_id text, why text) language plpgsql security definer set search_path = public, pg_temp as $$
begin
  perform engine_rearm(p_limit);
  perform set_config('app.tenant_ids', coalesce((select string_agg(distinct d.tenant_id, ',') from (
    select w.tenant_id from waits w where w.wake_at <= now() order by w.wake_at limit p_limit) d), ''), true);
  return query
  with taken as (
    update waits w set wake_at = now() + interval '5 seconds' from (
        select d.tenant_id, d.key, d.run_id from waits d where d.wake_at <= now() and d.key not like 'children:%'
        order by d.wake_at limit p_limit for update skip locked) due
      where w.tenant_id = due.tenant_id and w.key = due.key and w.run_id = due.run_id
      returning w.run_id)
  (select r.id, 'lease' from runs r where r.status = 'running' and r.lease_until < now() order by r.lease_until limit p_limit)
  union all
  (select distinct t.run_id, 'wait' from taken t)
  union all
  -- its row says that a child ended, and must go on saying so until the parent has seen it
  (select d.run_id, 'wait' from waits d where d.wake_at <= now() and d.key like 'children:%' order by d.wake_at limit p_limit)
  union all
  (select r.id, 'cancel' from runs r where r.status = 'waiting' and r.cancel_requested_at is not null limit p_limit)
  union all
  (select e.waiting, 'event' from (
     select engine_run_waiting(i.tenant_id, i.resume_key) as waiting from inbox i
     where i.consumed_at is null and i.resume_key is not null
       and i.received_at between now() - interval '10 minutes' and now() - interval '3 seconds'
     order by i.received_at desc limit p_limit) e
   where e.waiting is not null);
end $$;
`);
}
