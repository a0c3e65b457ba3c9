/** Counts work under way, so that a test can wait for silence instead of sleeping. */
export interface Activity {
  during<T>(work: () => Promise<T>): Promise<T>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

export function createActivity(): Activity {
  let busy = 0;
  let waiting: (() => void)[] = [];
  const finish = () => {
    busy -= 1;
    if (busy > 0) return;
    for (const wake of waiting) wake();
    waiting = [];
  };
  return {
    async during(work) {
      busy += 1;
      try {
        return await work();
      } finally {
        finish();
      }
    },
    idle: () => (busy === 0 ? Promise.resolve() : new Promise((resolve) => waiting.push(resolve))),
  };
}
