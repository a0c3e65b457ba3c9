import { createContext, useContext } from "react";
import { type StoreApi, useStore } from "zustand";
import type { SimulationStore } from "./simulation-store.ts";

export const SimulationContext = createContext<StoreApi<SimulationStore> | null>(null);

export function useSimulation<T>(select: (state: SimulationStore) => T): T {
  const store = useContext(SimulationContext);
  if (!store) throw new Error("useSimulation is used outside of the simulator");
  return useStore(store, select);
}
