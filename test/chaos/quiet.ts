import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "./cluster.ts";

/** Runs that are due or soon will be, and effects nobody has settled though their run is over. */
const BUSY = `
  select (select count(*) from runs where status in ('queued', 'running')
      or (status = 'waiting' and coalesce((state #>> '{wait,until}')::timestamptz, now()) < now() + interval '15 seconds'))::int
    + (select count(*) from effects e join runs r on r.id = e.run_id
       where r.ended_at is not null and e.state in ('sending', 'in_doubt'))::int as busy`;

/** What should have been driven two seconds ago and was not. */
const OVERDUE = `
  select count(*)::int as overdue from runs
  where (status = 'queued' and updated_at < now() - interval '2 seconds')
    or (status = 'running' and lease_until < now() - interval '2 seconds')
    or (status = 'waiting' and (state #>> '{wait,until}')::timestamptz < now() - interval '2 seconds')`;

/** Liveness: this long after the faults there is nothing left to do. */
export const QUIET_WITHIN_MS = 60_000;

/** Waits until everything has come to rest and the vendors have reported it. Null: it did not in time. */
export async function waitForQuiet(cluster: Cluster): Promise<number | null> {
  const { twilio, meta } = cluster.vendors;
  const since = Date.now();
  while (Date.now() - since < QUIET_WITHIN_MS) {
    await twilio.idle();
    await meta.idle();
    const [row] = await cluster.postgres.query<{ busy: number }>(BUSY);
    if (row?.busy === 0) return Date.now() - since;
    await sleep(250);
  }
  return null;
}

/** Milliseconds until nothing is overdue any more, new work going on. Null: it did not happen in time. */
export async function waitForRecovery(cluster: Cluster, signal: AbortSignal): Promise<number | null> {
  const since = Date.now();
  while (Date.now() - since < QUIET_WITHIN_MS) {
    const [row] = await cluster.postgres.query<{ overdue: number }>(OVERDUE);
    if (row?.overdue === 0) return Date.now() - since;
    await sleep(100, undefined, { signal });
  }
  return null;
}
