import type { JsonObject } from "../core/json.ts";
import type { Database, TenantScope } from "./database.ts";

export interface MediaRow {
  readonly id: string;
  readonly state: "pending" | "stored" | "failed";
  readonly sha256: string | null;
  readonly type: string;
  readonly bytes: number | null;
  readonly name: string | null;
  readonly source: JsonObject | null;
  readonly reason: string | null;
  readonly tries: number;
  readonly expires_at: Date;
  readonly created_at: Date;
}

type Scope = TenantScope;

const COLUMNS = "id state sha256 type bytes name source reason tries expires_at created_at".split(" ");

/** The size of one part: far below what server and driver take as a single value. */
export const PART_BYTES = 1024 * 1024;

export async function readMedia({ sql, tenantId }: TenantScope, id: string): Promise<MediaRow | undefined> {
  return sql("media_files")
    .where({ "media_files.tenant_id": tenantId, "media_files.id": id })
    .whereRaw("media_files.expires_at > now()")
    .first(COLUMNS);
}

export interface PendingMedia {
  readonly id: string;
  readonly type: string;
  readonly name: string | null;
  readonly source: JsonObject;
}

/** Files to be fetched. Those that are there already stay as they are. The first try belongs to whoever registers them. */
export async function insertPendingMedia(
  { sql, tenantId }: TenantScope,
  files: readonly PendingMedia[],
  keptDays: number,
): Promise<void> {
  const rows = files.map(({ source, ...file }) => ({
    ...file,
    tenant_id: tenantId,
    source: JSON.stringify(source),
    state: "pending",
    due_at: sql.raw("now() + interval '30 seconds'"),
    expires_at: sql.raw("now() + ? * interval '1 day'", [keptDays]),
  }));
  await sql("media_files").insert(rows).onConflict("id").ignore();
}

export interface Contents {
  readonly sha256: string;
  readonly bytes: Buffer;
  readonly type: string;
}

/** A file with its contents, new or of a row that was waiting for them. Contents somebody stored before are not stored twice. */
export async function storeMedia(
  scope: TenantScope,
  file: Contents & { readonly id: string; readonly name: string | null },
  keptDays: number,
): Promise<void> {
  const { sql, tenantId } = scope;
  await storeContents(scope, file);
  const row = { state: "stored", sha256: file.sha256, type: file.type, bytes: file.bytes.length };
  await sql("media_files")
    .insert({
      ...row,
      id: file.id,
      tenant_id: tenantId,
      name: file.name,
      expires_at: sql.raw("now() + ? * interval '1 day'", [keptDays]),
    })
    .onConflict("id")
    .merge({ ...row, due_at: null, reason: null })
    .where("media_files.tenant_id", tenantId);
}

async function storeContents({ sql, tenantId }: Scope, { sha256, bytes }: Contents): Promise<void> {
  await sql.raw("select pg_advisory_xact_lock(hashtextextended(?, 19))", [`${tenantId} ${sha256}`]);
  for (let part = 0; part * PART_BYTES < bytes.length || part === 0; part++) {
    const data = bytes.subarray(part * PART_BYTES, (part + 1) * PART_BYTES);
    await sql("media_parts")
      .insert({ tenant_id: tenantId, sha256, part, data })
      .onConflict(["tenant_id", "sha256", "part"])
      .ignore();
  }
}

/** Another try later, or (without a delay) none. */
export async function deferMedia(
  { sql, tenantId }: TenantScope,
  id: string,
  { reason, retryAfterSeconds }: { readonly reason: string; readonly retryAfterSeconds: number | null },
): Promise<void> {
  await sql("media_files")
    .where({ "media_files.tenant_id": tenantId, "media_files.id": id, "media_files.state": "pending" })
    .update(
      retryAfterSeconds === null
        ? { state: "failed", reason, due_at: null }
        : { reason, due_at: sql.raw("now() + ? * interval '1 second'", [retryAfterSeconds]) },
    );
}

/** One part of some contents; undefined past the last. */
export async function readPart(
  { sql, tenantId }: TenantScope,
  sha256: string,
  part: number,
): Promise<Buffer | undefined> {
  const row = await sql("media_parts")
    .where({ "media_parts.tenant_id": tenantId, "media_parts.sha256": sha256, "media_parts.part": part })
    .first("data");
  return row?.data;
}

/** Files to be fetched; whoever gets them has two minutes before another may. */
export function dueMedia(db: Database, limit: number): Promise<{ tenant: string; id: string }[]> {
  return db.rows("engine_due_media", [limit]);
}

/** Whose file this is; null when there is none, or its time is over. */
export function tenantOfMedia(db: Database, id: string): Promise<string | null> {
  return db.call("engine_tenant_of_media", [id]);
}

/** Deletes files past their time, at most `limit`. Gives how many. */
export function pruneMedia(db: Database, limit: number): Promise<number> {
  return db.call("engine_prune_media", [limit]);
}
