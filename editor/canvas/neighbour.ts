import type { Flow, FlowNode } from "../../engine/core/flow.ts";
import { wiringOf } from "./wiring.ts";

export type Heading = "up" | "down" | "left" | "right";

type Place = FlowNode["position"];

/** How much more a step to the side counts than one straight ahead. */
const SIDEWAYS = 2;

/**
 * The step to go to from another by an arrow key: the nearest that way among those it is connected with, else the nearest
 * that way of all. Null at the edge of the flow.
 */
export function neighbour(flow: Flow, from: string, heading: Heading): string | null {
  const start = flow.nodes.find(({ id }) => id === from);
  if (!start) return null;
  const { after, before } = wiringOf(flow.edges);
  const linked = new Set([...(after.get(from) ?? []), ...(before.get(from) ?? [])]);
  const others = flow.nodes.filter(({ id }) => id !== from);
  const near = nearest(
    others.filter(({ id }) => linked.has(id)),
    start.position,
    heading,
  );
  return (near ?? nearest(others, start.position, heading))?.id ?? null;
}

function nearest(nodes: readonly FlowNode[], start: Place, heading: Heading): FlowNode | undefined {
  const ranked = nodes
    .map((node) => ({ node, ...distance(start, node.position, heading) }))
    .filter(({ ahead, aside }) => ahead > 0 && aside <= ahead * 4);
  return ranked.toSorted((a, b) => a.ahead + SIDEWAYS * a.aside - (b.ahead + SIDEWAYS * b.aside))[0]?.node;
}

function distance(from: Place, to: Place, heading: Heading): { ahead: number; aside: number } {
  const [x, y] = [to.x - from.x, to.y - from.y];
  switch (heading) {
    case "up":
      return { ahead: -y, aside: Math.abs(x) };
    case "down":
      return { ahead: y, aside: Math.abs(x) };
    case "left":
      return { ahead: -x, aside: Math.abs(y) };
    case "right":
      return { ahead: x, aside: Math.abs(y) };
  }
}
