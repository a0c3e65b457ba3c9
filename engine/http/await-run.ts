import type { HttpAnswer } from "../plugin-api.ts";
import type { Taken } from "../runtime/engine.ts";
import { asAnswer } from "../runtime/exchanges.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { readAnswer } from "../store/deliveries.ts";
import { type LoadedRun, loadRun } from "../store/runs.ts";
import { isSilent } from "./flow-answer.ts";

/** What is known of a run when its caller is answered: what the flow said, else how the run stands. */
export type RunResult =
  | { readonly kind: "answered"; readonly runId: string; readonly answer: HttpAnswer }
  | { readonly kind: "unanswered"; readonly run: LoadedRun };

// A run that ends without an answer tells nobody; it is looked at this often.
const LOOK_EVERY_MS = 500;

/** `Date.now()` at which patience ends. */
export type Deadline = number;

/**
 * Waits for the answer or the end of a run that is being started, but no longer than the deadline: `engine.start` itself
 * waits as long as webhooks may.
 */
export async function awaitStart(
  runtime: Runtime,
  starting: Promise<Taken>,
  own: { readonly deliveryId: string; readonly deadline: Deadline },
): Promise<RunResult> {
  const early = await within(starting, own.deadline - Date.now());
  if (early) return awaitTaken(runtime, early, own.deadline);
  const stored = await readAnswer(runtime.db, own.deliveryId);
  // Nothing is stored yet: the caller hears of a run only once there is one.
  if (!stored?.runId) return awaitTaken(runtime, await starting, own.deadline);
  starting.catch((error) =>
    runtime.log.warn(
      { err: error, runId: stored.runId },
      "a run failed after its caller had stopped waiting",
    ),
  );
  return awaitRun(runtime, { runId: stored.runId, deliveryId: own.deliveryId, deadline: own.deadline });
}

/** What waiting for a run needs. */
type Waiting = Pick<Runtime, "db" | "exchanges">;

export async function awaitTaken(runtime: Waiting, taken: Taken, deadline: Deadline): Promise<RunResult> {
  const { runId, deliveryId } = startedRun(taken);
  if (taken.kind === "taken") {
    const answer = await within(taken.answered(), deadline - Date.now());
    if (answer && !isSilent(answer)) return { kind: "answered", runId, answer };
  }
  return awaitRun(runtime, { runId, deliveryId, deadline });
}

/** The run behind a start. A start is never kept for later nor ignored, and a duplicate names the run it had. */
export function startedRun(taken: Taken): { readonly runId: string; readonly deliveryId: string } {
  if ((taken.kind === "taken" || taken.kind === "duplicate") && taken.runId !== null) {
    return { runId: taken.runId, deliveryId: taken.deliveryId };
  }
  throw new TypeError(`a start cannot come out as "${taken.kind}" without a run`);
}

async function awaitRun(
  runtime: Waiting,
  wanted: { readonly runId: string; readonly deliveryId: string; readonly deadline: Deadline },
): Promise<RunResult> {
  const { runId, deliveryId, deadline } = wanted;
  for (;;) {
    // The run first: an answer is committed with or before the end, so a run that is over here has its answer below.
    const run = await existingRun(runtime, runId);
    const stored = await readAnswer(runtime.db, deliveryId);
    const answer = stored?.answer ? asAnswer(stored.answer) : null;
    if (answer && !isSilent(answer)) return { kind: "answered", runId, answer };
    const leftMs = deadline - Date.now();
    if (run.state.outcome || leftMs <= 0) return { kind: "unanswered", run };
    await runtime.exchanges.wait(deliveryId, Math.min(LOOK_EVERY_MS, leftMs));
  }
}

export async function existingRun(runtime: Pick<Runtime, "db">, runId: string): Promise<LoadedRun> {
  const run = await loadRun(runtime.db, runId);
  if (!run) throw new TypeError(`run ${runId} is gone`);
  return run;
}

/** Null when it takes longer. What comes later is not lost: the promise stays the caller's. */
async function within<T>(promise: Promise<T>, ms: number): Promise<T | null> {
  const late = Promise.withResolvers<null>();
  const timer = setTimeout(() => late.resolve(null), Math.max(0, ms));
  try {
    return await Promise.race([promise, late.promise]);
  } finally {
    clearTimeout(timer);
  }
}
