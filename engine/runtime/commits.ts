import type { Database } from "../store/database.ts";
import { type CommitItem, type CommitResult, commitRuns } from "../store/runs.ts";
import { type GatherOptions, gather } from "./gather.ts";

/**
 * Group commit [D16]. An item whose fence does not match is told so alone.
 */
export interface Commits {
  /** @throws AppError DATABASE_UNAVAILABLE, and what the database says of a bad item */
  commit(item: CommitItem): Promise<CommitResult>;
}

export type CommitOptions = Pick<GatherOptions<CommitItem, CommitResult>, "maxBatch" | "maxUnderWay">;

export function createCommits(db: Database, options: CommitOptions = {}): Commits {
  return {
    commit: gather({
      ...options,
      send: (items: readonly CommitItem[]) => commitRuns(db, items),
      keyOf: ({ runId }) => runId,
    }),
  };
}
