import type { FailpointName, Failpoints } from "../../engine/runtime/failpoints.ts";

export interface Gate {
  /** Resolves when a run stands there. */
  readonly reached: Promise<void>;
  open(): void;
}

/** Failpoints that hold a run still until it is let go. */
export interface Gates extends Failpoints {
  /** Holds the next run that gets there. */
  close(point: FailpointName): Gate;
}

export function createGates(): Gates {
  const closed = new Map<FailpointName, { stand(): Promise<void> }>();
  return {
    close(point) {
      const reached = Promise.withResolvers<void>();
      const opened = Promise.withResolvers<void>();
      closed.set(point, {
        stand() {
          reached.resolve();
          return opened.promise;
        },
      });
      return { reached: reached.promise, open: opened.resolve };
    },
    reach(point) {
      const gate = closed.get(point);
      closed.delete(point);
      return gate?.stand();
    },
  };
}
