import type { Flow, FlowEdge, FlowNode } from "../../engine/core/flow.ts";
import type { Catalogue } from "./catalogue.ts";
import { anyOf, type Cost, FREE, NOTHING, nodeCost, plus, type Range } from "./node-cost.ts";

export type { Range };

/** One way from a trigger to an end. */
export interface PathCost {
  /** Ids in order. */
  readonly nodes: readonly string[];
  readonly meters: Readonly<Record<string, Range>>;
  readonly credits: Range;
  /** In money, where prices of a credit are given. */
  readonly price?: Range;
  /** It comes back to where it was: how often, nobody knows. */
  readonly loops: boolean;
}

export interface FlowCost {
  /** The dearest first. */
  readonly paths: readonly PathCost[];
  /** There are more ways than are listed. */
  readonly truncated: boolean;
  /** Over all ways listed. */
  readonly meters: Readonly<Record<string, Range>>;
  readonly credits: Range;
  readonly price?: Range;
}

const MAX_PATHS = 300;

/** What a run of this flow uses up, by the way it takes. `prices`: of one credit, by meter. */
export function costOfPaths(
  flow: Flow,
  catalogue: Catalogue,
  prices?: Readonly<Record<string, number>>,
): FlowCost {
  const walk: Walk = {
    catalogue,
    nodes: new Map(flow.nodes.map((node) => [node.id, node])),
    edges: Map.groupBy(flow.edges, ({ source }) => source),
    found: [],
  };
  const triggers = flow.nodes.filter(({ type, version }) => catalogue.get(type, version)?.kind === "trigger");
  for (const { id } of triggers) follow(walk, id, { nodes: [], cost: FREE });
  const priced = walk.found.slice(0, MAX_PATHS).map((path) => withPrice(path, prices));
  const meters = metersOver(priced);
  return withPrice(
    {
      paths: priced.toSorted((a, b) => topOf(b.credits) - topOf(a.credits)),
      truncated: walk.found.length > MAX_PATHS,
      meters,
      credits: anyOf(priced.map(({ credits }) => credits)),
    },
    prices,
  );
}

interface Walk {
  readonly catalogue: Catalogue;
  readonly nodes: ReadonlyMap<string, FlowNode>;
  readonly edges: ReadonlyMap<string, readonly FlowEdge[]>;
  readonly found: PathCost[];
}

interface Way {
  readonly nodes: readonly string[];
  readonly cost: Cost;
}

function follow(walk: Walk, id: string, way: Way): void {
  if (walk.found.length > MAX_PATHS) return;
  const node = walk.nodes.get(id);
  if (!node) return;
  const back = way.nodes.indexOf(id);
  if (back >= 0) {
    walk.found.push({ nodes: way.nodes, ...endless(way, walk, back), loops: true });
    return;
  }
  const nodes = [...way.nodes, id];
  const ways = waysOn(walk, node);
  if (ways.length === 0) {
    const cost = together(way.cost, nodeCost(node, null, walk.catalogue));
    walk.found.push({ nodes, ...cost, loops: false });
  }
  for (const { target, cost } of ways) follow(walk, target, { nodes, cost: together(way.cost, cost) });
}

/** Ports that lead to the same node are one way, which costs what one or the other does. */
function waysOn({ edges, catalogue }: Walk, node: FlowNode): readonly { target: string; cost: Cost }[] {
  const byTarget = Map.groupBy(edges.get(node.id) ?? [], ({ target }) => target);
  return [...byTarget].map(([target, ports]) => ({
    target,
    cost: either(ports.map(({ sourceHandle }) => nodeCost(node, sourceHandle, catalogue))),
  }));
}

function together(a: Cost, b: Cost): Cost {
  const names = new Set([...Object.keys(a.meters), ...Object.keys(b.meters)]);
  const meters = [...names].map((name) => [name, plus(a.meters[name] ?? NOTHING, b.meters[name] ?? NOTHING)]);
  return { meters: Object.fromEntries(meters), credits: plus(a.credits, b.credits) };
}

function either(costs: readonly Cost[]): Cost {
  return { meters: metersOver(costs), credits: anyOf(costs.map(({ credits }) => credits)) };
}

function metersOver(costs: readonly { readonly meters: Cost["meters"] }[]): Cost["meters"] {
  const names = new Set(costs.flatMap(({ meters }) => Object.keys(meters)));
  return Object.fromEntries(
    [...names].map((name) => [name, anyOf(costs.map(({ meters }) => meters[name] ?? NOTHING))]),
  );
}

/** What is used on the round has no upper limit. */
function endless({ nodes, cost }: Way, { nodes: known, catalogue }: Walk, back: number): Cost {
  const round = nodes.slice(back).flatMap((id) => {
    const node = known.get(id);
    return node ? Object.keys(nodeCost(node, null, catalogue).meters) : [];
  });
  if (round.length === 0) return cost;
  const meters = Object.entries(cost.meters).map(([name, range]) => [
    name,
    round.includes(name) ? { ...range, max: null } : range,
  ]);
  return { meters: Object.fromEntries(meters), credits: { ...cost.credits, max: null } };
}

function withPrice<T extends { readonly meters: Cost["meters"] }>(
  cost: T,
  prices: Readonly<Record<string, number>> | undefined,
): T & { readonly price?: Range } {
  if (!prices) return cost;
  const price = Object.entries(cost.meters).reduce<Range>((sum, [meter, { min, max }]) => {
    const each = prices[meter] ?? 0;
    return plus(sum, { min: min * each, max: max === null ? (each === 0 ? 0 : null) : max * each });
  }, NOTHING);
  return { ...cost, price };
}

function topOf({ max }: Range): number {
  return max ?? Number.POSITIVE_INFINITY;
}
