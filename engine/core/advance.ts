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
 *   A10 each item of a loop has the flow's number of steps to itself; the items of all loops of a run are limited.
 *   A11 a branch is a run of its own, with a copy of what its parent knew; it ends where the branches come together.
 *   A12 an item is over where nothing is attached, or where its way leads back to the loop.
 *   A13 children still under way when the step that waits for them is left are cancelled.
 *   A16 a wait may lead back into its own node: a visit of its own, with what it kept and what it heard.
 */
import { FLOW_DEFAULTS } from "./flow.ts";
import { beginLoop, branchState, endItem, follow, goTo, leave, listFault } from "./follow.ts";
import type { Graph } from "./graph.ts";
import { joinOf } from "./join-of.ts";
import type { JsonObject } from "./json.ts";
import { DEFAULT_RETRY, mayRetry, retryDelayMs } from "./retry.ts";
import {
  type Cursor,
  type Decision,
  type Exchange,
  type NewChild,
  type NodeResult,
  REENTER,
  type RunOutcome,
  type RunState,
  type StateChange,
  type StepError,
  type StepEvent,
  type Wait,
  type WakeCause,
} from "./run.ts";

export interface StartArguments {
  readonly triggerNodeId: string;
  readonly trigger: JsonObject;
  readonly contact: JsonObject;
  readonly store: JsonObject | null;
  readonly exchange: Exchange | null;
  readonly now: string;
  /** Of a run that another flow called. */
  readonly reply?: RunState["reply"];
  readonly calls?: number;
  readonly line?: RunState["line"] | undefined;
}

/** What a step or a wake did to a run. */
export interface Applied {
  readonly state: RunState;
  readonly event: StepEvent;
  /** Real use of one of the step's effects, as its wait foresaw for this event. */
  readonly usage?: { readonly part: string; readonly amount: number };
  readonly children?: readonly NewChild[];
  /** [A13] The step whose open children are to be cancelled. */
  readonly cancels?: string;
}

/** One step as the runtime gives it back. */
export interface StepResult {
  readonly result: NodeResult;
  readonly retries: boolean;
  readonly now: string;
  /** Seeded by the step key [A8]. */
  readonly random: () => number;
  /** Where a step that says so goes on after an error: its first port. */
  readonly firstPort?: string | undefined;
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
    reply: start.reply ?? [],
    exchange: start.exchange,
    outcome: null,
    ...(start.calls === undefined ? {} : { calls: start.calls }),
    ...(start.line === undefined ? {} : { line: start.line }),
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

/** The state after the node at the cursor gave `result`. */
export function applyResult(graph: Graph, runId: string, state: RunState, step: StepResult): Applied {
  const cursor = state.cursor;
  if (!cursor) throw new TypeError("applyResult: the run stands nowhere");
  const key = { nodeId: cursor.nodeId, stepKey: stepKeyOf(runId, cursor) };
  const applied = apply(graph, staysAt(step.result) ? state : withoutHeard(state), key, step);
  const awaited = state.awaits ?? state.forks?.[cursor.nodeId]?.step;
  const isLeft = applied.event.kind !== "slept" && applied.event.kind !== "again";
  return awaited && isLeft ? { ...applied, cancels: awaited } : applied;
}

interface StepKey {
  readonly nodeId: string;
  readonly stepKey: string;
}

function apply(graph: Graph, state: RunState, key: StepKey, step: StepResult): Applied {
  const { result } = step;
  switch (result.kind) {
    case "next": {
      const changed = withChanges(withReply(state, result.reply), result.set);
      const left = { ...key, kind: "left", port: result.port, output: result.output } as const;
      return { state: follow(graph, changed, key.nodeId, result.port, result.output), event: left };
    }
    case "wait": {
      const wait: Wait = {
        nodeId: key.nodeId,
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
        state: {
          ...state,
          wait: {
            ...againWait(key.nodeId, result.until, result.keys),
            ...(result.hears ? { hears: true as const } : {}),
          },
          ...(result.memory ? { memory: result.memory } : {}),
        },
        event: { ...key, kind: "again" },
      };
    case "repeat":
      return applyRepeat(state, key, result);
    case "end": {
      const outcome = succeeded(result.outcome, result.output);
      return {
        state: { ...withReply(state, result.reply), outcome },
        event: { ...key, kind: "ended", output: result.output },
      };
    }
    case "fork":
      return applyFork(graph, state, key, step, result.branches);
    case "each":
      return applyEach(graph, state, key, step, result);
    case "children":
      return applyChildren(graph, state, key, result);
    case "error":
      return applyError(graph, state, key, step, result.error);
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
  if (wait.again) return { state: withHeard(awake, wait, cause), event: { ...key, kind: "again" } };
  const exit = exitOf(wait, cause);
  if (!exit) return null;
  const extra = wait.eventData?.[exit.name];
  const output = { ...(cause.kind === "event" ? cause.output : {}), ...extra?.output };
  if (exit.port === REENTER)
    return { state: { ...awake, heard: { name: exit.name, output } }, event: { ...key, kind: "again" } };
  if (exit.port === null) {
    const heard = { event: cause.kind === "event" ? cause.name : "timeout", output };
    const memo = { ...wait.back?.memo, heard };
    const back = applyRepeat(withChanges(awake, extra?.set), key, { kind: "repeat", memo, progress: {} });
    return { ...back, event: { ...back.event, cause: cause.kind } };
  }
  return {
    state: follow(graph, withChanges(awake, extra?.set), cursor.nodeId, exit.port, output),
    event: { ...key, kind: "left", port: exit.port, output },
    ...(extra?.usage ? { usage: extra.usage } : {}),
  };
}

/** [A23] Whoever asked for it is told what it was that woke it; to others it is what they were at already. */
function withHeard(state: RunState, wait: Wait, cause: WakeCause): RunState {
  if (!wait.hears) return state;
  if (cause.kind !== "event") return withoutHeard(state);
  return { ...state, heard: { name: cause.name, output: cause.output } };
}

function withoutHeard({ heard, ...state }: RunState): RunState {
  return state;
}

/** [A23] The step is not done with what it heard: it asks for more time, or may be tried again. */
function staysAt({ kind }: NodeResult): boolean {
  return kind === "again" || kind === "error";
}

/** [E13] Stops a run before the step it stands at, until it is told to go on, or is too old to. */
export function pauseState(graph: Graph, runId: string, state: RunState): RunState {
  if (!state.cursor) return state;
  const wait = againWait(state.cursor.nodeId, tooOldAt(graph, state), [`resume:${runId}`]);
  return { ...state, wait };
}

/** A run of another flow: whoever waits for an answer is lent to it. */
function isCall(child: NewChild): boolean {
  return child.flow !== undefined;
}

/** [A2, A11] The branches become runs of their own; this one goes straight to their join. */
function applyFork(
  graph: Graph,
  state: RunState,
  key: StepKey,
  step: StepResult,
  branches: readonly string[],
): Applied {
  const join = joinOf(graph, key.nodeId);
  if (join === null) {
    const message = `The branches of "${key.nodeId}" do not come together in a core.join.`;
    return applyError(graph, state, key, step, limit("FLOW_INVALID", message));
  }
  const output = { branches };
  const before = { ...state, steps: { ...state.steps, [key.nodeId]: output } };
  const children = branches.map((branch) => {
    const child = branchState({ graph, state: before, port: branch, output, endsAt: [join] });
    return { branch, state: child };
  });
  const empty = children.filter((child) => child.state.outcome).map(({ branch }) => branch);
  const started = children.filter((child) => !child.state.outcome);
  const fork = {
    step: key.stepKey,
    started: started.map(({ branch }) => branch),
    empty,
    at: state.segmentAt,
  };
  const forked = { ...before, attempts: 0, forks: { ...state.forks, [join]: fork } };
  return {
    state: goTo(graph, forked, join, output),
    event: { ...key, kind: "left", output },
    ...(started.length > 0 ? { children: started } : {}),
  };
}

function applyEach(
  graph: Graph,
  state: RunState,
  key: StepKey,
  step: StepResult,
  list: Extract<NodeResult, { kind: "each" }>,
): Applied {
  const wrong = listFault(key.nodeId, list.items, state.looped ?? 0);
  if (wrong) return applyError(graph, state, key, step, wrong);
  const output = { count: list.items.length };
  return {
    state: beginLoop(graph, state, key.nodeId, list),
    event: { ...key, kind: "left", port: list.items.length === 0 ? "done" : "item", output },
  };
}

function applyChildren(
  graph: Graph,
  state: RunState,
  key: StepKey,
  result: Extract<NodeResult, { kind: "children" }>,
): Applied {
  const of = result.of ?? key.stepKey;
  const children = result.start.map((child): NewChild => {
    if ("state" in child) return child;
    if ("flow" in child) throw new TypeError(`the flow ${child.flow} was not looked up`);
    const { branch, port, output } = child;
    return { branch, state: branchState({ graph, state, port, output, endsAt: [] }) };
  });
  const wait: Wait = {
    ...againWait(key.nodeId, result.until ?? tooOldAt(graph, state), [`children:${of}`]),
    children: { of, seen: result.seen },
  };
  const waiting = { ...state, wait, awaits: of, memory: result.memory ?? null };
  const lent = children.some(isCall) ? { exchange: null, reply: [], lentTo: of } : {};
  return {
    state: { ...waiting, ...lent },
    event: { ...key, kind: "slept" },
    ...(children.length > 0 ? { children } : {}),
  };
}

/** Ends a run from outside, whatever it is doing. */
export function cancelState(state: RunState): RunState {
  return { ...state, wait: null, outcome: { status: "cancelled", name: "cancelled", output: {} } };
}

/** Ends a run because it reached a limit or cannot go on. */
export function failState(state: RunState, outcome: RunOutcome): RunState {
  return { ...state, wait: null, outcome };
}

/** Where a cause leads; port null: back into the node [A16]. */
function exitOf(wait: Wait, cause: WakeCause): { name: string; port: string | null } | null {
  const leadsBack = (name: string) => wait.back?.events.includes(name) ?? false;
  if (cause.kind === "timeout")
    return { name: "timeout", port: leadsBack("timeout") ? null : wait.timeoutPort };
  const [general = cause.name] = cause.name.split(":", 1);
  for (const name of [cause.name, general, "*"]) {
    if (leadsBack(name)) return { name, port: null };
    const port = wait.events[name];
    if (port !== undefined) return { name, port };
  }
  return null;
}

// A list of the greatest length, one by one, and as many parts again.
const MAX_REPEATS = 20_000;

/** [E12, A4] The same node as a visit of its own. Parts are no steps: they are counted apart. */
function applyRepeat(
  state: RunState,
  key: StepKey,
  { memo, progress }: Extract<NodeResult, { kind: "repeat" }>,
): Applied {
  const { nodeId } = key;
  const count = (state.repeat?.count ?? 0) + 1;
  if (count > MAX_REPEATS) {
    const error = limit("STEP_LIMIT", `Node "${nodeId}" works in more than ${MAX_REPEATS} parts.`);
    return { state: failState(state, failed(nodeId, error)), event: { ...key, kind: "failed", error } };
  }
  const visit = (state.visits[nodeId] ?? 0) + 1;
  const again = {
    ...state,
    cursor: { nodeId, visit },
    visits: { ...state.visits, [nodeId]: visit },
    attempts: 0,
    ...(state.memory ? { memory: null } : {}),
    repeat: { count, memo, progress },
  };
  return { state: again, event: { ...key, kind: "repeated", output: progress } };
}

function applyError(
  graph: Graph,
  state: RunState,
  key: StepKey,
  step: StepResult,
  error: StepError,
): Applied {
  const node = graph.node(key.nodeId);
  const settings = node?.data.retry ?? DEFAULT_RETRY;
  if (error.retryable && step.retries && mayRetry(state.attempts + 1, settings)) {
    const delayMs = retryDelayMs(state.attempts + 1, settings, step.random, error.retryAfterMs);
    const until = new Date(Date.parse(step.now) + delayMs).toISOString();
    const waiting = { ...state, attempts: state.attempts + 1, wait: againWait(key.nodeId, until, []) };
    return { state: waiting, event: { ...key, kind: "again", error } };
  }
  const output = { error: { code: error.code, message: error.message } };
  const attached = graph.target(key.nodeId, "error") !== undefined;
  const port = attached ? "error" : node?.data.onError === "continue" ? step.firstPort : undefined;
  if (port !== undefined) {
    return {
      state: follow(graph, state, key.nodeId, port, output),
      event: { ...key, kind: "left", port, output, error },
    };
  }
  // [A6] Nobody took care of it: it ends the item of the innermost loop that goes on all the same, else the run.
  const loop = (state.frames ?? []).findLastIndex((frame) => frame.keepGoing);
  if (loop >= 0) {
    return {
      state: endItem(graph, leave(state, key.nodeId, output), loop, { output, failed: true }),
      event: { ...key, kind: "left", port: "error", output, error },
    };
  }
  return { state: failState(state, failed(key.nodeId, error)), event: { ...key, kind: "failed", error } };
}

/** When the run becomes too old to go on, ISO 8601. */
function tooOldAt(graph: Graph, state: RunState): string {
  const { maxDurationMs = FLOW_DEFAULTS.maxDurationMs } = graph.flow.settings;
  return new Date(Date.parse(state.startedAt) + maxDurationMs + 1).toISOString();
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
    ...(set.line === undefined ? {} : { line: set.line }),
    steps: set.steps ? { ...state.steps, ...set.steps } : state.steps,
  };
}

function succeeded(name: string, output: JsonObject): RunOutcome {
  return { status: "succeeded", name, output };
}

function failed(nodeId: string, error: StepError): RunOutcome {
  return { status: "failed", name: error.code, output: {}, error: { ...error, nodeId } };
}
