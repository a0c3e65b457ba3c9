import type { Flow } from "../../engine/core/flow.ts";
import { reachableFrom } from "../../engine/core/reach.ts";
import { wiringOf } from "./wiring.ts";

export interface LitPath {
  readonly nodes: ReadonlySet<string>;
  readonly edges: ReadonlySet<string>;
}

/** Everything that leads to a connection, and everything it leads to. */
export function pathThrough(flow: Flow, edgeId: string): LitPath | null {
  const edge = flow.edges.find(({ id }) => id === edgeId);
  if (!edge) return null;
  const { after, before } = wiringOf(flow.edges);
  const behind = reachableFrom([edge.source], before);
  const ahead = reachableFrom([edge.target], after);
  const edges = flow.edges.filter(
    (each) => each === edge || behind.has(each.target) || ahead.has(each.source),
  );
  return { nodes: new Set([...behind, ...ahead]), edges: new Set(edges.map(({ id }) => id)) };
}
