import { startState } from "../core/advance.ts";
import { retryNode, retryNodes, retryState } from "../core/retry-state.ts";
import type { RunState } from "../core/run.ts";
import { AppError } from "../errors.ts";
import { type DeliveryRow, type LoadedRun, loadRun } from "../store/runs.ts";
import { ahead } from "./clock.ts";
import type { Runtime } from "./runtime.ts";
import { identityOf, type RunIdentity } from "./segment.ts";
import type { Version } from "./versions.ts";

export interface RetryOrder {
  readonly tenantId: string;
  readonly runId: string;
  /** Absent: where it failed, else where it stood. A trigger: from the start. */
  readonly fromNode?: string;
  /** `same`: the version it ran with; `published`: the one new runs get. */
  readonly version: "same" | "published";
  readonly delivery: DeliveryRow;
}

/** An ended run as it begins anew. */
export interface RetriedRun {
  readonly identity: RunIdentity;
  readonly version: Version;
  readonly state: RunState;
}

/**
 * What a new run that takes up an ended one begins with. Its effects are its own: a step that sent something sends again.
 * @throws AppError NOT_FOUND, RUN_OPEN, NODE_UNKNOWN
 */
export async function retryRun(runtime: Runtime, order: RetryOrder): Promise<RetriedRun> {
  const { tenantId, runId } = order;
  const old = await loadRun(runtime.db, runId);
  if (old?.tenantId !== tenantId) throw new AppError("NOT_FOUND", `There is no run ${runId}.`);
  if (!old.state.outcome) {
    const message = `Run ${runId} is not over (${old.status}); cancel it before it is retried.`;
    throw new AppError("RUN_OPEN", message, { status: old.status });
  }
  const version = await versionFor(runtime, old, order.version);
  const nodeId = nodeFor(version, old, order.fromNode);
  const now = await nowOf(runtime, tenantId);
  return {
    identity: { ...identityOf(old), flowVersionId: version.id },
    version,
    state: stateAt(runtime, version, old, nodeId, now),
  };
}

async function versionFor(runtime: Runtime, old: LoadedRun, which: "same" | "published"): Promise<Version> {
  const { versions } = runtime;
  const version =
    which === "same"
      ? await versions.byId(old.tenantId, old.flowVersionId)
      : await versions.published(old.tenantId, old.flowKey);
  if (!version) throw new AppError("NOT_FOUND", `There is no published flow "${old.flowKey}".`);
  return version;
}

function nodeFor(version: Version, old: LoadedRun, wanted: string | undefined): string {
  const nodeId = wanted ?? retryNode(old.state) ?? "";
  if (version.graph.node(nodeId)) return nodeId;
  throw new AppError(
    "NODE_UNKNOWN",
    `Version ${version.number} of flow "${version.flowKey}" has no node "${nodeId}" to go on from.`,
    { nodeId, nodes: retryNodes(version.graph) },
  );
}

function stateAt(runtime: Runtime, version: Version, old: LoadedRun, nodeId: string, now: string): RunState {
  const node = version.graph.node(nodeId);
  if (!node || !runtime.registry.trigger(node.type))
    return retryState(old.state, { runId: old.id, nodeId, now });
  const { trigger, contact, store } = old.state;
  const state = startState(version.graph, {
    triggerNodeId: nodeId,
    trigger,
    contact,
    store,
    exchange: null,
    now,
  });
  return { ...state, retryOf: { runId: old.id, nodeId } };
}

async function nowOf(runtime: Runtime, tenantId: string): Promise<string> {
  const { tenant } = await runtime.directory.of(tenantId);
  return ahead(runtime.clock, tenant.clock_offset_ms).now().toISOString();
}
