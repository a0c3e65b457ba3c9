import { claimNext, type LoadedRun } from "../store/runs.ts";
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

  const room = () => (stopping.aborted ? 0 : Math.min(BATCH, places - flights.size - launching));
  const start = (row: LoadedRun) => {
    launching += 1;
    void launch(row).finally(() => {
      launching -= 1;
      begin();
    });
  };
  /** False when there was nothing to take. */
  const claim = async (): Promise<boolean> => {
    asked = false;
    const claimed = await claimNext(runtime.db, { owner, leaseMs, limit: room(), after });
    after = claimed.after;
    left = claimed.more;
    claimed.runs.forEach(start);
    return claimed.runs.length > 0;
  };
  const round = async (): Promise<void> => {
    while ((asked || left) && room() > 0) {
      if (await claim()) continue;
      pause = setTimeout(() => {
        pause = null;
        begin();
      }, PAUSE_MS).unref();
      return;
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
