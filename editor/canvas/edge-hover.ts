import { useMemo } from "react";
import { useFlowStore } from "../flow/flow-store.ts";
import { useCanvasUiStore } from "./canvas-ui.ts";
import { lightPath } from "./light-path.ts";
import { pathThrough } from "./path-through.ts";

/** Crossing a connection on the way elsewhere lights nothing; leaving it leaves time to reach its buttons. */
const ENTER_MS = 120;
const LEAVE_MS = 220;

let timer: ReturnType<typeof setTimeout> | undefined;

interface EdgeHover {
  enter(edgeId: string): void;
  leave(edgeId: string): void;
}

/** The connection under the mouse, and with it the whole path that leads through it. One timer: there is one mouse. */
export function useEdgeHover(): EdgeHover {
  const store = useFlowStore();
  const ui = useCanvasUiStore();
  return useMemo(() => {
    const show = (edgeId: string | null) => {
      ui.setState({ hoveredEdge: edgeId });
      lightPath(edgeId === null ? null : pathThrough(store.getState().history.document, edgeId));
    };
    return {
      enter(edgeId) {
        clearTimeout(timer);
        if (ui.getState().hoveredEdge === edgeId) return;
        timer = setTimeout(() => show(edgeId), ENTER_MS);
      },
      leave() {
        clearTimeout(timer);
        timer = setTimeout(() => show(null), LEAVE_MS);
      },
    };
  }, [store, ui]);
}
