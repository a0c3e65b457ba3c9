import type { FailpointName, Failpoints } from "../../engine/runtime/failpoints.ts";
import type { WakePort } from "../../engine/runtime/wake-port.ts";
import type { Database } from "../../engine/store/database.ts";

/**
 * What an engine of this process is cut off from when it "dies". From that moment nothing it says reaches the database,
 * nothing that was on its way comes back, and every run of it stands still at its next commit or send: all of its memory
 * is as good as gone, though the process of the tests lives on.
 */
export interface Life {
  readonly isOver: boolean;
  /** Where everything waits that the dead engine still wants; settled, by a failure, only when it is cleared away. */
  readonly limbo: Promise<never>;
  readonly over: Promise<void>;
  end(): void;
  clearAway(): void;
}

export function newLife(atTheEnd: () => void): Life {
  let isOver = false;
  const limbo = Promise.withResolvers<never>();
  const over = Promise.withResolvers<void>();
  limbo.promise.catch(() => undefined);
  return {
    get isOver() {
      return isOver;
    },
    limbo: limbo.promise,
    over: over.promise,
    end() {
      if (isOver) return;
      isOver = true;
      over.resolve();
      atTheEnd();
    },
    clearAway: () => limbo.reject(new Error("the engine is dead")),
  };
}

export function mortalDatabase(db: Database, life: Life): Database {
  const whileAlive = async <T>(work: () => Promise<T>): Promise<T> => {
    if (life.isOver) return life.limbo;
    const [settled] = await Promise.allSettled([work()]);
    if (life.isOver) return life.limbo;
    if (settled.status === "rejected") throw settled.reason;
    return settled.value;
  };
  let closing: Promise<void> | null = null;
  const close = () => {
    closing ??= db.close();
    return closing;
  };
  // The connections of a process end with it.
  void life.over.then(close);
  return {
    call: (name, args) => whileAlive(() => db.call(name, args)),
    rows: (name, args) => whileAlive(() => db.rows(name, args)),
    asTenant: (tenantId, work) =>
      whileAlive(() => db.asTenant(tenantId, (scope) => whileAlive(() => work(scope)))),
    pools: () => db.pools(),
    isReachable: () => whileAlive(() => db.isReachable()),
    close,
  };
}

/** A queue in memory: it is lost with its process, as every hint may be. */
export function mortalWakes(life: Life): WakePort {
  let handle: ((runId: string) => Promise<void>) | null = null;
  return {
    async wake(runIds) {
      for (const runId of runIds) setImmediate(() => life.isOver || void handle?.(runId));
    },
    isReachable: async () => !life.isOver,
    async onWake(handler) {
      handle = handler;
    },
    stop: async () => undefined,
  };
}

/** Calls `reached` at each failpoint, and holds every run of a dead engine there for ever. */
export function mortalFailpoints(life: Life, reached: (point: FailpointName) => void): Failpoints {
  return {
    reach(point) {
      if (!life.isOver) reached(point);
      return life.isOver ? life.limbo : undefined;
    },
  };
}
