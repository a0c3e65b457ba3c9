import type { Flow, FlowNode } from "./flow.ts";

/** A flow indexed for walking: node by id, next node by port. Built once per version. */
export interface Graph {
  readonly flow: Flow;
  node(nodeId: string): FlowNode | undefined;
  /** The node behind a port, or undefined where nothing is attached. */
  target(nodeId: string, port: string): string | undefined;
  /** Its ports that something is attached to, in the order of the document. */
  exits(nodeId: string): readonly Exit[];
}

export interface Exit {
  readonly port: string;
  readonly target: string;
}

export function graphOf(flow: Flow): Graph {
  const nodes = new Map(flow.nodes.map((node) => [node.id, node]));
  const targets = new Map(flow.edges.map((edge) => [`${edge.source} ${edge.sourceHandle}`, edge.target]));
  const bySource = Map.groupBy(flow.edges, (edge) => edge.source);
  const exits = new Map(
    [...bySource].map(([source, edges]) => [
      source,
      edges.map(({ sourceHandle, target }) => ({ port: sourceHandle, target })),
    ]),
  );
  return {
    flow,
    node: (nodeId) => nodes.get(nodeId),
    target: (nodeId, port) => targets.get(`${nodeId} ${port}`),
    exits: (nodeId) => exits.get(nodeId) ?? [],
  };
}
