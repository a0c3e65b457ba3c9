import { createContext, useContext } from "react";
import type { FlowSync } from "./flow-sync.ts";

export const FlowSyncContext = createContext<FlowSync | null>(null);

/** Saves the flow that is open. */
export function useFlowSync(): FlowSync {
  const sync = useContext(FlowSyncContext);
  if (!sync) throw new Error("useFlowSync is used outside of a flow's page");
  return sync;
}
