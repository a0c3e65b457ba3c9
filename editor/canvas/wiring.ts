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

/** Connections with the same beginning and the same end are drawn as one line, and handled as one. */
export function bundleOf(edges: Flow["edges"], edgeId: string): readonly FlowEdge[] {
  const edge = edges.find(({ id }) => id === edgeId);
  if (!edge) return [];
  return (wiringOf(edges).from.get(edge.source) ?? []).filter(({ target }) => target === edge.target);
}

/** What hangs on the ports of a step, as one text, so that a card is drawn anew only when that changes. */
export function targetsText(edges: Flow["edges"], nodeId: string): string {
  const out = wiringOf(edges).from.get(nodeId) ?? [];
  return out.map(({ sourceHandle, target }) => `${sourceHandle}\t${target}`).join("\n");
}

/** Targets by port, from such a text. */
export function targetsFrom(text: string): ReadonlyMap<string, string> {
  const lines = text === "" ? [] : text.split("\n");
  return new Map(
    lines.map((line) => {
      const tab = line.lastIndexOf("\t");
      return [line.slice(0, tab), line.slice(tab + 1)];
    }),
  );
}
