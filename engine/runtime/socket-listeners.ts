import type { JsonObject } from "../core/json.ts";

/** A connection of this process that hears the answers of its step as they are made. */
export interface Listener {
  readonly epoch: number;
  readonly questions: Map<number, OpenQuestion>;
  /** Another connection has taken over. */
  readonly replaced: () => void;
}

interface OpenQuestion {
  readonly hears: (piece: JsonObject) => void;
  readonly cut: AbortController;
  readonly answered: (answer: JsonObject | null) => void;
}

export interface SocketListeners {
  of(stepKey: string): Listener | null;
  set(stepKey: string, listener: Listener): void;
  forget(stepKey: string, listener: Listener): void;
}

export function createSocketListeners(): SocketListeners {
  const listeners = new Map<string, Listener>();
  return {
    of: (stepKey) => listeners.get(stepKey) ?? null,
    set(stepKey, listener) {
      listeners.get(stepKey)?.replaced();
      listeners.set(stepKey, listener);
    },
    forget(stepKey, listener) {
      if (listeners.get(stepKey) === listener) listeners.delete(stepKey);
    },
  };
}
