import { createContext, useContext } from "react";
import { createStore, type StoreApi, useStore } from "zustand";

/** What one canvas shows for a moment: none of it is part of the flow, and no other room needs it. */
export interface CanvasUi {
  /** The connection the mouse is on, or a step is being dragged over. */
  readonly hoveredEdge: string | null;
  /** The step or group whose name is being written. */
  readonly renaming: string | null;
  readonly cheatSheet: boolean;
  readonly sideList: boolean;
  readonly minimap: boolean;
  readonly tidying: boolean;
  /** Where a connection was let go over nothing: what is chosen then comes there. */
  readonly dropped: { readonly x: number; readonly y: number } | null;
  /** Said to those who do not see the screen. */
  readonly said: string;
}

type CanvasUiStore = StoreApi<CanvasUi>;

export function createCanvasUi(): CanvasUiStore {
  return createStore<CanvasUi>(() => ({
    hoveredEdge: null,
    renaming: null,
    cheatSheet: false,
    sideList: false,
    minimap: true,
    tidying: false,
    dropped: null,
    said: "",
  }));
}

export const CanvasUiContext = createContext<CanvasUiStore | null>(null);

export function useCanvasUiStore(): CanvasUiStore {
  const store = useContext(CanvasUiContext);
  if (!store) throw new Error("useCanvasUi is used outside of a canvas");
  return store;
}

export function useCanvasUi<T>(select: (state: CanvasUi) => T): T {
  return useStore(useCanvasUiStore(), select);
}
