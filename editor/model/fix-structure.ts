import type { Flow } from "../../engine/core/flow.ts";
import { graphOf } from "../../engine/core/graph.ts";
import { branchesOf, JOIN, joinOf, nodesOfBranch } from "../../engine/core/join-of.ts";
import { loopsOf } from "../../engine/core/reach.ts";
import { withValueAt } from "./at-path.ts";
import type { Catalogue } from "./catalogue.ts";
import { connect, disconnect, insertOnEdge } from "./edit-edges.ts";
import { addNode } from "./edit-nodes.ts";
import { type Broken, type Fix, type FixMaker, nameOf, nodeAt } from "./fix-maker.ts";
import { mainPort, portsOf } from "./ports.ts";

const PAUSE = { type: "core.wait", params: { for: { amount: 1, unit: "minutes" } } } as const;

export const loopWithoutWait: FixMaker = (broken) => {
  const back = edgeBack(broken);
  if (!back) return [];
  return [
    {
      label: { en: "Wait a minute before going back", es: "Esperar un minuto antes de volver" },
      apply: (flow) => insertOnEdge(flow, back.id, PAUSE, broken.catalogue).flow,
    },
    {
      label: {
        en: `Do not go back to “${nameOf(broken.flow, back.target)}”`,
        es: `No volver a «${nameOf(broken.flow, back.target)}»`,
      },
      apply: (flow) => disconnect(flow, back.id),
    },
  ];
};

export const parallelWithoutJoin: FixMaker = (broken) => {
  const node = nodeAt(broken);
  if (!node || portsOf(node, broken.catalogue).every(({ kind }) => kind !== "choice")) return [];
  return [
    {
      label: { en: "Join the branches", es: "Unir las ramas" },
      apply: (flow) => withJoin(flow, node.id, broken.catalogue),
    },
  ];
};

/** A parallel step may have several such branches, told one by one. */
export const branchNeverJoins: FixMaker = ({ problem, flow, catalogue }) => {
  const id = problem.nodeId ?? "";
  const graph = graphOf(flow);
  const join = joinOf(graph, id);
  if (join === null) return [];
  return branchesOf(graph, id)
    .filter(({ port }) => problem.message.includes(`"${port}"`))
    .map(({ port }) => ({
      label: { en: `Lead it to “${nameOf(flow, join)}”`, es: `Llevarla a «${nameOf(flow, join)}»` },
      apply: (now) => leadBranch(now, { id, port, join, catalogue }),
    }));
};

export const splitNotWhole: FixMaker = (broken) => {
  const node = nodeAt(broken);
  const arms = node?.data.params.arms;
  if (!node || !Array.isArray(arms)) return [];
  const index = broken.flow.nodes.indexOf(node);
  const total = arms.reduce((sum: number, arm: { percent: number }) => sum + arm.percent, 0);
  const setting = (percents: readonly number[]) => (flow: Flow) =>
    percents.reduce(
      (now, percent, at) =>
        withValueAt(now, ["nodes", index, "data", "params", "arms", at, "percent"], percent),
      flow,
    );
  const equal: Fix = {
    label: { en: "Equal parts", es: "A partes iguales" },
    apply: setting(whole(arms.map(() => 100 / arms.length))),
  };
  if (total <= 0) return [equal];
  const percents = whole(arms.map((arm: { percent: number }) => (arm.percent * 100) / total));
  const share = percents.map((percent) => `${percent} %`).join(" · ");
  return [
    {
      label: { en: `In the same ratio: ${share}`, es: `En la misma proporción: ${share}` },
      apply: setting(percents),
    },
    equal,
  ];
};

/** Whole numbers that add up to 100; the first takes what rounding leaves. */
function whole(percents: readonly number[]): number[] {
  const rounded = percents.map((percent) => Math.floor(percent));
  const rest = 100 - rounded.reduce((sum, percent) => sum + percent, 0);
  return rounded.map((percent, index) => (index === 0 ? percent + rest : percent));
}

/** The connection of the loop that goes up the canvas; else any of it. */
function edgeBack({ problem, flow, catalogue }: Broken) {
  const restless = (id: string): boolean => {
    const node = flow.nodes.find((each) => each.id === id);
    return node !== undefined && catalogue.get(node.type, node.version)?.waits !== true;
  };
  const among = flow.edges.filter(({ source, target }) => restless(source) && restless(target));
  const after = new Map(
    [...Map.groupBy(among, ({ source }) => source)].map(([id, out]) => [id, out.map(({ target }) => target)]),
  );
  const loops = loopsOf(flow.nodes.map(({ id }) => id).filter(restless), after);
  const loop = loops.find((ids) => ids.includes(problem.nodeId ?? "")) ?? [];
  const inside = among.filter(({ source, target }) => loop.includes(source) && loop.includes(target));
  const order = new Map(flow.nodes.map(({ id, position }) => [id, position]));
  const rise = (from: string, to: string): number => {
    const [a, b] = [order.get(from), order.get(to)];
    return a && b ? (flow.canvas?.direction === "right" ? a.x - b.x : a.y - b.y) : 0;
  };
  return inside.toSorted((a, b) => rise(b.source, b.target) - rise(a.source, a.target))[0];
}

function withJoin(flow: Flow, parallelId: string, catalogue: Catalogue): Flow {
  const graph = graphOf(flow);
  const parallel = flow.nodes.find(({ id }) => id === parallelId);
  if (!parallel) return flow;
  const inside = branchesOf(graph, parallelId).flatMap(({ target }) => [
    ...nodesOfBranch(graph, target, null).nodes,
  ]);
  const places = flow.nodes.filter(({ id }) => inside.includes(id)).map(({ position }) => position);
  const y = Math.max(parallel.position.y, ...places.map((place) => place.y)) + 160;
  const { flow: joined, id: join } = addNode(
    flow,
    { type: JOIN, position: { x: parallel.position.x, y } },
    catalogue,
  );
  const branches = portsOf(parallel, catalogue).filter(({ kind }) => kind === "choice");
  return branches.reduce(
    (now, { name: port }) => leadBranch(now, { id: parallelId, port, join, catalogue }),
    joined,
  );
}

/** A branch to the join: from the port itself where it is empty, else from where its main way ends. */
function leadBranch(
  flow: Flow,
  { id, port, join, catalogue }: { id: string; port: string; join: string; catalogue: Catalogue },
): Flow {
  const graph = graphOf(flow);
  const seen = new Set([id]);
  let end = { source: id, sourceHandle: port };
  for (let next = graph.target(id, port); next !== undefined && next !== join && !seen.has(next); ) {
    seen.add(next);
    const node = graph.node(next);
    const main = node ? mainPort(node, catalogue) : null;
    if (main === null) break;
    end = { source: next, sourceHandle: main };
    next = graph.target(next, main);
  }
  return graph.target(end.source, end.sourceHandle) === undefined
    ? connect(flow, { ...end, target: join })
    : flow;
}
