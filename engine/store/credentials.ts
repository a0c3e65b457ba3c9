import type { JsonObject } from "../core/json.ts";
import type { TenantScope } from "./database.ts";

export interface CredentialRow {
  readonly id: string;
  readonly type: string;
  readonly name: string;
  readonly account: string | null;
  readonly sealed: JsonObject;
}

/** The tenant's credential of a type: the one with this id or name, else its only or newest one. */
export function readCredential(
  { sql, tenantId }: TenantScope,
  type: string,
  ref?: string,
): Promise<CredentialRow | undefined> {
  const query = sql("credentials")
    .where({ "credentials.tenant_id": tenantId, "credentials.type": type })
    .orderBy("credentials.created_at", "desc");
  if (ref !== undefined)
    query.where((either) => either.where("credentials.id", ref).orWhere("credentials.name", ref));
  return query.first();
}

/** Those of a type, without what they hold. */
export function listCredentials(
  { sql, tenantId }: TenantScope,
  type: string,
): Promise<Pick<CredentialRow, "id" | "name" | "account">[]> {
  return sql("credentials")
    .where({ "credentials.tenant_id": tenantId, "credentials.type": type })
    .orderBy("credentials.name")
    .select("credentials.id", "credentials.name", "credentials.account");
}

export async function insertCredential({ sql, tenantId }: TenantScope, row: CredentialRow): Promise<void> {
  await sql("credentials").insert({ ...row, sealed: JSON.stringify(row.sealed), tenant_id: tenantId });
}
