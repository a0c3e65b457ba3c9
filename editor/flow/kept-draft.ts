import type { Flow } from "../../engine/core/flow.ts";

/** A draft on this device that the server does not have yet, with what it was made from. */
export interface KeptDraft {
  readonly base: Flow;
  readonly revision: number;
  readonly flow: Flow;
}

const place = (key: string) => `centralita.draft.${key}`;

/** Keeps it until it is saved. A full or forbidden storage keeps nothing, and the page says so by staying unsaved. */
export function keepDraft(key: string, draft: KeptDraft): void {
  try {
    localStorage.setItem(place(key), JSON.stringify(draft));
  } catch {
    // Saving to the server goes on as ever.
  }
}

export function forgetDraft(key: string): void {
  localStorage.removeItem(place(key));
}

export function keptDraft(key: string): KeptDraft | null {
  const text = localStorage.getItem(place(key));
  if (text === null) return null;
  try {
    return JSON.parse(text) as KeptDraft;
  } catch {
    forgetDraft(key);
    return null;
  }
}
