import type { Flow, FlowNode } from "../../engine/core/flow.ts";

const known = new WeakMap<Flow["nodes"], ReadonlyMap<string, FlowNode>>();

/** Steps by their ids, once for each list of them. */
export function nodesById(nodes: Flow["nodes"]): ReadonlyMap<string, FlowNode> {
  const found = known.get(nodes) ?? new Map(nodes.map((node) => [node.id, node]));
  known.set(nodes, found);
  return found;
}
