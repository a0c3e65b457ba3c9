import { type Node, Position } from "@xyflow/react";
import type { Flow, FlowNode } from "../../engine/core/flow.ts";
import type { Catalogue } from "../model/catalogue.ts";
import { type Group, groupsOf, type Note, notesOf } from "../model/edit-canvas.ts";
import { type Size, USUAL_SIZE } from "../model/edit-places.ts";
import { groupKey, noteKey } from "./canvas-ids.ts";

export type Direction = "down" | "right";

export type StepNode = Node<{ readonly node: FlowNode; readonly direction: Direction }, "step">;
export type StartNode = Node<{ readonly node: FlowNode; readonly direction: Direction }, "start">;
export type ForeignNode = Node<{ readonly node: FlowNode; readonly direction: Direction }, "foreign">;
export type NoteNode = Node<{ readonly note: Note }, "note">;
export type GroupNode = Node<{ readonly group: Group }, "group">;
export type CanvasNode = StepNode | StartNode | ForeignNode | NoteNode | GroupNode;

/** Room around what a group frames, and for its name above. */
const PADDING = 20;
const NAME = 36;

/** Groups lie under connections, notes under steps, and what is selected above everything. */
const LAYER = { group: -2, note: -1, step: 0, selected: 10 } as const;

/**
 * What is drawn, from the document. A node that did not change stays the very same object, with what was measured of it, so
 * that only what changed is drawn again.
 */
export function canvasNodes(
  before: readonly CanvasNode[],
  flow: Flow,
  { catalogue, selection }: { readonly catalogue: Catalogue; readonly selection: ReadonlySet<string> },
): CanvasNode[] {
  const old = new Map(before.map((node) => [node.id, node]));
  const direction = flow.canvas?.direction ?? "down";
  const steps = flow.nodes.map((node) => stepNode(node, { catalogue, selection, direction, old }));
  const notes = notesOf(flow).map((note) => noteNode(note, { selection, old }));
  const placed = new Map(steps.map((node) => [node.id, node]));
  const groups = groupsOf(flow).map((group) => groupNode(group, { selection, old, placed }));
  return [...groups.filter((group) => group !== null), ...notes, ...steps];
}

/** Frames follow what they frame while it is being dragged. */
export function withFrames(nodes: readonly CanvasNode[]): CanvasNode[] {
  const placed = new Map(nodes.map((node) => [node.id, node]));
  return nodes.map((node) => {
    if (node.type !== "group") return node;
    const frame = frameOf(node.data.group, placed);
    return frame && !sameFrame(node, frame) ? { ...node, ...frame } : node;
  });
}

/** How large something is on the canvas. */
function sizeOfNode(node: CanvasNode): Size {
  const width = node.measured?.width ?? node.width ?? USUAL_SIZE.width;
  const height = node.measured?.height ?? node.height ?? USUAL_SIZE.height;
  return { width, height };
}

interface Context {
  readonly catalogue: Catalogue;
  readonly selection: ReadonlySet<string>;
  readonly direction: Direction;
  readonly old: ReadonlyMap<string, CanvasNode>;
}

type CardNode = StepNode | StartNode | ForeignNode;

function stepNode(node: FlowNode, { catalogue, selection, direction, old }: Context): CardNode {
  const type = cardType(node, catalogue);
  const selected = selection.has(node.id);
  const before = old.get(node.id);
  const card = before && isCard(before) ? before : undefined;
  if (card && card.type === type && card.data.node === node && card.data.direction === direction) {
    const stays =
      card.selected === selected &&
      card.position.x === node.position.x &&
      card.position.y === node.position.y &&
      !card.dragging;
    if (stays) return card;
  }
  const data =
    card?.data.node === node && card.data.direction === direction ? card.data : { node, direction };
  return {
    ...(card?.measured ? { measured: card.measured } : {}),
    id: node.id,
    type,
    position: node.position,
    data,
    selected,
    sourcePosition: direction === "down" ? Position.Bottom : Position.Right,
    targetPosition: direction === "down" ? Position.Top : Position.Left,
    zIndex: selected ? LAYER.selected : LAYER.step,
  };
}

function isCard(node: CanvasNode): node is CardNode {
  return node.type === "step" || node.type === "start" || node.type === "foreign";
}

function cardType(node: FlowNode, catalogue: Catalogue): CardNode["type"] {
  const known = catalogue.get(node.type, node.version);
  if (!known) return "foreign";
  return known.kind === "trigger" ? "start" : "step";
}

function noteNode(note: Note, { selection, old }: Pick<Context, "selection" | "old">): NoteNode {
  const id = noteKey(note.id);
  const selected = selection.has(id);
  const before = old.get(id);
  if (before?.type === "note" && before.data.note === note && before.selected === selected) {
    const { position, width, height } = before;
    const stays = position.x === note.position.x && position.y === note.position.y && !before.dragging;
    if (stays && width === note.size.width && height === note.size.height) return before;
  }
  return {
    ...(before?.measured ? { measured: before.measured } : {}),
    id,
    type: "note",
    position: note.position,
    width: note.size.width,
    height: note.size.height,
    data: { note },
    selected,
    zIndex: LAYER.note,
  };
}

function groupNode(
  group: Group,
  {
    selection,
    old,
    placed,
  }: Pick<Context, "selection" | "old"> & { placed: ReadonlyMap<string, CanvasNode> },
): GroupNode | null {
  const id = groupKey(group.id);
  const selected = selection.has(id);
  const frame = frameOf(group, placed);
  const before = old.get(id);
  if (!frame) return null;
  if (before?.type === "group" && before.data.group === group && before.selected === selected) {
    if (sameFrame(before, frame) && !before.dragging) return before;
  }
  return {
    id,
    type: "group",
    ...frame,
    data: { group },
    selected,
    dragHandle: ".group-name",
    zIndex: LAYER.group,
  };
}

type Frame = Pick<Node, "position"> & { readonly width: number; readonly height: number };

function frameOf(group: Group, placed: ReadonlyMap<string, CanvasNode>): Frame | null {
  const members = group.nodes.flatMap((id) => placed.get(id) ?? []);
  if (members.length === 0) return null;
  const boxes = members.map((node) => ({ ...node.position, ...sizeOfNode(node) }));
  const left = Math.min(...boxes.map(({ x }) => x)) - PADDING;
  const top = Math.min(...boxes.map(({ y }) => y)) - NAME;
  const right = Math.max(...boxes.map(({ x, width }) => x + width)) + PADDING;
  const bottom = Math.max(...boxes.map(({ y, height }) => y + height)) + PADDING;
  return { position: { x: left, y: top }, width: right - left, height: bottom - top };
}

function sameFrame(node: GroupNode, frame: Frame): boolean {
  return (
    node.position.x === frame.position.x &&
    node.position.y === frame.position.y &&
    node.width === frame.width &&
    node.height === frame.height
  );
}
