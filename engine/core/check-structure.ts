import type { Problem } from "./check-tools.ts";
import { type FlowView, type NodeView, problem } from "./flow-view.ts";
import { type Graph, graphOf } from "./graph.ts";
import { branchesOf, FOR_EACH, JOIN, joinsOf, nodesOfBranch, PARALLEL, SPLIT } from "./join-of.ts";
import { fieldOf } from "./plain-data.ts";

/** Branches that do not come together, joins of nothing, and steps that cannot run where they stand. */
export function checkStructure(view: FlowView): Problem[] {
  const graph = graphOf(view.flow);
  const joins = joinsOf(graph);
  return [
    ...[...view.byId.values()].flatMap((node) => {
      if (node.node.type === PARALLEL)
        return checkParallel(view, graph, node, joins.get(node.node.id) ?? null);
      if (node.node.type === SPLIT) return checkSplit(view, node);
      return [];
    }),
    ...loneJoins(view, new Set(joins.values())),
    ...unheardNodes(view, graph, joins),
  ];
}

function checkParallel(
  view: FlowView,
  graph: Graph,
  { node, path }: NodeView,
  join: string | null,
): Problem[] {
  const place = { path, nodeId: node.id };
  if (join === null) return [problem(view.tools, "parallel_without_join", place, { id: node.id })];
  return branchesOf(graph, node.id)
    .filter(({ target }) => !nodesOfBranch(graph, target, join).joins)
    .map(({ port }) => problem(view.tools, "branch_never_joins", place, { id: node.id, port, join }));
}

function loneJoins({ byId, tools }: FlowView, joined: ReadonlySet<string | null>): Problem[] {
  return [...byId.values()]
    .filter(({ node }) => node.type === JOIN && !joined.has(node.id))
    .map(({ node, path }) =>
      problem(tools, "join_without_parallel", { path, nodeId: node.id }, { id: node.id }),
    );
}

/** Nodes for whoever is on the line, where nobody is: in a branch, or in an item that runs by itself. */
function unheardNodes(view: FlowView, graph: Graph, joins: ReadonlyMap<string, string | null>): Problem[] {
  const ways = [...view.byId.values()].flatMap(({ node, visible }) => {
    if (node.type === PARALLEL) {
      const join = joins.get(node.id) ?? null;
      return branchesOf(graph, node.id).map(({ target }) => ({ by: node.id, target, end: join }));
    }
    const target = node.type === FOR_EACH ? graph.target(node.id, "item") : undefined;
    const concurrency = fieldOf(visible?.params, "concurrency");
    if (target === undefined || typeof concurrency !== "number" || concurrency < 2) return [];
    return [{ by: node.id, target, end: node.id }];
  });
  const found = new Map<string, string>();
  for (const { by, target, end } of ways) {
    for (const id of nodesOfBranch(graph, target, end).nodes) {
      if (view.byId.get(id)?.info?.needsLine && !found.has(id)) found.set(id, by);
    }
  }
  return [...found].map(([id, by]) => {
    const path = view.byId.get(id)?.path ?? "/nodes";
    return problem(view.tools, "caller_not_in_branch", { path, nodeId: id }, { id, by });
  });
}

function checkSplit({ tools }: FlowView, { node, path, visible }: NodeView): Problem[] {
  const arms = fieldOf(visible?.params, "arms");
  if (!Array.isArray(arms)) return [];
  const percents = arms.map((arm: unknown) => fieldOf(arm, "percent"));
  if (!percents.every((percent) => typeof percent === "number")) return [];
  const total = percents.reduce((sum, percent) => sum + percent, 0);
  if (Math.abs(total - 100) <= 0.001) return [];
  const place = { path: `${path}/data/params/arms`, nodeId: node.id };
  return [problem(tools, "split_not_whole", place, { id: node.id, total })];
}
