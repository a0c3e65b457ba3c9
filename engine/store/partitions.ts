import type { Database } from "./database.ts";

export interface PartitionWish {
  /** Days from today for which partitions are made. */
  readonly daysAhead: number;
  readonly journalDays: number;
  readonly messageDays: number;
}

export interface PartitionsKept {
  readonly made: number;
  readonly dropped: number;
  /** What somebody held locked; it is left for the next time. */
  readonly late: number;
}

/** Makes the coming days' partitions of journal and messages and drops those past retention. Null: another process is at it. */
export function keepPartitions(db: Database, wish: PartitionWish): Promise<PartitionsKept | null> {
  return db.call("engine_keep_partitions", [wish.daysAhead, wish.journalDays, wish.messageDays]);
}

/** The first moment of which the journal is still there. */
export function journalSince(db: Database): Promise<Date> {
  return db.call("engine_journal_since", []);
}
