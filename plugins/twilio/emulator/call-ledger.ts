import type { JsonObject, LedgerEntry } from "../../../engine/plugin-api.ts";
import type { CallDetails } from "./call-record.ts";
import type { CallSession, CallTrace } from "./call-session.ts";
import type { World } from "./world.ts";

const KINDS = { inbound: "inbound-call", "outbound-api": "call", "outbound-dial": "dial" } as const;

/** Puts a new call on record. */
export function recordCall(world: World, session: CallSession, statusCallback: string | null): LedgerEntry {
  const { sid, accountSid, from, to, direction, parentCallSid, forwardedFrom, status } = session;
  const at = world.now().toISOString();
  const details: CallDetails = {
    accountSid,
    direction,
    parentCallSid,
    forwardedFrom,
    answeredBy: null,
    updatedAt: at,
    startedAt: null,
    endedAt: null,
    duration: null,
    statusCallback,
    deleted: false,
  };
  world.person?.shows(session);
  return world.ledger.add({
    kind: KINDS[direction],
    ref: sid,
    at,
    channel: "voice",
    from,
    to,
    status,
    details,
  });
}

/** Notes that somebody took the call. */
export function recordAnswer(world: World, session: CallSession, answeredBy: string | null = null): void {
  const at = world.now().toISOString();
  session.status = "in-progress";
  world.person?.shows(session);
  world.ledger.update(session.sid, {
    status: session.status,
    details: { startedAt: at, updatedAt: at, answeredBy },
  });
}

/** Notes the status the call has now, without it being over. */
export function recordStatus(world: World, session: CallSession): void {
  world.person?.shows(session);
  world.ledger.update(session.sid, {
    status: session.status,
    details: { updatedAt: world.now().toISOString() },
  });
}

/** Notes how the call came out, with its duration by its own clock. */
export function recordEnd(world: World, session: CallSession): void {
  world.person?.shows(session);
  const at = world.now().toISOString();
  const duration = Math.round(session.seconds);
  const details = { endedAt: at, updatedAt: at, duration, trace: traceRecord(session.trace) };
  world.ledger.update(session.sid, { status: session.status, details });
}

/** What was heard and done on the call, without the documents themselves. */
function traceRecord({ spoken, played, gathered, dialed, errors }: CallTrace): JsonObject {
  return {
    spoken: [...spoken],
    played: [...played],
    gathered: [...gathered],
    dialed: dialed.map(({ to, status, seconds }) => ({ to, status, seconds })),
    errors: errors.map(({ code, message }) => ({ code, message })),
  };
}
