import type { JsonObject } from "../core/json.ts";
import type { Database, TenantScope } from "./database.ts";
import type { NumberRow, StoreRow, TenantRow } from "./routing.ts";

export interface GroupRow {
  readonly id: string;
  readonly name: string;
  readonly timezone: string;
  readonly hours: JsonObject | null;
}

export function readTenant({ sql, tenantId }: TenantScope): Promise<TenantRow | undefined> {
  const plan = sql("subscriptions")
    .join("plans", "plans.id", "subscriptions.plan_id")
    .where("subscriptions.tenant_id", tenantId)
    .limit(1);
  return sql("tenants")
    .where("tenants.id", tenantId)
    .select("tenants.*", plan.clone().select("plans.countries").as("plan_countries"))
    .select(
      plan.clone().select(sql.raw("coalesce(subscriptions.voice_agent, plans.voice_agent)")).as("plan_agent"),
    )
    .first();
}

export function listStores({ sql, tenantId }: TenantScope): Promise<StoreRow[]> {
  return sql("stores").where("stores.tenant_id", tenantId).orderBy("stores.name");
}

export function listGroups({ sql, tenantId }: TenantScope): Promise<GroupRow[]> {
  return sql("store_groups").where("store_groups.tenant_id", tenantId).orderBy("store_groups.name");
}

export function listNumbers({ sql, tenantId }: TenantScope): Promise<
  (NumberRow & {
    voice: boolean;
    sms: boolean;
    whatsapp: boolean;
    pace_per_second: number | null;
    vendor_state: JsonObject;
    free_messages: "charge" | "free" | null;
    account_ref: string | null;
  })[]
> {
  return sql("numbers").where("numbers.tenant_id", tenantId).orderBy(["numbers.created_at", "numbers.id"]);
}

export function lastStoreOf(db: Database, tenant: string, phone: string): Promise<string | null> {
  return db.call("engine_last_store", [tenant, phone]);
}

/** Interactions of each store in the last hour. */
export async function storeLoad(
  { sql, tenantId }: TenantScope,
  storeIds: readonly string[],
): Promise<Record<string, number>> {
  const rows: { store_id: string; count: string }[] = await sql("interactions")
    .where("interactions.tenant_id", tenantId)
    .whereIn("interactions.store_id", [...storeIds])
    .whereRaw("interactions.at > now() - interval '1 hour'")
    .groupBy("interactions.store_id")
    .select("interactions.store_id")
    .count("* as count");
  return Object.fromEntries(rows.map((row) => [row.store_id, Number(row.count)]));
}
