import type { JsonObject } from "../core/json.ts";
import type { TenantScope } from "./database.ts";

export async function readCached(
  { sql, tenantId }: TenantScope,
  kind: string,
  key: string,
): Promise<JsonObject | null> {
  const row = await sql("lookup_cache")
    .where({ "lookup_cache.tenant_id": tenantId, "lookup_cache.kind": kind, "lookup_cache.key": key })
    .whereRaw("lookup_cache.expires_at > now()")
    .first("lookup_cache.value");
  return row?.value ?? null;
}

export async function writeCached(
  { sql, tenantId }: TenantScope,
  kind: string,
  key: string,
  value: JsonObject,
  ttlMs: number,
): Promise<void> {
  await sql("lookup_cache")
    .insert({
      tenant_id: tenantId,
      kind,
      key,
      value,
      expires_at: sql.raw("now() + ? * interval '1 ms'", [ttlMs]),
    })
    .onConflict(["tenant_id", "kind", "key"])
    .merge();
}
