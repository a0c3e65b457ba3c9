import type { Database } from "./database.ts";

/** Takes room in an hour for so many messages to each block; gives how many may go. */
export function takeDestinations(
  db: Database,
  tenant: string,
  take: {
    readonly channel: string;
    /** ISO 8601: when the hour began. */
    readonly hour: string;
    readonly limit: number;
    readonly blocks: Readonly<Record<string, number>>;
  },
): Promise<Readonly<Record<string, number>>> {
  return db.call("engine_take_destinations", [{ tenant, ...take }]);
}

/** Forgets hours that are over, at most `limit` of them. Gives how many. */
export function pruneDestinations(db: Database, limit: number): Promise<number> {
  return db.call("engine_prune_destinations", [limit]);
}
