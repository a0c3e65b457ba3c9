import { performance } from "node:perf_hooks";
import { type ClaimedRuns, claimNext, type LoadedRun } from "../store/runs.ts";
import type { Flights } from "./flights.ts";
import type { Runtime } from "./runtime.ts";

/** Takes queued runs as fast as this process has room for them, and no faster. */
export interface Claims {
  /** Queued runs may be there. */
  ask(): void;
  /** Resolves when no claim is under way; nothing is claimed afterwards once the process is stopping. */
  settled(): Promise<void>;
}

/** Runs taken by one claim at most. */
const BATCH = 50;
// The rest of the room is for what arrives with somebody waiting for it.
const SHARE = 0.8;
// Bulk gets out of the way while somebody waits for an answer here, while this process has hardly a moment to spare, or the
// database is slow: a few runs, then a breath that is longer the longer the claim took.
const SATURATED = 0.85;
const SLOW_MS = 20;
const AWAITED_WITHIN_MS = 250;
const POLITE_BATCH = 4;
const BREATH_MS = 20;
const BREATHS = 4;
// A round that got nothing (caps, lanes) is not repeated for every run that lands.
const PAUSE_MS = 50;

/** `launch` resolves when the run is in flight, or cannot be. */
export function createClaims(
  runtime: Runtime,
  flights: Flights,
  launch: (row: LoadedRun) => Promise<void>,
): Claims {
  const { owner, leaseMs, maxInFlight, stopping } = runtime.settings;
  const places = Math.min(maxInFlight, Math.max(1, Math.floor(maxInFlight * SHARE)));
  let after = "";
  // Somebody asks for a round; and the last one left runs behind, so that the next landing asks for another.
  let asked = false;
  let left = false;
  let launching = 0;
  let underWay: Promise<void> | null = null;
  let pause: NodeJS.Timeout | null = null;
  let spent = performance.eventLoopUtilization();

  let claimMs = 0;

  const isPolite = () => {
    const since = spent;
    spent = performance.eventLoopUtilization();
    const { utilization } = performance.eventLoopUtilization(spent, since);
    const awaited = performance.now() - flights.awaitedAt < AWAITED_WITHIN_MS;
    return awaited || claimMs > SLOW_MS || utilization > SATURATED;
  };
  const room = () => (stopping.aborted ? 0 : places - flights.size - launching);
  const start = (row: LoadedRun) => {
    launching += 1;
    void launch(row).finally(() => {
      launching -= 1;
      begin();
    });
  };
  /** Takes what there is room for. */
  const claim = async (batch: number): Promise<ClaimedRuns> => {
    asked = false;
    const startedAt = performance.now();
    const claimed = await claimNext(runtime.db, { owner, leaseMs, limit: Math.min(batch, room()), after });
    claimMs = performance.now() - startedAt;
    after = claimed.after;
    left = claimed.more;
    claimed.runs.forEach(start);
    return claimed;
  };
  const rest = (ms: number) => {
    pause = setTimeout(() => {
      pause = null;
      begin();
    }, ms).unref();
  };
  const round = async (): Promise<void> => {
    while ((asked || left) && room() > 0) {
      const polite = isPolite();
      const { runs, bulk } = await claim(polite ? POLITE_BATCH : BATCH);
      if (runs.length === 0) return rest(PAUSE_MS);
      if (!polite || !bulk) continue;
      asked ||= left;
      return rest(Math.max(BREATH_MS, BREATHS * claimMs));
    }
  };
  const begin = () => {
    if (underWay || pause || !asked || room() <= 0) return;
    underWay = round()
      .catch((error) =>
        runtime.log.warn({ err: error }, "queued runs were not claimed; they are asked for again"),
      )
      .finally(() => {
        underWay = null;
        begin();
      });
  };
  const ask = () => {
    asked = true;
    begin();
  };
  flights.onLanding(() => (left ? ask() : begin()));
  return { ask, settled: async () => void (await underWay) };
}
