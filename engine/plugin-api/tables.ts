import type { WriteMode } from "../core/data-write.ts";
import type { Json } from "../core/json.ts";

/** Values that flows of one tenant keep for each other. */
export interface TablesView {
  /** Null where nothing is, or it has expired. */
  get(table: string, key: string): Promise<TableItem | null>;
  /** The same step again changes nothing and gives the same. @throws AppError DATA_TYPE_MISMATCH, DATA_TOO_LARGE */
  put(table: string, key: string, write: TableWrite): Promise<TableWritten>;
}

export interface TableItem {
  readonly value: Json;
  /** Counts the writes. */
  readonly version: number;
  /** ISO 8601; null: never. */
  readonly expiresAt: string | null;
}

export interface TableWrite {
  readonly mode: WriteMode;
  readonly value: Json;
  /** Absent: as long as it was, else for ever. */
  readonly ttlMs?: number;
}

export interface TableWritten {
  readonly value: Json;
  readonly version: number;
  /** Nothing was there before. */
  readonly created: boolean;
  /** False where `put-if-absent` found something. */
  readonly written: boolean;
}
