import type { Database } from "./database.ts";

/** Work of all tenants that waits for somebody. */
export interface Workload {
  /** Runs that wait for a turn. */
  readonly queued: number;
  readonly oldestQueuedMs: number;
  /** Runs some process drives. */
  readonly running: number;
  /** Runs whose process is gone; the next sweep takes them over. */
  readonly expiredLeases: number;
  /** Waits whose time has come; the next sweep wakes them. */
  readonly dueWaits: number;
}

export function readWorkload(db: Database): Promise<Workload> {
  return db.call("engine_workload", []);
}
