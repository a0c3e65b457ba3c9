import type { Database, TenantScope } from "./database.ts";

/** What a system may do with a key; the key itself is stored nowhere. */
export interface ApiKeyRow {
  readonly id: string;
  readonly name: string;
  readonly hint: string | null;
  readonly scopes: readonly string[];
  readonly created_by: string | null;
  readonly created_at: Date;
  readonly expires_at: Date | null;
  readonly last_used_at: Date | null;
  readonly rotated_at: Date | null;
  readonly previous_until: Date | null;
  readonly revoked_at: Date | null;
}

const SHOWN = [
  "id",
  "name",
  "hint",
  "scopes",
  "created_by",
  "created_at",
  "expires_at",
  "last_used_at",
  "rotated_at",
  "previous_until",
  "revoked_at",
] as const;

/** Keeps a key by its sha256; the key itself is never stored. */
export async function insertApiKey(
  { sql, tenantId }: TenantScope,
  key: {
    readonly id: string;
    readonly name: string;
    readonly hash: string;
    readonly hint?: string;
    readonly scopes: readonly string[];
    /** Absent: it comes with the tenant. */
    readonly createdBy?: string;
    /** Absent: never. */
    readonly expiresAt?: Date | null;
  },
): Promise<ApiKeyRow> {
  const { createdBy: created_by = null, expiresAt: expires_at = null, scopes, ...rest } = key;
  const row = { ...rest, scopes: [...scopes], created_by, expires_at, tenant_id: tenantId };
  const [made] = await sql("api_keys")
    .insert(row)
    .returning([...SHOWN]);
  return made as ApiKeyRow;
}

/** Newest first, with those that are no longer good. */
export function listApiKeys(
  { sql, tenantId }: TenantScope,
  { after, limit }: { readonly after: string | null; readonly limit: number },
): Promise<ApiKeyRow[]> {
  const query = sql("api_keys")
    .where("api_keys.tenant_id", tenantId)
    .orderBy("api_keys.id", "desc")
    .limit(limit)
    .select([...SHOWN]);
  return after === null ? query : query.where("api_keys.id", "<", after);
}

/** Locked until the transaction ends. */
export async function readApiKey({ sql, tenantId }: TenantScope, id: string): Promise<ApiKeyRow | null> {
  const row = await sql("api_keys")
    .where({ tenant_id: tenantId, id })
    .forUpdate()
    .first([...SHOWN]);
  return (row as ApiKeyRow | undefined) ?? null;
}

/** Another secret for the same key; the one before stays good until `previousUntil`. */
export async function rotateApiKey(
  { sql, tenantId }: TenantScope,
  id: string,
  next: { readonly hash: string; readonly hint: string; readonly previousUntil: Date },
): Promise<ApiKeyRow | null> {
  const [row] = await sql("api_keys")
    .where({ tenant_id: tenantId, id })
    .update({
      previous_hash: sql.ref("hash"),
      previous_until: next.previousUntil,
      hash: next.hash,
      hint: next.hint,
      rotated_at: sql.fn.now(),
    })
    .returning([...SHOWN]);
  return (row as ApiKeyRow | undefined) ?? null;
}

/** For good, with the secret before. How many were good until now. */
export function revokeApiKey({ sql, tenantId }: TenantScope, id: string): Promise<number> {
  return sql("api_keys")
    .where({ tenant_id: tenantId, id })
    .whereNull("revoked_at")
    .update({ revoked_at: sql.fn.now() });
}

export interface KeyInUse {
  readonly id: string;
  readonly tenantId: string;
  readonly scopes: readonly string[];
}

/** Null where no good key has this hash. */
export function findApiKey(db: Database, hash: string): Promise<KeyInUse | null> {
  return db.call("engine_find_api_key", [hash]);
}

/** The key a token was made with, unless it is no longer good. */
export function keyOfToken(db: Database, tenantId: string, id: string): Promise<KeyInUse | null> {
  return db.call("engine_key_of_token", [tenantId, id]);
}
