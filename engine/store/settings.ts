import type { JsonObject } from "../core/json.ts";
import { newId } from "../ids.ts";
import type { TenantScope } from "./database.ts";

/** Everything a tenant has decided, under one key each. */
export async function readSettings({ sql, tenantId }: TenantScope): Promise<JsonObject> {
  const row = await sql("tenants").where("tenants.id", tenantId).first("tenants.settings");
  return row?.settings ?? {};
}

/** Writes the keys that are named (null: none any more), with a line in the audit log. Gives all of them. */
export async function writeSettings(
  { sql, tenantId }: TenantScope,
  changes: { readonly settings: JsonObject; readonly actor: string },
): Promise<JsonObject> {
  const given = Object.entries(changes.settings);
  const removed = given.flatMap(([name, value]) => (value === null ? [name] : []));
  const kept = Object.fromEntries(given.filter(([, value]) => value !== null));
  const [row] = await sql("tenants")
    .where("tenants.id", tenantId)
    .update({ settings: sql.raw("(settings || ?::jsonb) - ?::text[]", [JSON.stringify(kept), removed]) })
    .returning("settings");
  await sql("audit_log").insert({
    id: newId("audit"),
    tenant_id: tenantId,
    actor: changes.actor,
    action: "settings.write",
    target: tenantId,
    details: JSON.stringify(changes.settings),
  });
  return row?.settings ?? {};
}
