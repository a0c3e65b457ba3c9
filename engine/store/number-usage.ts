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

/**
 * Messages of each of these numbers that are no template, left since `since`, and of which nobody knows yet whether they
 * arrived. A number without any is not named.
 */
export async function underWayOf(
  { sql, tenantId }: TenantScope,
  numberIds: readonly string[],
  since: Date,
): Promise<Record<string, number>> {
  const rows: { number_id: string; count: string }[] = await sql("messages")
    .where({ "messages.tenant_id": tenantId, "messages.direction": "outbound" })
    .whereIn("messages.number_id", [...numberIds])
    .where("messages.created_at", ">=", since)
    .whereIn("messages.status", ["queued", "sent"])
    .whereNull("messages.template_key")
    .whereNull("messages.counted_month")
    .groupBy("messages.number_id")
    .select("messages.number_id")
    .count("* as count");
  return Object.fromEntries(rows.map((row) => [row.number_id, Number(row.count)]));
}
