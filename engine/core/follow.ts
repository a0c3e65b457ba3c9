/**
 * Where a run goes when a step is left: to the node behind the port, to the next item of the loop it is in, or to its end.
 */
import type { Graph } from "./graph.ts";
import type { Json, JsonObject } from "./json.ts";
import type { Frame, RunOutcome, RunState, StepError } from "./run.ts";

/** Items one loop takes, and characters of JSON its list may have: the list is carried along with the run. */
const MAX_ITEMS = 10_000;
const MAX_LIST = 256 * 1024;
/** Items all loops of one run take together [A10]. */
const MAX_LOOPED = 100_000;
/** Characters of JSON a loop collects at most. */
export const MAX_RESULTS = 128 * 1024;

/** [A10] Why a list cannot be gone through, where `looped` items were given to the run's loops before. */
export function listFault(nodeId: string, items: readonly unknown[], looped: number): StepError | null {
  if (items.length > MAX_ITEMS) {
    const message = `The list of "${nodeId}" has ${items.length} items; ${MAX_ITEMS} are allowed.`;
    return fault(message);
  }
  if (looped + items.length > MAX_LOOPED) {
    const message = `With the list of "${nodeId}" the loops of this run have more than ${MAX_LOOPED} items.`;
    return fault(message);
  }
  const size = JSON.stringify(items).length;
  if (size <= MAX_LIST) return null;
  const message = `The list of "${nodeId}" has ${size} characters of JSON; ${MAX_LIST} are allowed. Keep only what the items need.`;
  return fault(message);
}

/** The state after leaving `nodeId` by `port` [A3]. */
export function follow(
  graph: Graph,
  state: RunState,
  nodeId: string,
  port: string,
  output: JsonObject,
): RunState {
  return goTo(graph, leave(state, nodeId, output), graph.target(nodeId, port), output);
}

/** Enters a node. Where there is none, or it is where the loop or the branch began, that one is over instead. */
export function goTo(
  graph: Graph,
  state: RunState,
  target: string | undefined,
  output: JsonObject,
): RunState {
  if (target !== undefined && state.endsAt?.includes(target)) return ended(state, output);
  const frames = state.frames ?? [];
  if (target === undefined && frames.length === 0) return ended(state, output);
  // Leading back to an outer loop leaves the inner ones.
  const loop = target === undefined ? frames.length - 1 : frames.findLastIndex((f) => f.nodeId === target);
  if (loop >= 0) return endItem(graph, state, loop, { output, failed: false });
  return target === undefined ? ended(state, output) : enter(state, target);
}

/** A step is over with this output; what only concerned it is forgotten. A trigger gives none. */
export function leave(before: RunState, nodeId: string, output: JsonObject): RunState {
  const { repeat, heard, ...state } = before;
  const steps = state.cursor ? { ...state.steps, [nodeId]: output } : state.steps;
  const forgets = state.memory || state.awaits ? { memory: null, awaits: null } : {};
  const { [nodeId]: joined, ...forks } = state.forks ?? {};
  return { ...state, steps, attempts: 0, ...forgets, ...(joined ? { forks } : {}) };
}

/** Begins a loop over these items. */
export function beginLoop(
  graph: Graph,
  state: RunState,
  nodeId: string,
  list: { readonly items: readonly Json[]; readonly collect: boolean; readonly keepGoing: boolean },
): RunState {
  const { items, collect, keepGoing } = list;
  const frame: Frame = {
    nodeId,
    left: items,
    index: -1,
    count: items.length,
    failed: 0,
    results: collect ? [] : null,
    size: 0,
    complete: true,
    keepGoing,
    stepCount: state.stepCount,
  };
  const begun = { ...state, attempts: 0, looped: (state.looped ?? 0) + items.length };
  if (isEmptyBody(graph, nodeId)) return endLoop(graph, begun, { ...frame, left: [] });
  return nextItem(graph, { ...begun, frames: [...(state.frames ?? []), frame] }, frame);
}

/** The item at hand of the loop at this place is over; loops inside it are left. */
export function endItem(
  graph: Graph,
  state: RunState,
  loop: number,
  result: { readonly output: JsonObject; readonly failed: boolean },
): RunState {
  const frame = state.frames?.[loop];
  if (!frame) throw new TypeError(`endItem: there is no loop ${loop}`);
  const noted = withResult(frame, result.output);
  const counted = result.failed ? { ...noted, failed: noted.failed + 1 } : noted;
  return nextItem(graph, { ...state, attempts: 0, frames: state.frames?.slice(0, loop + 1) ?? [] }, counted);
}

/** [A11] The state of a child that begins behind `port` of the step this run stands at. */
export function branchState(branch: {
  readonly graph: Graph;
  readonly state: RunState;
  readonly port: string;
  readonly output: JsonObject;
  /** Nodes that end it, besides the step itself and what surrounds it. */
  readonly endsAt: readonly string[];
}): RunState {
  const { graph, state, port, output, endsAt } = branch;
  const nodeId = state.cursor?.nodeId;
  if (nodeId === undefined) throw new TypeError("branchState: the run stands nowhere");
  const { steps, vars, trigger, contact, store, segmentAt, startedAt, calls, line } = state;
  const child: RunState = {
    cursor: { nodeId, visit: 0 },
    visits: {},
    stepCount: 0,
    attempts: 0,
    ...{ steps, vars, trigger, contact, store, segmentAt, startedAt },
    wait: null,
    reply: [],
    exchange: null,
    outcome: null,
    endsAt: [...new Set([...endsAt, ...surroundings(state, nodeId)])],
    ...(calls === undefined ? {} : { calls }),
    ...(line === undefined ? {} : { line }),
  };
  return follow(graph, child, nodeId, port, output);
}

/** The step itself, the loops around it, and what ends the run it is in. */
function surroundings(state: RunState, nodeId: string): readonly string[] {
  return [nodeId, ...(state.frames ?? []).map((frame) => frame.nodeId), ...(state.endsAt ?? [])];
}

function enter(before: RunState, target: string): RunState {
  const { repeat, ...state } = before;
  const visit = (state.visits[target] ?? 0) + 1;
  return {
    ...state,
    cursor: { nodeId: target, visit },
    visits: { ...state.visits, [target]: visit },
    stepCount: state.stepCount + 1,
  };
}

function ended(state: RunState, output: JsonObject): RunState {
  const outcome: RunOutcome = { status: "succeeded", name: "completed", output };
  return { ...state, outcome };
}

function nextItem(graph: Graph, state: RunState, frame: Frame): RunState {
  const [item, ...rest] = frame.left;
  const outer = (state.frames ?? []).slice(0, -1);
  if (item === undefined) return endLoop(graph, { ...state, frames: outer }, frame);
  const next = { ...frame, left: rest, index: frame.index + 1 };
  const output = { item, index: next.index, count: frame.count };
  const inside: RunState = {
    ...state,
    frames: [...outer, next],
    steps: { ...state.steps, [frame.nodeId]: output },
    // [A10]
    stepCount: frame.stepCount,
  };
  return goTo(graph, inside, graph.target(frame.nodeId, "item"), output);
}

function endLoop(graph: Graph, state: RunState, frame: Frame): RunState {
  const { nodeId, count, failed, results, complete } = frame;
  const output = { count, failed, ...(results ? { results, complete } : {}) };
  return follow(graph, state, nodeId, "done", output);
}

/** Nothing would run for any item. */
function isEmptyBody(graph: Graph, nodeId: string): boolean {
  const target = graph.target(nodeId, "item");
  return target === undefined || target === nodeId;
}

function withResult(frame: Frame, output: JsonObject): Frame {
  if (frame.results === null || !frame.complete) return frame;
  const size = frame.size + JSON.stringify(output).length;
  if (size > MAX_RESULTS) return { ...frame, complete: false };
  return { ...frame, size, results: [...frame.results, output] };
}

function fault(message: string): StepError {
  return { code: "LIST_LIMIT", message, retryable: false };
}
