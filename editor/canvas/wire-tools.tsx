import { IconPlus, IconTrash } from "@tabler/icons-react";
import { useStore } from "@xyflow/react";
import type { FlowEdge } from "../../engine/core/flow.ts";
import { useFlowStore } from "../flow/flow-store.ts";
import { disconnect } from "../model/edits.ts";
import { useWords } from "../words/words.ts";
import { useEdgeHover } from "./edge-hover.ts";
import { stepLabel } from "./step-label.ts";
import { bundleOf } from "./wiring.ts";
import { canvasWords } from "./words.ts";

/** At the middle of a connection: put a step in, or take the connection away. */
export function WireTools({ edge }: { readonly edge: FlowEdge }) {
  const store = useFlowStore();
  const words = useWords(canvasWords);
  const hover = useEdgeHover();
  // As large from afar as from near: a finger does not get smaller.
  const scale = useStore(({ transform }) => Math.max(1, 1 / transform[2]));
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: keeps the buttons while the mouse is on them
    <div
      className="wire-tools"
      style={{ transform: `scale(${scale})` }}
      onMouseEnter={() => hover.enter(edge.id)}
      onMouseLeave={() => hover.leave(edge.id)}
    >
      <button
        type="button"
        className="wire-tool wire-insert"
        title={words.insertHere}
        aria-label={words.insertHere}
        onClick={() => store.getState().openPalette({ kind: "edge", edgeId: edge.id })}
      >
        <IconPlus size={15} stroke={2.2} aria-hidden="true" />
      </button>
      <button
        type="button"
        className="wire-tool"
        title={words.removeConnection}
        aria-label={words.removeConnection}
        onClick={() =>
          store.getState().change(
            stepLabel((did) => did.disconnect),
            (flow) =>
              disconnect(
                flow,
                bundleOf(flow.edges, edge.id).map(({ id }) => id),
              ),
          )
        }
      >
        <IconTrash size={14} aria-hidden="true" />
      </button>
    </div>
  );
}
