import { setTimeout as sleep } from "node:timers/promises";
import type { Cluster } from "./cluster.ts";

/** Runs that are due or soon will be, and those with an effect nobody has settled though they are over. */
const BUSY = `
  select id from runs where status in ('queued', 'running')
    or (status = 'waiting' and coalesce((state #>> '{wait,until}')::timestamptz, now()) < now() + interval '15 seconds')
  union
  select e.run_id from effects e join runs r on r.id = e.run_id
    where r.ended_at is not null and e.state in ('sending', 'in_doubt')`;

/** What should have been driven two seconds ago and was not; its version changes with whatever is done to it. */
const OVERDUE = `
  select id, seq || '.' || lease_epoch as version from runs
  where (status = 'queued' and updated_at < now() - interval '2 seconds')
    or (status = 'running' and lease_until < now() - interval '2 seconds')
    or (status = 'waiting' and (state #>> '{wait,until}')::timestamptz < now() - interval '2 seconds')`;

/** Liveness: this long after the faults there is nothing left to do. */
export const QUIET_WITHIN_MS = 60_000;

/** How long it took until nothing was left, or the runs that still were after that long. */
export type Rest = { readonly ms: number } | { readonly stuck: readonly string[] };

/** Waits until everything has come to rest and the vendors have reported it. */
export async function waitForQuiet(cluster: Cluster): Promise<Rest> {
  const { twilio, meta } = cluster.vendors;
  return untilNone(async () => {
    await twilio.idle();
    await meta.idle();
    return idsOf(cluster, BUSY);
  });
}

/**
 * Waits until everything that is overdue now has gone on. Not until nothing is: people are at it all the time, and a machine
 * that is busy with other things is always behind with something.
 */
export async function waitForRecovery(cluster: Cluster, signal: AbortSignal): Promise<Rest> {
  const behind = await overdueIn(cluster);
  return untilNone(async () => {
    const now = await overdueIn(cluster);
    return [...behind.keys()].filter((id) => now.get(id) === behind.get(id));
  }, signal);
}

async function overdueIn(cluster: Cluster): Promise<ReadonlyMap<string, string>> {
  const rows = await cluster.postgres.query<{ id: string; version: string }>(OVERDUE);
  return new Map(rows.map(({ id, version }) => [id, version]));
}

async function untilNone(find: () => Promise<readonly string[]>, signal?: AbortSignal): Promise<Rest> {
  const since = Date.now();
  for (;;) {
    const found = await find();
    const ms = Date.now() - since;
    if (found.length === 0) return { ms };
    if (ms > QUIET_WITHIN_MS) return { stuck: found };
    await sleep(POLL_MS, undefined, signal ? { signal } : {});
  }
}

const POLL_MS = 100;

async function idsOf(cluster: Cluster, sql: string): Promise<readonly string[]> {
  const rows = await cluster.postgres.query<{ id: string }>(sql);
  return rows.map(({ id }) => id);
}
