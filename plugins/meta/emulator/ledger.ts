import { closeSync, existsSync, openSync, readFileSync, truncateSync, writeSync } from "node:fs";
import type { LedgerEntry } from "../../../engine/plugin-api.ts";

/** One report Meta will make about a message; `code` says why it failed. */
export interface Step {
  readonly status: "sent" | "delivered" | "read" | "played" | "failed";
  readonly code?: number;
}

/** A message the emulator has accepted, with what is still to be reported about it. */
export interface SentMessage {
  readonly entry: LedgerEntry;
  /** Position of the app that sent it among the emulator's accounts. */
  readonly account: number;
  readonly phoneNumberId: string;
  /** `phone` as digits; null for somebody addressed by user id. */
  readonly recipient: { readonly phone: string | null; readonly userId: string };
  readonly callbackData: string | null;
  /** Null where nothing is said of it. */
  readonly pricing: { readonly type: string; readonly category: string } | null;
  readonly callbacks: "once" | "duplicate" | "reorder" | "lose";
  readonly steps: readonly Step[];
}

type LedgerRecord =
  | { readonly record: "sent"; readonly message: SentMessage }
  | { readonly record: "entry"; readonly entry: LedgerEntry }
  | { readonly record: "planned"; readonly ref: string; readonly step: Step }
  | { readonly record: "reported"; readonly ref: string; readonly step: Step }
  | { readonly record: "entered"; readonly conversation: string; readonly until: number }
  | { readonly record: "wrote"; readonly conversation: string; readonly at: number };

const RANK = ["accepted", "sent", "delivered", "read", "played", "failed"];

/**
 * Everything the emulator knows. With a file, each change is a line of JSON written before anybody hears of it, so a
 * killed emulator comes back with the same ledger and goes on reporting where it stopped.
 */
export class Ledger {
  #file: number | null;
  readonly #entries = new Map<string, LedgerEntry>();
  readonly #messages = new Map<string, SentMessage>();
  readonly #lastInbound = new Map<string, number>();
  readonly #entryPoints = new Map<string, number>();
  readonly #delivered = new Map<string, number>();

  readonly #changed: (entry: LedgerEntry) => void;

  constructor(path: string | undefined, changed: (entry: LedgerEntry) => void = () => undefined) {
    this.#changed = changed;
    if (path !== undefined && existsSync(path)) for (const record of readRecords(path)) this.#apply(record);
    this.#file = path === undefined ? null : openSync(path, "a");
  }

  entries(): readonly LedgerEntry[] {
    return [...this.#entries.values()];
  }

  message(ref: string): SentMessage | null {
    return this.#messages.get(ref) ?? null;
  }

  unfinished(): readonly SentMessage[] {
    return [...this.#messages.values()].filter(({ steps }) => steps.length > 0);
  }

  addMessage(message: SentMessage): void {
    this.#keep({ record: "sent", message });
  }

  /** Something accepted about which nothing will be reported. */
  addEntry(entry: LedgerEntry): void {
    this.#keep({ record: "entry", entry });
  }

  plan(ref: string, step: Step): void {
    this.#keep({ record: "planned", ref, step });
  }

  reported(ref: string, step: Step): void {
    this.#keep({ record: "reported", ref, step });
  }

  /** A person wrote to one of our numbers: the 24 hours begin anew. */
  wrote(conversation: string, at: number): void {
    this.#keep({ record: "wrote", conversation, at });
  }

  /** A person came by an ad: for a while nothing costs anything. */
  entered(conversation: string, until: number): void {
    this.#keep({ record: "entered", conversation, until });
  }

  entryPointUntil(conversation: string): number | null {
    return this.#entryPoints.get(conversation) ?? null;
  }

  lastInboundAt(conversation: string): number | null {
    return this.#lastInbound.get(conversation) ?? null;
  }

  /** Service messages delivered from a number in the month of `at`, of which Meta gives a thousand away. */
  serviceDelivered(phoneNumberId: string, at: string): number {
    return this.#delivered.get(monthKey(phoneNumberId, at)) ?? 0;
  }

  close(): void {
    if (this.#file !== null) closeSync(this.#file);
    this.#file = null;
  }

  #keep(record: LedgerRecord): void {
    if (this.#file !== null) writeSync(this.#file, `${JSON.stringify(record)}\n`);
    this.#apply(record);
    const entry = this.#entries.get(refOf(record));
    if (entry) this.#changed(entry);
  }

  #apply(record: LedgerRecord): void {
    switch (record.record) {
      case "sent":
        this.#entries.set(record.message.entry.ref, record.message.entry);
        this.#messages.set(record.message.entry.ref, record.message);
        return;
      case "entry":
        this.#entries.set(record.entry.ref, record.entry);
        return;
      case "planned":
        this.#change(record.ref, (steps) => [...steps, record.step]);
        return;
      case "reported":
        this.#change(record.ref, (steps) => steps.filter(({ status }) => status !== record.step.status));
        this.#report(record.ref, record.step);
        return;
      case "entered":
        this.#entryPoints.set(record.conversation, record.until);
        return;
      case "wrote":
        this.#lastInbound.set(record.conversation, record.at);
    }
  }

  #change(ref: string, change: (steps: readonly Step[]) => readonly Step[]): void {
    const message = this.#messages.get(ref);
    if (message) this.#messages.set(ref, { ...message, steps: change(message.steps) });
  }

  #report(ref: string, { status }: Step): void {
    const entry = this.#entries.get(ref);
    const message = this.#messages.get(ref);
    if (!entry || !message) return;
    const higher = RANK.indexOf(status) > RANK.indexOf(entry.status ?? "accepted") ? status : entry.status;
    this.#entries.set(ref, { ...entry, ...(higher !== undefined ? { status: higher } : {}) });
    if (status === "delivered" && message.pricing?.category === "service") {
      const key = monthKey(message.phoneNumberId, entry.at);
      this.#delivered.set(key, (this.#delivered.get(key) ?? 0) + 1);
    }
  }
}

function refOf(record: LedgerRecord): string {
  if (record.record === "sent") return record.message.entry.ref;
  if ("entry" in record) return record.entry.ref;
  return "ref" in record ? record.ref : "";
}

function monthKey(phoneNumberId: string, at: string): string {
  return `${phoneNumberId}/${at.slice(0, 7)}`;
}

/** The records of a file; half a line at its end, left by a process that was killed, is cut off. */
function readRecords(path: string): readonly LedgerRecord[] {
  const text = readFileSync(path, "utf8");
  const complete = text.slice(0, text.lastIndexOf("\n") + 1);
  if (complete.length < text.length) truncateSync(path, Buffer.byteLength(complete));
  return complete
    .split("\n")
    .filter((line) => line !== "")
    .map((line): LedgerRecord => JSON.parse(line));
}
