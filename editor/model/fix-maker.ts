import type { Problem } from "../../engine/core/check-tools.ts";
import type { Flow, FlowEdge, FlowNode } from "../../engine/core/flow.ts";
import { pointerSegments } from "../../engine/core/json-pointer.ts";
import type { Catalogue } from "./catalogue.ts";
import type { Words } from "./words.ts";

export interface Fix {
  readonly label: Words;
  readonly apply: (flow: Flow) => Flow;
}

/** What the tenant has, by the source of options a field names. */
export type KnownOptions = Readonly<Partial<Record<string, readonly string[]>>>;

export interface Broken {
  readonly problem: Problem;
  readonly flow: Flow;
  readonly catalogue: Catalogue;
  readonly known: KnownOptions;
}

/** The fixes of one kind of problem. */
export type FixMaker = (broken: Broken) => readonly Fix[];

/** The node a problem points at: by its place, because a doubled id names two. */
export function nodeAt({ problem, flow }: Pick<Broken, "problem" | "flow">): FlowNode | undefined {
  const [root, index] = pointerSegments(problem.path);
  return root === "nodes" && index !== undefined ? flow.nodes[Number(index)] : undefined;
}

export function edgeAt({ problem, flow }: Broken): FlowEdge | undefined {
  const [root, index] = pointerSegments(problem.path);
  return root === "edges" && index !== undefined ? flow.edges[Number(index)] : undefined;
}

/** As a person knows it. */
export function nameOf(flow: Flow, nodeId: string): string {
  return flow.nodes.find(({ id }) => id === nodeId)?.data.label ?? nodeId;
}
