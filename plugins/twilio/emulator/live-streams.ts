import type { LedgerEntry } from "../../../engine/plugin-api.ts";
import type { CallSession, LiveStream } from "./call-session.ts";
import { newSid } from "./sids.ts";
import { webhookCall } from "./webhooks.ts";
import type { World } from "./world.ts";

/** A media stream, or SIPREC: they differ in names and little else. */
export type StreamKind = "stream" | "siprec";

export interface StreamStart {
  readonly kind: StreamKind;
  readonly name: string;
  /** Of a stream; the connector's name of a SIPREC. */
  readonly target: string;
  readonly track: string;
  readonly parameters: Readonly<Record<string, string>>;
  readonly callback: LiveStream["callback"];
}

const PREFIX = { stream: "MZ", siprec: "SR" } as const;

/** Starts sending the sound somewhere. Gives the ledger's entry. */
export function beginStream(world: World, session: CallSession, start: StreamStart): LedgerEntry {
  const { kind, target, track, parameters, callback } = start;
  const sid = newSid(PREFIX[kind]);
  const name = start.name === "" ? sid : start.name;
  const at = world.now().toISOString();
  session.streams.set(sid, { name, callback });
  const { accountSid, sid: callSid } = session;
  const entry = world.ledger.add({
    kind,
    ref: sid,
    at,
    channel: "voice",
    to: target,
    status: "in-progress",
    details: { accountSid, callSid, name, track, parameters, updatedAt: at },
  });
  world.work.start(() => report(world, session, entry, callback));
  return entry;
}

/** Ends one by sid or name. Undefined: there is none. */
export function endStream(world: World, session: CallSession, sidOrName: string): LedgerEntry | undefined {
  const [sid, live] =
    [...session.streams].find(([key, { name }]) => key === sidOrName || name === sidOrName) ?? [];
  if (sid === undefined || live === undefined) return undefined;
  session.streams.delete(sid);
  const details = { updatedAt: world.now().toISOString() };
  const entry = world.ledger.update(sid, { status: "stopped", details });
  if (entry) world.work.start(() => report(world, session, entry, live.callback));
  return entry;
}

/** What still goes on ends with the call. */
export function endStreams(world: World, session: CallSession): void {
  for (const sid of [...session.streams.keys()]) endStream(world, session, sid);
}

async function report(
  world: World,
  session: CallSession,
  entry: LedgerEntry,
  callback: LiveStream["callback"],
): Promise<void> {
  if (callback === null) return;
  const word = entry.kind === "siprec" ? "Siprec" : "Stream";
  const event = `${entry.kind}-${entry.status === "stopped" ? "stopped" : "started"}`;
  const params = {
    CallSid: session.sid,
    [`${word}Sid`]: entry.ref,
    [`${word}Name`]: String(entry.details?.name ?? ""),
    [`${word}Event`]: event,
    Timestamp: world.now().toISOString(),
  };
  await world.webhooks.send(webhookCall(session.accountSid, callback.url, callback.method, params));
}
