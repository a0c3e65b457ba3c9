import { failState } from "../core/advance.ts";
import { countTakeover } from "../store/runs.ts";
import { abandonRetries } from "./effects.ts";
import type { Runtime } from "./runtime.ts";
import type { Segment } from "./segment.ts";

/**
 * Takeovers in a row, without a commit in between, that a run may have. An innocent one can share a process with a poisonous
 * one a few times, but as soon as it commits anything it counts from the start.
 */
export const MAX_TAKEOVERS = 5;

/**
 * [T12] Counts that this run was left behind and taken over. One that never gets any further would be tried for ever, and
 * might take a process with it each time: it ends as failed, a dead letter.
 */
export async function giveUpPoison(runtime: Runtime, segment: Segment): Promise<void> {
  const { count, failure } = await countTakeover(runtime.db, segment.run.id, MAX_TAKEOVERS);
  if (count <= MAX_TAKEOVERS) return;
  const nodeId = segment.state.cursor?.nodeId ?? "";
  const heard = failure ?? "the process that drove it died, or lost its database";
  const message = `The run was left behind ${count} times at node "${nodeId}" without getting any further; the last time: ${heard}.`;
  const error = { code: "RUN_POISONED", message, retryable: false, nodeId };
  abandonRetries(segment);
  segment.state = failState(segment.state, { status: "failed", name: error.code, output: {}, error });
}
