import type { JsonObject } from "../core/json.ts";
import type { RunOutcome, RunState } from "../core/run.ts";
import type { Database } from "./database.ts";

/** A child that is over. */
export interface EndedChild {
  readonly id: string;
  readonly branch: string;
  readonly status: RunOutcome["status"];
  readonly outcome: RunOutcome | null;
  /** Outputs of the steps it ran itself. */
  readonly steps: Readonly<Record<string, JsonObject>>;
  /** The request it ended with, and what it would have answered. */
  readonly exchange: RunState["exchange"];
  readonly reply: RunState["reply"];
}

/** Children of a step that are over, in the order they were started; of these branches, or all. */
export function endedChildren(
  db: Database,
  tenantId: string,
  step: string,
  branches: readonly string[] | null,
): Promise<readonly EndedChild[]> {
  return db.call("engine_children", [tenantId, step, branches]);
}
