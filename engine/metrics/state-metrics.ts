import { Gauge, Registry } from "prom-client";
import type { Database } from "../store/database.ts";
import { countDoubts } from "../store/effects.ts";
import { readWorkload } from "../store/workload.ts";

/** What is so at the moment somebody asks: this process's own part. */
export function addProcessState(registry: Registry, db: Database, inFlight: () => number): void {
  new Gauge({
    name: "centralita_runs_in_flight",
    help: "Runs this process is driving right now.",
    registers: [registry],
    collect() {
      this.set(inFlight());
    },
  });
  new Gauge({
    name: "centralita_database_connections",
    help: "Connections of this process by pool: in use, idle, and callers that wait for one.",
    labelNames: ["pool", "state"],
    registers: [registry],
    collect() {
      for (const { pool, used, idle, waiting } of db.pools()) {
        this.set({ pool, state: "used" }, used);
        this.set({ pool, state: "idle" }, idle);
        this.set({ pool, state: "waiting" }, waiting);
      }
    },
  });
}

const WORK = {
  queued: ["runs_queued", "Runs of all tenants that wait for a turn."],
  oldestQueuedMs: ["runs_queued_oldest_seconds", "How long the first of them has waited."],
  running: ["runs_running", "Runs that some process drives."],
  expiredLeases: ["leases_expired", "Runs whose process is gone and that nobody has taken over."],
  dueWaits: ["waits_due", "Waits whose time has come and that nobody has woken."],
  count: ["effects_in_doubt", "Outside effects of which nobody knows yet whether they happened."],
  oldestMs: ["effects_in_doubt_oldest_seconds", "Age of the oldest of them."],
} as const;

/** The part of all processes together, as the database has it; of an unreachable one nothing but that. */
export async function databaseState(db: Database): Promise<string> {
  const registry = new Registry();
  const tell = (name: string, help: string, value: number) =>
    new Gauge({ name: `centralita_${name}`, help, registers: [registry] }).set(value);
  const state = await readState(db);
  tell("database_up", "1 when the database answered this request.", state ? 1 : 0);
  for (const [part, [name, help]] of Object.entries(WORK)) {
    const value = state?.[part as keyof typeof WORK];
    if (value !== undefined) tell(name, help, name.endsWith("_seconds") ? Math.round(value / 1000) : value);
  }
  return registry.metrics();
}

async function readState(db: Database) {
  try {
    const [doubts, work] = await Promise.all([countDoubts(db), readWorkload(db)]);
    return { ...work, ...doubts };
  } catch {
    // An unreachable database is what this is there to tell.
    return null;
  }
}
