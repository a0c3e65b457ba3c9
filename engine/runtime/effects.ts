/**
 * Outside effects that must not happen twice.
 *
 *   E1 the intent is committed, flushed, before the first byte leaves.
 *   E2 the outcome is committed with the next commit of the run.
 *   E3 an effect found under way after a crash is in doubt; it is settled by evidence, never by repeating it.
 *   E4 what the vendor surely did not do is tried again, as a row with its due time.
 *   E5 the same part of the same step is the same effect: asked again, it answers from its row.
 */
import { DELIVERY_RANK, type DeliveryStatus } from "../core/effect-state.ts";
import type { Json, JsonObject } from "../core/json.ts";
import type { NodeResult } from "../core/run.ts";
import { AppError } from "../errors.ts";
import { effectId } from "../ids.ts";
import type { EffectOutcome, EffectTicket, Meter, OnceIntent } from "../plugin-api.ts";
import type { EffectRow, IntentRow, OutcomeRow } from "../store/runs.ts";
import type { Runtime } from "./runtime.ts";
import type { Segment } from "./segment.ts";

/** The step cannot go on now: the run sleeps and enters it again. Thrown through the node, caught by `perform`. */
export class Suspended extends Error {
  override readonly name = "Suspended";
  readonly result: Extract<NodeResult, { kind: "again" }>;

  constructor(result: Extract<NodeResult, { kind: "again" }>) {
    super("the step is suspended");
    this.result = result;
  }
}

/** The step at hand. */
export interface Step {
  readonly stepKey: string;
  readonly signal: AbortSignal;
}

/** An intent as nodes give it, and what only channels add. */
export interface Intent extends OnceIntent {
  /** Also kept as an outbound message. */
  readonly message?: JsonObject;
  /** Looks for an effect whose answer was lost; null when the vendor has no trace of it yet. */
  readonly find?: (lost: EffectRow) => Promise<EffectOutcome | null>;
}

const RECHECK_MS = 15_000;
// Somebody is on the line: evidence is looked for quickly, and the flow goes on without it. The effect stays in doubt.
const ON_LINE_RECHECK_MS = 700;
const ON_LINE_GRACE_MS = 3_000;

/** [E1–E5] Performs an effect at most once and gives its outcome. */
export async function performOnce(
  runtime: Runtime,
  segment: Segment,
  step: Step,
  part: string,
  intent: Intent,
  act: (ticket: EffectTicket) => Promise<EffectOutcome>,
): Promise<EffectOutcome> {
  const id = effectId(step.stepKey, part);
  const known = segment.effects.get(part);
  if (known && isSettled(known)) return outcomeOf(known);
  if (known && known.state !== "retrying" && !intent.leavesWithAnswer)
    return settleDoubt(runtime, segment, known, intent);
  if (!known || known.state === "retrying") {
    const result = await segment.commit("running", { intents: [intentRow(id, step, part, intent)] });
    if (segment.cancelRequested) throw undone(segment, id);
    if (result.refused.includes(id))
      return { state: "insufficient_credits", meter: intent.charge?.meter as Meter };
  }
  remember(segment, id, part, intent, "sending", null);
  return actAndRecord(runtime, segment, { id, part, intent, step }, act);
}

/** The run was cancelled while its intent was written: nothing has left, and nothing will. */
function undone(segment: Segment, id: string): Suspended {
  segment.recordOutcome({ id, state: "refused" });
  return new Suspended({ kind: "again", until: segment.clock.now().toISOString(), keys: [] });
}

interface Acting {
  readonly id: string;
  readonly part: string;
  readonly intent: Intent;
  readonly step: Step;
}

async function actAndRecord(
  runtime: Runtime,
  segment: Segment,
  acting: Acting,
  act: (ticket: EffectTicket) => Promise<EffectOutcome>,
): Promise<EffectOutcome> {
  const { id, intent, step } = acting;
  try {
    await runtime.failpoints.reach("request.before", segment.run.id);
    const outcome = await act({
      effectId: id,
      signal: step.signal,
      statusUrl: statusUrl(runtime, intent.provider, id),
    });
    await runtime.failpoints.reach("request.after", segment.run.id);
    recordOutcome(segment, acting, outcome);
    return {
      ...outcome,
      ...("effectId" in outcome || isActed(outcome) ? { effectId: id } : {}),
      ...(outcome.state === "accepted" ? { reportedAt: segment.clock.now().toISOString() } : {}),
    };
  } catch (error) {
    throw recordFailure(segment, acting, error);
  }
}

function isActed(outcome: EffectOutcome): boolean {
  return outcome.state === "accepted" || outcome.state === "refused";
}

/** [E4] surely not done: tried again. [E3] nobody knows: in doubt. Anything else was a refusal. */
function recordFailure(segment: Segment, acting: Acting, error: unknown): unknown {
  const { id, part, intent } = acting;
  if (error instanceof AppError && error.retryable) {
    segment.recordOutcome({ id, state: "retrying", outcome: failure(error) });
    remember(segment, id, part, intent, "retrying", null);
    return error;
  }
  if (error instanceof AppError && error.code !== "EFFECT_IN_DOUBT") {
    segment.recordOutcome({ id, state: "refused", outcome: failure(error) });
    return error;
  }
  segment.recordOutcome({ id, state: "in_doubt", outcome: failure(error) });
  remember(segment, id, part, intent, "in_doubt", null);
  return new Suspended(recheck(segment, id, segment.state.exchange ? ON_LINE_RECHECK_MS : RECHECK_MS));
}

/** [E3] */
async function settleDoubt(
  runtime: Runtime,
  segment: Segment,
  row: EffectRow,
  intent: Intent,
): Promise<EffectOutcome> {
  const acting = { id: row.id, part: row.part, intent, step: { stepKey: "", signal: AbortSignal.abort() } };
  const found = await evidence(runtime, row, intent);
  if (found) {
    recordOutcome(segment, acting, found);
    return { ...found, ...(found.state === "accepted" ? { effectId: row.id, reportedAt: row.sentAt } : {}) };
  }
  const ageMs = segment.clock.now().getTime() - Date.parse(row.sentAt);
  const leftMs = runtime.settings.doubtGraceMs - ageMs;
  const outcome = { state: "unresolved", effectId: row.id } as const;
  if (leftMs <= 0) {
    recordOutcome(segment, acting, outcome);
    return outcome;
  }
  segment.recordOutcome({ id: row.id, state: "in_doubt" });
  const onLine = segment.state.exchange !== null;
  if (onLine && ageMs > ON_LINE_GRACE_MS) return outcome;
  throw new Suspended(recheck(segment, row.id, Math.min(leftMs, onLine ? ON_LINE_RECHECK_MS : RECHECK_MS)));
}

async function evidence(runtime: Runtime, row: EffectRow, intent: Intent): Promise<EffectOutcome | null> {
  try {
    return (await intent.find?.(row)) ?? null;
  } catch (error) {
    runtime.log.warn(
      { err: error, effectId: row.id },
      "looking for an effect in doubt failed; it is looked for again",
    );
    return null;
  }
}

/** Effects that were to be tried again will not be: their credits go back. */
export function abandonRetries(segment: Segment): void {
  for (const effect of segment.effects.values()) {
    if (effect.state === "retrying") segment.recordOutcome({ id: effect.id, state: "refused" });
  }
}

/** The URL where the vendor reports on an effect; by convention the plugin serves `<provider>/status/:effectId`. */
export function statusUrl(runtime: Runtime, provider: string, id: string): string {
  return `${runtime.settings.publicUrl}/hooks/${provider}/status/${id}?s=${runtime.keys.sign("effect", id)}`;
}

function recordOutcome(segment: Segment, acting: Acting, outcome: EffectOutcome): void {
  const { id, part, intent } = acting;
  if (outcome.state !== "accepted" && outcome.state !== "refused" && outcome.state !== "unresolved") return;
  segment.recordOutcome(outcomeRow(id, outcome));
  remember(segment, id, part, intent, outcome.state, outcome);
}

function outcomeRow(
  id: string,
  outcome: Extract<EffectOutcome, { state: "accepted" | "refused" | "unresolved" }>,
): OutcomeRow {
  const row = { id, state: outcome.state, outcome: asJson(outcome) };
  if (outcome.state !== "accepted") return row;
  return { ...row, ref: outcome.ref, status: outcome.status, rank: DELIVERY_RANK[outcome.status] };
}

function remember(
  segment: Segment,
  id: string,
  part: string,
  intent: Intent,
  state: EffectRow["state"],
  outcome: EffectOutcome | null,
): void {
  const before = segment.effects.get(part);
  segment.effects.set(part, {
    id,
    part,
    state,
    status: outcome?.state === "accepted" ? outcome.status : (before?.status ?? null),
    ref: outcome?.state === "accepted" ? outcome.ref : (before?.ref ?? null),
    outcome: outcome ? asJson(outcome) : null,
    sentAt: before?.sentAt ?? segment.clock.now().toISOString(),
    provider: intent.provider,
    channel: intent.channel ?? null,
    to: intent.to ?? null,
    from: intent.from ?? null,
    body: intent.body ?? null,
    attempts: (before?.attempts ?? 0) + 1,
  });
}

function isSettled(effect: EffectRow): boolean {
  return effect.state === "accepted" || effect.state === "refused" || effect.state === "unresolved";
}

/** [E5] What the row says, with the latest status the vendor reported. */
function outcomeOf(effect: EffectRow): EffectOutcome {
  if (effect.state === "accepted") {
    const stored = effect.outcome ?? {};
    const failed = stored.failure === undefined ? {} : { failure: stored.failure };
    const data = { ...(stored.data as JsonObject | undefined), ...failed };
    const status = (effect.status ?? "queued") as DeliveryStatus;
    return {
      state: "accepted",
      ref: effect.ref ?? "",
      status,
      data,
      effectId: effect.id,
      reportedAt: effect.sentAt,
    };
  }
  if (effect.state === "unresolved") return { state: "unresolved", effectId: effect.id };
  const {
    reason = "other",
    vendorCode = "",
    message = "",
  } = (effect.outcome ?? {}) as {
    reason?: Extract<EffectOutcome, { state: "refused" }>["reason"];
    vendorCode?: string;
    message?: string;
  };
  return { state: "refused", reason, vendorCode, message, effectId: effect.id };
}

function intentRow(id: string, step: Step, part: string, intent: Intent): IntentRow {
  const { kind, provider, channel, from, to, body, charge, details, message } = intent;
  return {
    id,
    stepKey: step.stepKey,
    part,
    kind,
    provider,
    ...(channel === undefined ? {} : { channel }),
    ...(from === undefined ? {} : { from }),
    ...(to === undefined ? {} : { to }),
    ...(body === undefined ? {} : { body }),
    ...(charge && charge.amount > 0 ? { meter: charge.meter, amount: charge.amount } : {}),
    ...(details === undefined ? {} : { details }),
    ...(message === undefined ? {} : { message }),
  };
}

function recheck(segment: Segment, id: string, inMs: number): Extract<NodeResult, { kind: "again" }> {
  return {
    kind: "again",
    until: new Date(segment.clock.now().getTime() + inMs).toISOString(),
    keys: [`effect:${id}`],
  };
}

function failure(error: unknown): JsonObject {
  if (error instanceof AppError)
    return { state: "refused", reason: "other", vendorCode: error.code, message: error.message };
  return {
    state: "refused",
    reason: "other",
    vendorCode: "INTERNAL",
    message: error instanceof Error ? error.message : String(error),
  };
}

function asJson(outcome: EffectOutcome): JsonObject {
  return outcome as unknown as { readonly [key: string]: Json };
}
