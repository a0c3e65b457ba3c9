import type { Json } from "../core/json.ts";
import type { Database } from "./database.ts";

/** Bytes of step outputs that a tenant has in the journal of a day (`2026-11-21`, UTC). */
export interface PayloadUse {
  readonly tenant: string;
  readonly day: string;
  readonly bytes: number;
}

/** What all processes have counted, and `payloadBudgetBytes` of the tenant's settings, as it was written there. */
export interface CountedPayload extends PayloadUse {
  readonly budget: Json | null;
}

/** Adds what this process has counted. */
export function countPayload(db: Database, uses: readonly PayloadUse[]): Promise<readonly CountedPayload[]> {
  return db.call("engine_count_payload", [{ uses }]);
}
