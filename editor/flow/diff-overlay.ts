import type { Flow } from "../../engine/core/flow.ts";
import type { FlowDiff } from "../model/diff.ts";
import type { NodeMark, Overlay } from "./overlay.ts";

/** What changed, node by node, as the canvas draws it over the newer of the two documents. */
export function diffOverlay(diff: FlowDiff, after: Flow): Overlay {
  const nodes = new Map<string, NodeMark>();
  for (const { id } of diff.nodes.added) nodes.set(id, changed("added"));
  for (const { id } of diff.nodes.changed) nodes.set(id, changed("changed"));
  const edges = after.edges.filter(({ id }) => diff.edges.added.some((edge) => edge.id === id));
  return { kind: "diff", nodes, edges: new Map(edges.map(({ id }) => [id, 1])) };
}

function changed(change: "added" | "changed"): NodeMark {
  return { state: null, order: [], ms: null, credits: null, count: null, change };
}
