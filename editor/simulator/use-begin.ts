import type { SimulationAction } from "../../engine/core/simulation.ts";
import { useFlowStore } from "../flow/flow-store.ts";
import { present } from "../model/history.ts";
import { useSimulation } from "./simulation-context.ts";

/** Does something that begins a run: in the simulation there is, or in a new one where the draft has changed since. */
export function useBegin(): (persona: string, action: SimulationAction) => Promise<void> {
  const store = useFlowStore();
  const running = useSimulation((state) => state.flow);
  const start = useSimulation((state) => state.start);
  const act = useSimulation((state) => state.act);
  return async (persona, action) => {
    const draft = present(store.getState().history);
    if (running === draft || (await start(draft, persona))) await act(action);
  };
}
