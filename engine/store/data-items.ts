import { type WriteMode, writeValue } from "../core/data-write.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { Database, TenantScope } from "./database.ts";

/** A key of a table and what it holds. */
export interface DataRow {
  readonly key: string;
  readonly value: Json;
  readonly version: number;
  readonly expires_at: Date | null;
  readonly updated_at: Date;
}

export interface DataWrite {
  readonly table: string;
  readonly key: string;
  readonly mode: WriteMode;
  readonly value: Json;
  /** Milliseconds from now; absent: what the key had, else for ever. Null: for ever. */
  readonly ttlMs?: number | null;
  /** The same writer again changes nothing and hears the same; absent: every write counts. */
  readonly writer?: string;
}

/** What a write did. `created`: nothing was there before. `written: false`: `put-if-absent` found something. */
export interface DataWritten {
  readonly value: Json;
  readonly version: number;
  readonly created: boolean;
  readonly written: boolean;
}

const LIVE = "(data_items.expires_at is null or data_items.expires_at > now())";

/** What has expired is not there, whether or not it was deleted. */
export function readItem(
  { sql, tenantId }: TenantScope,
  table: string,
  key: string,
): Promise<DataRow | undefined> {
  return sql("data_items")
    .where({ "data_items.tenant_id": tenantId, "data_items.table_name": table, "data_items.key": key })
    .whereRaw(LIVE)
    .first();
}

/** By key, those that begin with `prefix`. */
export function listItems(
  { sql, tenantId }: TenantScope,
  table: string,
  page: { readonly prefix: string; readonly after: string | null; readonly limit: number },
): Promise<DataRow[]> {
  const query = sql("data_items")
    .where({ "data_items.tenant_id": tenantId, "data_items.table_name": table })
    .whereRaw(LIVE)
    .whereRaw("starts_with(data_items.key, ?)", [page.prefix])
    .orderBy("data_items.key")
    .limit(page.limit);
  return page.after === null ? query : query.where("data_items.key", ">", page.after);
}

/** False when there was none. */
export async function deleteItem(
  { sql, tenantId }: TenantScope,
  table: string,
  key: string,
): Promise<boolean> {
  const deleted: { live: boolean }[] = await sql("data_items")
    .where({ "data_items.tenant_id": tenantId, "data_items.table_name": table, "data_items.key": key })
    .delete()
    .returning(sql.raw(`${LIVE} as live`));
  return deleted[0]?.live === true;
}

/**
 * Writes one key. Writers of the same key go one after the other, so no increment is lost.
 * @throws AppError DATA_TYPE_MISMATCH, DATA_TOO_LARGE
 */
export async function writeItem(scope: TenantScope, write: DataWrite): Promise<DataWritten> {
  const { sql, tenantId } = scope;
  await sql.raw("select pg_advisory_xact_lock(hashtextextended(?, 0))", [
    `data ${tenantId} ${write.table} ${write.key}`,
  ]);
  const known = write.writer === undefined ? null : await writtenBy(scope, write.writer);
  if (known) return known;
  const result = await apply(scope, write);
  if (write.writer !== undefined) await remember(scope, write.writer, result);
  return result;
}

// Reached through `writeItem` only.
type Inner = Readonly<TenantScope>;

async function apply(scope: Inner, write: DataWrite): Promise<DataWritten> {
  const row = await readItem(scope, write.table, write.key);
  const outcome = writeValue(row?.value, write.mode, write.value);
  if (outcome.kind === "kept")
    return { value: outcome.value, version: row?.version ?? 0, created: false, written: false };
  const version = await upsert(scope, write, outcome.value, row);
  return { value: outcome.value, version, created: row === undefined, written: true };
}

async function upsert(
  { sql, tenantId }: Inner,
  { table, key, ttlMs }: DataWrite,
  value: Json,
  row: DataRow | undefined,
): Promise<number> {
  const expires =
    ttlMs === undefined
      ? (row?.expires_at ?? null)
      : ttlMs === null
        ? null
        : sql.raw("now() + ? * interval '1 ms'", [ttlMs]);
  const [written] = await sql("data_items")
    .insert({
      tenant_id: tenantId,
      table_name: table,
      key,
      value: JSON.stringify(value),
      // one that has expired counts from the start again
      version: (row?.version ?? 0) + 1,
      expires_at: expires,
    })
    .onConflict(["tenant_id", "table_name", "key"])
    .merge({
      value: sql.raw("excluded.value"),
      version: sql.raw("excluded.version"),
      expires_at: sql.raw("excluded.expires_at"),
      updated_at: sql.fn.now(),
    })
    .returning("version");
  return written?.version ?? 1;
}

async function writtenBy({ sql, tenantId }: Inner, writer: string): Promise<DataWritten | null> {
  const row = await sql("data_writes")
    .where({ "data_writes.tenant_id": tenantId, "data_writes.writer": writer })
    .first("data_writes.result");
  return row?.result ?? null;
}

async function remember({ sql, tenantId }: Inner, writer: string, result: DataWritten): Promise<void> {
  const kept: JsonObject = { ...result };
  await sql("data_writes").insert({ tenant_id: tenantId, writer, result: JSON.stringify(kept) });
}

/** Deletes what has expired, and forgets who wrote long ago. Gives how many. */
export function pruneData(db: Database, limit: number): Promise<number> {
  return db.call("engine_prune_data", [limit]);
}
