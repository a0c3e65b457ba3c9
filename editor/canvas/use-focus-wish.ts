import { useReactFlow } from "@xyflow/react";
import { useEffect } from "react";
import { useFlowStore } from "../flow/flow-store.ts";
import { showStep } from "./show-step.ts";

/** Other rooms ask for a step to be brought into view; a wish from before the canvas was there is kept, too. */
export function useFocusWish(ready: boolean): void {
  const store = useFlowStore();
  const flow = useReactFlow();
  useEffect(() => {
    if (!ready) return;
    const wish = store.getState().focus;
    if (wish) showStep(flow, wish.nodeId);
    return store.subscribe(({ focus }, before) => {
      if (focus && focus !== before.focus) showStep(flow, focus.nodeId);
    });
  }, [store, flow, ready]);
}
