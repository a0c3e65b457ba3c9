import { edgeKey } from "./canvas-ids.ts";
import type { LitPath } from "./path-through.ts";

/**
 * Leaves a path as it is and lets the rest fade, by marks in the page rather than through React: with 500 steps, rendering
 * each of them to say that it fades takes longer than the hand needs to move on.
 */
export function lightPath(path: LitPath | null): void {
  for (const lit of document.querySelectorAll("[data-lit]")) lit.removeAttribute("data-lit");
  for (const canvas of document.querySelectorAll(".canvas-region")) {
    canvas.toggleAttribute("data-fading", path !== null);
    if (path === null) continue;
    for (const node of canvas.querySelectorAll<HTMLElement>(".react-flow__node")) {
      if (path.nodes.has(node.dataset.id ?? "")) node.dataset.lit = "";
    }
    const edges = new Set([...path.edges].map(edgeKey));
    for (const edge of canvas.querySelectorAll<SVGElement>(".react-flow__edge")) {
      if (edges.has(edge.dataset.id ?? "")) edge.dataset.lit = "";
    }
  }
}
