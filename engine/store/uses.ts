import type { Database } from "./database.ts";

/** A use that costs money but no credits, once for each step and kind. Not flushed: what a crash takes away is asked again. */
export async function noteUse(
  db: Database,
  tenant: string,
  use: {
    readonly stepKey: string;
    readonly runId: string;
    readonly kind: string;
    readonly amount: number;
    /** Whom it was about, for the price of their country. */
    readonly recipient: string | null;
  },
): Promise<void> {
  await db.call("engine_note_use", [{ tenant, ...use }]);
}
