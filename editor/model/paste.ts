import type { Flow } from "../../engine/core/flow.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Clip } from "./clip.ts";
import { addNote, groupsOf, withGroups } from "./edit-canvas.ts";
import { freshEdgeId, freshId } from "./node-ids.ts";
import { renameReferences } from "./step-references.ts";

/**
 * Nodes from the clipboard with their upper left corner at `at`, under ids of their own. What they say of each other is said
 * of the copies; what they say of steps that were not copied stays, and is told as a problem where no such step is. Several
 * triggers of one kind are allowed in a flow, so they are pasted like everything else.
 */
export function paste(
  flow: Flow,
  clip: Clip,
  at: { readonly x: number; readonly y: number },
  catalogue: Catalogue,
): { flow: Flow; ids: readonly string[] } {
  const names = freshNames(flow, clip);
  const idOf = (id: string): string => names.get(id) ?? id;
  const left = Math.min(...clip.nodes.map(({ position }) => position.x));
  const top = Math.min(...clip.nodes.map(({ position }) => position.y));
  const nodes = clip.nodes.map((node) => ({
    ...node,
    id: idOf(node.id),
    version: catalogue.get(node.type, node.version) ? node.version : usableVersion(node, catalogue),
    position: { x: node.position.x - left + at.x, y: node.position.y - top + at.y },
    data: { ...node.data, params: renameReferences(node.data.params, names) },
  }));
  const edgeIds = new Set(flow.edges.map(({ id }) => id));
  const edges = clip.edges.map(({ source, sourceHandle, target }) => {
    const id = freshEdgeId(idOf(source), sourceHandle, edgeIds);
    edgeIds.add(id);
    return { id, source: idOf(source), sourceHandle, target: idOf(target) };
  });
  const pasted = { ...flow, nodes: [...flow.nodes, ...nodes], edges: [...flow.edges, ...edges] };
  const framed = withPastedGroups(pasted, clip, idOf);
  return {
    flow: withPastedNotes(framed, clip, { x: at.x - left, y: at.y - top }),
    ids: nodes.map(({ id }) => id),
  };
}

/** New ids also for what is free: the same id in a clip must not become two nodes. */
function freshNames(flow: Flow, clip: Clip): ReadonlyMap<string, string> {
  const taken = new Set(flow.nodes.map(({ id }) => id));
  const names = new Map<string, string>();
  for (const { id } of clip.nodes) {
    const fresh = freshId(id, taken);
    taken.add(fresh);
    names.set(id, fresh);
  }
  return names;
}

/** A version this place does not have would be a problem nobody can mend; of an unknown type nothing is known. */
function usableVersion(node: { type: string; version: number }, catalogue: Catalogue): number {
  return catalogue.get(node.type)?.version ?? node.version;
}

function withPastedNotes(flow: Flow, clip: Clip, by: { readonly x: number; readonly y: number }): Flow {
  return (clip.notes ?? []).reduce((before, { position, size, text, colour }) => {
    const place = { x: position.x + by.x, y: position.y + by.y };
    return addNote(before, { position: place, size, text, colour }).flow;
  }, flow);
}

function withPastedGroups(flow: Flow, clip: Clip, idOf: (id: string) => string): Flow {
  if (!clip.groups || clip.groups.length === 0) return flow;
  const groups = [...groupsOf(flow)];
  const taken = new Set([...groups, ...(flow.canvas?.notes ?? [])].map(({ id }) => id));
  for (const group of clip.groups) {
    const id = freshId(group.id, taken);
    taken.add(id);
    groups.push({ ...group, id, nodes: group.nodes.map(idOf) });
  }
  return withGroups(flow, groups);
}
