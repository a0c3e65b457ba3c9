/**
 * What a flow means: from where a run stands and what a node gave, to where it stands next. Pure; the rules by number:
 *
 *   A1 same arguments, same decision.
 *   A2 a run has one cursor.
 *   A3 a port with nothing attached ends the run successfully.
 *   A4 `stepKey = run:node:visit` never repeats in a run and is the same again after a crash.
 *   A5 a sleeping run leaves by exactly one of its wake causes; the others are stale.
 *   A6 every node has an `error` port; unattached, the error ends the run as failed.
 *   A7 every run ends, or waits on something with a deadline; steps and duration are limited.
 *   A8 `now` is the segment's moment.
 */
import { FLOW_DEFAULTS } from "./flow.ts";
import type { Graph } from "./graph.ts";
import type { JsonObject } from "./json.ts";
import { DEFAULT_RETRY, mayRetry, retryDelayMs } from "./retry.ts";
import type {
  Cursor,
  Decision,
  Exchange,
  NodeResult,
  RunOutcome,
  RunState,
  StateChange,
  StepError,
  StepEvent,
  Wait,
  WakeCause,
} from "./run.ts";

export interface StartArguments {
  readonly triggerNodeId: string;
  readonly trigger: JsonObject;
  readonly contact: JsonObject;
  readonly store: JsonObject | null;
  readonly exchange: Exchange | null;
  readonly now: string;
}

/** What a step or a wake did to a run. */
export interface Applied {
  readonly state: RunState;
  readonly event: StepEvent;
  /** Real use of one of the step's effects, as its wait foresaw for this event. */
  readonly usage?: { readonly part: string; readonly amount: number };
}

/** [A4] */
export function stepKeyOf(runId: string, cursor: Cursor): string {
  return `${runId}:${cursor.nodeId}:${cursor.visit}`;
}

/** The state of a run that has just been triggered: the trigger has left by `next`. */
export function startState(graph: Graph, start: StartArguments): RunState {
  const state: RunState = {
    cursor: null,
    visits: {},
    stepCount: 0,
    attempts: 0,
    steps: {},
    vars: initialVars(graph),
    trigger: start.trigger,
    contact: start.contact,
    store: start.store,
    segmentAt: start.now,
    startedAt: start.now,
    wait: null,
    reply: [],
    exchange: start.exchange,
    outcome: null,
  };
  return follow(graph, state, start.triggerNodeId, "next", {});
}

/** What to do next. `now` is only compared with the run's age [A7]. */
export function decide(graph: Graph, runId: string, state: RunState, now: string): Decision {
  if (state.outcome) return { kind: "end", outcome: state.outcome };
  if (state.wait) return { kind: "sleep", wait: state.wait };
  if (!state.cursor) return { kind: "end", outcome: succeeded("completed", {}) };
  const limit = limitReached(graph, state, now);
  if (limit) return { kind: "end", outcome: failed(state.cursor.nodeId, limit) };
  return {
    kind: "execute",
    nodeId: state.cursor.nodeId,
    stepKey: stepKeyOf(runId, state.cursor),
    attempt: state.attempts,
  };
}

/** The state after the node at the cursor gave `result`. `random` is seeded by the step key [A8]. */
export function applyResult(
  graph: Graph,
  runId: string,
  state: RunState,
  step: {
    readonly result: NodeResult;
    readonly retries: boolean;
    readonly now: string;
    readonly random: () => number;
  },
): Applied {
  const cursor = state.cursor;
  if (!cursor) throw new TypeError("applyResult: the run stands nowhere");
  const key = { nodeId: cursor.nodeId, stepKey: stepKeyOf(runId, cursor) };
  const result = step.result;
  switch (result.kind) {
    case "next": {
      const changed = withChanges(withReply(state, result.reply), result.set);
      const left = { ...key, kind: "left", port: result.port, output: result.output } as const;
      return { state: follow(graph, changed, cursor.nodeId, result.port, result.output), event: left };
    }
    case "wait": {
      const wait: Wait = {
        nodeId: cursor.nodeId,
        ...result.wait,
        ...(result.reply ? { answers: true as const } : {}),
      };
      return {
        state: { ...withChanges(withReply(state, result.reply), result.set), wait },
        event: { ...key, kind: "slept" },
      };
    }
    case "again":
      return {
        state: { ...state, wait: againWait(cursor.nodeId, result.until, result.keys) },
        event: { ...key, kind: "again" },
      };
    case "repeat":
      return applyRepeat(state, cursor, key, result);
    case "end": {
      const outcome = succeeded(result.outcome, result.output);
      return {
        state: { ...withReply(state, result.reply), outcome },
        event: { ...key, kind: "ended", output: result.output },
      };
    }
    case "error":
      return applyError(graph, state, key, { ...step, error: result.error });
  }
}

/** The state after a sleeping run was woken, or null when this cause is stale [A5]. */
export function wake(
  graph: Graph,
  runId: string,
  state: RunState,
  cause: WakeCause,
  now: string,
): Applied | null {
  const { wait, cursor } = state;
  if (!wait || !cursor) return null;
  const key = { nodeId: cursor.nodeId, stepKey: stepKeyOf(runId, cursor), cause: cause.kind };
  const awake: RunState = { ...state, wait: null, segmentAt: now };
  if (wait.again) return { state: awake, event: { ...key, kind: "again" } };
  const exit = exitOf(wait, cause);
  if (!exit) return null;
  const extra = wait.eventData?.[exit.name];
  const output = { ...(cause.kind === "event" ? cause.output : {}), ...extra?.output };
  return {
    state: follow(graph, withChanges(awake, extra?.set), cursor.nodeId, exit.port, output),
    event: { ...key, kind: "left", port: exit.port, output },
    ...(extra?.usage ? { usage: extra.usage } : {}),
  };
}

/** [E13] Stops a run before the step it stands at, until it is told to go on, or is too old to. */
export function pauseState(graph: Graph, runId: string, state: RunState): RunState {
  if (!state.cursor) return state;
  const { maxDurationMs = FLOW_DEFAULTS.maxDurationMs } = graph.flow.settings;
  const until = new Date(Date.parse(state.startedAt) + maxDurationMs + PAST_LIMIT_MS).toISOString();
  return { ...state, wait: againWait(state.cursor.nodeId, until, [resumeKey(runId)]) };
}

// At the limit itself a run is not too old yet.
const PAST_LIMIT_MS = 1000;

/** What a paused run is found by. */
export function resumeKey(runId: string): string {
  return `resume:${runId}`;
}

/** Ends a run from outside, whatever it is doing. */
export function cancelState(state: RunState): RunState {
  return { ...state, wait: null, outcome: { status: "cancelled", name: "cancelled", output: {} } };
}

/** Ends a run because it reached a limit or cannot go on. */
export function failState(state: RunState, outcome: RunOutcome): RunState {
  return { ...state, wait: null, outcome };
}

function exitOf(wait: Wait, cause: WakeCause): { name: string; port: string } | null {
  if (cause.kind === "timeout") return { name: "timeout", port: wait.timeoutPort };
  const [general = cause.name] = cause.name.split(":", 1);
  for (const name of [cause.name, general, "*"]) {
    const port = wait.events[name];
    if (port !== undefined) return { name, port };
  }
  return null;
}

function follow(graph: Graph, before: RunState, nodeId: string, port: string, output: JsonObject): RunState {
  const state = withoutRepeat(before);
  const steps = state.cursor ? { ...state.steps, [nodeId]: output } : state.steps;
  const target = graph.target(nodeId, port);
  if (target === undefined) return { ...state, steps, attempts: 0, outcome: succeeded("completed", output) };
  const visit = (state.visits[target] ?? 0) + 1;
  return {
    ...state,
    steps,
    cursor: { nodeId: target, visit },
    visits: { ...state.visits, [target]: visit },
    stepCount: state.stepCount + 1,
    attempts: 0,
  };
}

// A list of the greatest length, one by one, and as many parts again.
const MAX_REPEATS = 20_000;

/** [E12, A4] The same node as a visit of its own. Parts are no steps: they are counted apart. */
function applyRepeat(
  state: RunState,
  { nodeId, visit }: Cursor,
  key: { nodeId: string; stepKey: string },
  { memo, progress }: Extract<NodeResult, { kind: "repeat" }>,
): Applied {
  const count = (state.repeat?.count ?? 0) + 1;
  if (count > MAX_REPEATS) {
    const error = limit("STEP_LIMIT", `Node "${nodeId}" works in more than ${MAX_REPEATS} parts.`);
    return { state: failState(state, failed(nodeId, error)), event: { ...key, kind: "failed", error } };
  }
  const again = {
    ...state,
    cursor: { nodeId, visit: visit + 1 },
    visits: { ...state.visits, [nodeId]: visit + 1 },
    attempts: 0,
    repeat: { count, memo, progress },
  };
  return { state: again, event: { ...key, kind: "repeated", output: progress } };
}

function withoutRepeat({ repeat, ...state }: RunState): RunState {
  return state;
}

function applyError(
  graph: Graph,
  state: RunState,
  key: { nodeId: string; stepKey: string },
  step: {
    readonly error: StepError;
    readonly retries: boolean;
    readonly now: string;
    readonly random: () => number;
  },
): Applied {
  const { error } = step;
  const settings = graph.node(key.nodeId)?.data.retry ?? DEFAULT_RETRY;
  if (error.retryable && step.retries && mayRetry(state.attempts + 1, settings)) {
    const delayMs = retryDelayMs(state.attempts + 1, settings, step.random, error.retryAfterMs);
    const until = new Date(Date.parse(step.now) + delayMs).toISOString();
    const waiting = { ...state, attempts: state.attempts + 1, wait: againWait(key.nodeId, until, []) };
    return { state: waiting, event: { ...key, kind: "again", error } };
  }
  if (graph.target(key.nodeId, "error") !== undefined) {
    const output = { error: { code: error.code, message: error.message } };
    return {
      state: follow(graph, state, key.nodeId, "error", output),
      event: { ...key, kind: "left", port: "error", output, error },
    };
  }
  return { state: failState(state, failed(key.nodeId, error)), event: { ...key, kind: "failed", error } };
}

function limitReached(graph: Graph, state: RunState, now: string): StepError | null {
  const { maxSteps = FLOW_DEFAULTS.maxSteps, maxDurationMs = FLOW_DEFAULTS.maxDurationMs } =
    graph.flow.settings;
  if (state.stepCount > maxSteps) {
    return limit(
      "STEP_LIMIT",
      `The run entered more than ${maxSteps} steps (settings.maxSteps); is there a loop that never waits? It went round ${pathOf(graph, state)}.`,
    );
  }
  const ageMs = Date.parse(now) - Date.parse(state.startedAt);
  if (ageMs <= maxDurationMs) return null;
  return limit("DURATION_LIMIT", `The run is older than ${maxDurationMs} ms (settings.maxDurationMs).`);
}

const MAX_PATH = 20;

/** The nodes it entered most often, in the order of their connections: the loop it goes round. */
function pathOf(graph: Graph, { visits, cursor }: RunState): string {
  const most = Math.max(...Object.values(visits));
  const hot = new Set(Object.keys(visits).filter((id) => (visits[id] ?? 0) * 2 > most));
  const path: string[] = [];
  let at = cursor?.nodeId;
  while (at !== undefined && hot.delete(at)) {
    path.push(at);
    const from = at;
    at = graph.flow.edges.find(({ source, target }) => source === from && hot.has(target))?.target;
  }
  const shown = [...path, ...hot].slice(0, MAX_PATH);
  return shown.length === 1 ? `${shown[0]} → ${shown[0]}` : [...shown, "…"].join(" → ");
}

function limit(code: string, message: string): StepError {
  return { code, message, retryable: false };
}

function againWait(nodeId: string, until: string, keys: readonly string[]): Wait {
  return { nodeId, keys, until, again: true, events: {}, timeoutPort: "" };
}

function initialVars(graph: Graph): JsonObject {
  const declared = graph.flow.variables ?? [];
  return Object.fromEntries(
    declared.map((variable) => [variable.key, (variable.default ?? null) as JsonObject[string]]),
  );
}

function withReply(state: RunState, reply: RunState["reply"] | undefined): RunState {
  return reply && reply.length > 0 ? { ...state, reply: [...state.reply, ...reply] } : state;
}

function withChanges(state: RunState, set: StateChange | undefined): RunState {
  if (!set) return state;
  return {
    ...state,
    vars: set.vars ? { ...state.vars, ...set.vars } : state.vars,
    contact: set.contact ? { ...state.contact, ...set.contact } : state.contact,
    store: set.store === undefined ? state.store : set.store,
  };
}

function succeeded(name: string, output: JsonObject): RunOutcome {
  return { status: "succeeded", name, output };
}

function failed(nodeId: string, error: StepError): RunOutcome {
  return { status: "failed", name: error.code, output: {}, error: { ...error, nodeId } };
}
