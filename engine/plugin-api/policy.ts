import type { JsonObject } from "../core/json.ts";
import type { Purpose } from "../core/opt-out-words.ts";
import type { Retries } from "../core/whatsapp-retries.ts";
import type { ChannelKind } from "./kinds.ts";

/** What a person allowed, and what the house keeps to whatever a flow does. */
export interface PolicyView {
  /** What the ledger says of a person, channel and purpose. `denied` also where they wrote STOP. */
  consentOf(phone: string, channel: ChannelKind, purpose: Purpose): Promise<"granted" | "denied" | "unknown">;
  /** Adds lines to the ledger; the same step again adds none. A contact that is not there is made. */
  recordConsent(consent: ConsentRecord): Promise<void>;
  /** The 24-hour window towards a person; of one of our numbers, or of any. */
  windowOf(phone: string, channel: ChannelKind, number?: string): Promise<WindowView>;
  /** What the tenant wants done with WhatsApp messages that fail. */
  readonly whatsappRetries: Retries;
}

export interface ConsentRecord {
  readonly phone: string;
  readonly channel: ChannelKind;
  readonly purposes: readonly Purpose[];
  readonly state: "granted" | "denied";
  /** Where it was said: `flow`, `form` … */
  readonly source: string;
  readonly evidence: JsonObject;
}

export interface WindowView {
  /** When the person last wrote, ISO 8601; null: never, or the vendor said that it is over. */
  readonly lastInboundAt: string | null;
  /** Until when free text may be sent; null: it may not. */
  readonly openUntil: string | null;
}
