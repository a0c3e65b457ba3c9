/** The sandbox children of this process: started when there is work, gone when there is none. */
import { type SandboxChild, startChild } from "./child-process.ts";

export interface ChildrenOptions {
  /** At once. At least 2. */
  readonly maxChildren: number;
  /** Tasks after which a child is replaced. */
  readonly maxUses: number;
  /** An unused child ends after this. */
  readonly idleMs: number;
}

/** Hears what becomes of the children. */
export interface ChildrenEvents {
  /** One is free to be taken, or one that was starting ended before it could be. */
  onChange(): void;
  /** None could be started, and there is no other. */
  onNone(reason: string): void;
}

export interface Seat {
  readonly child: SandboxChild;
  uses: number;
  /** Restarted whenever it has nothing to do. */
  readonly leave: NodeJS.Timeout;
}

export interface Children {
  readonly idle: number;
  /** The one that rested longest, whose next isolate is surely prepared; null when none is free. */
  take(): Seat | null;
  /** A child that is not sound is ended. */
  giveBack(seat: Seat, isSound: boolean): void;
  /** Starts as many as are missing until this many are free or about to be. */
  prepare(wanted: number): void;
  /** Ends every child, whatever it does; resolves when all are gone. */
  stop(): Promise<void>;
  pids(): number[];
}

// Somebody may have killed it. Where none ever starts, trying on for ever would burn the machine.
const MOST_FAILED_STARTS = 3;

export function createChildren(options: ChildrenOptions, events: ChildrenEvents): Children {
  const seats = new Set<Seat>();
  // Also those that were told to go and are still going.
  const alive = new Set<SandboxChild>();
  const idle: Seat[] = [];
  let starting = 0;
  let failedStarts = 0;
  let stopped = false;

  const close = (seat: Seat) => {
    clearTimeout(seat.leave);
    seats.delete(seat);
    if (idle.includes(seat)) idle.splice(idle.indexOf(seat), 1);
    seat.child.kill();
  };

  const rest = (seat: Seat) => {
    if (!seats.has(seat)) return;
    seat.leave.refresh();
    idle.push(seat);
    events.onChange();
  };

  const sit = (child: SandboxChild): Seat => {
    const leaveIdle = () => void (idle.includes(seat) && close(seat));
    const seat: Seat = { child, uses: 0, leave: setTimeout(leaveIdle, options.idleMs).unref() };
    seats.add(seat);
    alive.add(child);
    void child.gone.then(() => {
      alive.delete(child);
      close(seat);
    });
    return seat;
  };

  const open = async () => {
    const seat = sit(startChild());
    starting += 1;
    const isReady = await seat.child.ready;
    starting -= 1;
    failedStarts = isReady ? 0 : failedStarts + 1;
    if (isReady && !stopped) return rest(seat);
    close(seat);
    if (failedStarts < MOST_FAILED_STARTS) events.onChange();
    else if (seats.size === 0) events.onNone(seat.child.lastWords() || "the process ended at once");
  };

  return {
    get idle() {
      return idle.length;
    },
    take: () => idle.shift() ?? null,
    giveBack(seat, isSound) {
      seat.uses += 1;
      if (isSound && seat.uses < options.maxUses) rest(seat);
      else close(seat);
    },
    prepare(wanted) {
      while (!stopped && idle.length + starting < wanted && seats.size < options.maxChildren) void open();
    },
    async stop() {
      stopped = true;
      for (const seat of [...seats]) close(seat);
      await Promise.all([...alive].map((child) => child.gone));
    },
    pids: () => [...alive].flatMap((child) => child.pid ?? []),
  };
}
