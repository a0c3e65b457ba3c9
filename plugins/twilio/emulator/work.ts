import { setTimeout as sleep } from "node:timers/promises";

/** What goes on behind the answers: deliveries and calls. */
export interface Work {
  /** Aborted when the emulator closes. */
  readonly signal: AbortSignal;
  start(task: () => Promise<void>): void;
  /** Waits the pace between two steps; rejects when the emulator closes. */
  pace(): Promise<void>;
  /** Resolves when nothing is under way. Rejects with what a task has thrown since the last call. */
  idle(): Promise<void>;
  /** Stops everything between two steps and waits until it has stopped. */
  stop(): Promise<void>;
}

export function createWork(paceMs: number): Work {
  const running = new Set<Promise<void>>();
  const failures: unknown[] = [];
  const abort = new AbortController();
  const settled = async () => {
    while (running.size > 0) await Promise.all(running);
  };
  return {
    signal: abort.signal,
    start(task) {
      const run = task()
        .catch((error: unknown) => void (abort.signal.aborted || failures.push(error)))
        .finally(() => running.delete(run));
      running.add(run);
    },
    pace: () => sleep(paceMs, undefined, { signal: abort.signal }),
    async idle() {
      await settled();
      const [failure] = failures.splice(0);
      if (failure !== undefined) throw failure;
    },
    async stop() {
      abort.abort();
      await settled();
    },
  };
}
