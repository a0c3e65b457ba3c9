import type { Flow } from "../../engine/core/flow.ts";
import type { Operations } from "../api/generated.ts";
import type { NodeMark, Overlay } from "./overlay.ts";

export interface TrafficChoice {
  /** Null: all versions together. */
  readonly version: number | null;
  readonly days: TrafficDays;
}

export const TRAFFIC_DAYS = [7, 30] as const;
type TrafficDays = (typeof TRAFFIC_DAYS)[number];

type Traffic = Operations["readTraffic"]["answer"];

/**
 * How many came by each step, which way they went and how many stand there now. A step that nobody came to says so: where
 * people leave is seen between two numbers.
 */
export function trafficOverlay(
  flow: Flow,
  traffic: Pick<Traffic, "nodes">,
  isTrigger: (nodeId: string) => boolean,
): Overlay {
  const byNode = new Map(traffic.nodes.map((node) => [node.nodeId, node]));
  // Nobody stays at a trigger, and the journal begins behind it.
  const steps = flow.nodes.filter(({ id }) => !isTrigger(id));
  const nodes = steps.map(({ id }): [string, NodeMark] => {
    const { passed = 0, standing = 0 } = byNode.get(id) ?? {};
    return [id, { state: null, order: [], ms: null, credits: null, count: passed, standing }];
  });
  const edges = flow.edges.flatMap(({ id, source, sourceHandle }): [string, number][] => {
    const count = byNode.get(source)?.ports[sourceHandle] ?? 0;
    return count > 0 ? [[id, count]] : [];
  });
  return { kind: "traffic", nodes: new Map(nodes), edges: new Map(edges) };
}

/** Whole days, the first of them so many days ago with today. */
export function trafficFrom(days: TrafficDays, now: Date): string {
  return new Date(now.getFullYear(), now.getMonth(), now.getDate() - days + 1).toISOString();
}
