import type { ListedRun } from "./run-record.ts";
import type { RunsWords } from "./words.ts";

type Waits = Extract<
  keyof RunsWords["at"],
  "reply" | "time" | "signal" | "callback" | "click" | "inside" | "person"
>;

/** What is waited for at a step of each type; on the line at those that speak, and simply waiting at all others. */
const WAITS_FOR: Readonly<Record<string, Waits>> = {
  "messaging.send-and-wait": "reply",
  "messaging.wait-for-click": "click",
  "messaging.handoff": "person",
  "core.wait": "time",
  "core.wait-for-signal": "signal",
  "core.wait-for-callback": "callback",
  "core.join": "inside",
  "core.call-flow": "inside",
  "core.for-each": "inside",
  "core.parallel": "inside",
};

/** Whether the time of a wait may be cut short: runs inside are waited for until they are over. */
export function hasTime(type: string | null): boolean {
  return type === null || WAITS_FOR[type] !== "inside";
}

export interface Standing {
  /** Null: its flow is not known. */
  readonly step: string | null;
  readonly type: string | null;
  readonly needsLine: boolean;
}

/** Where a run is now: `espera respuesta en «Menú»`. */
export function whereInWords(
  run: Pick<ListedRun, "status" | "pausedAt" | "endedAt">,
  { step, type, needsLine }: Standing,
  words: RunsWords["at"],
): string {
  if (run.status === "queued") return words.queued;
  if (step === null) return run.endedAt === null ? words.runningNowhere : words.nowhere;
  if (run.status === "running") return words.running(step);
  if (run.status !== "waiting") return words[run.status](step);
  if (run.pausedAt !== null) return words.paused(step);
  const awaited = type === null ? undefined : WAITS_FOR[type];
  return words[awaited ?? (needsLine ? "call" : "other")](step);
}
