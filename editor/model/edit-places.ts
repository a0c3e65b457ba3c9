import type { Flow, FlowNode } from "../../engine/core/flow.ts";

export type Side = "left" | "centre" | "right" | "top" | "middle" | "bottom";

export interface Size {
  readonly width: number;
  readonly height: number;
}

/** How large nodes are on the canvas, by id. */
export type Sizes = Readonly<Record<string, Size>>;

type Place = FlowNode["position"];

/** Of a node that nobody measured: the width of a card, and about two lines. */
export const USUAL_SIZE: Size = { width: 260, height: 96 };

export function sizeOf(sizes: Sizes, id: string): Size {
  return Object.hasOwn(sizes, id) ? (sizes[id] ?? USUAL_SIZE) : USUAL_SIZE;
}

type Places = Readonly<Record<string, Place>>;

/** Nodes, and notes of the canvas, to new places by their ids; a note may have the id of a node. */
export function moveNodes(flow: Flow, places: Places, notePlaces: Places = {}): Flow {
  const moved = <T extends { id: string; position: Place }>(items: T[], places: Places): T[] => {
    const next = items.map((item) => {
      const place = Object.hasOwn(places, item.id) ? places[item.id] : undefined;
      if (!place || (place.x === item.position.x && place.y === item.position.y)) return item;
      return { ...item, position: { x: place.x, y: place.y } };
    });
    return next.some((item, index) => item !== items[index]) ? next : items;
  };
  const nodes = moved(flow.nodes, places);
  const notes = flow.canvas?.notes && moved(flow.canvas.notes, notePlaces);
  if (notes && notes !== flow.canvas?.notes) return { ...flow, nodes, canvas: { ...flow.canvas, notes } };
  return nodes === flow.nodes ? flow : { ...flow, nodes };
}

/** Brings nodes to one line: the outermost edge among them, or the middle of all. */
export function align(flow: Flow, ids: readonly string[], side: Side, sizes: Sizes = {}): Flow {
  const boxes = boxesOf(flow, ids, sizes);
  if (boxes.length < 2) return flow;
  const axis = AXIS_OF[side];
  const starts = boxes.map((box) => box.start[axis]);
  const ends = boxes.map((box) => box.start[axis] + box.size[axis]);
  const [first, last] = [Math.min(...starts), Math.max(...ends)];
  const at = (length: number): number => {
    if (side === "left" || side === "top") return first;
    return side === "right" || side === "bottom" ? last - length : (first + last - length) / 2;
  };
  return moveNodes(
    flow,
    Object.fromEntries(boxes.map(({ id, start, size }) => [id, { ...start, [axis]: at(size[axis]) }])),
  );
}

/** Makes the gaps between nodes equal; the outermost stay where they are. */
export function distribute(flow: Flow, ids: readonly string[], axis: "x" | "y", sizes: Sizes = {}): Flow {
  const boxes = boxesOf(flow, ids, sizes).toSorted((a, b) => a.start[axis] - b.start[axis]);
  const [first, last] = [boxes[0], boxes.at(-1)];
  if (!first || !last || boxes.length < 3) return flow;
  const room = last.start[axis] + last.size[axis] - first.start[axis];
  const filled = boxes.reduce((sum, { size }) => sum + size[axis], 0);
  const gap = (room - filled) / (boxes.length - 1);
  let next = first.start[axis];
  const places = boxes.map(({ id, start, size }) => {
    const place = [id, { ...start, [axis]: next }] as const;
    next += size[axis] + gap;
    return place;
  });
  return moveNodes(flow, Object.fromEntries(places));
}

const AXIS_OF = {
  left: "x",
  centre: "x",
  right: "x",
  top: "y",
  middle: "y",
  bottom: "y",
} as const satisfies Record<Side, "x" | "y">;

interface Box {
  readonly id: string;
  readonly start: Place;
  readonly size: Place;
}

function boxesOf(flow: Flow, ids: readonly string[], sizes: Sizes): Box[] {
  return flow.nodes
    .filter(({ id }) => ids.includes(id))
    .map(({ id, position }) => {
      const { width, height } = sizeOf(sizes, id);
      return { id, start: { x: position.x, y: position.y }, size: { x: width, y: height } };
    });
}
