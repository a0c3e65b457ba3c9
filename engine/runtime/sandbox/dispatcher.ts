/** Whose code runs when [S16]. */
import { type ChildrenOptions, createChildren, type Seat } from "./children.ts";
import { createFairQueue } from "./fair-queue.ts";
import { type CodeAnswer, type CodeTask, isSpent } from "./messages.ts";

export interface DispatcherOptions extends ChildrenOptions {
  /** Runs that wait, per tenant; more are turned away. */
  readonly maxWaiting: number;
  /** How long a run waits for its turn before it is turned away. */
  readonly maxWaitMs: number;
}

export type Dispatched =
  | CodeAnswer
  | { readonly kind: "died" }
  | { readonly kind: "busy" }
  | { readonly kind: "stopped" }
  | { readonly kind: "no-child"; readonly reason: string };

export interface Dispatcher {
  /** Never rejects. */
  run(tenantId: string, task: CodeTask): Promise<Dispatched>;
  /** Ends every child, whatever it does; resolves when all are gone. */
  stop(): Promise<void>;
  /** Process ids of the children there are. */
  pids(): number[];
}

interface Job {
  readonly task: CodeTask;
  readonly give: (answer: Dispatched) => void;
}

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const queue = createFairQueue<Job>();
  const running = createTally();
  let stopped = false;

  const giveAll = (answer: Dispatched) => {
    for (const job of queue.clear()) job.give(answer);
  };

  const pump = () => {
    while (children.idle > 0) {
      // One child is always left for the others.
      const next = queue.take((tenantId) => running.of(tenantId) < options.maxChildren - 1);
      const seat = next && children.take();
      if (!seat) break;
      void serve(seat, next.tenantId, next.job);
    }
    // One more than is needed now, so that nobody waits for a start after a child had to go.
    children.prepare(Math.max(1, queue.size));
  };

  const serve = async (seat: Seat, tenantId: string, { task, give }: Job) => {
    running.add(tenantId, 1);
    const answer = await seat.child.run(task);
    running.add(tenantId, -1);
    give(stopped ? { kind: "stopped" } : answer);
    children.giveBack(seat, answer.kind !== "died" && !isSpent(answer));
    pump();
  };

  const children = createChildren(options, {
    onChange: pump,
    onNone: (reason) => giveAll({ kind: "no-child", reason }),
  });

  return {
    async run(tenantId, task) {
      if (stopped) return { kind: "stopped" };
      if (queue.sizeOf(tenantId) >= options.maxWaiting) return { kind: "busy" };
      const { promise, resolve } = Promise.withResolvers<Dispatched>();
      const job: Job = { task, give: resolve };
      queue.add(tenantId, job);
      pump();
      const patience = setTimeout(() => {
        if (queue.remove(tenantId, job)) resolve({ kind: "busy" });
      }, options.maxWaitMs);
      return promise.finally(() => clearTimeout(patience));
    },
    async stop() {
      stopped = true;
      giveAll({ kind: "stopped" });
      await children.stop();
    },
    pids: children.pids,
  };
}

/** How many of something each tenant has. */
function createTally(): { of(tenantId: string): number; add(tenantId: string, count: number): void } {
  const counts = new Map<string, number>();
  const of = (tenantId: string) => counts.get(tenantId) ?? 0;
  return {
    of,
    add(tenantId, count) {
      const sum = of(tenantId) + count;
      if (sum > 0) counts.set(tenantId, sum);
      else counts.delete(tenantId);
    },
  };
}
