import type { TwilioEmulator } from "../../plugins/twilio/emulator/emulator.ts";
import type { PhoneScript, RingOptions } from "../../plugins/twilio/emulator/phone.ts";
import { AppError } from "../errors.ts";
import type { Centralita } from "../main.ts";
import { childrenOf, readRun } from "../store/run-history.ts";

/** A call through the emulated Twilio, and the run it made. */
export interface RungCall {
  readonly runId: string | null;
  readonly sid: string;
  readonly spoken: readonly string[];
  readonly dialed: readonly { readonly to: string; readonly status: string; readonly seconds: number }[];
}

/** The emulated Twilio of a demo. @throws AppError CONFIG_INVALID when the real one is configured */
export function emulatedTwilio(app: Centralita): TwilioEmulator {
  const emulator = app.emulators.twilio;
  if (!emulator)
    throw new AppError(
      "CONFIG_INVALID",
      "Calls can only be simulated through the emulated Twilio; start with EMULATORS=on.",
      { variable: "EMULATORS" },
    );
  return emulator as TwilioEmulator;
}

/** Somebody calls one of the tenant's numbers; resolves when the call is over and its run has come to rest. */
export async function ringNumber(
  app: Centralita,
  tenantId: string,
  call: Pick<RingOptions, "from" | "to" | "geo"> & { readonly script?: PhoneScript },
): Promise<RungCall> {
  const phone = emulatedTwilio(app).ring(call);
  const result = await phone.done;
  const runId = await runOfCall(app, tenantId, phone.sid);
  if (runId) await atRest(app, tenantId, runId);
  return { runId, sid: phone.sid, spoken: result.spoken, dialed: result.dialed };
}

/** Resolves when a run is over, or asleep for longer than this, by the time its tenant lives in, with all its children. */
export async function atRest(
  app: Centralita,
  tenantId: string,
  runId: string,
  withinMs = 15_000,
): Promise<void> {
  const deadline = Date.now() + withinMs;
  while (Date.now() < deadline) {
    if (await isAtRest(app, tenantId, runId, deadline)) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function isAtRest(
  app: Centralita,
  tenantId: string,
  runId: string,
  deadline: number,
): Promise<boolean> {
  const run = await app.db.asTenant(tenantId, (scope) => readRun(scope, runId));
  if (!run || run.ended_at !== null) return true;
  const { tenant } = await app.runtime.directory.of(tenantId);
  const until = Date.parse(run.state.wait?.until ?? "") - tenant.clock_offset_ms;
  if (run.status !== "waiting" || !(until > deadline)) return false;
  const { of, seen } = run.state.wait?.children ?? {};
  if (of === undefined) return true;
  const children = await app.db.asTenant(tenantId, (scope) => childrenOf(scope, of));
  const open = children.filter(({ ended_at }) => ended_at === null);
  if (children.length - open.length !== seen) return false;
  const resting = await Promise.all(open.map(({ id }) => isAtRest(app, tenantId, id, deadline)));
  return resting.every(Boolean);
}

async function runOfCall(app: Centralita, tenantId: string, sid: string): Promise<string | null> {
  const row = await app.db.asTenant(tenantId, ({ sql }) =>
    sql("calls").where({ "calls.tenant_id": tenantId, "calls.provider_ref": sid }).first("calls.run_id"),
  );
  return row?.run_id ?? null;
}
