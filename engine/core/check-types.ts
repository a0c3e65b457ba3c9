import type { Problem } from "./check-tools.ts";
import { type FlowView, type NodeView, problem } from "./flow-view.ts";
import { nearest } from "./nearest.ts";

/** Nodes whose type or version nobody knows. */
export function checkTypes(view: FlowView): Problem[] {
  return view.nodes.filter((node) => node.info === null).map((node) => unknownType(view, node));
}

function unknownType({ tools }: FlowView, { node, path }: NodeView): Problem {
  const types = tools.types ?? [];
  const versions = types.filter((known) => known.type === node.type).map((known) => known.version);
  if (versions.length > 0) {
    const facts = { type: node.type, version: node.version, versions: versions.toSorted((a, b) => a - b) };
    return problem(tools, "node_version_unknown", { path: `${path}/version`, nodeId: node.id }, facts);
  }
  const suggestion = nearest(
    node.type,
    types.map((known) => known.type),
  );
  return problem(
    tools,
    "node_type_unknown",
    { path: `${path}/type`, nodeId: node.id },
    { type: node.type, nearest: suggestion },
  );
}
