/**
 * Outside effects that must not happen twice.
 *
 *   E1 the intent is committed, flushed, before the first byte leaves.
 *   E2 the outcome is committed with the next commit of the run.
 *   E3 an effect found under way after a crash is in doubt; it is settled by evidence, never by repeating it.
 *   E4 what the vendor surely did not do is tried again, as a row with its due time.
 *   E5 the same part of the same step is the same effect: asked again, it answers from its row.
 *   E8 one whose policy is `resend` is sent again after its grace, and counted as a possible double before it leaves.
 *   E9 an intent takes its sender's slot in the commit that writes it; until its slot it is planned, and the run sleeps.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { DELIVERY_RANK, type DeliveryStatus } from "../core/effect-state.ts";
import type { JsonObject } from "../core/json.ts";
import type { NodeResult } from "../core/run.ts";
import { AppError } from "../errors.ts";
import { effectId } from "../ids.ts";
import type { EffectOutcome, EffectTicket, Meter, OnceIntent } from "../plugin-api.ts";
import type { EffectRow, Held, IntentRow, OutcomeRow, PaceRow } from "../store/runs.ts";
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
export interface Intent extends Omit<OnceIntent, "find" | "mayRepeat"> {
  /** Also kept as an outbound message. */
  readonly message?: JsonObject;
  /** Others wait for it: after a minute without evidence they go on without it, and it stays in doubt. */
  readonly ofMany?: true;
  /** The slots it needs of its sender. */
  readonly pace?: PaceRow;
  /** Looks for an effect whose answer was lost; null when the vendor has no trace of it yet. */
  readonly find?: (lost: EffectRow) => Promise<EffectOutcome | null>;
}

const RECHECK_MS = 15_000;
// Somebody is on the line: evidence is looked for quickly, and the flow goes on without it. The effect stays in doubt.
const ON_LINE_RECHECK_MS = 700;
const ON_LINE_GRACE_MS = 3_000;
// Many others that are still to be sent wait for it.
const OF_MANY_GRACE_MS = 60_000;
// What must arrive must arrive soon: an effect with the policy `resend` has this much time for evidence.
const RESEND_AFTER_MS = 60_000;
const MAX_RESENDS = 2;
// A slot this near is waited for in the process; for one further away the run sleeps, and comes a little early.
export const WAIT_IN_PROCESS_MS = 1_500;
export const COME_EARLY_MS = 1_000;

/** [E1–E9] Performs an effect and gives its outcome: at most once, or as its policy says. */
export async function performOnce(
  runtime: Runtime,
  segment: Segment,
  step: Step,
  part: string,
  intent: Intent,
  act: (ticket: EffectTicket) => Promise<EffectOutcome>,
): Promise<EffectOutcome> {
  const acting = { id: effectId(step.stepKey, part), part, intent, step };
  const known = segment.effects.get(part);
  if (known && isSettled(known)) return outcomeOf(known);
  const isUnderWay = known?.state === "sending" || known?.state === "in_doubt";
  if (isUnderWay && !intent.leavesWithAnswer) {
    const settled = await settleDoubt(runtime, segment, known, intent);
    if (settled) return settled;
  }
  const mustBeWritten = !isUnderWay || !intent.leavesWithAnswer;
  const held = mustBeWritten ? await writeIntent(segment, acting, isUnderWay) : null;
  if (held) return held;
  remember(segment, acting, "sending", null);
  return actAndRecord(runtime, segment, acting, act);
}

/** [E1, E9] Commits the intent, now or when its slot has come. Gives the outcome where it does not leave. */
async function writeIntent(segment: Segment, acting: Acting, resend: boolean): Promise<EffectOutcome | null> {
  const { id, part, intent } = acting;
  const known = segment.effects.get(part);
  if (known?.state === "planned") await untilSlot(segment, known.leaveInMs ?? 0);
  await segment.lease();
  const row = { ...intentRow(acting), ...(resend ? { resend: true as const } : {}) };
  const result = await segment.commit("running", { intents: [row] });
  const held = result.held?.[id];
  if (segment.cancelRequested) throw undone(segment, id);
  if (result.refused.includes(id))
    return { state: "insufficient_credits", meter: intent.charge?.meter as Meter };
  if (!held) return null;
  if ("stale" in held) return answerOfRow(segment, part);
  if ("late" in held) throw tooLate(intent, held);
  remember(segment, acting, "planned", null, held.inMs);
  return writeIntent(segment, acting, false);
}

/** Waits where the slot is near; else the run sleeps until shortly before. */
async function untilSlot(segment: Segment, inMs: number): Promise<void> {
  if (inMs <= WAIT_IN_PROCESS_MS) return sleep(inMs);
  const until = new Date(segment.clock.now().getTime() + inMs - COME_EARLY_MS).toISOString();
  throw new Suspended({ kind: "again", until, keys: [] });
}

/** Somebody settled it, by a report or by hand, after it was read. */
async function answerOfRow(segment: Segment, part: string): Promise<EffectOutcome> {
  await segment.refreshEffects();
  const row = segment.effects.get(part);
  if (row && isSettled(row)) return outcomeOf(row);
  throw new Suspended({ kind: "again", until: segment.clock.now().toISOString(), keys: [] });
}

function tooLate({ from = "", provider }: Intent, { inMs }: Extract<Held, { late: true }>): AppError {
  const message = `${provider} lets ${from} send again in ${Math.ceil(inMs / 1000)} s; a caller on the line does not wait that long.`;
  return new AppError("VENDOR_RATE_LIMITED", message, { retryAfterMs: Math.ceil(inMs) });
}

/** The run was cancelled while its intent was written: nothing has left, and nothing will. */
function undone(segment: Segment, id: string): Suspended {
  segment.recordOutcome({ id, state: "refused" });
  return new Suspended({ kind: "again", until: segment.clock.now().toISOString(), keys: [] });
}

/** An effect that is about to happen, or did. */
export interface Acting {
  readonly id: string;
  readonly part: string;
  readonly intent: Intent;
  readonly step: Step;
}

export async function actAndRecord(
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
      attempt: (segment.effects.get(acting.part)?.attempts ?? 1) - 1,
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
  const { id } = acting;
  if (error instanceof AppError && error.retryable) {
    segment.recordOutcome({ id, state: "retrying", outcome: failure(error) });
    remember(segment, acting, "retrying", null);
    return error;
  }
  if (error instanceof AppError && error.code !== "EFFECT_IN_DOUBT") {
    segment.recordOutcome({ id, state: "refused", outcome: failure(error) });
    return error;
  }
  const evidence = { error: error instanceof Error ? error.message : String(error) };
  segment.recordOutcome({ id, state: "in_doubt", outcome: failure(error), evidence });
  remember(segment, acting, "in_doubt", null);
  return new Suspended(recheck(segment, id, segment.state.exchange ? ON_LINE_RECHECK_MS : RECHECK_MS));
}

/** [E3] What became of it; null when it is to be sent again [E8]. */
export async function settleDoubt(
  runtime: Runtime,
  segment: Segment,
  row: EffectRow,
  intent: Intent,
): Promise<EffectOutcome | null> {
  const acting = { id: row.id, part: row.part, intent, step: { stepKey: "", signal: AbortSignal.abort() } };
  const { found, looked } = await evidence(runtime, segment, row, intent);
  if (found) {
    recordOutcome(segment, acting, found, looked);
    return { ...found, ...(found.state === "accepted" ? { effectId: row.id, reportedAt: row.sentAt } : {}) };
  }
  const ageMs = segment.clock.now().getTime() - Date.parse(row.sentAt);
  const onLine = segment.state.exchange !== null;
  const resends = intent.onDoubt === "resend" && row.resends < MAX_RESENDS;
  const { doubtGraceMs } = runtime.settings;
  const resendMs = onLine ? ON_LINE_GRACE_MS : RESEND_AFTER_MS;
  const leftMs = (resends ? Math.min(resendMs, doubtGraceMs) : doubtGraceMs) - ageMs;
  if (leftMs <= 0 && resends) return null;
  const outcome = { state: "unresolved", effectId: row.id } as const;
  if (leftMs <= 0) {
    recordOutcome(segment, acting, outcome, looked);
    return outcome;
  }
  segment.recordOutcome({ id: row.id, state: "in_doubt", ...looked });
  if (onLine && ageMs > ON_LINE_GRACE_MS) return outcome;
  if (intent.ofMany && ageMs > OF_MANY_GRACE_MS) return outcome;
  throw new Suspended(recheck(segment, row.id, Math.min(leftMs, onLine ? ON_LINE_RECHECK_MS : RECHECK_MS)));
}

interface Looked {
  readonly found: EffectOutcome | null;
  /** For the record: when and how it was looked for. */
  readonly looked: Pick<OutcomeRow, "evidence">;
}

async function evidence(runtime: Runtime, segment: Segment, row: EffectRow, intent: Intent): Promise<Looked> {
  if (!intent.find) return { found: null, looked: {} };
  const lookedAt = segment.clock.now().toISOString();
  try {
    const found = await intent.find(row);
    return { found, looked: { evidence: { lookedAt, lookedBy: "list-api" } } };
  } catch (error) {
    runtime.log.warn(
      { err: error, effectId: row.id },
      "looking for an effect in doubt failed; it is looked for again",
    );
    const lookupError = error instanceof Error ? error.message : String(error);
    return { found: null, looked: { evidence: { lookedAt, lookedBy: "list-api", lookupError } } };
  }
}

/** Effects that were still to be sent will not be: their credits go back. */
export function abandonRetries(segment: Segment): void {
  for (const effect of segment.effects.values()) {
    if (effect.state === "retrying" || effect.state === "planned")
      segment.recordOutcome({ id: effect.id, state: "refused" });
  }
}

/** The URL where the vendor reports on an effect; by convention the plugin serves `<provider>/status/:effectId`. */
export function statusUrl(runtime: Runtime, provider: string, id: string): string {
  return `${runtime.settings.publicUrl}/hooks/${provider}/status/${id}?s=${runtime.keys.sign("effect", id)}`;
}

function recordOutcome(
  segment: Segment,
  acting: Acting,
  outcome: EffectOutcome,
  looked: Pick<OutcomeRow, "evidence"> = {},
): void {
  if (outcome.state !== "accepted" && outcome.state !== "refused" && outcome.state !== "unresolved") return;
  segment.recordOutcome({ ...outcomeRow(acting.id, outcome), ...looked });
  remember(segment, acting, outcome.state, outcome);
}

function outcomeRow(
  id: string,
  outcome: Extract<EffectOutcome, { state: "accepted" | "refused" | "unresolved" }>,
): OutcomeRow {
  const row = { id, state: outcome.state, outcome: { ...outcome } };
  if (outcome.state !== "accepted") return row;
  return { ...row, ref: outcome.ref, status: outcome.status, rank: DELIVERY_RANK[outcome.status] };
}

export function remember(
  segment: Segment,
  { id, part, intent }: Acting,
  state: EffectRow["state"],
  outcome: EffectOutcome | null,
  leaveInMs: number | null = null,
): void {
  const before = segment.effects.get(part);
  const now = segment.clock.now().toISOString();
  segment.effects.set(part, {
    id,
    part,
    state,
    status: outcome?.state === "accepted" ? outcome.status : (before?.status ?? null),
    ref: outcome?.state === "accepted" ? outcome.ref : (before?.ref ?? null),
    outcome: outcome ? { ...outcome } : null,
    sentAt: state === "sending" ? now : (before?.sentAt ?? now),
    provider: intent.provider,
    channel: intent.channel ?? null,
    to: intent.to ?? null,
    from: intent.from ?? null,
    body: intent.body ?? null,
    attempts: (before?.attempts ?? 0) + (startsTry(before, state) ? 1 : 0),
    resends: (before?.resends ?? 0) + (before?.state === "in_doubt" && startsTry(before, state) ? 1 : 0),
    firstAt: before?.firstAt ?? now,
    leaveInMs,
  });
}

/** A try begins when its intent is written, planned or not. */
function startsTry(before: EffectRow | undefined, state: EffectRow["state"]): boolean {
  return state === "planned" || (state === "sending" && before?.state !== "planned");
}

export function isSettled(effect: EffectRow): boolean {
  return effect.state === "accepted" || effect.state === "refused" || effect.state === "unresolved";
}

/** [E5] What the row says, with the latest status the vendor reported. */
export function outcomeOf(effect: EffectRow): EffectOutcome {
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

export function intentRow({ id, step, part, intent }: Acting): IntentRow {
  const { kind, provider, channel, from, to, body, charge, details, message, onDoubt, pace } = intent;
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
    ...(onDoubt === undefined ? {} : { onDoubt }),
    ...(pace === undefined ? {} : { pace }),
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
