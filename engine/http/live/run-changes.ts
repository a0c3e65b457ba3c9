/**
 * Which runs changed, gathered for a moment: a run takes many steps in one. Those of this process are seen as they happen;
 * those that others drive are looked for while somebody listens.
 */
import { isTwin } from "../../ids.ts";
import type { Logger } from "../../log.ts";
import type { RunEvent } from "../../runtime/runtime.ts";
import type { Database } from "../../store/database.ts";
import { changedRuns } from "../../store/run-history.ts";
import type { Hub } from "./hub.ts";

const GATHER_MS = 200;
const LOOK_EVERY_MS = 1_000;
// A commit is seen a moment after the time it carries.
const OVERLAP_MS = 5_000;

export interface RunChanges {
  hears(event: RunEvent): void;
  stop(): void;
}

export function watchRunChanges(db: Database, hub: Hub, log: Logger): RunChanges {
  const gathered = new Map<string, Set<string>>();
  const seen = new Map<string, Map<string, number>>();
  let timer: ReturnType<typeof setTimeout> | null = null;
  const flush = () => {
    timer = null;
    for (const [tenantId, runIds] of gathered) tell(hub, tenantId, [...runIds]);
    gathered.clear();
  };
  const gather = (tenantId: string, runIds: readonly string[]) => {
    const known = gathered.get(tenantId) ?? new Set();
    for (const runId of runIds) known.add(runId);
    gathered.set(tenantId, known);
    timer ??= setTimeout(flush, GATHER_MS);
  };
  const look = async () => {
    const listening = hub.listenedTo("run");
    for (const tenantId of seen.keys()) if (!listening.has(tenantId)) seen.delete(tenantId);
    for (const [tenantId, topics] of listening) {
      const runIds = topics.filter((topic) => topic !== "runs").map((topic) => topic.slice("run:".length));
      const rows = await db.asTenant(tenantId, (scope) =>
        changedRuns(scope, { runIds, all: topics.includes("runs"), withinMs: OVERLAP_MS }),
      );
      const before = seen.get(tenantId);
      const fresh = rows.filter(({ id, seq }) => before?.get(id) !== seq);
      seen.set(tenantId, new Map(rows.map(({ id, seq }) => [id, seq])));
      // Whoever has just come reads everything anyway.
      if (before && fresh.length > 0)
        gather(
          tenantId,
          fresh.map(({ id }) => id),
        );
    }
  };
  const looking = repeatedly(look, LOOK_EVERY_MS, (error) =>
    log.warn({ err: error }, "changes of runs were not looked for; they are again in a moment"),
  );
  return {
    hears(event) {
      const { tenantId, runId } = event;
      if (event.kind === "entered" || isTwin(tenantId)) return;
      if (hub.isHeard(tenantId, "runs") || hub.isHeard(tenantId, `run:${runId}`)) gather(tenantId, [runId]);
    },
    stop() {
      looking();
      if (timer) clearTimeout(timer);
    },
  };
}

function tell(hub: Hub, tenantId: string, runIds: readonly string[]): void {
  hub.publish(tenantId, { topic: "runs", kind: "changed", runIds });
  for (const runId of runIds)
    hub.publish(tenantId, { topic: `run:${runId}`, kind: "changed", runIds: [runId] });
}

/** Does something again and again, never twice at once. Gives what ends it. */
export function repeatedly(
  work: () => Promise<void>,
  everyMs: number,
  failed: (error: unknown) => void,
): () => void {
  let busy = false;
  const timer = setInterval(() => {
    if (busy) return;
    busy = true;
    work()
      .catch(failed)
      .finally(() => {
        busy = false;
      });
  }, everyMs);
  timer.unref();
  return () => clearInterval(timer);
}
