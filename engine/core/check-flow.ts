import { checkCode } from "./check-code.ts";
import { checkGraph } from "./check-graph.ts";
import { checkParams } from "./check-params.ts";
import { checkReferences } from "./check-references.ts";
import { checkSchedules } from "./check-schedules.ts";
import { checkSettings, checkShape } from "./check-shape.ts";
import { checkStructure } from "./check-structure.ts";
import type { CheckTools, Problem } from "./check-tools.ts";
import { checkTypes } from "./check-types.ts";
import { viewFlow } from "./flow-view.ts";
import { pointerSegments } from "./json-pointer.ts";

/**
 * Everything wrong with a flow document, for editor, API and publish alike. First what concerns the document, then by
 * node in the order of the document, then by path. Same document and tools, same list. Never throws.
 */
export function checkFlow(document: unknown, tools: CheckTools): Problem[] {
  const { problems, flow } = checkShape(document, tools);
  if (!flow) return sorted(problems, []);
  const view = viewFlow(flow, tools);
  const found = [
    ...problems,
    ...checkSettings(flow, tools),
    ...checkTypes(view),
    ...checkGraph(view),
    ...checkStructure(view),
    ...checkParams(view),
    ...checkReferences(view),
    ...checkSchedules(view),
    ...checkCode(view),
  ];
  return sorted(
    found,
    flow.nodes.map((node) => node.id),
  );
}

function sorted(problems: readonly Problem[], nodeIds: readonly string[]): Problem[] {
  const order = new Map(nodeIds.toReversed().map((id, index) => [id, nodeIds.length - index]));
  const rank = (problem: Problem): number => (problem.nodeId === null ? 0 : (order.get(problem.nodeId) ?? 0));
  return problems.toSorted(
    (a, b) => rank(a) - rank(b) || comparePaths(a.path, b.path) || compareTexts(a.code, b.code),
  );
}

/** By segments, numbers by value: `/edges/2` before `/edges/10`. */
function comparePaths(a: string, b: string): number {
  const [left, right] = [pointerSegments(a), pointerSegments(b)];
  for (const [index, segment] of left.entries()) {
    const other = right[index];
    if (other === undefined) return 1;
    if (segment === other) continue;
    const byNumber = Number(segment) - Number(other);
    return Number.isNaN(byNumber) || byNumber === 0 ? compareTexts(segment, other) : byNumber;
  }
  return left.length - right.length;
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
