import { type Applied, failState } from "../core/advance.ts";
import type { NodeResult, RunState, StepError } from "../core/run.ts";
import { jsonBytes } from "./json-bytes.ts";

/** Size of a run's whole state; twice what a trigger may bring. */
export const MAX_STATE_BYTES = 2 * 1024 * 1024;
// Measuring costs as much as writing the state: it is done after a step that gave something, and every so often.
const SMALL_RESULT_BYTES = 4 * 1024;
const MEASURED_EVERY_STEPS = 16;

/**
 * [R7] A step that makes the run's state larger than `MAX_STATE_BYTES` ends the run as STATE_TOO_LARGE; the state from before
 * the step stays. It depends on nothing but its arguments, so a step that is computed again ends the same way [A8].
 */
export function limitState(before: RunState, applied: Applied, result: NodeResult): Applied {
  const small = before.stepCount % MEASURED_EVERY_STEPS !== 0 && resultBytes(result) < SMALL_RESULT_BYTES;
  if (small) return applied;
  const bytes = jsonBytes(applied.state);
  if (bytes <= MAX_STATE_BYTES) return applied;
  const { nodeId, stepKey } = applied.event;
  const error: StepError = {
    code: "STATE_TOO_LARGE",
    message: `With what node "${nodeId}" gave, the run carries ${bytes} bytes; ${MAX_STATE_BYTES} are allowed. Keep only what later steps need.`,
    retryable: false,
  };
  const outcome = {
    status: "failed",
    name: error.code,
    output: {},
    error: { ...error, nodeId },
  } as const;
  return { state: failState(before, outcome), event: { nodeId, stepKey, kind: "failed", error } };
}

function resultBytes(result: NodeResult): number {
  const output = "output" in result ? jsonBytes(result.output) : 0;
  const set = "set" in result && result.set ? jsonBytes(result.set) : 0;
  const reply = "reply" in result && result.reply ? jsonBytes(result.reply) : 0;
  return output + set + reply;
}
