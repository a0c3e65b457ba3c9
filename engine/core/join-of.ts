import type { Exit, Graph } from "./graph.ts";

/** Types whose meaning the core itself knows: they give a flow its shape. */
export const PARALLEL = "core.parallel";
export const JOIN = "core.join";
export const SPLIT = "core.split";
export const FOR_EACH = "core.for-each";
export const CALLED = "core.called";

/**
 * The join where the branches of a parallel step come together: of those that every branch leads to which leads to any,
 * the nearest. A parallel inside a branch is passed over to its own join first. Null where there is none.
 */
export function joinOf(graph: Graph, parallelId: string): string | null {
  return joinsOf(graph).get(parallelId) ?? null;
}

/** The join of each parallel step of a flow, null for one without. */
export function joinsOf(graph: Graph): ReadonlyMap<string, string | null> {
  const known = JOINS.get(graph);
  if (known) return known;
  const search: Search = { graph, found: new Map(), open: new Set() };
  for (const node of graph.flow.nodes) if (node.type === PARALLEL) findJoin(search, node.id);
  JOINS.set(graph, search.found);
  return search.found;
}

/** The branches of a parallel step that lead anywhere. */
export function branchesOf(graph: Graph, parallelId: string): readonly Exit[] {
  return graph.exits(parallelId).filter(({ port }) => port !== "error");
}

/** All nodes a branch may come to before this join, nested branches included; and whether it comes to the join. */
export function nodesOfBranch(
  graph: Graph,
  start: string,
  join: string | null,
): { readonly nodes: ReadonlySet<string>; readonly joins: boolean } {
  const nodes = new Set<string>();
  let joins = false;
  const pending = [start];
  for (let id = pending.pop(); id !== undefined; id = pending.pop()) {
    if (id === join) joins = true;
    else if (!nodes.has(id)) {
      nodes.add(id);
      pending.push(...graph.exits(id).map(({ target }) => target));
    }
  }
  return { nodes, joins };
}

// A graph never changes, so what was found in it holds.
const JOINS = new WeakMap<Graph, ReadonlyMap<string, string | null>>();

interface Search {
  readonly graph: Graph;
  readonly found: Map<string, string | null>;
  /** Being looked for: a parallel that lies in its own branch has no join there. */
  readonly open: Set<string>;
}

function findJoin(search: Search, id: string): string | null {
  const known = search.found.get(id);
  if (known !== undefined) return known;
  if (search.open.has(id)) return null;
  search.open.add(id);
  const join = nearestCommon(branchesOf(search.graph, id).map(({ target }) => joinsBehind(search, target)));
  search.open.delete(id);
  search.found.set(id, join);
  return join;
}

function nearestCommon(branches: readonly ReadonlyMap<string, number>[]): string | null {
  const leading = branches.filter((joins) => joins.size > 0);
  const common = [...(leading[0]?.keys() ?? [])].filter((id) => leading.every((joins) => joins.has(id)));
  const distance = (id: string) => Math.max(...leading.map((joins) => joins.get(id) ?? 0));
  return common.toSorted((a, b) => distance(a) - distance(b))[0] ?? null;
}

/** The first joins on the ways from here, with how many steps away they are. */
function joinsBehind(search: Search, start: string): ReadonlyMap<string, number> {
  const joins = new Map<string, number>();
  const seen = new Set<string>();
  let ring = [start];
  for (let distance = 0; ring.length > 0; distance++) {
    const fresh = ring.filter((id) => !seen.has(id));
    for (const id of fresh) seen.add(id);
    for (const id of fresh) if (isJoin(search.graph, id)) joins.set(id, distance);
    ring = fresh.filter((id) => !joins.has(id)).flatMap((id) => onward(search, id));
  }
  return joins;
}

function onward(search: Search, id: string): string[] {
  const { graph } = search;
  const isParallel = graph.node(id)?.type === PARALLEL;
  if (!isParallel) return graph.exits(id).map(({ target }) => target);
  const join = findJoin(search, id);
  const behind = join === null ? [] : graph.exits(join);
  const failed = graph.exits(id).filter(({ port }) => port === "error");
  return [...behind, ...failed].map(({ target }) => target);
}

function isJoin(graph: Graph, id: string): boolean {
  return graph.node(id)?.type === JOIN;
}
