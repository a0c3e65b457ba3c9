import type { TenantScope } from "./database.ts";

/** Keeps a key by its sha256; the key itself is never stored. */
export async function insertApiKey(
  { sql, tenantId }: TenantScope,
  key: {
    readonly id: string;
    readonly name: string;
    readonly hash: string;
    readonly scopes: readonly string[];
  },
): Promise<void> {
  await sql("api_keys").insert({ ...key, scopes: [...key.scopes], tenant_id: tenantId });
}
