import type { ReactFlowInstance } from "@xyflow/react";
import type { ElkExtendedEdge, ElkNode, ElkPort } from "elkjs";
import type { Direction } from "./canvas-nodes.ts";

/**
 * The graph with ports where the cards have them, and a way in where connections arrive. Left alone elk spreads the ports
 * evenly and leads every connection to a corner, and what should be straight gets a bend.
 */
export function withDrawnPorts(graph: ElkNode, flow: ReactFlowInstance, direction: Direction): ElkNode {
  return { ...withPorts(graph, flow, direction), edges: (graph.edges ?? []).map(toEntry) };
}

function withPorts(node: ElkNode, flow: ReactFlowInstance, direction: Direction): ElkNode {
  const children = node.children?.map((child) => withPorts(child, flow, direction));
  if (children) return { ...node, children };
  const ports = (node.ports ?? []).map((port) => placed(port, node.id, flow));
  return { ...node, ports: [...ports, entry(node, direction)] };
}

function placed(port: ElkPort, nodeId: string, flow: ReactFlowInstance): ElkPort {
  const drawn = flow
    .getInternalNode(nodeId)
    ?.internals.handleBounds?.source?.find(({ id }) => port.id === `${nodeId}:${id}`);
  if (!drawn) return port;
  const down = port.layoutOptions?.["elk.port.side"] === "SOUTH";
  return down ? { ...port, x: drawn.x + drawn.width / 2 } : { ...port, y: drawn.y + drawn.height / 2 };
}

function entry({ id, width = 0, height = 0 }: ElkNode, direction: Direction): ElkPort {
  const down = direction === "down";
  return {
    id: entryOf(id),
    x: down ? width / 2 : 0,
    y: down ? 0 : height / 2,
    width: 0,
    height: 0,
    layoutOptions: { "elk.port.side": down ? "NORTH" : "WEST" },
  };
}

function toEntry(edge: ElkExtendedEdge): ElkExtendedEdge {
  return { ...edge, targets: edge.targets.map(entryOf) };
}

/** No port has a name that is empty. */
function entryOf(nodeId: string): string {
  return `${nodeId}:`;
}
