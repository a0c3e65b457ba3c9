import { type Static, Type } from "typebox";
import { type Flow, FlowCanvas, FlowEdge, FlowNode } from "../../engine/core/flow.ts";
import { groupsOf } from "./edit-canvas.ts";

/** What lies on the clipboard: nodes, and what holds them together. */
export const ClipSchema = Type.Object(
  {
    /** Tells our clips from any other text. */
    centralita: Type.Literal("nodes"),
    version: Type.Literal(1),
    nodes: Type.Array(FlowNode, { minItems: 1, maxItems: 2000 }),
    edges: Type.Array(FlowEdge, { maxItems: 10_000 }),
    notes: Type.Optional(Type.Index(FlowCanvas, ["notes"])),
    groups: Type.Optional(Type.Index(FlowCanvas, ["groups"])),
  },
  { additionalProperties: false },
);

export type Clip = Static<typeof ClipSchema>;

/** The nodes and notes with these ids, the connections among them, and the frames that are wholly among them. */
export function copyOf(flow: Flow, ids: readonly string[], noteIds: readonly string[] = []): Clip {
  const wanted = new Set(ids);
  const groups = groupsOf(flow).filter(({ nodes }) => nodes.every((id) => wanted.has(id)));
  const notes = (flow.canvas?.notes ?? []).filter(({ id }) => noteIds.includes(id));
  return {
    centralita: "nodes",
    version: 1,
    nodes: flow.nodes.filter(({ id }) => wanted.has(id)),
    edges: flow.edges.filter(({ source, target }) => wanted.has(source) && wanted.has(target)),
    ...(notes.length > 0 ? { notes } : {}),
    ...(groups.length > 0 ? { groups: [...groups] } : {}),
  };
}
