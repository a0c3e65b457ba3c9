import { BaseEdge, EdgeLabelRenderer, type EdgeProps, getSmoothStepPath, Position } from "@xyflow/react";
import { memo } from "react";
import { useFlow } from "../flow/flow-store.ts";
import type { WireEdge } from "./canvas-edges.ts";
import { parseKey } from "./canvas-ids.ts";
import { useCanvasUi } from "./canvas-ui.ts";
import { WireTools } from "./wire-tools.tsx";

/** How far a connection runs straight before it turns, and how soft its corners are. */
const STRAIGHT = 18;
const CORNER = 12;

/** The line begins in the dot of its port, not below the room that a finger needs around it. */
const INSET = 7;

/** Less than this aside is meant to be straight. */
const NEARLY = 5;

/** A connection: orthogonal with soft corners; what it can do shows when somebody is on it. */
export const Wire = memo(function Wire(props: EdgeProps<WireEdge>) {
  const { id, data, selected = false } = props;
  const edgeId = parseKey(id).id;
  const [path, labelX, labelY] = getSmoothStepPath({
    ...straightened(props),
    sourcePosition: props.sourcePosition,
    targetPosition: props.targetPosition,
    borderRadius: CORNER,
    offset: STRAIGHT,
  });
  const hovered = useCanvasUi((state) => state.hoveredEdge === edgeId);
  const taken = useFlow((state) => state.overlay?.edges.get(edgeId) ?? null);
  // In a run once is what is expected; of many, each number counts.
  const counted = useFlow((state) => state.overlay?.kind === "traffic") ? taken !== null : (taken ?? 0) > 1;
  const locked = useFlow((state) => state.locked !== null);
  const alone = useFlow((state) => selected && state.selection.size === 1);
  const active = hovered || selected;
  // With many selected at once, what can be done with them is in the bar above.
  const handy = hovered || alone;
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
      {(handy || counted) && (
        <EdgeLabelRenderer>
          <div
            className="wire-label nodrag nopan"
            data-wire-label={edgeId}
            style={{ transform: `translate(-50%, -50%) translate(${labelX}px, ${labelY}px)` }}
          >
            {counted && <span className="wire-count tabular">×{taken}</span>}
            {handy && !locked && data && <WireTools edge={data.edge} />}
          </div>
        </EdgeLabelRenderer>
      )}
    </>
  );
});

function straightened(props: EdgeProps<WireEdge>) {
  const { sourceX, sourceY, targetX, targetY, sourcePosition } = props;
  if (sourcePosition === Position.Bottom) {
    const x = Math.abs(sourceX - targetX) < NEARLY ? targetX : sourceX;
    return { sourceX: x, sourceY: sourceY - INSET, targetX, targetY };
  }
  const y = Math.abs(sourceY - targetY) < NEARLY ? targetY : sourceY;
  return { sourceX: sourceX - INSET, sourceY: y, targetX, targetY };
}
