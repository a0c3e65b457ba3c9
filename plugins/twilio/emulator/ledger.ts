import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import type { JsonObject, LedgerEntry } from "../../../engine/plugin-api.ts";

export interface LedgerChange {
  readonly status?: string;
  readonly from?: string;
  readonly body?: string;
  /** Merged into the entry's details. */
  readonly details?: JsonObject;
}

/**
 * Everything accepted, oldest first, each entry with its current state. Entries are replaced, never changed. With a file,
 * every state is appended as one JSON line before the call returns, so a killed process loses nothing it has answered.
 */
export interface Ledger {
  entries(): readonly LedgerEntry[];
  find(ref: string): LedgerEntry | undefined;
  add(entry: LedgerEntry): LedgerEntry;
  /** The entry after the change; undefined when there is none with this ref. */
  update(ref: string, change: LedgerChange): LedgerEntry | undefined;
}

export function createLedger(file?: string, changed: (entry: LedgerEntry) => void = () => undefined): Ledger {
  const entries = new Map<string, LedgerEntry>();
  if (file) for (const entry of readEntries(file)) entries.set(entry.ref, entry);
  const keep = (entry: LedgerEntry) => {
    entries.set(entry.ref, entry);
    if (file) appendFileSync(file, `${JSON.stringify(entry)}\n`);
    changed(entry);
    return entry;
  };
  return {
    entries: () => [...entries.values()],
    find: (ref) => entries.get(ref),
    add: keep,
    update(ref, change) {
      const entry = entries.get(ref);
      return entry && keep({ ...entry, ...change, details: { ...entry.details, ...change.details } });
    },
  };
}

function readEntries(file: string): LedgerEntry[] {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    return [];
  }
  const text = readFileSync(file, "utf8");
  // A kill may tear the last line; it must not swallow the first line of this process.
  if (text !== "" && !text.endsWith("\n")) appendFileSync(file, "\n");
  return text.split("\n").flatMap(readLine);
}

function readLine(line: string): LedgerEntry[] {
  try {
    const entry: unknown = JSON.parse(line);
    return isEntry(entry) ? [entry] : [];
  } catch {
    return [];
  }
}

function isEntry(value: unknown): value is LedgerEntry {
  return typeof value === "object" && value !== null && "kind" in value && "ref" in value && "at" in value;
}
