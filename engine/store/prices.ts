import type { TenantScope } from "./database.ts";

export const PRICED = ["sms", "whatsapp", "voice", "lookup", "verify", "ai", "geolocation"] as const;
export type Priced = (typeof PRICED)[number];

/** A price that holds. */
export interface PriceRow {
  readonly meter: Priced;
  /** ISO 3166-1 alpha-2; `*`: any. */
  readonly country: string;
  readonly currency: string;
  /** Numeric, as text. */
  readonly unit_price: string;
  readonly valid_from: Date;
  /** The tenant's own: it stands before the operator's. */
  readonly own: boolean;
  /** Where a list goes on after it. */
  readonly position: string;
}

export interface PriceFilter {
  readonly channel?: string;
  readonly country?: string;
  readonly at: string | null;
  readonly after: string | null;
  readonly limit: number;
}

/** The prices that hold at a moment (null: now), the tenant's own and the operator's, by what they are for. */
export async function listPrices({ sql, tenantId }: TenantScope, filter: PriceFilter): Promise<PriceRow[]> {
  const result = await sql.raw(
    `select * from (
       select distinct on (b.meter, b.country, b.currency, b.own) b.*,
         b.meter || '|' || b.country || '|' || b.currency || '|' || case when b.own then 0 else 1 end as position
       from (
         select meter, country, currency, unit_price, valid_from, true as own from own_prices where tenant_id = :tenantId
         union all
         select meter, country, currency, unit_price, valid_from, false from prices) b
       where b.valid_from <= coalesce(cast(:at as timestamptz), now())
         and (cast(:channel as text) is null or b.meter = :channel)
         and (cast(:country as text) is null or b.country in (:country, '*'))
       order by b.meter, b.country, b.currency, b.own, b.valid_from desc) held
     where unit_price is not null and (cast(:after as text) is null or position collate "C" > :after)
     order by position collate "C" limit :limit`,
    { tenantId, ...filter, channel: filter.channel ?? null, country: filter.country ?? null },
  );
  return result.rows;
}

/** From now on; null: the operator's holds again. */
export async function setOwnPrice(
  { sql, tenantId }: TenantScope,
  price: Pick<PriceRow, "meter" | "country" | "currency"> & { readonly unit_price: number | null },
): Promise<void> {
  await sql("own_prices").insert({ tenant_id: tenantId, ...price });
}

/** How much of a currency one US dollar is; undefined where nobody has said. */
export async function rateOf(
  { sql }: Pick<TenantScope, "sql">,
  currency: string,
): Promise<{ readonly per_usd: string; readonly valid_from: Date } | undefined> {
  return sql("currency_rates")
    .where("currency_rates.currency", currency)
    .where("currency_rates.valid_from", "<=", sql.fn.now())
    .orderBy("currency_rates.valid_from", "desc")
    .first("per_usd", "valid_from");
}
