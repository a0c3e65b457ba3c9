import type { Database } from "../store/database.ts";
import { reportStatuses, type StatusReport, type StatusResult } from "../store/effects.ts";
import { gather } from "./gather.ts";

/** What vendors report at the same time, stored together. */
export interface Reports {
  /** @throws AppError DATABASE_UNAVAILABLE */
  tell(report: StatusReport): Promise<StatusResult>;
}

export function createReports(db: Database): Reports {
  return {
    tell: gather({
      send: (reports: readonly StatusReport[]) => reportStatuses(db, reports),
      keyOf: ({ effectId, ref }) => effectId ?? ref,
    }),
  };
}
