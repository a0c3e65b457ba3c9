import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getSmoothStepPath } from "@xyflow/react";
import { memo } from "react";
import { useFlow } from "../flow/flow-store.ts";
import type { WireEdge } from "./canvas-edges.ts";
import { parseKey } from "./canvas-ids.ts";
import { useCanvasUi } from "./canvas-ui.ts";
import { WireTools } from "./wire-tools.tsx";

/** How far a connection runs straight before it turns, and how soft its corners are. */
const STRAIGHT = 18;
const CORNER = 12;

/** A connection: orthogonal with soft corners; what it can do shows when somebody is on it. */
export const Wire = memo(function Wire(props: EdgeProps<WireEdge>) {
  const { id, data, selected = false, sourceX, sourceY, targetX, targetY } = props;
  const edgeId = parseKey(id).id;
  const [path, labelX, labelY] = getSmoothStepPath({
    sourceX,
    sourceY,
    targetX,
    targetY,
    sourcePosition: props.sourcePosition,
    targetPosition: props.targetPosition,
    borderRadius: CORNER,
    offset: STRAIGHT,
  });
  const hovered = useCanvasUi((state) => state.hoveredEdge === edgeId);
  const taken = useFlow((state) => state.overlay?.edges.get(edgeId) ?? null);
  const locked = useFlow((state) => state.locked !== null);
  const active = hovered || selected;
  const look = active ? "active" : taken ? "taken" : "plain";
  return (
    <>
      <BaseEdge
        id={id}
        path={path}
        className={`wire wire-${look}`}
        markerEnd={`url(#wire-end-${look})`}
        interactionWidth={22}
      />
      {(active || (taken !== null && taken > 1)) && (
        <EdgeLabelRenderer>
          <div
            className="wire-label nodrag nopan"
            data-wire-label={edgeId}
            style={{ transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY}px)` }}
          >
            {taken !== null && taken > 1 && <span className="wire-count tabular">×{taken}</span>}
            {active && !locked && data && <WireTools edge={data.edge} />}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});
