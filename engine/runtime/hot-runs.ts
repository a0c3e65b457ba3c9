import { LRUCache } from "lru-cache";
import type { LoadedRun } from "../store/runs.ts";

/**
 * Runs this process put to sleep, by wake key: whoever wakes one here need not read it again. Only a shortcut: the fence
 * finds out when another process was faster. A bounded number is kept, so waiting runs cost no memory.
 */
export interface HotRuns {
  find(key: string): LoadedRun | null;
  keep(run: LoadedRun): void;
  forget(run: { readonly state: LoadedRun["state"] }): void;
}

const KEPT = 5_000;

export function createHotRuns(): HotRuns {
  const byKey = new LRUCache<string, LoadedRun>({ max: KEPT });
  return {
    find: (key) => byKey.get(key) ?? null,
    keep(run) {
      for (const key of run.state.wait?.keys ?? []) byKey.set(key, run);
    },
    forget(run) {
      for (const key of run.state.wait?.keys ?? []) byKey.delete(key);
    },
  };
}
