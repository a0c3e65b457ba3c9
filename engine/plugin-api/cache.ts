import type { JsonObject } from "../core/json.ts";

/** Answers worth keeping between runs of one tenant. */
export interface CacheView {
  get(kind: string, key: string): Promise<JsonObject | null>;
  put(kind: string, key: string, value: JsonObject, ttlMs: number): Promise<void>;
}
