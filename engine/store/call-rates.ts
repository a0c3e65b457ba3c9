import type { Database } from "./database.ts";

export interface RateKey {
  readonly key: string;
  /** Which limit it is, for who is refused. */
  readonly name: string;
  readonly per_minute: number;
}

/** Null: the call goes through. Else it counts for nothing, and may be made again after that time. */
export function takeRate(
  db: Database,
  keys: readonly RateKey[],
): Promise<{ readonly of: string; readonly waitMs: number } | null> {
  return db.call("engine_take_rate", [JSON.stringify(keys)]);
}

export function pruneRates(db: Database, limit: number): Promise<number> {
  return db.call("engine_prune_rates", [limit]);
}
