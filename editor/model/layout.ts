import type { ElkExtendedEdge, ElkNode, ElkPort } from "elkjs";
import type { Flow, FlowNode } from "../../engine/core/flow.ts";
import type { Catalogue } from "./catalogue.ts";
import { groupsOf } from "./edit-canvas.ts";
import { moveNodes, type Size, type Sizes, sizeOf } from "./edit-places.ts";
import { portsInUse } from "./ports.ts";

export type Direction = "down" | "right";

/** Marks what is a frame and no node; no id of a node has a colon. */
const GROUP_PREFIX = "group:";
const GROUP_PADDING = "[top=48,left=24,bottom=24,right=24]";

const OPTIONS: Readonly<Record<string, string>> = {
  "elk.algorithm": "layered",
  "elk.edgeRouting": "ORTHOGONAL",
  "elk.hierarchyHandling": "INCLUDE_CHILDREN",
  "elk.spacing.nodeNode": "48",
  "elk.layered.spacing.nodeNodeBetweenLayers": "64",
  "elk.spacing.edgeNode": "24",
  "elk.spacing.componentComponent": "80",
  // Ways that were left are drawn left: the order in the document is the order in which a person thought of them.
  "elk.layered.considerModelOrder.strategy": "NODES_AND_EDGES",
  "elk.layered.crossingMinimization.forceNodeModelOrder": "false",
  "elk.layered.nodePlacement.strategy": "BRANDES_KOEPF",
  "elk.layered.nodePlacement.bk.fixedAlignment": "BALANCED",
};

/**
 * What elk is asked: the nodes with their sizes, frames as nodes around theirs, and ports in their order on the side where
 * the flow goes on. Only the nodes of `ids` where they are given. Without a catalogue the ports are those with a connection.
 */
export function elkGraph(
  flow: Flow,
  sizes: Sizes,
  direction: Direction,
  ids?: readonly string[],
  catalogue?: Catalogue,
): ElkNode {
  const wanted = ids && new Set(ids);
  const nodes = flow.nodes.filter(({ id }) => !wanted || wanted.has(id));
  const known = new Set(nodes.map(({ id }) => id));
  const groupOf = framesOf(flow, known);
  const elkNodes = new Map(
    nodes.map((node) => [
      node.id,
      elkNode(node, sizeOf(sizes, node.id), direction, portNames(flow, node, catalogue)),
    ]),
  );
  return {
    id: "root",
    layoutOptions: { ...OPTIONS, "elk.direction": direction === "down" ? "DOWN" : "RIGHT" },
    children: withFrames(nodes, groupOf, elkNodes),
    edges: flow.edges
      .filter(({ source, target }) => known.has(source) && known.has(target))
      .map(
        (edge): ElkExtendedEdge => ({
          id: edge.id,
          sources: [portId(edge.source, edge.sourceHandle)],
          targets: [edge.target],
        }),
      ),
  };
}

/** The flow with its nodes where elk put them. A part of a flow stays where it was: its upper left corner does not move. */
export function applyLayout(flow: Flow, result: ElkNode, ids?: readonly string[]): Flow {
  const places = new Map<string, { x: number; y: number }>();
  collectPlaces(result, { x: 0, y: 0 }, places);
  const moved = flow.nodes.filter(({ id }) => places.has(id) && (!ids || ids.includes(id)));
  const shift = ids ? cornerShift(moved, places) : { x: 0, y: 0 };
  return moveNodes(
    flow,
    Object.fromEntries(
      moved.map(({ id }) => {
        const { x, y } = places.get(id) ?? { x: 0, y: 0 };
        return [id, { x: Math.round(x + shift.x), y: Math.round(y + shift.y) }];
      }),
    ),
  );
}

/** Each node's frame; a frame counts only with the nodes that take part. */
function framesOf(flow: Flow, known: ReadonlySet<string>): ReadonlyMap<string, string> {
  const frames = new Map<string, string>();
  for (const { id, nodes } of groupsOf(flow)) {
    for (const node of nodes) if (known.has(node) && !frames.has(node)) frames.set(node, id);
  }
  return frames;
}

function withFrames(
  nodes: readonly FlowNode[],
  groupOf: ReadonlyMap<string, string>,
  elkNodes: ReadonlyMap<string, ElkNode>,
): ElkNode[] {
  const frames = new Map<string, ElkNode>();
  const children: ElkNode[] = [];
  for (const { id } of nodes) {
    const node = elkNodes.get(id);
    const group = groupOf.get(id);
    if (!node) continue;
    if (group === undefined) children.push(node);
    else {
      const frame = frames.get(group) ?? {
        id: GROUP_PREFIX + group,
        children: [],
        layoutOptions: { "elk.padding": GROUP_PADDING },
      };
      if (!frames.has(group)) children.push(frame);
      frames.set(group, frame);
      frame.children?.push(node);
    }
  }
  return children;
}

function elkNode(node: FlowNode, size: Size, direction: Direction, ports: readonly string[]): ElkNode {
  return {
    id: node.id,
    width: size.width,
    height: size.height,
    layoutOptions: { "elk.portConstraints": "FIXED_POS" },
    ports: ports.map((name, index) =>
      elkPort(node.id, name, (index + 1) / (ports.length + 1), { size, direction }),
    ),
  };
}

/** Positions rather than an order: elk counts ports of the lower side from right to left. */
function elkPort(
  nodeId: string,
  name: string,
  share: number,
  { size, direction }: { readonly size: Size; readonly direction: Direction },
): ElkPort {
  const down = direction === "down";
  return {
    id: portId(nodeId, name),
    x: down ? size.width * share : size.width,
    y: down ? size.height : size.height * share,
    width: 0,
    height: 0,
    layoutOptions: { "elk.port.side": down ? "SOUTH" : "EAST" },
  };
}

function portNames(flow: Flow, node: FlowNode, catalogue: Catalogue | undefined): readonly string[] {
  if (catalogue) return portsInUse(flow, node, catalogue).map(({ name }) => name);
  return [
    ...new Set(flow.edges.filter(({ source }) => source === node.id).map(({ sourceHandle }) => sourceHandle)),
  ];
}

function portId(nodeId: string, port: string): string {
  return `${nodeId}:${port}`;
}

function collectPlaces(
  node: ElkNode,
  origin: { x: number; y: number },
  places: Map<string, { x: number; y: number }>,
): void {
  for (const child of node.children ?? []) {
    const place = { x: origin.x + (child.x ?? 0), y: origin.y + (child.y ?? 0) };
    if (child.id.startsWith(GROUP_PREFIX)) collectPlaces(child, place, places);
    else places.set(child.id, place);
  }
}

function cornerShift(
  nodes: readonly FlowNode[],
  places: ReadonlyMap<string, { x: number; y: number }>,
): { x: number; y: number } {
  if (nodes.length === 0) return { x: 0, y: 0 };
  const least = (axis: "x" | "y") =>
    Math.min(...nodes.map(({ position }) => position[axis])) -
    Math.min(...nodes.map(({ id }) => places.get(id)?.[axis] ?? 0));
  return { x: least("x"), y: least("y") };
}
