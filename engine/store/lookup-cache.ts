import type { JsonObject } from "../core/json.ts";
import type { Database } from "./database.ts";

export function readCached(
  db: Database,
  tenant: string,
  kind: string,
  key: string,
): Promise<JsonObject | null> {
  return db.call("engine_cached", [tenant, kind, key]);
}

/** Not flushed: what a crash takes away is asked for again. */
export async function writeCached(
  db: Database,
  tenant: string,
  entry: {
    readonly kind: string;
    readonly key: string;
    readonly value: JsonObject;
    readonly ttlMs: number;
  },
): Promise<void> {
  await db.call("engine_cache", [tenant, entry.kind, entry.key, entry.value, entry.ttlMs]);
}
