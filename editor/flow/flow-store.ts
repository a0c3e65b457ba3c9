import { createContext, useContext } from "react";
import { createStore, type StoreApi, useStore } from "zustand";
import type { Problem } from "../../engine/core/check-tools.ts";
import type { Flow } from "../../engine/core/flow.ts";
import type { Catalogue } from "../model/catalogue.ts";
import { change as changed, createHistory, type History, present, redo, undo } from "../model/history.ts";
import type { Words } from "../model/words.ts";
import type { Refusal } from "../words/failures.ts";
import type { Overlay } from "./overlay.ts";
import type { TrafficChoice } from "./traffic-overlay.ts";

/** How the draft on the screen stands to the one on the server. */
export type Saving =
  | { readonly kind: "saved"; readonly at: string }
  | { readonly kind: "unsaved" }
  | { readonly kind: "saving" }
  /** Kept on this device until there is a connection. */
  | { readonly kind: "offline" }
  /** Somebody else saved meanwhile: theirs is at `revision`. */
  | { readonly kind: "conflict"; readonly revision: number }
  | { readonly kind: "refused"; readonly failure: Refusal };

export type Drawer = "simulator" | "problems" | "versions" | "outline" | "find" | "cost" | null;

/** Where the search palette adds what is chosen: on a port, on an edge, or at a place of the canvas. */
export type PaletteTarget =
  | { readonly kind: "port"; readonly nodeId: string; readonly port: string }
  | { readonly kind: "edge"; readonly edgeId: string }
  | { readonly kind: "place"; readonly x: number; readonly y: number };

export interface FlowState {
  readonly key: string;
  readonly catalogue: Catalogue;
  readonly history: History;
  /** What the server has, and the revision it is at. */
  readonly stored: { readonly flow: Flow; readonly revision: number };
  readonly published: number | null;
  readonly hookUrl: string;
  readonly saving: Saving;
  readonly selection: ReadonlySet<string>;
  readonly problems: readonly Problem[];
  readonly overlay: Overlay | null;
  /** Whose passing by is shown on the canvas; null: nobody's. */
  readonly traffic: TrafficChoice | null;
  readonly drawer: Drawer;
  readonly palette: PaletteTarget | null;
  /** A node the canvas is to bring into view; `at` makes the same node twice two wishes. */
  readonly focus: { readonly nodeId: string; readonly at: number } | null;
  /** Why nothing can be changed: an old version is shown, or somebody else is editing. Null: it can. */
  readonly locked: "version" | "elsewhere" | null;
}

/** What the screen can do with the flow. None of it talks to the server; `FlowSync` does. */
export interface FlowActions {
  /** Changes the document as one labelled step of the history. */
  change(label: Words, edit: (flow: Flow) => Flow, options?: { readonly mergeKey?: string }): void;
  undo(): void;
  redo(): void;
  select(ids: Iterable<string>): void;
  showDrawer(drawer: Drawer): void;
  openPalette(target: PaletteTarget | null): void;
  focusNode(nodeId: string): void;
  showOverlay(overlay: Overlay | null): void;
  set(part: Partial<FlowState>): void;
}

export type FlowStore = StoreApi<FlowState & FlowActions>;

export interface OpenedFlow {
  readonly key: string;
  readonly flow: Flow;
  readonly revision: number;
  readonly published: number | null;
  readonly hookUrl: string;
  readonly updatedAt: string;
  readonly catalogue: Catalogue;
}

export function createFlowStore(opened: OpenedFlow): FlowStore {
  const { key, flow, revision, published, hookUrl, updatedAt, catalogue } = opened;
  return createStore<FlowState & FlowActions>((set, get) => {
    const step = (history: History) => {
      if (get().locked !== null || history === get().history) return;
      set({ history, saving: { kind: "unsaved" } });
    };
    return {
      key,
      catalogue,
      history: createHistory(flow),
      stored: { flow, revision },
      published,
      hookUrl,
      saving: { kind: "saved", at: updatedAt },
      selection: new Set(),
      problems: [],
      overlay: null,
      traffic: null,
      drawer: null,
      palette: null,
      focus: null,
      locked: null,
      change: (label, edit, options) => step(changed(get().history, label, edit, options)),
      undo: () => step(undo(get().history)),
      redo: () => step(redo(get().history)),
      select: (ids) => set({ selection: new Set(ids) }),
      showDrawer: (drawer) => set({ drawer }),
      openPalette: (palette) => set({ palette }),
      focusNode: (nodeId) => set({ selection: new Set([nodeId]), focus: { nodeId, at: Date.now() } }),
      showOverlay: (overlay) => set({ overlay }),
      set: (part) => set(part),
    };
  });
}

export const FlowStoreContext = createContext<FlowStore | null>(null);

/** Reads from the flow that is open, and renders again when what was read changes. */
export function useFlow<T>(select: (state: FlowState & FlowActions) => T): T {
  return useStore(useFlowStore(), select);
}

/** The store itself, for handlers that need not render again. */
export function useFlowStore(): FlowStore {
  const store = useContext(FlowStoreContext);
  if (!store) throw new Error("useFlow is used outside of a flow's page");
  return store;
}

/** The document as it is on the screen. */
export function useDocument(): Flow {
  return useFlow((state) => present(state.history));
}
