import { type Flow, SLUG } from "../../engine/core/flow.ts";
import { groupsOf, withGroups } from "./edit-canvas.ts";
import { renameReferences } from "./step-references.ts";

/**
 * Another id for a node, and with it in everything that names it: connections, frames, and every template of the flow. The
 * same flow where the id is not well formed or already taken.
 */
export function renameNode(flow: Flow, from: string, to: string): Flow {
  const taken = flow.nodes.some(({ id }) => id === to);
  const known = flow.nodes.some(({ id }) => id === from);
  if (from === to || taken || !known || !new RegExp(SLUG).test(to)) return flow;
  const names = new Map([[from, to]]);
  const idOf = (id: string): string => names.get(id) ?? id;
  const renamed: Flow = {
    ...flow,
    nodes: flow.nodes.map((node) => {
      const params = renameReferences(node.data.params, names);
      const data = params === node.data.params ? node.data : { ...node.data, params };
      return node.id === from || data !== node.data ? { ...node, id: idOf(node.id), data } : node;
    }),
    edges: flow.edges.map((edge) => {
      const touched = edge.source === from || edge.target === from;
      return touched ? { ...edge, source: idOf(edge.source), target: idOf(edge.target) } : edge;
    }),
    ...(flow.variables ? { variables: renameReferences(flow.variables, names) } : {}),
  };
  const groups = groupsOf(flow);
  if (!groups.some(({ nodes }) => nodes.includes(from))) return renamed;
  return withGroups(
    renamed,
    groups.map((each) => (each.nodes.includes(from) ? { ...each, nodes: each.nodes.map(idOf) } : each)),
  );
}
