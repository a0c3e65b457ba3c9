import { setTimeout as pause } from "node:timers/promises";
import type { Logger } from "../log.ts";
import type { Database } from "../store/database.ts";
import { keepPartitions } from "../store/partitions.ts";

/** How long what happened stays on record. A day is one of UTC. */
export interface Retention {
  readonly journalDays: number;
  readonly messageDays: number;
}

export interface Upkeep {
  /** Once, now. @throws what the database throws */
  run(): Promise<void>;
  /** From now on, every hour. */
  start(): void;
  stop(): void;
}

// A week without a single hour's success would leave rows without a partition.
const DAYS_AHEAD = 7;
const EVERY_MS = 60 * 60_000;
const BUSY_TRIES = 50;
const BUSY_PAUSE_MS = 100;

/** [R1] Keeps the partitions of journal and messages: the coming days' are made ahead, those past retention dropped. */
export function createUpkeep(db: Database, retention: Retention, log: Logger): Upkeep {
  let timer: NodeJS.Timeout | undefined;
  const run = async () => {
    for (let attempt = 0; attempt < BUSY_TRIES; attempt++) {
      const { journalDays, messageDays } = retention;
      const kept = await keepPartitions(db, { daysAhead: DAYS_AHEAD, journalDays, messageDays });
      if (kept) {
        if (kept.made + kept.dropped + kept.late > 0)
          log.info({ ...kept }, "partitions of days were kept up");
        return;
      }
      // Another process is at it; what it makes is needed here, too, before anything is served.
      await pause(BUSY_PAUSE_MS);
    }
    log.warn("partitions were being kept up by another process all the time; that one sees to them");
  };
  return {
    run,
    start() {
      timer = setInterval(() => {
        run().catch((error) =>
          log.error(
            { err: error },
            `partitions were not kept up; unless that succeeds within ${DAYS_AHEAD} days of the first failure, nothing can be recorded any more`,
          ),
        );
      }, EVERY_MS);
      timer.unref();
    },
    stop: () => clearInterval(timer),
  };
}
