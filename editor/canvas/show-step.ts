import type { ReactFlowInstance } from "@xyflow/react";
import { glide } from "./glide.ts";

const FLASH_MS = 1200;

/** Frames to wait for a step that was added a moment ago. */
const PATIENCE = 30;

/** Below this nobody can read a card. */
const READABLE = 0.6;

/** Brings a step into view, only as far as needed, and lets it flash. */
export function showStep(flow: ReactFlowInstance, id: string, frames = PATIENCE): void {
  const box = boxOf(flow, id);
  if (!box) {
    if (frames > 0) requestAnimationFrame(() => showStep(flow, id, frames - 1));
    return;
  }
  const zoom = flow.getZoom();
  if (zoom < READABLE || !inView(flow, box)) {
    flow.setCenter(box.x + box.width / 2, box.y + box.height / 2, {
      zoom: Math.max(zoom, 0.8),
      duration: glide(),
    });
  }
  flash(id, frames);
}

interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

function boxOf(flow: ReactFlowInstance, id: string): Box | null {
  const node = flow.getInternalNode(id);
  const { width, height } = node?.measured ?? {};
  if (!node || !width || !height) return null;
  return { ...node.internals.positionAbsolute, width, height };
}

function inView(flow: ReactFlowInstance, box: Box): boolean {
  const canvas = document.querySelector(".canvas-region")?.getBoundingClientRect();
  if (!canvas) return false;
  const start = flow.flowToScreenPosition(box);
  const end = flow.flowToScreenPosition({ x: box.x + box.width, y: box.y + box.height });
  return (
    start.x >= canvas.left && start.y >= canvas.top && end.x <= canvas.right && end.y <= canvas.bottom - 56
  );
}

function flash(id: string, frames: number): void {
  const card = document.querySelector<HTMLElement>(`[data-card="${CSS.escape(id)}"]`);
  if (!card) {
    if (frames > 0) requestAnimationFrame(() => flash(id, frames - 1));
    return;
  }
  card.dataset.flash = "";
  setTimeout(() => delete card.dataset.flash, FLASH_MS);
}
