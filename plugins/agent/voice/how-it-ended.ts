import type { Heard, JsonObject } from "../../../engine/plugin-api.ts";
import type { Exit } from "../turn/state.ts";
import type { KeptCall } from "./plan.ts";

const FIXED: readonly string[] = [
  "done",
  "handoff",
  "no_input",
  "hung_up",
  "budget_reached",
  "insufficient_credits",
  "failed",
];

export interface CallEnding {
  readonly exit: Exit;
  readonly seconds: number;
  /** The carrier's code, or what we know. */
  readonly error: string;
}

/**
 * By which port a call is left. What the session kept is what happened; what the carrier hands over is only its echo, and counts
 * where nothing was kept. A connection that failed is a failure, unless the talk was over before.
 */
export function endOf(kept: KeptCall | null, { name, output }: Heard, exits: readonly string[]): CallEnding {
  const status = name === "relay_ended" ? String(output.status ?? "") : name;
  const error = String(output.errorCode ?? "") || (kept?.relay.talk.exit?.reason ?? status);
  const seconds = Number(output.durationSeconds ?? 0);
  const ending = (exit: Exit) => ({ exit, seconds, error });
  const ports = [...FIXED, ...exits];
  const known = kept?.relay.talk.exit ?? exitOfOver(kept) ?? handedOver(output.handoffData, ports);
  const isFailure = status === "failed" || status === "timeout";
  if (known && ports.includes(known.port) && !(isFailure && known.port === "hung_up")) return ending(known);
  if (isFailure)
    return ending({ port: "failed", reason: status === "timeout" ? "no_end" : "connection", data: {} });
  if (status === "ended") return ending({ port: "failed", reason: "ended_without_exit", data: {} });
  return ending({ port: "hung_up", reason: "hung_up", data: {} });
}

/** A session that gave up kept no exit of the talk. */
function exitOfOver(kept: KeptCall | null): Exit | null {
  return kept?.relay.over ? { port: "failed", reason: "session", data: {} } : null;
}

function handedOver(handoffData: JsonObject[string] | undefined, ports: readonly string[]): Exit | null {
  if (typeof handoffData !== "string") return null;
  try {
    const { port, reason } = Object(JSON.parse(handoffData)) as { port?: unknown; reason?: unknown };
    if (typeof port !== "string" || !ports.includes(port)) return null;
    return { port, reason: typeof reason === "string" ? reason.slice(0, 200) : "handed_over", data: {} };
  } catch {
    return null;
  }
}
