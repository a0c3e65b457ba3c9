import type { Database, TenantScope } from "./database.ts";

/** What a vendor says one message of ours costs. */
export interface PriceReport {
  readonly effectId: string;
  readonly meter: string;
  readonly pricing: {
    readonly type: string;
    readonly category: string;
    readonly model: string | null;
  } | null;
  /** It got to the person. */
  readonly reached: boolean;
  readonly at: string;
}

/** A message that was counted, and how many of its kind the month has by now. */
export interface Counted {
  readonly numberId: string;
  /** The vendor's id of the number. */
  readonly providerId: string | null;
  readonly month: string;
  readonly category: string;
  readonly type: string;
  readonly delivered: number;
}

/** Keeps what messages of a tenant cost, each counted once. A bad item is named, and stops no other. */
export function notePrices(
  db: Database,
  report: {
    readonly tenant: string;
    /** Price types the vendor does not bill. */
    readonly free: readonly string[];
    readonly items: readonly PriceReport[];
  },
): Promise<{
  readonly counted: readonly Counted[];
  readonly faults: readonly { readonly effectId: string; readonly reason: string }[];
}> {
  return db.call("engine_note_prices", [report]);
}

export interface UsageRow {
  readonly category: string;
  readonly pricing_type: string;
  readonly delivered: number;
  readonly first_at: Date;
}

/** Delivered messages of a number in a month, `YYYY-MM-01`. */
export function readUsage(
  { sql, tenantId }: TenantScope,
  numberId: string,
  month: string,
): Promise<UsageRow[]> {
  return sql("number_usage")
    .where({
      "number_usage.tenant_id": tenantId,
      "number_usage.number_id": numberId,
      "number_usage.month": month,
    })
    .orderBy(["number_usage.category", "number_usage.pricing_type"])
    .select("category", "pricing_type", "delivered", "first_at");
}

/** Messages that are no template, left since `since`, and of which nobody knows yet whether they arrived. */
export async function countUnderWay(
  { sql, tenantId }: TenantScope,
  numberId: string,
  since: Date,
): Promise<number> {
  const row = await sql("messages")
    .where({
      "messages.tenant_id": tenantId,
      "messages.number_id": numberId,
      "messages.direction": "outbound",
    })
    .where("messages.created_at", ">=", since)
    .whereIn("messages.status", ["queued", "sent"])
    .whereNull("messages.template_key")
    .whereNull("messages.counted_month")
    .count({ count: "*" })
    .first();
  return Number(row?.count ?? 0);
}
