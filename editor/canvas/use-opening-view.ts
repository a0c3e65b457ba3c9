import { useNodesInitialized, useReactFlow, useStoreApi } from "@xyflow/react";
import { useEffect, useState } from "react";
import { parseKey } from "./canvas-ids.ts";
import { FIT_PADDING } from "./fit-padding.ts";

/** A flow that would be smaller than this in one piece opens at its beginning instead. */
const READABLE = 0.55;
const TOP = 64;

/** Where a flow opens: whole where it can be read, else at its beginning. True once that is settled. */
export function useOpeningView(): boolean {
  const measured = useNodesInitialized();
  const flow = useReactFlow();
  const api = useStoreApi();
  const [settled, setSettled] = useState(false);
  useEffect(() => {
    if (settled || !measured) return;
    const nodes = flow.getNodes();
    const { width, height } = api.getState();
    const bounds = flow.getNodesBounds(nodes);
    const zoom = Math.min(1, (width / bounds.width) * 0.85, (height / bounds.height) * 0.85);
    const first = nodes.find(({ id }) => parseKey(id).kind === "step");
    if (zoom >= READABLE || !first) {
      void flow.fitView({ padding: FIT_PADDING, maxZoom: 1 });
    } else {
      const near = width < 600 ? 0.8 : 0.75;
      const centre = first.position.x + (first.measured?.width ?? 0) / 2;
      void flow.setViewport({ x: width / 2 - centre * near, y: TOP - first.position.y * near, zoom: near });
    }
    setSettled(true);
  }, [settled, measured, flow, api]);
  return settled;
}
