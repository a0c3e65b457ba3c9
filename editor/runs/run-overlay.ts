import type { Flow } from "../../engine/core/flow.ts";
import type { NodeMark, Overlay } from "../flow/overlay.ts";
import { creditsIn, type RunRecord } from "./run-record.ts";
import { creditsOfVisit, type Visit } from "./timeline.ts";

const NOTHING: NodeMark = { state: null, order: [], ms: null, credits: null, count: null };

/**
 * What a run left on the canvas. `upTo`: as it was when it had come to that visit; null: all of it, and where it stands.
 */
export function runOverlay(
  flow: Flow,
  run: Pick<RunRecord, "trigger" | "node" | "endedAt">,
  visits: readonly Visit[],
  upTo: number | null,
): Overlay {
  const shown = upTo === null ? visits : visits.slice(0, upTo);
  const nodes = new Map<string, NodeMark>();
  const edges = new Map<string, number>();
  const count = (edgeId: string | undefined) => {
    if (edgeId !== undefined) edges.set(edgeId, (edges.get(edgeId) ?? 0) + 1);
  };
  const [first] = visits;
  const trigger = triggerOf(flow, run.trigger, first?.nodeId ?? run.node);
  if (trigger) nodes.set(trigger, { ...NOTHING, state: "done" });
  if (shown.length > 0 && trigger)
    count(flow.edges.find(({ source, target }) => source === trigger && target === first?.nodeId)?.id);
  for (const [index, visit] of shown.entries()) {
    nodes.set(visit.nodeId, markAfter(nodes.get(visit.nodeId), visit));
    // On the way to the last one shown, not beyond it.
    if (upTo === null || index < shown.length - 1) count(edgeOf(flow, visit));
  }
  if (upTo === null && run.endedAt === null && run.node !== null) {
    const before = nodes.get(run.node) ?? NOTHING;
    if (before.state !== "waiting") nodes.set(run.node, { ...before, state: "running" });
  }
  return { kind: "run", nodes, edges };
}

function markAfter(before: NodeMark = NOTHING, visit: Visit): NodeMark {
  const credits = creditsIn(creditsOfVisit(visit));
  return {
    state: visit.state === "stopped" ? null : visit.state,
    order: [...before.order, visit.order],
    ms: (before.ms ?? 0) + visit.workMs + (visit.waitMs ?? 0),
    credits: (before.credits ?? 0) + credits,
    count: null,
  };
}

function edgeOf(flow: Flow, { nodeId, port }: Visit): string | undefined {
  return flow.edges.find(({ source, sourceHandle }) => source === nodeId && sourceHandle === port)?.id;
}

/** The journal begins with the first step: the trigger is the one of its type that leads there. */
export function triggerOf(flow: Flow, type: string, firstNode: string | null): string | null {
  const triggers = flow.nodes.filter((node) => node.type === type);
  const leading = triggers.find(({ id }) =>
    flow.edges.some(({ source, target }) => source === id && target === firstNode),
  );
  return (leading ?? triggers[0])?.id ?? null;
}
