import { produce } from "immer";
import type { Flow } from "../../engine/core/flow.ts";
import { type Patch, patched, patchesBetween } from "./flow-patches.ts";
import type { Words } from "./words.ts";

/** A document and how it came to be, in steps that can be taken back. A plain value: each change gives another one. */
export interface History {
  readonly document: Flow;
  /** Oldest first. */
  readonly past: readonly HistoryEntry[];
  /** What was taken back, the next to redo first. */
  readonly future: readonly HistoryEntry[];
}

export interface HistoryEntry {
  readonly label: Words;
  readonly mergeKey: string | null;
  /** The document before, which costs nothing: both share what did not change. */
  readonly before: Flow;
  readonly patches: readonly Patch[];
  readonly inverse: readonly Patch[];
}

/** Changes the draft it is given, or gives another flow. */
export type Recipe = ((draft: Flow) => Flow) | ((draft: Flow) => void);

const MAX_ENTRIES = 500;

export function createHistory(flow: Flow): History {
  return { document: flow, past: [], future: [] };
}

/**
 * One step more, under a label as the undo menu shows it. Steps in a row with the same `mergeKey` (typing in one field,
 * dragging one node) become one. A change that changes nothing adds nothing and keeps what may be redone.
 */
export function change(
  history: History,
  label: Words,
  recipe: Recipe,
  options: { readonly mergeKey?: string } = {},
): History {
  const after = produce(history.document, recipe as (draft: Flow) => Flow);
  const mergeKey = options.mergeKey ?? null;
  const last = mergeableEntry(history, mergeKey);
  const before = last?.before ?? history.document;
  if (patchesBetween(history.document, after).patches.length === 0) return history;
  const kept = last ? history.past.slice(0, -1) : history.past;
  const { patches, inverse } = patchesBetween(before, after);
  // Typed and deleted again: as if nothing had been.
  if (patches.length === 0) return { document: before, past: kept, future: [] };
  const entry = { label, mergeKey, before, patches, inverse };
  return { document: patched(before, patches), past: [...kept, entry].slice(-MAX_ENTRIES), future: [] };
}

/** Ends a series: the next change with the same key is a step of its own. */
export function seal(history: History): History {
  const last = history.past.at(-1);
  if (!last || last.mergeKey === null) return history;
  return { ...history, past: [...history.past.slice(0, -1), { ...last, mergeKey: null }] };
}

export function undo(history: History): History {
  const entry = history.past.at(-1);
  if (!entry) return history;
  return {
    document: patched(history.document, entry.inverse),
    past: history.past.slice(0, -1),
    future: [entry, ...history.future],
  };
}

export function redo(history: History): History {
  const [entry, ...future] = history.future;
  if (!entry) return history;
  return { document: patched(history.document, entry.patches), past: [...history.past, entry], future };
}

export function present(history: History): Flow {
  return history.document;
}

export function canUndo(history: History): boolean {
  return history.past.length > 0;
}

export function canRedo(history: History): boolean {
  return history.future.length > 0;
}

export function undoLabel(history: History): Words | null {
  return history.past.at(-1)?.label ?? null;
}

export function redoLabel(history: History): Words | null {
  return history.future[0]?.label ?? null;
}

function mergeableEntry(history: History, mergeKey: string | null): HistoryEntry | undefined {
  const last = history.past.at(-1);
  const follows = mergeKey !== null && history.future.length === 0 && last?.mergeKey === mergeKey;
  return follows ? last : undefined;
}
