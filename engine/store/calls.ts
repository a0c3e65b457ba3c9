import type { Database } from "./database.ts";

/** A vendor's report on a call of ours that we placed. */
export interface PlacedCall {
  /** `cal_…`, of the row where it is the first report. */
  readonly id: string;
  readonly effectId: string;
  readonly provider: string;
  readonly sid: string;
  readonly status: string;
  readonly durationSeconds: number | null;
  readonly recordingUrl: string | null;
  readonly simulated: boolean;
  /** Tenants whose calls this may be about; null: any. */
  readonly tenants: readonly string[] | null;
}

/** Puts the call on record at its first report, and its minutes on the account at its last. False: no effect of ours. */
export function recordPlacedCall(db: Database, call: PlacedCall): Promise<boolean> {
  return db.call("engine_placed_call", [{ ...call }]);
}

/** Charges the minutes of an inbound call that is over, where its tenant pays for them. Once, however often it is asked. */
export function chargeInboundCall(
  db: Database,
  call: { readonly tenant: string; readonly provider: string; readonly sid: string },
): Promise<number> {
  return db.call("engine_charge_inbound", [call.tenant, call.provider, call.sid]);
}

/** The vendor's references of other calls to the person this effect is for, at that time and since. */
export function otherCallsTo(
  db: Database,
  tenantId: string,
  effect: { readonly id: string; readonly to: string | null; readonly firstAt: string },
): Promise<string[]> {
  return db.call("engine_calls_to", [tenantId, effect.id, effect.to, effect.firstAt]);
}
