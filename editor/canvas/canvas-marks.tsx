import { useConnection, useOnViewportChange, useStore, useStoreApi } from "@xyflow/react";
import { useEffect } from "react";

/** Below this zoom a card is only its icon and its title. */
const FAR = 0.5;

/** Says in the page how far away the flow is and whether a connection is being drawn: CSS does the rest, for all cards at once. */
export function CanvasMarks({ opened }: { readonly opened: boolean }) {
  const api = useStoreApi();
  const far = useStore(({ transform }) => transform[2] < FAR);
  const connecting = useConnection(({ inProgress }) => inProgress);
  useEffect(() => {
    const canvas = api.getState().domNode;
    canvas?.toggleAttribute("data-far", far);
    canvas?.toggleAttribute("data-connecting", connecting);
    canvas?.toggleAttribute("data-opening", !opened);
  }, [api, far, connecting, opened]);
  useOnViewportChange({
    onStart: () => api.getState().domNode?.toggleAttribute("data-moving", true),
    onEnd: () => api.getState().domNode?.toggleAttribute("data-moving", false),
  });
  return null;
}
