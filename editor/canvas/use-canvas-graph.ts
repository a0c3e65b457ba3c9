import { applyNodeChanges, type EdgeChange, type NodeChange } from "@xyflow/react";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import type { Flow } from "../../engine/core/flow.ts";
import { useFlow, useFlowStore } from "../flow/flow-store.ts";
import { groupsOf, notesOf } from "../model/edit-canvas.ts";
import { moveNodes } from "../model/edits.ts";
import { present } from "../model/history.ts";
import { canvasEdges, type WireEdge } from "./canvas-edges.ts";
import { edgeKey, groupKey, noteKey, parseKey } from "./canvas-ids.ts";
import { type CanvasNode, canvasNodes, withFrames } from "./canvas-nodes.ts";
import { stepLabel } from "./step-label.ts";

interface CanvasGraph {
  readonly nodes: CanvasNode[];
  readonly edges: WireEdge[];
  onNodesChange(changes: NodeChange<CanvasNode>[]): void;
  onEdgesChange(changes: EdgeChange<WireEdge>[]): void;
  /** What was dragged comes into the document as one step of the history. */
  commitPlaces(): void;
}

/**
 * The document as it is drawn. While something is dragged its place is known here alone: the document, the other rooms and
 * the server hear of it once, when it is let go.
 */
export function useCanvasGraph(): CanvasGraph {
  const store = useFlowStore();
  const flow = useFlow((state) => present(state.history));
  const selection = useFlow((state) => state.selection);
  const catalogue = useFlow((state) => state.catalogue);
  const [nodes, setNodes] = useState<CanvasNode[]>(() => canvasNodes([], flow, { catalogue, selection }));
  const edgesBefore = useRef<WireEdge[]>([]);
  // The mouse may be let go before its last move is drawn; what is committed then is what was told, not what is drawn.
  const latest = useRef(nodes);

  const update = useCallback((next: (before: CanvasNode[]) => CanvasNode[]) => {
    latest.current = next(latest.current);
    setNodes(latest.current);
  }, []);

  useEffect(() => {
    update((before) => canvasNodes(before, flow, { catalogue, selection }));
    forgetGone(store, flow);
  }, [store, flow, catalogue, selection, update]);

  const edges = useMemo(() => {
    edgesBefore.current = canvasEdges(edgesBefore.current, flow, selection);
    return edgesBefore.current;
  }, [flow, selection]);

  const onNodesChange = useCallback(
    (changes: NodeChange<CanvasNode>[]) => {
      select(store, changes);
      const shown = changes.filter(({ type }) => type === "position" || type === "dimensions");
      if (shown.length === 0) return;
      update((before) => withFrames(applyNodeChanges(withMembers(shown, before), before)));
    },
    [store, update],
  );

  const onEdgesChange = useCallback((changes: EdgeChange<WireEdge>[]) => select(store, changes), [store]);

  const commitPlaces = useCallback(() => {
    const { steps, notes } = movedPlaces(latest.current);
    const moved = Object.keys(steps).length + Object.keys(notes).length;
    if (moved === 0) return;
    store.getState().change(
      stepLabel((did) => did.move(moved)),
      (document) => moveNodes(document, steps, notes),
    );
  }, [store]);

  return { nodes, edges, onNodesChange, onEdgesChange, commitPlaces };
}

/** What was taken away cannot stay selected: the Tab key would have nowhere to go. */
function forgetGone(store: ReturnType<typeof useFlowStore>, flow: Flow): void {
  const { selection, select } = store.getState();
  if (selection.size === 0) return;
  const there = new Set([
    ...flow.nodes.map(({ id }) => id),
    ...flow.edges.map(({ id }) => edgeKey(id)),
    ...notesOf(flow).map(({ id }) => noteKey(id)),
    ...groupsOf(flow).map(({ id }) => groupKey(id)),
  ]);
  const left = [...selection].filter((key) => there.has(key));
  if (left.length < selection.size) select(left);
}

type Select = { readonly type: string; readonly id?: string; readonly selected?: boolean };

function select(store: ReturnType<typeof useFlowStore>, changes: readonly Select[]): void {
  const before = store.getState().selection;
  const next = new Set(before);
  for (const { type, id, selected } of changes) {
    if (type !== "select" || id === undefined) continue;
    if (selected) next.add(id);
    else next.delete(id);
  }
  const same = next.size === before.size && [...next].every((id) => before.has(id));
  if (!same) store.getState().select(next);
}

/** Whoever drags a group by its name drags what is in it. */
function withMembers(
  changes: readonly NodeChange<CanvasNode>[],
  nodes: readonly CanvasNode[],
): NodeChange<CanvasNode>[] {
  const moving = new Set(changes.flatMap((change) => (change.type === "position" ? [change.id] : [])));
  return changes.flatMap((change): NodeChange<CanvasNode>[] => {
    if (change.type !== "position" || parseKey(change.id).kind !== "group" || !change.position)
      return [change];
    const frame = nodes.find(({ id }) => id === change.id);
    if (frame?.type !== "group") return [change];
    const dx = change.position.x - frame.position.x;
    const dy = change.position.y - frame.position.y;
    const members = new Set(frame.data.group.nodes);
    return nodes
      .filter(({ id }) => members.has(id) && !moving.has(id))
      .map(({ id, position }) => ({
        type: "position" as const,
        id,
        position: { x: position.x + dx, y: position.y + dy },
      }));
  });
}

/** Where things are drawn other than the document has them; whole pixels, so that nobody's diff shows a hundredth. */
function movedPlaces(nodes: readonly CanvasNode[]) {
  const steps: Record<string, { x: number; y: number }> = {};
  const notes: Record<string, { x: number; y: number }> = {};
  for (const node of nodes) {
    if (node.type === "group") continue;
    const kept = node.type === "note" ? node.data.note.position : node.data.node.position;
    const { x, y } = node.position;
    if (x !== kept.x || y !== kept.y) {
      const places = node.type === "note" ? notes : steps;
      places[parseKey(node.id).id] = { x: Math.round(x), y: Math.round(y) };
    }
  }
  return { steps, notes };
}
