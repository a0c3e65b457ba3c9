/** Who runs when, and in which child. Children are started when there is work, and end when there is none. */
import { type SandboxChild, startChild } from "./child-process.ts";
import { createFairQueue } from "./fair-queue.ts";
import { type CodeAnswer, type CodeTask, isSpent } from "./messages.ts";

export interface DispatcherOptions {
  /** Children at once, and with it runs of code at once. At least 2. */
  readonly maxChildren: number;
  /** Runs that wait, per tenant; more are turned away. */
  readonly maxWaiting: number;
  /** How long a run waits for its turn before it is turned away. */
  readonly maxWaitMs: number;
  /** Runs after which a child is replaced. */
  readonly maxUses: number;
  /** An unused child ends after this. */
  readonly idleMs: number;
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
  /** Process ids of the children there are, for the log and for tests. */
  pids(): number[];
}

interface Job {
  readonly task: CodeTask;
  readonly give: (answer: Dispatched) => void;
}

interface Seat {
  readonly child: SandboxChild;
  uses: number;
  /** Restarted whenever it has nothing to do. */
  readonly leave: NodeJS.Timeout;
}

export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const { maxChildren, maxWaiting, maxWaitMs, maxUses, idleMs } = options;
  const queue = createFairQueue<Job>();
  const seats = new Set<Seat>();
  // Also those that were told to go and are still going.
  const alive = new Set<SandboxChild>();
  const running = new Map<string, number>();
  // The one that rested longest comes first: its next isolate is surely prepared.
  const idle: Seat[] = [];
  let starting = 0;
  let stopped = false;

  // One child is always left for the others.
  const mayRun = (tenantId: string) => (running.get(tenantId) ?? 0) < maxChildren - 1;

  const pump = () => {
    while (idle.length > 0) {
      const next = queue.take(mayRun);
      const seat = next && idle.shift();
      if (!next || !seat) break;
      void serve(seat, next.tenantId, next.job);
    }
    // One more than is needed now, so that nobody waits for a start after a child had to go.
    const wanted = Math.max(1, queue.size);
    while (!stopped && idle.length + starting < wanted && seats.size < maxChildren) void open();
  };

  const open = async () => {
    const child = startChild();
    const leaveIdle = () => void (idle.includes(seat) && close(seat));
    const seat: Seat = { child, uses: 0, leave: setTimeout(leaveIdle, idleMs).unref() };
    seats.add(seat);
    alive.add(child);
    starting += 1;
    void child.gone.then(() => {
      alive.delete(child);
      close(seat);
    });
    const isReady = await child.ready;
    starting -= 1;
    if (isReady && !stopped) return rest(seat);
    close(seat);
    if (seats.size > 0) return;
    const reason = child.lastWords() || "the process ended at once";
    for (const job of queue.clear()) job.give({ kind: "no-child", reason });
  };

  const rest = (seat: Seat) => {
    if (!seats.has(seat)) return;
    seat.leave.refresh();
    idle.push(seat);
    pump();
  };

  const close = (seat: Seat) => {
    clearTimeout(seat.leave);
    seats.delete(seat);
    const at = idle.indexOf(seat);
    if (at >= 0) idle.splice(at, 1);
    seat.child.kill();
  };

  const serve = async (seat: Seat, tenantId: string, { task, give }: Job) => {
    running.set(tenantId, (running.get(tenantId) ?? 0) + 1);
    const answer = await seat.child.run(task);
    const others = (running.get(tenantId) ?? 1) - 1;
    if (others > 0) running.set(tenantId, others);
    else running.delete(tenantId);
    give(stopped ? { kind: "stopped" } : answer);
    seat.uses += 1;
    if (answer.kind !== "died" && !isSpent(answer) && seat.uses < maxUses) return rest(seat);
    close(seat);
    pump();
  };

  return {
    run(tenantId, task) {
      const { promise, resolve } = Promise.withResolvers<Dispatched>();
      if (stopped) return Promise.resolve({ kind: "stopped" });
      if (queue.sizeOf(tenantId) >= maxWaiting) return Promise.resolve({ kind: "busy" });
      const job: Job = { task, give: resolve };
      queue.add(tenantId, job);
      pump();
      const patience = setTimeout(() => {
        if (queue.remove(tenantId, job)) resolve({ kind: "busy" });
      }, maxWaitMs);
      return promise.finally(() => clearTimeout(patience));
    },
    async stop() {
      stopped = true;
      for (const job of queue.clear()) job.give({ kind: "stopped" });
      for (const seat of [...seats]) close(seat);
      await Promise.all([...alive].map((child) => child.gone));
    },
    pids: () => [...alive].flatMap((child) => child.pid ?? []),
  };
}
