import type { Graph } from "./graph.ts";
import type { RunState } from "./run.ts";

/**
 * The state of a new run that takes up an ended one at a node: with all it knew (what its steps gave, variables, contact,
 * store, what started it), but as a run of its own, with its own steps, limits and age.
 */
export function retryState(
  old: RunState,
  from: { readonly runId: string; readonly nodeId: string; readonly now: string },
): RunState {
  const { runId, nodeId, now } = from;
  const { repeat, ...known } = old;
  return {
    ...known,
    cursor: { nodeId, visit: 1 },
    visits: { [nodeId]: 1 },
    stepCount: 1,
    attempts: 0,
    segmentAt: now,
    startedAt: now,
    wait: null,
    reply: [],
    exchange: null,
    outcome: null,
    retryOf: { runId, nodeId },
  };
}

/** Where a run is taken up again where nobody says: where it failed, else where it stood. Null: it never stood anywhere. */
export function retryNode({ outcome, cursor }: RunState): string | null {
  return outcome?.error?.nodeId || cursor?.nodeId || null;
}

/** Nodes a run can be taken up at. */
export function retryNodes(graph: Graph): readonly string[] {
  return graph.flow.nodes.map((node) => node.id);
}
