import type { ReactFlowInstance } from "@xyflow/react";
import type { ELK, ElkNode } from "elkjs";
import ElkApi from "elkjs/lib/elk-api.js";
import type { FlowStore } from "../flow/flow-store.ts";
import { setDirection } from "../model/edits.ts";
import { present } from "../model/history.ts";
import { applyLayout, elkGraph } from "../model/layout.ts";
import type { Direction } from "./canvas-nodes.ts";
import { withDrawnPorts } from "./drawn-ports.ts";
import { sizesDrawn } from "./sizes-drawn.ts";
import { stepLabel } from "./step-label.ts";

let elk: ELK | undefined;

/** Lays the flow out, or the part of it with these ids, as one step of the history. */
export async function tidy(
  store: FlowStore,
  drawn: ReactFlowInstance,
  ids?: readonly string[],
): Promise<void> {
  const flow = present(store.getState().history);
  const direction = flow.canvas?.direction ?? "down";
  const graph = elkGraph(flow, sizesDrawn(drawn), direction, ids);
  const placed = await layout(withDrawnPorts(graph, drawn, direction));
  store.getState().change(
    stepLabel((did) => did.tidy),
    (document) => applyLayout(document, placed, ids),
  );
}

/**
 * The other way of reading, and the whole flow laid out for it: turned cards alone would lie across each other. They have
 * other sizes then, so they are drawn before they are placed; both is one step of the history.
 */
export async function turn(store: FlowStore, drawn: ReactFlowInstance, direction: Direction): Promise<void> {
  const label = stepLabel((did) => did.direction);
  const once = { mergeKey: `turn:${direction}` };
  store.getState().change(label, (flow) => setDirection(flow, direction), once);
  await framesDrawn(4);
  const graph = elkGraph(present(store.getState().history), sizesDrawn(drawn), direction);
  const placed = await layout(withDrawnPorts(graph, drawn, direction));
  store.getState().change(label, (flow) => applyLayout(flow, placed), once);
}

async function framesDrawn(count: number): Promise<void> {
  for (let frame = 0; frame < count; frame++) await new Promise((drawn) => requestAnimationFrame(drawn));
}

/** The worker starts with the first wish and stays for the next. */
function layout(graph: ElkNode): Promise<ElkNode> {
  elk ??= new ElkApi({
    workerFactory: () => new Worker(new URL("./tidy-worker.ts", import.meta.url), { type: "module" }),
  });
  return elk.layout(graph);
}
