import type { Flow, FlowCanvas } from "../../engine/core/flow.ts";
import { freshId } from "./node-ids.ts";

export type Note = NonNullable<FlowCanvas["notes"]>[number];
export type Group = NonNullable<FlowCanvas["groups"]>[number];

export interface NewNote {
  readonly position: Note["position"];
  readonly size?: Note["size"];
  readonly text?: string;
  readonly colour?: Note["colour"];
}

const NOTE_SIZE = { width: 220, height: 120 };

export function addNote(flow: Flow, note: NewNote): { flow: Flow; id: string } {
  const id = freshId("nota_1", canvasIds(flow));
  const { position, size = NOTE_SIZE, text = "", colour = "amber" } = note;
  return { id, flow: withNotes(flow, [...notesOf(flow), { id, position, size, text, colour }]) };
}

export function editNote(flow: Flow, id: string, changes: Partial<Omit<Note, "id">>): Flow {
  return withNotes(
    flow,
    notesOf(flow).map((note) => (note.id === id ? { ...note, ...changes } : note)),
  );
}

export function removeNote(flow: Flow, id: string): Flow {
  return withNotes(
    flow,
    notesOf(flow).filter((note) => note.id !== id),
  );
}

/** A frame around nodes. A node is in one frame only: it leaves the one it was in. */
export function group(
  flow: Flow,
  ids: readonly string[],
  label: string,
  colour: Group["colour"] = "grey",
): { flow: Flow; id: string } {
  const known = flow.nodes.map((node) => node.id).filter((id) => ids.includes(id));
  const id = freshId("grupo_1", canvasIds(flow));
  const others = withoutMembers(groupsOf(flow), new Set(known));
  return { id, flow: withGroups(flow, [...others, { id, label, colour, nodes: known }]) };
}

/** Takes the frame away; what it framed stays. */
export function ungroup(flow: Flow, id: string): Flow {
  return withGroups(
    flow,
    groupsOf(flow).filter((each) => each.id !== id),
  );
}

export function renameGroup(flow: Flow, id: string, label: string): Flow {
  return withGroups(
    flow,
    groupsOf(flow).map((each) => (each.id === id ? { ...each, label } : each)),
  );
}

export function setDirection(flow: Flow, direction: "down" | "right"): Flow {
  return { ...flow, canvas: { ...flow.canvas, direction } };
}

export function notesOf(flow: Flow): readonly Note[] {
  return flow.canvas?.notes ?? [];
}

export function groupsOf(flow: Flow): readonly Group[] {
  return flow.canvas?.groups ?? [];
}

function withNotes(flow: Flow, notes: readonly Note[]): Flow {
  return withCanvas(flow, { ...flow.canvas, notes: [...notes] });
}

export function withGroups(flow: Flow, groups: readonly Group[]): Flow {
  return withCanvas(flow, { ...flow.canvas, groups: [...groups] });
}

/** Groups without these nodes; one that is left empty goes with them. */
export function withoutMembers(groups: readonly Group[], gone: ReadonlySet<string>): readonly Group[] {
  return groups.flatMap((each) => {
    const nodes = each.nodes.filter((id) => !gone.has(id));
    if (nodes.length === each.nodes.length) return [each];
    return nodes.length === 0 ? [] : [{ ...each, nodes }];
  });
}

/** What is empty is left out, so that a note added and removed again leaves no trace. */
export function withCanvas(flow: Flow, canvas: FlowCanvas): Flow {
  const { canvas: _old, ...rest } = flow;
  const { notes = [], groups = [], ...others } = canvas;
  const next = {
    ...others,
    ...(notes.length > 0 ? { notes } : {}),
    ...(groups.length > 0 ? { groups } : {}),
  };
  return Object.keys(next).length === 0 ? rest : { ...rest, canvas: next };
}

function canvasIds(flow: Flow): ReadonlySet<string> {
  return new Set([...notesOf(flow), ...groupsOf(flow)].map(({ id }) => id));
}
