import type { Flow, FlowEdge } from "../../engine/core/flow.ts";
import { reachableFrom } from "../../engine/core/reach.ts";
import type { Catalogue } from "./catalogue.ts";
import { addNode, type NewNode } from "./edit-nodes.ts";
import { moveNodes } from "./edit-places.ts";
import { freshEdgeId } from "./node-ids.ts";
import { mainPort } from "./ports.ts";

export interface NewEdge {
  readonly source: string;
  readonly sourceHandle: string;
  readonly target: string;
}

/** A node that is put between or after others; where it goes is worked out unless it is said. */
type InsertedNode = Omit<NewNode, "position"> & Partial<Pick<NewNode, "position">>;

/** How far apart nodes are put: a card and the room for its connections. */
const STEP = { down: { x: 0, y: 160 }, right: { x: 340, y: 0 } } as const;

/** A port leads to one node: a connection that was there gives way. */
export function connect(flow: Flow, edge: NewEdge): Flow {
  const ids = new Set(flow.nodes.map(({ id }) => id));
  if (!ids.has(edge.source) || !ids.has(edge.target)) return flow;
  const old = edgeAt(flow, edge);
  if (old) return old.target === edge.target ? flow : retarget(flow, old.id, edge.target);
  const id = freshEdgeId(edge.source, edge.sourceHandle, new Set(flow.edges.map((each) => each.id)));
  const { source, sourceHandle, target } = edge;
  return { ...flow, edges: [...flow.edges, { id, source, sourceHandle, target }] };
}

export function disconnect(flow: Flow, edgeIds: string | readonly string[]): Flow {
  const gone = new Set(typeof edgeIds === "string" ? [edgeIds] : edgeIds);
  const edges = flow.edges.filter(({ id }) => !gone.has(id));
  return edges.length === flow.edges.length ? flow : { ...flow, edges };
}

/** A new node between two: what followed now follows its main port. */
export function insertOnEdge(
  flow: Flow,
  edgeId: string,
  node: InsertedNode,
  catalogue: Catalogue,
): { flow: Flow; id: string } {
  const edge = flow.edges.find(({ id }) => id === edgeId);
  const target = flow.nodes.find(({ id }) => id === edge?.target);
  if (!edge || !target) return addNode(flow, { position: { x: 0, y: 0 }, ...node }, catalogue);
  const roomy = node.position ? flow : makeRoom(flow, edge);
  const position = node.position ?? { x: target.position.x, y: target.position.y };
  const { flow: added, id } = addNode(roomy, { ...node, position }, catalogue);
  const port = mainPortOf(added, id, catalogue);
  const led = retarget(added, edge.id, id);
  return {
    id,
    flow: port === null ? led : connect(led, { source: id, sourceHandle: port, target: edge.target }),
  };
}

/** A new node behind a port; where something follows already, it is put in between. */
export function addAfterPort(
  flow: Flow,
  port: { readonly source: string; readonly sourceHandle: string },
  node: InsertedNode,
  catalogue: Catalogue,
): { flow: Flow; id: string } {
  const edge = edgeAt(flow, port);
  if (edge) return insertOnEdge(flow, edge.id, node, catalogue);
  const position = node.position ?? freePlaceAfter(flow, port.source);
  const { flow: added, id } = addNode(flow, { ...node, position }, catalogue);
  return { id, flow: connect(added, { ...port, target: id }) };
}

function retarget(flow: Flow, edgeId: string, target: string): Flow {
  return { ...flow, edges: flow.edges.map((edge) => (edge.id === edgeId ? { ...edge, target } : edge)) };
}

function edgeAt(flow: Flow, port: { readonly source: string; readonly sourceHandle: string }) {
  return flow.edges.find(
    ({ source, sourceHandle }) => source === port.source && sourceHandle === port.sourceHandle,
  );
}

function mainPortOf(flow: Flow, id: string, catalogue: Catalogue): string | null {
  const node = flow.nodes.find((each) => each.id === id);
  return node ? mainPort(node, catalogue) : null;
}

/** Everything that follows and lies further on moves on by one step; a way back stays where it is. */
function makeRoom(flow: Flow, edge: FlowEdge): Flow {
  const step = STEP[flow.canvas?.direction ?? "down"];
  const axis = step.y > 0 ? "y" : "x";
  const target = flow.nodes.find(({ id }) => id === edge.target);
  const after = new Map(
    [...Map.groupBy(flow.edges, ({ source }) => source)].map(([id, out]) => [
      id,
      out.map((each) => each.target),
    ]),
  );
  const behind = reachableFrom([edge.target], after, edge.source);
  const moved = flow.nodes.filter(
    ({ id, position }) => behind.has(id) && target && position[axis] >= target.position[axis],
  );
  return moveNodes(
    flow,
    Object.fromEntries(
      moved.map(({ id, position }) => [id, { x: position.x + step.x, y: position.y + step.y }]),
    ),
  );
}

/** One step on, and aside of what is there already. */
function freePlaceAfter(flow: Flow, sourceId: string): { x: number; y: number } {
  const source = flow.nodes.find(({ id }) => id === sourceId);
  const right = flow.canvas?.direction === "right";
  const step = STEP[right ? "right" : "down"];
  const aside = right ? { x: 0, y: STEP.down.y } : { x: STEP.right.x, y: 0 };
  const place = { x: (source?.position.x ?? 0) + step.x, y: (source?.position.y ?? 0) + step.y };
  while (flow.nodes.some(({ position }) => overlaps(position, place))) {
    place.x += aside.x;
    place.y += aside.y;
  }
  return place;
}

function overlaps(a: { x: number; y: number }, b: { x: number; y: number }): boolean {
  return Math.abs(a.x - b.x) < 280 && Math.abs(a.y - b.y) < 110;
}
