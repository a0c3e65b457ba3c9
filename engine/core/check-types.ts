import type { CheckTools, Problem } from "./check-tools.ts";
import { type FlowView, type NodeView, problem } from "./flow-view.ts";
import { suggester } from "./nearest.ts";

/** Nodes whose type or version nobody knows. */
export function checkTypes(view: FlowView): Problem[] {
  const suggest = suggester(view.tools.types ?? []);
  return view.nodes
    .filter((node) => node.info === null)
    .map((node) => unknownType(view.tools, node, suggest));
}

function unknownType(
  tools: CheckTools,
  { node, path }: NodeView,
  suggest: (type: string) => string | undefined,
): Problem {
  const { id: nodeId, type, version } = node;
  const versions = versionsOf(tools, type);
  if (versions.length > 0) {
    return problem(
      tools,
      "node_version_unknown",
      { path: `${path}/version`, nodeId },
      { type, version, versions },
    );
  }
  return problem(
    tools,
    "node_type_unknown",
    { path: `${path}/type`, nodeId },
    { type, nearest: suggest(type) },
  );
}

// Versions are counted from 1 without gaps worth speaking of, so asking for each is enough.
const MAX_VERSION = 50;

function versionsOf(tools: CheckTools, type: string): number[] {
  return Array.from({ length: MAX_VERSION }, (_, index) => index + 1).filter(
    (version) => tools.nodeType(type, version) !== null,
  );
}
