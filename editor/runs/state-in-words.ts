import { outcomeName } from "./outcome-name.ts";
import type { RunRecord } from "./run-record.ts";
import type { RunsWords } from "./words.ts";

/** How a run stands, in a few words. */
export function stateInWords(
  { status, pausedAt, outcome }: Pick<RunRecord, "status" | "pausedAt" | "outcome">,
  words: RunsWords,
): string {
  if (outcome) {
    if (status === "failed") return words.failedAs;
    if (status === "cancelled") return words.cancelledAs;
    return words.endedAs(outcome.name === "completed" ? words.completed : outcomeName(outcome.name));
  }
  if (pausedAt !== null) return words.nowPaused;
  if (status === "waiting") return words.nowWaiting;
  return status === "queued" ? words.nowQueued : words.nowRunning;
}
