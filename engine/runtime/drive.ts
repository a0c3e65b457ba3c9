/**
 * The only loop over steps.
 *
 *   W1 pure steps run in memory; the first commit of a segment carries the delivery that caused it.
 *   W2 nothing that anybody outside could notice happens before this process holds the lease in the database.
 *   W3 the answer to a request is committed with the step that gave it, then sent [A9].
 *   W4 a fence that does not match stops the loop at once; nothing was changed.
 */
import {
  type Applied,
  applyResult,
  cancelState,
  decide,
  failState,
  pauseState,
  wake,
} from "../core/advance.ts";
import type { JsonObject } from "../core/json.ts";
import { asLocale } from "../core/locale.ts";
import { portsOf } from "../core/ports.ts";
import {
  type Decision,
  type NodeResult,
  REENTER,
  type RunOutcome,
  type StepEvent,
  type Wait,
} from "../core/run.ts";
import { AppError } from "../errors.ts";
import { effectId, newId } from "../ids.ts";
import type { HttpAnswer } from "../plugin-api.ts";
import type { JournalEvent, PendingDelivery } from "../store/runs.ts";
import { checkedOutcome } from "./called-flows.ts";
import { childRow, takeBack } from "./children.ts";
import { abandonRetries } from "./effects.ts";
import { journalLine } from "./journal-line.ts";
import { seededRandom } from "./node-context.ts";
import { perform } from "./perform.ts";
import { redactEvent } from "./redaction.ts";
import type { Runtime } from "./runtime.ts";
import type { Opening, Segment } from "./segment.ts";
import { limitState } from "./state-limit.ts";

/** How a segment came to rest. `again` has the moment to look again, when this process is still there. */
export type Rest =
  | { readonly kind: "sleeping"; readonly wakeInMs: number }
  | { readonly kind: "ended"; readonly outcome: RunOutcome }
  | { readonly kind: "handed-back" };

/** @throws SegmentLost when another owner, or an earlier handling, has it; AppError DATABASE_UNAVAILABLE */
export async function drive(runtime: Runtime, segment: Segment): Promise<Rest> {
  for (let turn = 1; ; turn++) {
    if (turn % STEPS_IN_A_ROW === 0) await nextTurn();
    if (segment.cancelRequested && !segment.state.outcome) {
      abandonRetries(segment);
      segment.state = cancelState(segment.state);
    }
    if (mustLeave(runtime, segment)) return leave(segment);
    const decision = decide(segment.graph, segment.run.id, segment.state, timeOf(segment));
    if (decision.kind === "end") return end(runtime, segment, decision.outcome);
    if (decision.kind === "execute" && !mustPause(segment)) {
      await execute(runtime, segment, decision);
      continue;
    }
    if (decision.kind === "execute") {
      const paused = await pause(runtime, segment);
      if (paused) return paused;
      continue;
    }
    const rest = await sleep(runtime, segment, decision.wait);
    if (rest) return rest;
  }
}

// A long loop of pure steps lets others have their turn, and is not lost as a whole by a crash.
const STEPS_IN_A_ROW = 50;
const MAX_UNSAVED = 250;

async function execute(
  runtime: Runtime,
  segment: Segment,
  decision: Extract<Decision, { kind: "execute" }>,
): Promise<void> {
  const node = segment.graph.node(decision.nodeId);
  if (!node) throw new TypeError(`node ${decision.nodeId} is not in version ${segment.run.flowVersionId}`);
  const definition = runtime.registry.node(node.type, node.version);
  const effect = definition?.effect ?? "none";
  // [W2] What must not happen twice takes the lease itself, when it is really to happen.
  if (effect === "repeatable") await segment.lease();
  if (segment.state.lentTo) await takeBack(runtime, segment);
  const startedAt = performance.now();
  const at = timeOf(segment);
  const result = await perform(runtime, segment, node, decision);
  const made = applyResult(segment.graph, segment.run.id, segment.state, {
    result,
    retries: (effect !== "none" || node.data.retry !== undefined) && !keepsCallerWaiting(segment, result),
    firstPort: definition ? portsOf(definition.ports, node.data.params).find(isOwnPort) : undefined,
    now: timeOf(segment),
    random: seededRandom(`${decision.stepKey} ${decision.attempt}`),
  });
  const applied = limitState(segment.state, made, result);
  if (result.kind === "error" && applied.event.kind !== "again") abandonRetries(segment);
  if (applied.event.kind !== "again") segment.effects = new Map();
  segment.state = applied.state;
  if (applied.cancels) segment.cancelChildren(applied.cancels);
  segment.startChildren((applied.children ?? []).map((child) => childRow(segment, decision.stepKey, child)));
  const ms = performance.now() - startedAt;
  const seen = record(runtime, segment, applied.event, { type: node.type, at, ms });
  runtime.watch(stepEvent(segment, node.type, seen, ms));
  if (segment.unsaved >= MAX_UNSAVED) await segment.commit("running");
}

function isOwnPort(port: string): boolean {
  return port !== "error";
}

function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

/** Writes a line of the journal. Gives the event as others may see it. */
function record(
  runtime: Runtime,
  segment: Segment,
  event: StepEvent,
  { type, at, ms }: Pick<JournalEvent, "type" | "at" | "ms">,
): StepEvent {
  const seen = redactEvent(runtime.registry, segment.graph, event);
  const line = { ...seen, type, at, ms: Math.round(ms * 10) / 10 };
  segment.record(journalLine(runtime.payloads, segment.run.tenantId, line));
  return seen;
}

// Longer than this nobody on the line should wait for a vendor.
const PATIENCE_MS = 5_000;

function keepsCallerWaiting(segment: Segment, result: NodeResult): boolean {
  const delayMs = result.kind === "error" ? (result.error.retryAfterMs ?? 0) : 0;
  return segment.state.exchange !== null && delayMs > PATIENCE_MS;
}

function stepEvent(
  segment: Segment,
  type: string,
  event: StepEvent,
  ms: number,
): Parameters<Runtime["watch"]>[0] {
  const { nodeId, stepKey, port, output, error } = event;
  return {
    kind: "step",
    runId: segment.run.id,
    tenantId: segment.run.tenantId,
    stepKey,
    nodeId,
    type,
    port: port ?? event.kind,
    ms,
    output: output ?? null,
    ...(error ? { error: `${error.code}: ${error.message}` } : {}),
  };
}

/** Puts the run to sleep. Null when something it waits for had come already: the loop goes on. */
async function sleep(runtime: Runtime, segment: Segment, wait: Wait): Promise<Rest | null> {
  const wakeInMs = Math.max(0, Date.parse(wait.until) - segment.clock.now().getTime());
  const answers = wait.answers || isComplete(runtime, segment);
  const answer = answers ? fittingAnswer(runtime, segment, "open") : null;
  if (segment.state.outcome) return null;
  const result = await segment.commit("waiting", {
    waitKeys: keysOf(segment, wait),
    wakeInMs,
    ...(wait.children ? { childrenOf: wait.children.of, childrenSeen: wait.children.seen } : {}),
    // A wait with ports is told by events; only one for evidence looks at the effects themselves.
    ...(wait.again ? segment.seenOf(wait.keys) : {}),
    ...(answer ? { answer } : {}),
  });
  if (answer) await publish(runtime, segment, answer);
  segment.asleep();
  if (segment.cancelRequested) return null;
  if (result.pending) {
    await runtime.failpoints.reach("pending.before", segment.run.id);
    await continueWith(runtime, segment, result.pending);
    return null;
  }
  if (result.moved) {
    await runtime.failpoints.reach("pending.before", segment.run.id);
    enterAgain(runtime, segment);
    segment.see(result.moved);
    return null;
  }
  if (result.childEnded) {
    enterAgain(runtime, segment);
    return null;
  }
  // A step that is entered again must see what callbacks wrote meanwhile; it is read from its row.
  if (!mayReenter(wait)) runtime.hotRuns.keep(segment.snapshot());
  const { id: runId, tenantId } = segment.run;
  runtime.watch({ kind: "sleeping", runId, tenantId, nodeId: wait.nodeId, until: wait.until });
  return { kind: "sleeping", wakeInMs };
}

function mayReenter({ again, timeoutPort, events }: Wait): boolean {
  return again === true || timeoutPort === REENTER || Object.values(events).includes(REENTER);
}

/** A child ended, or a report came, before the run slept. */
function enterAgain(runtime: Runtime, segment: Segment): void {
  const { graph, run, state } = segment;
  const applied = wake(graph, run.id, state, { kind: "timeout" }, timeOf(segment));
  if (!applied) return;
  segment.state = applied.state;
  recordWake(runtime, segment, applied.event);
}

/** An event that was there before its wait. A stale one is only taken off the pile. */
export async function continueWith(
  runtime: Runtime,
  segment: Segment,
  pending: PendingDelivery,
): Promise<void> {
  segment.asleep({ consumes: pending.id });
  const { name, output, via } = pending.event;
  const applied = wake(
    segment.graph,
    segment.run.id,
    segment.state,
    { kind: "event", name, output },
    timeOf(segment),
  );
  if (!applied) return;
  segment.asleep({ consumes: pending.id, ...usageOf(applied) });
  segment.state = {
    ...applied.state,
    exchange: via === null ? applied.state.exchange : { deliveryId: pending.id, via },
  };
  recordWake(runtime, segment, applied.event);
  if (applied.event.kind === "again") await segment.refreshEffects();
}

/** What a wake says about the use of the step's effects, for the commit. */
export function usageOf({ event, usage }: Applied): Pick<Opening, "usage"> {
  return usage ? { usage: [{ effectId: effectId(event.stepKey, usage.part), amount: usage.amount }] } : {};
}

/** Notes in the journal that a wait was left. */
export function recordWake(runtime: Runtime, segment: Segment, event: StepEvent): void {
  const type = segment.graph.node(event.nodeId)?.type ?? "";
  const seen = record(runtime, segment, event, { type, at: timeOf(segment), ms: 0 });
  if (event.kind === "left") runtime.watch(stepEvent(segment, type, seen, 0));
}

async function end(runtime: Runtime, segment: Segment, reached: RunOutcome): Promise<Rest> {
  const { run } = segment;
  const outcome = checkedOutcome(runtime, segment, reached);
  if (segment.state.lentTo) await takeBack(runtime, segment);
  segment.state = { ...segment.state, outcome, wait: null };
  // [A14] A child gives the request back to its parent; one that was cancelled may have none any more.
  const answers = run.parentRunId === null || outcome.status === "cancelled";
  const answer = answers
    ? fittingAnswer(runtime, segment, outcome.status === "failed" ? "failed" : "ended")
    : null;
  if (segment.state.outcome !== outcome) return end(runtime, segment, segment.state.outcome ?? outcome);
  await segment.commit(outcome.status, {
    ...(run.parentRunId === null ? { interaction: interactionOf(segment, outcome) } : {}),
    ...(answer ? { answer } : {}),
  });
  if (answer) await publish(runtime, segment, answer);
  runtime.watch({
    kind: "ended",
    runId: run.id,
    tenantId: run.tenantId,
    status: outcome.status,
    outcome: outcome.name,
    ...(outcome.error ? { error: `${outcome.error.code}: ${outcome.error.message}` } : {}),
  });
  if (outcome.error)
    runtime.log.warn(
      { runId: run.id, nodeId: outcome.error.nodeId, code: outcome.error.code },
      outcome.error.message,
    );
  return { kind: "ended", outcome };
}

/** What statistics keep of a run. Children are part of the run that started them. */
function interactionOf({ run, state }: Segment, outcome: RunOutcome): JsonObject {
  return {
    id: newId("interaction"),
    kind: run.triggerType,
    flowKey: run.flowKey,
    contactPhone: run.contactPhone,
    numberId: run.numberId,
    groupId: idOf(state.trigger.group),
    storeId: idOf(state.store) ?? null,
    outcome: outcome.name,
  };
}

interface CommittedAnswer {
  readonly deliveryId: string;
  readonly http: { readonly status: number; readonly headers: Record<string, string>; readonly body: string };
}

/** [H23] An answer that cannot be given, because it is too large, ends the run instead. */
function fittingAnswer(
  runtime: Runtime,
  segment: Segment,
  replyState: "open" | "ended" | "failed",
): CommittedAnswer | null {
  try {
    return takeAnswer(runtime, segment, replyState);
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    const { code, message, retryable } = error;
    const nodeId = segment.state.cursor?.nodeId ?? "";
    const outcome = {
      status: "failed",
      name: code,
      output: {},
      error: { code, message, retryable, nodeId },
    } as const;
    segment.state = failState({ ...segment.state, reply: [] }, outcome);
    return null;
  }
}

/** [W3] The answer to the request at hand, taken out of the state it is committed with. */
function takeAnswer(
  runtime: Runtime,
  segment: Segment,
  replyState: "open" | "ended" | "failed",
): CommittedAnswer | null {
  const { exchange, reply } = segment.state;
  if (!exchange) return null;
  const locale = asLocale(segment.graph.flow.settings.locale ?? "es");
  const http = runtime.exchanges.answererOf(exchange.via).answer({ parts: reply, state: replyState, locale });
  segment.state = { ...segment.state, exchange: null, reply: [] };
  return {
    deliveryId: exchange.deliveryId,
    http: { status: http.status, headers: { ...http.headers }, body: http.body },
  };
}

async function publish(runtime: Runtime, segment: Segment, answer: CommittedAnswer): Promise<void> {
  const http: HttpAnswer = answer.http;
  await runtime.failpoints.reach("answer.before", segment.run.id);
  runtime.exchanges.publish(answer.deliveryId, http);
  await runtime.failpoints.reach("answer.after", segment.run.id);
  const { id: runId, tenantId } = segment.run;
  runtime.watch({ kind: "answered", runId, tenantId, answer: http });
}

function isComplete(runtime: Runtime, segment: Segment): boolean {
  const { exchange, reply } = segment.state;
  return exchange !== null && (runtime.exchanges.answererOf(exchange.via).isComplete?.(reply) ?? false);
}

/** [E13] A step with effects of its own is under way: it is finished first. Nobody on the line is kept waiting. */
function mustPause({ pauseRequested, state, effects }: Segment): boolean {
  return pauseRequested && state.exchange === null && effects.size === 0;
}

/** Null when it was told to go on before it slept: nobody will wake it for that again. */
async function pause(runtime: Runtime, segment: Segment): Promise<Rest | null> {
  segment.state = pauseState(segment.graph, segment.run.id, segment.state);
  if (!segment.state.wait) throw new TypeError("a run that stands nowhere cannot pause");
  const rest = await sleep(runtime, segment, segment.state.wait);
  if (segment.pauseRequested) return rest;
  segment.state = { ...segment.state, wait: null };
  return null;
}

/** A stopping process gives runs back between two steps, unless somebody is on the line. */
function mustLeave(runtime: Runtime, segment: Segment): boolean {
  const { outcome, wait, exchange } = segment.state;
  return runtime.settings.stopping.aborted && segment.isLeased && !outcome && !wait && !exchange;
}

async function leave(segment: Segment): Promise<Rest> {
  await segment.commit("running");
  return { kind: "handed-back" };
}

/** The moment it is for this run, ISO 8601. */
function timeOf(segment: Segment): string {
  return segment.clock.now().toISOString();
}

function keysOf(segment: Segment, wait: Wait): readonly string[] {
  return wait.keys.length > 0 ? wait.keys : [`run:${segment.run.id}`];
}

function idOf(value: unknown): string | null {
  return typeof value === "object" && value !== null && "id" in value && typeof value.id === "string"
    ? value.id
    : null;
}
