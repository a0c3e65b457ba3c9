/**
 * Everything that was used, each line with its price, as the beginning of a query: `with recursive …, lines as (…)`.
 *
 *   M1 credits come from the ledger; what costs money but no credits from `uses`.
 *   M2 the price of a line is the one that held at its moment: of the recipient's country before that of any country, in
 *      the tenant's currency before dollars, which are converted by the rate of that moment. What the tenant pays itself
 *      stands before what the operator has listed. No price: no money, not zero.
 *   M3 a run's lines are its own and those of every run it started.
 *
 * Parameters: `:tenant`, `:home` (its country), `:currency`; the families of the runs that `roots` selects.
 */
export function familiesOf(roots: string): string {
  return `family as (
    select r.run_id as root, r.run_id as id from (${roots}) r
    union all
    select f.root, c.id from family f join runs c on c.parent_run_id = f.id and c.tenant_id = :tenant)`;
}

/** `where` limits the lines by their moment or run: columns `at` and `run_id` of the alias `x`. */
export function linesWhere(where: string): string {
  return `used as (
    select e.kind || ':' || e.id as line, e.at, e.run_id, e.ref, null as recipient, e.step_key, e.meter, -e.amount as units
    from credit_entries e
    where e.tenant_id = :tenant and e.kind in ('capture', 'charge') and e.amount < 0 and ${where.replaceAll("x.", "e.")}
    union all
    select 'use:' || u.step_key || ':' || u.kind, u.at, u.run_id, null, u.recipient, u.step_key, u.kind, u.amount
    from uses u where u.tenant_id = :tenant and ${where.replaceAll("x.", "u.")}),
  lines as (
    select used.line, used.at, used.run_id, used.meter, used.units,
      case used.meter when 'voice' then 'forwarding' when 'sms' then 'message' when 'whatsapp' then 'message'
        else used.meter end as part,
      w.country, w.recipient, m.id as message_id, m.template_key, used.units * coalesce(own.unit, p.unit) as money
    from used
    left join effects f on f.id = used.ref and f.tenant_id = :tenant
    left join code_sends c on c.id = used.ref and c.tenant_id = :tenant
    left join messages m on m.effect_id = f.id and m.tenant_id = :tenant and m.created_at = f.created_at
    cross join lateral (select coalesce(used.recipient, f.recipient, c.recipient) as recipient, coalesce((
        select k.country from calling_codes k
        where k.prefix = any (array(select left(coalesce(used.recipient, f.recipient, c.recipient), n) from generate_series(2, 8) n))
        order by length(k.prefix) desc limit 1), :home) as country) w
    left join lateral (
      select ${IN_CURRENCY} as unit from own_prices q
      where q.tenant_id = :tenant and ${HELD} and q.unit_price is not null and not exists (
        select from own_prices later where later.tenant_id = :tenant and later.meter = q.meter and later.country = q.country
          and later.currency = q.currency and later.valid_from <= used.at and later.valid_from > q.valid_from)
      ${BEST}) own on true
    left join lateral (
      select ${IN_CURRENCY} as unit from prices q where ${HELD} ${BEST}) p on true)`;
}

const IN_CURRENCY = `case when q.currency = :currency then q.unit_price else q.unit_price * (
  select r.per_usd from currency_rates r where r.currency = :currency and r.valid_from <= used.at
  order by r.valid_from desc limit 1) end`;

const HELD = `q.meter = used.meter and q.country in (w.country, '*') and q.currency in (:currency, 'USD')
  and q.valid_from <= used.at`;

const BEST = "order by q.country = '*', q.currency <> :currency, q.valid_from desc limit 1";
