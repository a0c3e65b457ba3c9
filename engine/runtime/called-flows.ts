/** Flows that flows call: which version, whether it may be called, and whether what goes in and comes out fits. */
import { startState } from "../core/advance.ts";
import type { FlowNode } from "../core/flow.ts";
import type { Graph } from "../core/graph.ts";
import { CALLED } from "../core/join-of.ts";
import type { JsonObject } from "../core/json.ts";
import { isRecord } from "../core/plain-data.ts";
import type { ChildStart, NewChild, NodeResult, RunOutcome } from "../core/run.ts";
import { AppError } from "../errors.ts";
import type { Runtime } from "./runtime.ts";
import type { Segment } from "./segment.ts";
import type { Version } from "./versions.ts";

/** How deep flows may call each other. */
export const MAX_CALLS = 8;
/** How deep runs may be children of each other for whatever reason. */
const MAX_DEPTH = 40;

type Children = Extract<NodeResult, { kind: "children" }>;

/**
 * Looks up the flows a step wants to call; the version is pinned from now on.
 * @throws AppError FLOW_NOT_CALLABLE, INPUT_INVALID, CALL_DEPTH
 */
export async function lookUpCalls(runtime: Runtime, segment: Segment, result: Children): Promise<Children> {
  if (result.start.length > 0 && segment.run.depth >= MAX_DEPTH) throw tooDeep(segment, MAX_DEPTH, "runs");
  const start = await Promise.all(
    result.start.map((child) =>
      "flow" in child && !("state" in child) ? called(runtime, segment, child) : child,
    ),
  );
  return { ...result, start };
}

/** What a called flow gives back must be what it promised; else it failed, at the node that ended it. */
export function checkedOutcome(runtime: Runtime, segment: Segment, outcome: RunOutcome): RunOutcome {
  const { run, graph, state } = segment;
  if (outcome.status !== "succeeded" || run.triggerType !== CALLED || state.endsAt) return outcome;
  const trigger = triggerOf(graph);
  const words = trigger ? faults(runtime, trigger.data.params.output, outcome.output) : [];
  if (words.length === 0) return outcome;
  const message = `Flow "${run.flowKey}" ended with an output it did not declare: ${words.join("; ")}.`;
  const nodeId = state.cursor?.nodeId ?? trigger?.id ?? "";
  const { code, retryable } = new AppError("OUTPUT_INVALID", message);
  return { status: "failed", name: code, output: {}, error: { code, message, retryable, nodeId } };
}

async function called(
  runtime: Runtime,
  segment: Segment,
  child: Extract<ChildStart, { input: JsonObject }>,
): Promise<NewChild> {
  const { run, state } = segment;
  const calls = (state.calls ?? 0) + 1;
  if (calls > MAX_CALLS) throw tooDeep(segment, MAX_CALLS, "flows");
  const { version, trigger } = await callable(runtime, run.tenantId, child.flow);
  const words = faults(runtime, trigger.data.params.input, child.input);
  if (words.length > 0) {
    const message = `Flow "${child.flow}" cannot be called with this input: ${words.join("; ")}.`;
    throw new AppError("INPUT_INVALID", message, { flow: child.flow });
  }
  return {
    branch: child.branch,
    flow: { key: version.flowKey, versionId: version.id, triggerType: CALLED },
    state: startState(version.graph, {
      triggerNodeId: trigger.id,
      // The call or the message the parent is about: voice nodes of the child look for it.
      trigger: { ...state.trigger, input: child.input, caller: { runId: run.id, flow: run.flowKey } },
      contact: state.contact,
      store: state.store,
      exchange: state.exchange,
      reply: state.reply,
      now: state.segmentAt,
      calls,
      line: state.line,
    }),
  };
}

async function callable(
  runtime: Runtime,
  tenantId: string,
  flowKey: string,
): Promise<{ readonly version: Version; readonly trigger: FlowNode }> {
  const version = await runtime.versions.published(tenantId, flowKey);
  const trigger = version && triggerOf(version.graph);
  if (version && trigger) return { version, trigger };
  const why = version
    ? `version ${version.number} has no ${CALLED} trigger`
    : "there is no published flow of that key";
  throw new AppError("FLOW_NOT_CALLABLE", `Flow "${flowKey}" cannot be called: ${why}.`, { flow: flowKey });
}

function triggerOf({ flow }: Graph): FlowNode | undefined {
  return flow.nodes.find((node) => node.type === CALLED);
}

/** In words, the first three places where a value is not what a flow's author declared. */
function faults(runtime: Runtime, schema: unknown, value: JsonObject): string[] {
  if (!isRecord(schema) || Object.keys(schema).length === 0) return [];
  return runtime
    .checkInput(schema, value)
    .slice(0, 3)
    .map(({ path, message }) => `${path} ${message}`);
}

function tooDeep({ run }: Segment, most: number, what: string): AppError {
  const message = `Run ${run.id} is the last of ${most} ${what} that started each other; is there a flow that calls itself without end?`;
  return new AppError("CALL_DEPTH", message, { most });
}
