import type { JsonObject } from "../core/json.ts";
import type { Database, TenantScope } from "./database.ts";

/** One interaction on its way to its store. */
export interface StoreDelivery {
  readonly id: string;
  readonly tenantId: string;
  readonly storeId: string;
  /** Null: the store does not want to hear any more. */
  readonly url: string | null;
  readonly secret: JsonObject | null;
  readonly body: JsonObject;
  /** Tries, this one included. */
  readonly attempts: number;
}

/** Those whose time has come, kept from other processes for a while. */
export function claimStoreDeliveries(
  db: Database,
  limit: number,
  leaseMs: number,
): Promise<readonly StoreDelivery[]> {
  return db.call("engine_claim_store_deliveries", [limit, leaseMs]);
}

export async function settleStoreDelivery(
  db: Database,
  settled: {
    readonly tenant: string;
    readonly id: string;
    readonly state: "pending" | "delivered" | "failed";
    readonly status: number | null;
    readonly error: string | null;
    readonly retryInMs?: number;
  },
): Promise<void> {
  await db.call("engine_settle_store_delivery", [settled]);
}

export interface DeliveryRow {
  readonly id: string;
  readonly interaction_id: string;
  readonly state: string;
  readonly attempts: number;
  readonly last_status: number | null;
  readonly last_error: string | null;
  readonly next_at: Date;
  readonly created_at: Date;
  readonly settled_at: Date | null;
}

/** Newest first. */
export function listStoreDeliveries(
  { sql, tenantId }: TenantScope,
  storeId: string,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<DeliveryRow[]> {
  const query = sql("store_deliveries")
    .where({ "store_deliveries.tenant_id": tenantId, "store_deliveries.store_id": storeId })
    .orderBy("store_deliveries.id", "desc")
    .limit(limit);
  if (after !== null) query.where("store_deliveries.id", "<", after);
  return query;
}
