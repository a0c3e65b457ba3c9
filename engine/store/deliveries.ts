import type { Json, JsonObject } from "../core/json.ts";
import type { Database } from "./database.ts";
import type { DeliveryRow, DuplicateDelivery, PendingEvent } from "./runs.ts";

/** The answer a delivery was given, null while its run is still busy with it. */
export interface StoredAnswer {
  readonly answer: Json | null;
  readonly runId: string | null;
  readonly tenant: string;
}

export function readAnswer(db: Database, deliveryId: string): Promise<StoredAnswer | null> {
  return db.call("engine_answer", [deliveryId]);
}

export type KeptResume =
  | { readonly ok: true; readonly deliveryId: string }
  | { readonly ok: false; readonly reason: "wait" | "ended" }
  | DuplicateDelivery;

/**
 * Keeps an event whose wait is not written yet, or behind older ones that are still to be handed over. `wait` when the run
 * waits for it by now, `ended` when the run it is for is over.
 */
export function keepResume(
  db: Database,
  resume: DeliveryRow & {
    readonly tenant: string;
    readonly key: string;
    readonly event: PendingEvent;
    /** The one run that may have it; null: whichever waits for the key first. */
    readonly runId: string | null;
    /** The inbound message it came with, to be put on record. */
    readonly message?: JsonObject;
    /** Keep it also when the wait is there: the sweeper hands it over, unless something else wakes the run first. */
    readonly late?: true;
    readonly usage?: { readonly effectId: string; readonly amount: number };
  },
): Promise<KeptResume> {
  return db.call("engine_keep_resume", [resume]);
}

/** Keeps an inbound message that starts no flow. False when it was kept before. */
export function keepInbound(
  db: Database,
  tenant: string,
  delivery: DeliveryRow,
  message: JsonObject,
): Promise<boolean> {
  return db.call("engine_keep_inbound", [{ tenant, delivery: { ...delivery }, message }]);
}

/** Deletes deliveries past their 14 days, at most `limit`. Gives how many. */
export function pruneInbox(db: Database, limit: number): Promise<number> {
  return db.call("engine_prune_inbox", [limit]);
}
