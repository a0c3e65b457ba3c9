import { atRest } from "../../engine/demo/ring.ts";
import type { TestEngine } from "./build-engine.ts";
import { inspect } from "./database.ts";
import { until } from "./until.ts";

/** A run that waits for a call, or for what a vendor tells, goes on when that has come. */
export async function rest(engine: TestEngine, runId: string | null): Promise<void> {
  const { app, tenantId, twilio, meta } = engine;
  for (let round = 0; round < 3; round++) {
    if (runId !== null) await atRest(app, tenantId, runId);
    await Promise.all([twilio.idle(), meta.idle()]);
    await until("events that are kept for later are heard", () => isHeardOut(engine, runId));
  }
}

/** The end of a call is told a step that expects something better only after a moment. */
async function isHeardOut({ connection }: TestEngine, runId: string | null): Promise<boolean> {
  const kept = await inspect(
    connection,
    "select 1 from inbox i join waits w on w.key = i.resume_key where w.run_id = $1 and i.consumed_at is null",
    [runId],
  );
  return kept.length === 0;
}

/** A call the flow placed, as the vendor has it. */
export interface PlacedCall {
  readonly to: string;
  readonly status: string;
  readonly answeredBy: unknown;
  readonly spoken: readonly string[];
  /** What the emulator held against its documents. */
  readonly errors: readonly { readonly code: number; readonly message: string }[];
}

/** Those since the ledger had this many entries, in order. */
export function placedCalls({ twilio }: TestEngine, seen: number): PlacedCall[] {
  return twilio
    .ledger()
    .slice(seen)
    .filter(({ kind }) => kind === "call")
    .map(({ to = "", status = "", details }) => {
      const { answeredBy = null, trace } = details as {
        answeredBy?: string;
        trace?: Pick<PlacedCall, "spoken" | "errors">;
      };
      return { to, status, answeredBy, spoken: trace?.spoken ?? [], errors: trace?.errors ?? [] };
    });
}
