import type { CacheView } from "../plugin-api.ts";
import type { Database } from "../store/database.ts";
import { readCached, writeCached } from "../store/lookup-cache.ts";

/** What is worth keeping for a while of one tenant. */
export function cacheOf(db: Database, tenantId: string): CacheView {
  return {
    get: (kind, key) => readCached(db, tenantId, kind, key),
    put: (kind, key, value, ttlMs) => writeCached(db, tenantId, { kind, key, value, ttlMs }),
  };
}
