import { FLOW_DEFAULTS, type FlowNode } from "../core/flow.ts";
import type { NodeResult, StepError } from "../core/run.ts";
import { AppError, ERROR_CODES, type ErrorCode } from "../errors.ts";
import { lookUpCalls } from "./called-flows.ts";
import { Suspended } from "./effects.ts";
import { jsonBytes } from "./json-bytes.ts";
import { nodeContext, type StepArguments, templateScope } from "./node-context.ts";
import type { Runtime } from "./runtime.ts";
import { LaneBusy, type Segment, SegmentLost, SegmentParked } from "./segment.ts";

/** Output of one step that a run will carry along. */
export const MAX_OUTPUT_BYTES = 256 * 1024;
const STEP_TIMEOUT_MS = 60_000;

/**
 * Runs one node: defaults, templates, checks, the node itself, its output's size. Whatever goes wrong becomes an error
 * result; only what says that the run is not driven here passes through.
 */
export async function perform(
  runtime: Runtime,
  segment: Segment,
  node: FlowNode,
  step: Omit<StepArguments, "signal">,
): Promise<NodeResult> {
  const definition = runtime.registry.node(node.type, node.version);
  if (!definition) {
    return {
      kind: "error",
      error: {
        code: "NODE_TYPE_UNKNOWN",
        message: `No installed plugin brings ${node.type} version ${node.version}, which node "${node.id}" uses.`,
        retryable: false,
      },
    };
  }
  try {
    const directory = await runtime.directory.of(segment.run.tenantId);
    const params = runtime.params.read(definition, node, templateScope(runtime, segment, directory));
    const { id: runId, tenantId } = segment.run;
    const { stepKey } = step;
    runtime.watch({ kind: "entered", runId, tenantId, stepKey, params, schema: definition.params });
    const context = nodeContext(runtime, segment, stepWithTimeout(step), directory);
    const result = await definition.run(context, params);
    return await ready(runtime, segment, node, result as NodeResult);
  } catch (error) {
    if (error instanceof Suspended) return error.result;
    if (isOver(error)) throw error;
    return { kind: "error", error: asStepError(runtime, segment, node, error) };
  }
}

/** The run is not, or no longer, driven here: that is no failure of the node whose commit found out. */
function isOver(error: unknown): boolean {
  return error instanceof SegmentLost || error instanceof SegmentParked || error instanceof LaneBusy;
}

/** Most steps never ask for their signal; a timer is started for those that do. */
function stepWithTimeout(step: Omit<StepArguments, "signal">): StepArguments {
  let signal: AbortSignal | null = null;
  return {
    ...step,
    get signal() {
      signal ??= AbortSignal.timeout(STEP_TIMEOUT_MS);
      return signal;
    },
  };
}

/** A result as the core takes it: neither too large nor too long, and with the flows it calls looked up. */
async function ready(
  runtime: Runtime,
  segment: Segment,
  node: FlowNode,
  result: NodeResult,
): Promise<NodeResult> {
  if (result.kind === "children") return lookUpCalls(runtime, segment, result);
  return checkWait(segment, node, checkSize(node, result));
}

function checkSize(node: FlowNode, result: NodeResult): NodeResult {
  if (result.kind !== "next" && result.kind !== "end") return result;
  const bytes = jsonBytes(result.output);
  if (bytes <= MAX_OUTPUT_BYTES) return result;
  const message = `Node "${node.id}" gave ${bytes} bytes of output; ${MAX_OUTPUT_BYTES} are allowed. Keep only what later steps need.`;
  return { kind: "error", error: { code: "OUTPUT_TOO_LARGE", message, retryable: false } };
}

/** [R8] A wait beyond the run's allowed age would only wake it to end it. */
function checkWait(segment: Segment, node: FlowNode, result: NodeResult): NodeResult {
  const until = result.kind === "wait" ? result.wait.until : result.kind === "again" ? result.until : null;
  if (until === null) return result;
  const { maxDurationMs = FLOW_DEFAULTS.maxDurationMs } = segment.graph.flow.settings;
  const last = new Date(Date.parse(segment.state.startedAt) + maxDurationMs).toISOString();
  if (Date.parse(until) <= Date.parse(last)) return result;
  const message = `Node "${node.id}" would wait until ${until}; this run may last until ${last} (settings.maxDurationMs is ${maxDurationMs}).`;
  return { kind: "error", error: { code: "WAIT_TOO_LONG", message, retryable: false } };
}

function asStepError(runtime: Runtime, segment: Segment, node: FlowNode, error: unknown): StepError {
  if (!(error instanceof AppError)) {
    runtime.log.error(
      { err: error, runId: segment.run.id, nodeId: node.id, type: node.type },
      "a node threw what is no AppError: a bug in its plugin",
    );
    return {
      code: "NODE_FAILED",
      message: `Node "${node.id}" (${node.type}) failed: ${error instanceof Error ? error.message : String(error)}`,
      retryable: false,
    };
  }
  if (error.code === "DATABASE_UNAVAILABLE") throw error;
  const { retryAfterMs } = error.details;
  return {
    code: error.code,
    message: error.message,
    retryable: error.retryable,
    ...(typeof retryAfterMs === "number" ? { retryAfterMs } : {}),
  };
}

/** True for a code that may go away by itself. */
export function isRetryable(code: string): boolean {
  return code in ERROR_CODES && ERROR_CODES[code as ErrorCode].retryable;
}
