import { MiniMap } from "@xyflow/react";
import { useFlow } from "../flow/flow-store.ts";
import type { Catalogue } from "../model/catalogue.ts";
import { useWords } from "../words/words.ts";
import type { CanvasNode } from "./canvas-nodes.ts";
import { useCanvasUi } from "./canvas-ui.ts";
import { canvasWords } from "./words.ts";

/** The whole flow in the corner, each step in the colour of its family. */
export function OverviewMap() {
  const words = useWords(canvasWords).tools;
  const shown = useCanvasUi((state) => state.minimap);
  const catalogue = useFlow((state) => state.catalogue);
  // A map of three steps says nothing that the canvas does not.
  const worthwhile = useFlow((state) => state.history.document.nodes.length > 8);
  if (!shown || !worthwhile) return null;
  return (
    <MiniMap<CanvasNode>
      className="overview-map"
      pannable
      zoomable
      ariaLabel={words.overview}
      nodeBorderRadius={12}
      nodeColor={(node) => colourOf(node, catalogue)}
    />
  );
}

function colourOf(node: CanvasNode, catalogue: Catalogue): string {
  if (node.type === "group" || node.type === "note") return "var(--overview-frame)";
  const type = catalogue.get(node.data.node.type, node.data.node.version);
  return type ? `var(--family-${type.family})` : "var(--quiet)";
}
