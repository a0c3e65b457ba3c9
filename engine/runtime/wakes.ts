import { setTimeout as sleep } from "node:timers/promises";
import { PgBoss } from "pg-boss";
import type { Logger } from "../log.ts";
import type { Connection } from "../store/database.ts";
import type { WakePort } from "./wake-port.ts";

const QUEUE = "wake";
const BATCH = 64;
// The next batch waits for this one, and a run in it may wait for a slow vendor: then it is on its way, and that is all a
// wake is for. Without this, runs of a killed process waited for whoever was in the same batch.
const PATIENCE_MS = 1_000;

/**
 * Wakes over pg-boss: spread across processes, kept over restarts. One waking job per run is enough, however often it was
 * asked for.
 */
export async function openWakes(connection: Connection | string, log: Logger): Promise<WakePort> {
  const target = typeof connection === "string" ? { connectionString: connection } : { ...connection };
  const boss = new PgBoss({ ...target, max: 3, schema: "pgboss" });
  // The queue only makes things faster: the sweeper asks again for whatever it loses.
  boss.on("error", (error) => log.warn({ err: error }, "the wake queue reported an error"));
  await boss.start();
  await boss.createQueue(QUEUE, {
    policy: "short",
    retryLimit: 2,
    deleteAfterSeconds: 600,
    retentionSeconds: 3600,
  });
  let worker: string | null = null;
  return {
    async wake(runIds) {
      if (runIds.length === 0) return;
      await boss.insert(
        QUEUE,
        runIds.map((runId) => ({ data: { runId }, singletonKey: runId })),
      );
      if (worker) boss.notifyWorker(worker);
    },
    async onWake(handle) {
      worker = await boss.work<{ runId: string }>(
        QUEUE,
        { batchSize: BATCH, pollingIntervalSeconds: 0.5 },
        async (jobs) => {
          const handled = Promise.all(jobs.map((job) => handle(job.data.runId)));
          await Promise.race([handled, sleep(PATIENCE_MS, undefined, { ref: false })]);
        },
      );
    },
    isReachable: () => boss.isInstalled().catch(() => false),
    async stop() {
      await boss.stop({ graceful: true, timeout: 5_000 });
    },
  };
}
