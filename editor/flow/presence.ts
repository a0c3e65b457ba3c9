import { useEffect, useState } from "react";
import type { LiveMessage, Present } from "../../engine/core/live.ts";
import { live } from "../api/live.ts";
import { type FlowStore, useFlow, useFlowStore } from "./flow-store.ts";

const STILL_HERE_MS = 20_000;

/** Who else has this flow open. The first to come may edit; the others look on until they take over. */
export function usePresence(): readonly Present[] {
  const store = useFlowStore();
  const key = useFlow((state) => state.key);
  const [people, setPeople] = useState<readonly Present[]>([]);
  useEffect(() => {
    const here = new Here(store, setPeople);
    const stop = live.subscribe(`flow:${key}`, (message) => here.hear(message));
    const timer = setInterval(() => here.say(), STILL_HERE_MS);
    return () => {
      clearInterval(timer);
      live.send({ kind: "leave", topic: `flow:${key}` });
      stop();
    };
  }, [store, key]);
  return people;
}

/** Asks for the edit lock. */
export function takeOver(store: FlowStore): void {
  const { key, selection } = store.getState();
  live.send({ kind: "presence", topic: `flow:${key}`, editing: true, selection: [...selection] });
}

class Here {
  readonly #store: FlowStore;
  readonly #tell: (people: readonly Present[]) => void;
  #me: string | null = null;

  constructor(store: FlowStore, tell: (people: readonly Present[]) => void) {
    this.#store = store;
    this.#tell = tell;
  }

  say(): void {
    const { key, locked, selection } = this.#store.getState();
    live.send({
      kind: "presence",
      topic: `flow:${key}`,
      editing: locked === null,
      selection: [...selection],
    });
  }

  hear(message: LiveMessage): void {
    if (message.kind === "subscribed") {
      this.#me = message.id;
      this.say();
    }
    if (message.kind !== "present") return;
    const { locked, set } = this.#store.getState();
    const elsewhere = message.lock !== null && message.lock !== this.#me;
    if (locked !== "version" && (locked === "elsewhere") !== elsewhere) {
      set({ locked: elsewhere ? "elsewhere" : null });
      // At once: only who is known to look on can take over.
      this.say();
    }
    this.#tell(message.people.filter(({ id }) => id !== this.#me));
  }
}
