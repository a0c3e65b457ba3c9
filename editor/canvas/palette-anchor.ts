import type { ReactFlowInstance } from "@xyflow/react";
import type { PaletteTarget } from "../flow/flow-store.ts";
import { edgeKey } from "./canvas-ids.ts";

type Point = { readonly x: number; readonly y: number };

const WIDTH = 360;
const HEIGHT = 440;
const MARGIN = 12;

/** Where on the screen the palette opens: beside what it adds to, and wholly inside of the window. */
export function palettePlace(target: PaletteTarget, flow: ReactFlowInstance): Point {
  const { x, y } = anchorOf(target, flow);
  const width = Math.min(WIDTH, window.innerWidth - 2 * MARGIN);
  const height = Math.min(HEIGHT, window.innerHeight - 2 * MARGIN);
  return {
    x: clamp(x + 16, MARGIN, window.innerWidth - width - MARGIN),
    y: clamp(y - 24, MARGIN, window.innerHeight - height - MARGIN),
  };
}

function anchorOf(target: PaletteTarget, flow: ReactFlowInstance): Point {
  if (target.kind === "place") return flow.flowToScreenPosition(target);
  const element = target.kind === "port" ? portElement(target) : edgeElement(target.edgeId);
  const card =
    target.kind === "port" ? document.querySelector(`[data-card="${CSS.escape(target.nodeId)}"]`) : null;
  const box = (element ?? card)?.getBoundingClientRect();
  return box
    ? { x: box.left + box.width / 2, y: box.top + box.height / 2 }
    : { x: window.innerWidth / 2, y: window.innerHeight / 3 };
}

function portElement({ nodeId, port }: { nodeId: string; port: string }): Element | null {
  const [node, handle] = [CSS.escape(nodeId), CSS.escape(port)];
  return document.querySelector(`.port-handle[data-nodeid="${node}"][data-handleid="${handle}"]`);
}

function edgeElement(edgeId: string): Element | null {
  const label = document.querySelector(`[data-wire-label="${CSS.escape(edgeId)}"]`);
  return label ?? document.querySelector(`.react-flow__edge[data-id="${CSS.escape(edgeKey(edgeId))}"]`);
}

function clamp(value: number, low: number, high: number): number {
  return Math.max(low, Math.min(value, high));
}
