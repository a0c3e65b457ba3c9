import type { Problem } from "../../engine/core/check-tools.ts";
import type { Flow } from "../../engine/core/flow.ts";
import { call, failureOf, ofRevision } from "../api/client.ts";
import { present } from "../model/history.ts";
import type { FlowStore } from "./flow-store.ts";
import { forgetDraft, keepDraft } from "./kept-draft.ts";

const IDLE_MS = 800;
const RETRY_MS = 4000;

/**
 * Keeps the server's draft up with the one on the screen: a moment after each change it saves over the revision the change
 * was made from. Without a connection the draft stays on the device and is saved when there is one again; a newer revision
 * on the server makes it stop and ask.
 */
export class FlowSync {
  readonly #store: FlowStore;
  readonly #stop: () => void;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #saving: Promise<void> | null = null;
  // Who comes back to the flow has a sync of their own; two would save over each other.
  #stopped = false;

  constructor(store: FlowStore) {
    this.#store = store;
    const unsubscribe = store.subscribe((state, before) => {
      if (state.history !== before.history && state.saving.kind === "unsaved") this.#changed();
    });
    const again = () => this.#again();
    window.addEventListener("online", again);
    this.#stop = () => {
      unsubscribe();
      window.removeEventListener("online", again);
      clearTimeout(this.#timer);
    };
  }

  /** Saves once more what is not saved yet, and then nothing. */
  stop(): void {
    this.#stopped = true;
    this.#stop();
    if (this.#store.getState().saving.kind === "unsaved") void this.#save();
  }

  /** Saves what is not saved yet, and waits for it. */
  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    await this.#saving;
    const { kind } = this.#store.getState().saving;
    if (kind === "unsaved" || kind === "offline" || kind === "refused") await this.#save();
  }

  #changed(): void {
    const { key, stored, history } = this.#store.getState();
    keepDraft(key, { base: stored.flow, revision: stored.revision, flow: present(history) });
    this.#later(IDLE_MS);
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    if (this.#stopped) return;
    this.#timer = setTimeout(() => void this.#save(), ms);
  }

  #again(): void {
    if (this.#store.getState().saving.kind === "offline") void this.#save();
  }

  #save(): Promise<void> {
    this.#saving ??= this.#send().finally(() => {
      this.#saving = null;
    });
    return this.#saving;
  }

  async #send(): Promise<void> {
    const { key, history, stored } = this.#store.getState();
    const flow = present(history);
    this.#store.getState().set({ saving: { kind: "saving" } });
    try {
      const { data } = await call("saveFlow", {
        path: { key },
        body: flow,
        headers: ofRevision(stored),
      });
      this.#saved(flow, data.revision, data.updatedAt, data.problems as readonly Problem[]);
    } catch (error) {
      this.#failed(error);
    }
  }

  #saved(flow: Flow, revision: number, at: string, problems: readonly Problem[]): void {
    const { key, history, set } = this.#store.getState();
    const stored = { flow, revision };
    if (present(history) === flow) {
      forgetDraft(key);
      set({ stored, saving: { kind: "saved", at }, problems });
      return;
    }
    // Changed again while it was under way.
    set({ stored, saving: { kind: "unsaved" } });
    this.#changed();
  }

  #failed(error: unknown): void {
    const { set } = this.#store.getState();
    const failure = failureOf(error);
    const { code, details } = failure;
    if (code === "OFFLINE" || code === "SHUTTING_DOWN") {
      set({ saving: { kind: "offline" } });
      this.#later(RETRY_MS);
    } else if (code === "UNAUTHENTICATED") {
      // Somebody signs in again over the page; until then it stays unsaved.
      set({ saving: { kind: "unsaved" } });
      this.#later(RETRY_MS);
    } else if (code === "REVISION_CONFLICT") {
      set({ saving: { kind: "conflict", revision: Number(details.revision) } });
    } else {
      set({ saving: { kind: "refused", failure } });
    }
  }
}
