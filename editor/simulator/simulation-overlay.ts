import type { Flow } from "../../engine/core/flow.ts";
import type { NodeMark, Overlay } from "../flow/overlay.ts";
import type { SimulationView, StepView } from "./simulation-view.ts";
import { outcomeOf, type StepOutcome } from "./step-outcome.ts";

/** What the canvas lights up: where the flow is, what it did before, and the edges it took. */
export function simulationOverlay(view: SimulationView, flow: Flow): Overlay {
  const nodes = new Map<string, NodeMark>();
  const edges = new Map<string, number>();
  for (const [index, step] of view.steps.entries()) {
    nodes.set(
      step.nodeId,
      markAfter(nodes.get(step.nodeId), { step, outcome: outcomeOf(step, view.undelivered) }, index + 1),
    );
    const edge = flow.edges.find(
      ({ source, sourceHandle }) => source === step.nodeId && sourceHandle === step.port,
    );
    if (edge) edges.set(edge.id, (edges.get(edge.id) ?? 0) + 1);
  }
  for (const run of view.runs) {
    if (run.nodeId === null || (run.state !== "waiting" && run.state !== "started")) continue;
    const before = nodes.get(run.nodeId) ?? UNTOUCHED;
    nodes.set(run.nodeId, { ...before, state: run.state === "waiting" ? "waiting" : "running" });
  }
  return { kind: "simulation", nodes, edges };
}

const UNTOUCHED: NodeMark = { state: null, order: [], ms: null, credits: null, count: null };

interface Taken {
  readonly step: StepView;
  readonly outcome: StepOutcome;
}

function markAfter(before: NodeMark = UNTOUCHED, { step, outcome }: Taken, order: number): NodeMark {
  return {
    state: outcome.failed ? "failed" : "done",
    order: [...before.order, order],
    ms: (before.ms ?? 0) + step.ms,
    credits: (before.credits ?? 0) + outcome.credits,
    count: null,
    last: { params: step.params, output: step.output },
  };
}
