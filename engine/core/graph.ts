import type { Flow, FlowNode } from "./flow.ts";

/** A flow indexed for walking: node by id, next node by port. Built once per version. */
export interface Graph {
  readonly flow: Flow;
  node(nodeId: string): FlowNode | undefined;
  /** The node behind a port, or undefined where nothing is attached. */
  target(nodeId: string, port: string): string | undefined;
}

export function graphOf(flow: Flow): Graph {
  const nodes = new Map(flow.nodes.map((node) => [node.id, node]));
  const targets = new Map(flow.edges.map((edge) => [`${edge.source} ${edge.sourceHandle}`, edge.target]));
  return {
    flow,
    node: (nodeId) => nodes.get(nodeId),
    target: (nodeId, port) => targets.get(`${nodeId} ${port}`),
  };
}
