import { performance } from "node:perf_hooks";
import { handBackRun, noteFailure, renewLeases } from "../store/runs.ts";
import { drive, type Rest } from "./drive.ts";
import type { Runtime } from "./runtime.ts";
import { LaneBusy, type Segment, SegmentLost, SegmentParked } from "./segment.ts";

/** The runs this process is driving right now. */
export interface Flights {
  readonly isFull: boolean;
  readonly size: number;
  /** When a run that somebody waits for last took off, as `performance.now()`. */
  readonly awaitedAt: number;
  has(runId: string): boolean;
  /** Resolves when this run is not in flight; at once where it is not now. */
  afterLanding(runId: string): Promise<unknown>;
  /** Drives a segment to its rest. Rejects with what `drive` throws, or resolves. */
  fly(segment: Segment): Promise<Rest>;
  /** Hears of every run that has come to rest. */
  onLanding(handle: () => void): void;
  /** Resolves when nothing is in flight. */
  landed(): Promise<void>;
  stop(): void;
}

const RENEW_EVERY_MS = 5_000;
// Nearer deadlines are watched by this process; the sweeper has them all the same.
const TIMER_HORIZON_MS = 60_000;
// The database clock decides; this only avoids asking it a moment too early.
const TIMER_SLACK_MS = 15;

export function createFlights(runtime: Runtime, wake: (runId: string) => Promise<void>): Flights {
  const active = new Map<string, Promise<unknown>>();
  const timers = new Set<NodeJS.Timeout>();
  let awaitedAt = Number.NEGATIVE_INFINITY;
  let landing: () => void = () => undefined;
  const { owner, leaseMs, maxInFlight } = runtime.settings;
  const renewal = setInterval(() => {
    if (active.size === 0) return;
    renewLeases(runtime.db, owner, [...active.keys()], leaseMs).catch((error) =>
      runtime.log.warn({ err: error }, "leases were not renewed; they are tried again before they run out"),
    );
  }, RENEW_EVERY_MS);
  renewal.unref();
  const watchDeadline = (runId: string, inMs: number) => {
    if (inMs > TIMER_HORIZON_MS || runtime.settings.stopping.aborted) return;
    const timer = setTimeout(() => {
      timers.delete(timer);
      void wake(runId);
    }, inMs + TIMER_SLACK_MS);
    timer.unref();
    timers.add(timer);
  };
  const rest = async (segment: Segment): Promise<Rest> => {
    const result = await drive(runtime, segment);
    if (result.kind === "sleeping") watchDeadline(segment.run.id, result.wakeInMs);
    if (result.kind === "handed-back") {
      await runtime.failpoints.reach("hand-back.before", segment.run.id);
      await handBackRun(runtime.db, owner, segment.run.id);
    }
    return result;
  };
  return {
    get isFull() {
      return active.size >= maxInFlight;
    },
    get size() {
      return active.size;
    },
    get awaitedAt() {
      return awaitedAt;
    },
    has: (runId) => active.has(runId),
    afterLanding: async (runId) => active.get(runId),
    fly(segment) {
      if (segment.state.exchange) awaitedAt = performance.now();
      const flight = rest(segment);
      const settled = flight.then(
        () => undefined,
        (error) => report(runtime, segment.run.id, error),
      );
      const landed = settled.then(() => {
        if (active.get(segment.run.id) === landed) active.delete(segment.run.id);
        landing();
      });
      active.set(segment.run.id, landed);
      return flight;
    },
    onLanding(handle) {
      landing = handle;
    },
    async landed() {
      while (active.size > 0) await Promise.all(active.values());
    },
    stop() {
      clearInterval(renewal);
      for (const timer of timers) clearTimeout(timer);
      timers.clear();
    },
  };
}

function report(runtime: Runtime, runId: string, error: unknown): void {
  if (error instanceof SegmentParked) runtime.announce();
  if (error instanceof SegmentParked || error instanceof SegmentLost || error instanceof LaneBusy) return;
  runtime.log.error({ err: error, runId }, "a run stopped half way; it goes on when its lease has run out");
  const message = error instanceof Error ? error.message : String(error);
  // Only for the record of a dead letter; the line above has said it already.
  noteFailure(runtime.db, runtime.settings.owner, runId, message).catch(() => undefined);
}
