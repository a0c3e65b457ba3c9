import type { Problem } from "./check-tools.ts";
import { type FlowView, type NodeView, problem } from "./flow-view.ts";
import { portsOfType } from "./ports.ts";
import { loopsOf, reachableFrom } from "./reach.ts";

/** How nodes and connections fit together. */
export function checkGraph(view: FlowView): Problem[] {
  return [
    ...duplicateNodes(view),
    ...duplicateEdges(view),
    ...missingTrigger(view),
    ...looseEnds(view),
    ...wrongPorts(view),
    ...unreachableNodes(view),
    ...restlessLoops(view),
  ];
}

function duplicateNodes({ nodes, byId, tools }: FlowView): Problem[] {
  return nodes
    .filter((view) => byId.get(view.node.id) !== view)
    .map(({ node, path }) =>
      problem(tools, "duplicate_node_id", { path: `${path}/id`, nodeId: node.id }, { id: node.id }),
    );
}

function duplicateEdges({ flow, byId, tools }: FlowView): Problem[] {
  const seen = new Set<string>();
  return flow.edges.flatMap(({ id, source }, index) => {
    const again = seen.has(id);
    seen.add(id);
    return again
      ? [
          problem(
            tools,
            "duplicate_edge_id",
            { path: `/edges/${index}/id`, nodeId: byId.has(source) ? source : null },
            { id },
          ),
        ]
      : [];
  });
}

function missingTrigger({ nodes, tools }: FlowView): Problem[] {
  const maybe = nodes.some((view) => view.info === null || view.info.kind === "trigger");
  return maybe ? [] : [problem(tools, "trigger_missing", { path: "/nodes", nodeId: null }, {})];
}

function looseEnds({ flow, byId, tools }: FlowView): Problem[] {
  return flow.edges.flatMap((edge, index) => {
    const nodeId = byId.has(edge.source) ? edge.source : byId.has(edge.target) ? edge.target : null;
    const ends = (["source", "target"] as const).filter((end) => !byId.has(edge[end]));
    const dangling = ends.map((end) =>
      problem(
        tools,
        "dangling_edge",
        { path: `/edges/${index}/${end}`, nodeId },
        { edge: edge.id, end, id: edge[end] },
      ),
    );
    if (byId.get(edge.target)?.info?.kind !== "trigger") return dangling;
    const place = { path: `/edges/${index}/target`, nodeId: edge.target };
    return [...dangling, problem(tools, "edge_into_trigger", place, { edge: edge.id, id: edge.target })];
  });
}

function wrongPorts({ flow, byId, tools }: FlowView): Problem[] {
  const taken = new Set<string>();
  const ports = new Map([...byId].map(([id, view]) => [id, knownPorts(view)]));
  return flow.edges.flatMap(({ source: id, sourceHandle: port }, index) => {
    const exit = JSON.stringify([id, port]);
    const place = { path: `/edges/${index}/sourceHandle`, nodeId: id };
    const known = ports.get(id);
    const unknown =
      known && !known.includes(port)
        ? [problem(tools, "port_unknown", place, { id, port, ports: known })]
        : [];
    const twice = byId.has(id) && taken.has(exit) ? [problem(tools, "port_taken", place, { id, port })] : [];
    taken.add(exit);
    return [...unknown, ...twice];
  });
}

function knownPorts({ info, visible }: NodeView): string[] | undefined {
  return info && visible ? portsOfType(info, visible.params) : undefined;
}

function unreachableNodes({ byId, starts, after, tools }: FlowView): Problem[] {
  if (starts.length === 0) return []; // a missing trigger is told once, not once per node
  const reached = reachableFrom(starts, after);
  return [...byId.values()]
    .filter((view) => !reached.has(view.node.id))
    .map(({ node, path }) => problem(tools, "node_unreachable", { path, nodeId: node.id }, { id: node.id }));
}

/** Loops of nodes that all run through. A node of unknown type may wait. */
function restlessLoops({ nodes, byId, after, tools }: FlowView): Problem[] {
  const restless = (id: string): boolean => byId.get(id)?.info?.waits === false;
  const ids = [...new Set(nodes.map((view) => view.node.id))].filter(restless);
  const among = new Map(ids.map((id) => [id, (after.get(id) ?? []).filter(restless)]));
  return loopsOf(ids, among).map((loop) => {
    const nodeId = loop[0] ?? null;
    return problem(
      tools,
      "loop_without_wait",
      { path: byId.get(nodeId ?? "")?.path ?? "/nodes", nodeId },
      { ids: loop },
    );
  });
}
