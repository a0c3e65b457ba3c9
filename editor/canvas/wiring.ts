import type { Flow, FlowEdge } from "../../engine/core/flow.ts";
import type { Targets } from "../../engine/core/reach.ts";

/** Who is connected with whom, looked up by every card at every change: made once for each list of connections. */
export interface Wiring {
  /** Connections by the step they leave. */
  readonly from: ReadonlyMap<string, readonly FlowEdge[]>;
  readonly after: Targets;
  readonly before: Targets;
}

const known = new WeakMap<Flow["edges"], Wiring>();

export function wiringOf(edges: Flow["edges"]): Wiring {
  const found = known.get(edges);
  if (found) return found;
  const from = Map.groupBy(edges, ({ source }) => source);
  const into = Map.groupBy(edges, ({ target }) => target);
  const wiring: Wiring = {
    from,
    after: new Map([...from].map(([id, out]) => [id, out.map(({ target }) => target)])),
    before: new Map([...into].map(([id, coming]) => [id, coming.map(({ source }) => source)])),
  };
  known.set(edges, wiring);
  return wiring;
}

/** Names of the ports of a step that something hangs on, as one text, so that a card renders only when they change. */
export function attachedPorts(edges: Flow["edges"], nodeId: string): string {
  const out = wiringOf(edges).from.get(nodeId) ?? [];
  return out.map(({ sourceHandle }) => sourceHandle).join("\n");
}
