import type { JsonObject } from "../core/json.ts";
import type { ChannelKind } from "./kinds.ts";
import type { PersonAtThePhone, VirtualPhone } from "./virtual-phone.ts";

export interface EmulatorOptions {
  /** Where the engine listens; the emulator calls its webhooks there. May be set later with `pointAt`. */
  readonly publicUrl?: string;
  /** Accounts it knows: the vendor's credential fields. */
  readonly accounts: readonly JsonObject[];
  /** A file the ledger is kept in, so that it outlives the process. Absent: memory only. */
  readonly ledgerFile?: string;
  /** 0 = any free port. */
  readonly port?: number;
  /** Milliseconds between the statuses of a message and between the steps of a call; default 25. */
  readonly paceMs?: number;
  /** Milliseconds that a second of a call takes where an application talks over a socket; default 20. */
  readonly speakingMs?: number;
  /** Somebody who plays the people outside. Absent: scripts and magic numbers say what they do. */
  readonly person?: PersonAtThePhone;
}

/** A local server that speaks the vendor's wire protocol, with a ledger of everything it accepted. */
export interface Emulator {
  readonly url: string;
  /** Everything accepted, oldest first. The oracle of all tests. */
  ledger(): readonly LedgerEntry[];
  /** There where the emulator was given a person. */
  readonly phone?: VirtualPhone;
  pointAt(publicUrl: string): void;
  /** Resolves when no callback or call is under way. */
  idle(): Promise<void>;
  close(): Promise<void>;
}

export interface LedgerEntry {
  /** `message`, `call`, `lookup` … */
  readonly kind: string;
  /** The vendor's id: `SM…`, `CA…`, `wamid.…`. */
  readonly ref: string;
  readonly at: string;
  readonly channel?: ChannelKind;
  readonly from?: string;
  readonly to?: string;
  readonly body?: string;
  readonly status?: string;
  readonly details?: JsonObject;
}
