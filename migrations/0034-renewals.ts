import type { Knex } from "knex";

/**
 * Subscriptions go on by themselves, month by month from their anchor, told by the clock on the tenant's wall: the 31st
 * is the last day of a shorter month and the 31st again after it. What a new period brings is the business of the triggers
 * that were there before.
 */
export async function up(knex: Knex): Promise<void> {
  await knex.raw(`
alter table subscriptions add column anchor_at timestamptz;
create policy owner_routes on subscriptions for select to app_owner using (true);

do $$
declare
  s record;
begin
  for s in select tenant_id, period_start from subscriptions order by tenant_id loop
    perform set_config('app.tenant_id', s.tenant_id, true);
    update subscriptions set anchor_at = s.period_start where tenant_id = s.tenant_id;
  end loop;
end $$;

alter table subscriptions alter column anchor_at set not null;
alter table subscriptions alter column period_end drop default;

-- The month, counted from the anchor, that a moment is in.
create function subscription_month(p_anchor timestamptz, p_zone text, p_at timestamptz)
returns tstzrange language plpgsql stable set search_path = public, pg_temp as $$
declare
  v_anchor timestamp := p_anchor at time zone p_zone;
  v_at timestamp := p_at at time zone p_zone;
  v_months integer := (extract(year from v_at) - extract(year from v_anchor)) * 12
    + extract(month from v_at) - extract(month from v_anchor);
begin
  if (v_anchor + v_months * interval '1 month') at time zone p_zone > p_at then
    v_months := v_months - 1;
  end if;
  return tstzrange((v_anchor + v_months * interval '1 month') at time zone p_zone,
    (v_anchor + (v_months + 1) * interval '1 month') at time zone p_zone);
end $$;

-- A subscription written without an end ends a month after its anchor. Whoever writes an end of their own moves the anchor
-- there, so that the next period is a whole one.
create function anchor_subscription()
returns trigger language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_zone text;
begin
  select timezone into v_zone from tenants where id = new.tenant_id;
  new.anchor_at := coalesce(new.anchor_at, new.period_start);
  new.period_end := coalesce(new.period_end, upper(subscription_month(new.anchor_at, v_zone, new.period_start)));
  if lower(subscription_month(new.anchor_at, v_zone, new.period_end)) <> new.period_end then
    new.anchor_at := new.period_end;
  end if;
  return new;
end $$;
create trigger subscriptions_anchor before insert or update of anchor_at, period_end on subscriptions
  for each row execute function anchor_subscription();

-- Tenants whose period is over by their own clock. What is simulated is never renewed: a twin has the credits it was given.
create function engine_due_subscriptions(p_limit integer)
returns text[] language sql stable security definer set search_path = public, pg_temp as $$
  select coalesce(array_agg(due.tenant_id), '{}') from (
    select s.tenant_id from subscriptions s join tenants t on t.id = s.tenant_id
    where s.status in ('active', 'trialing') and t.twin_of is null
      and s.period_end <= now() + t.clock_offset_ms * interval '1 ms'
    order by s.period_end, s.tenant_id limit p_limit) due
$$;

-- Opens the period that the tenant's clock is in; false where the present one goes on. However many were missed, it is one.
create function engine_renew_subscription(p_tenant text)
returns boolean language plpgsql security definer set search_path = public, pg_temp as $$
declare
  v_now timestamptz;
  v_zone text;
  v_month tstzrange;
  s subscriptions;
begin
  perform set_config('app.tenant_id', p_tenant, true);
  select now() + clock_offset_ms * interval '1 ms', timezone into v_now, v_zone
    from tenants where id = p_tenant and twin_of is null;
  if not found then return false; end if;
  select * into s from subscriptions where tenant_id = p_tenant and status in ('active', 'trialing')
    and period_end <= v_now for update;
  if not found then return false; end if;
  -- A tenant that went over to another zone may have ended a little before the month does: no period of an hour.
  v_month := subscription_month(s.anchor_at, v_zone, greatest(v_now, s.period_end + interval '3 days'));
  update subscriptions set period_start = least(lower(v_month), v_now), period_end = upper(v_month)
    where tenant_id = p_tenant and id = s.id;
  return true;
end $$;

revoke execute on function subscription_month, anchor_subscription, engine_due_subscriptions, engine_renew_subscription
  from public;
grant execute on function engine_due_subscriptions, engine_renew_subscription to app_engine;
`);
}
