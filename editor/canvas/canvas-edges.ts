import type { Edge } from "@xyflow/react";
import type { Flow, FlowEdge } from "../../engine/core/flow.ts";
import { edgeKey } from "./canvas-ids.ts";

export type WireEdge = Edge<{ readonly edge: FlowEdge }, "wire">;

/** Connections as they are drawn; one that did not change stays the very same object. */
export function canvasEdges(
  before: readonly WireEdge[],
  flow: Flow,
  selection: ReadonlySet<string>,
): WireEdge[] {
  const old = new Map(before.map((edge) => [edge.id, edge]));
  return flow.edges.map((edge) => {
    const id = edgeKey(edge.id);
    const selected = selection.has(id);
    const drawn = old.get(id);
    if (drawn?.data?.edge === edge && drawn.selected === selected) return drawn;
    const { source, sourceHandle, target } = edge;
    // Only the selected one can be taken by its ends: others would get in the way of the steps they hang on.
    return {
      id,
      type: "wire",
      source,
      sourceHandle,
      target,
      data: { edge },
      selected,
      reconnectable: selected,
    };
  });
}
