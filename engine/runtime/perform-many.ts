/**
 * Many effects of one step, each for itself.
 *
 *   E12 the intents of a part are written in one commit, and none waits for, or fails with, another.
 *   E9  one whose slot is still to come stays planned; a commit shortly before its slot lets it, and its neighbours, leave.
 *
 * Asked again after a crash or a sleep, those that are settled answer from their rows; those in doubt are settled by
 * evidence [E3]; what the vendor surely did not do is tried again [E4].
 */
import { performance } from "node:perf_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { DEFAULT_RETRY, mayRetry, retryDelayMs } from "../core/retry.ts";
import { AppError } from "../errors.ts";
import { effectId } from "../ids.ts";
import type { EffectOutcome, EffectTicket, Meter } from "../plugin-api.ts";
import type { Held } from "../store/runs.ts";
import {
  type Acting,
  actAndRecord,
  COME_EARLY_MS,
  type Intent,
  intentRow,
  isSettled,
  outcomeOf,
  remember,
  type Step,
  Suspended,
  settleDoubt,
  WAIT_IN_PROCESS_MS,
} from "./effects.ts";
import type { Runtime } from "./runtime.ts";
import type { Segment } from "./segment.ts";

/** One effect of many. */
export interface Order {
  readonly part: string;
  readonly intent: Intent;
  readonly act: (ticket: EffectTicket) => Promise<EffectOutcome>;
}

/** An order that is still to leave, and when. */
interface Ready {
  readonly order: Order;
  readonly acting: Acting;
  readonly resend: boolean;
  /** Its slot, as `performance.now()`; null: none is taken yet. */
  readonly slotAt: number | null;
}

/** What is known while the effects go on side by side. */
interface Many {
  readonly runtime: Runtime;
  readonly segment: Segment;
  readonly random: () => number;
  readonly outcomes: Map<string, EffectOutcome>;
  readonly departures: Promise<void>[];
  /** Wake keys and moments of those that cannot be settled now. */
  readonly evidence: Suspended["result"][];
  readonly laterMs: number[];
}

// A crash leaves in doubt what was let go: so much ahead of its slot, no more.
const LEAD_MS = 250;

/** [E12] Performs effects and gives the outcome of every part. @throws Suspended where some cannot be settled now */
export async function performMany(
  runtime: Runtime,
  segment: Segment,
  step: Step,
  orders: readonly Order[],
  random: () => number,
): Promise<ReadonlyMap<string, EffectOutcome>> {
  const many: Many = {
    runtime,
    segment,
    random,
    outcomes: new Map(),
    departures: [],
    evidence: [],
    laterMs: [],
  };
  const seen = await Promise.all(orders.map((order) => lookAt(many, step, order)));
  try {
    await letGo(
      many,
      seen.flatMap((ready) => ready ?? []),
    );
  } finally {
    await Promise.all(many.departures);
  }
  const rest = restOf(many);
  if (rest) throw rest;
  return many.outcomes;
}

/** Null where there is nothing left to do, or not now. */
async function lookAt(many: Many, step: Step, order: Order): Promise<Ready | null> {
  const { part, intent } = order;
  const { runtime, segment, outcomes, evidence } = many;
  const acting = { id: effectId(step.stepKey, part), part, intent, step };
  const known = segment.effects.get(part);
  const slotAt = known?.state === "planned" ? performance.now() + (known.leaveInMs ?? 0) : null;
  if (!known || known.state === "planned" || known.state === "retrying")
    return { order, acting, resend: false, slotAt };
  if (isSettled(known)) {
    outcomes.set(part, outcomeOf(known));
    return null;
  }
  try {
    const settled = await settleDoubt(runtime, segment, known, intent);
    if (!settled) return { order, acting, resend: true, slotAt };
    outcomes.set(part, settled);
  } catch (error) {
    if (!(error instanceof Suspended)) throw error;
    evidence.push(error.result);
  }
  return null;
}

/** Commits and lets go what may leave, slot by slot, as long as slots are near. */
async function letGo(many: Many, orders: readonly Ready[]): Promise<void> {
  let left = orders;
  while (left.length > 0 && !many.segment.cancelRequested) {
    const now = performance.now();
    const isDue = ({ slotAt }: Ready) => slotAt === null || slotAt <= now + LEAD_MS;
    const due = left.filter(isDue);
    const later = left.filter((ready) => !isDue(ready));
    if (due.length > 0) {
      left = [...later, ...(await writeIntents(many, due))];
      continue;
    }
    const waitMs = Math.min(...later.map(({ slotAt }) => slotAt ?? now)) - now;
    if (waitMs > WAIT_IN_PROCESS_MS) {
      many.laterMs.push(waitMs - COME_EARLY_MS);
      return;
    }
    await sleep(waitMs - LEAD_MS);
  }
}

/** [E1, E9] One commit for all of them. Gives those whose slot is still to come. */
async function writeIntents(many: Many, due: readonly Ready[]): Promise<readonly Ready[]> {
  const { segment, outcomes, departures } = many;
  const intents = due.map(({ acting, resend }) => ({
    ...intentRow(acting),
    ...(resend ? { resend: true as const } : {}),
  }));
  await segment.lease();
  const { refused, held } = await segment.commit("running", { intents });
  const at = performance.now();
  const planned: Ready[] = [];
  for (const ready of due) {
    const { acting, order } = ready;
    const why = held?.[acting.id];
    if (refused.includes(acting.id))
      outcomes.set(order.part, {
        state: "insufficient_credits",
        meter: order.intent.charge?.meter as Meter,
      });
    else if (why) planned.push(...heldBack(many, ready, why, at));
    else departures.push(depart(many, ready));
  }
  return planned;
}

/** One with a slot to come is planned. One that was settled meanwhile is looked at again when the step is entered again. */
function heldBack(many: Many, ready: Ready, why: Held, at: number): readonly Ready[] {
  if (!("planned" in why)) {
    many.laterMs.push(0);
    return [];
  }
  remember(many.segment, ready.acting, "planned", null, why.inMs);
  return [{ ...ready, resend: false, slotAt: at + why.inMs }];
}

/** Leaves at its slot, unless the run was cancelled meanwhile. Never rejects. */
async function depart(many: Many, { order, acting, slotAt }: Ready): Promise<void> {
  const { runtime, segment, outcomes } = many;
  const waitMs = (slotAt ?? 0) - performance.now();
  if (waitMs > 0) await sleep(waitMs);
  if (segment.cancelRequested) {
    segment.recordOutcome({ id: acting.id, state: "refused" });
    return;
  }
  remember(segment, acting, "sending", null);
  try {
    outcomes.set(order.part, await actAndRecord(runtime, segment, acting, order.act));
  } catch (error) {
    noteFailure(many, acting, error);
  }
}

/** [E3] in doubt: evidence is awaited. [E4] surely not done: tried again, while tries are left. Else refused. */
function noteFailure(many: Many, acting: Acting, error: unknown): void {
  const { segment, outcomes, evidence, laterMs, random } = many;
  if (error instanceof Suspended) {
    evidence.push(error.result);
    return;
  }
  const tries = segment.effects.get(acting.part)?.attempts ?? 1;
  const settings = segment.graph.node(segment.state.cursor?.nodeId ?? "")?.data.retry ?? DEFAULT_RETRY;
  const { retryable = false, details = {} } = error instanceof AppError ? error : {};
  if (retryable && mayRetry(tries, settings)) {
    const named = typeof details.retryAfterMs === "number" ? details.retryAfterMs : 0;
    laterMs.push(retryDelayMs(tries, settings, random, named));
    return;
  }
  const outcome = refusalOf(error);
  if (retryable) segment.recordOutcome({ id: acting.id, state: "refused", outcome: { ...outcome } });
  remember(segment, acting, "refused", outcome);
  outcomes.set(acting.part, outcome);
}

function refusalOf(error: unknown): Extract<EffectOutcome, { state: "refused" }> {
  const vendorCode = error instanceof AppError ? error.code : "INTERNAL";
  const message = error instanceof Error ? error.message : String(error);
  return { state: "refused", reason: "other", vendorCode, message };
}

/**
 * When the step is to be entered again; null where all is settled. What is tried again, or has a slot, must not come
 * early: where there is such a one, no report wakes the run.
 */
function restOf({ segment, evidence, laterMs }: Many): Suspended | null {
  const now = segment.clock.now().getTime();
  const moment = (inMs: number) => new Date(now + inMs).toISOString();
  if (segment.cancelRequested) return new Suspended({ kind: "again", until: moment(0), keys: [] });
  if (laterMs.length > 0)
    return new Suspended({ kind: "again", until: moment(Math.max(...laterMs)), keys: [] });
  if (evidence.length === 0) return null;
  const [first = moment(0)] = evidence.map(({ until }) => until).sort();
  return new Suspended({ kind: "again", until: first, keys: evidence.flatMap(({ keys }) => keys) });
}
