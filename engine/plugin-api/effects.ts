import type { DeliveryStatus, OnDoubt } from "../core/effect-state.ts";
import type { JsonObject } from "../core/json.ts";
import type { Refusal } from "../core/vendor-refusals.ts";
import type { ChannelKind, Meter } from "./kinds.ts";

/** What is about to happen, committed before the first byte leaves, with the credits it may cost. */
export interface OnceIntent {
  /** `message`, `dial` … */
  readonly kind: string;
  readonly provider: string;
  /** Whom it reaches, for the record and for evidence. */
  readonly to?: string;
  readonly from?: string;
  readonly channel?: ChannelKind;
  readonly body?: string;
  /** Reserved with the intent; the step gets `insufficient_credits` instead of acting where nothing is left. */
  readonly charge?: { readonly meter: Meter; readonly amount: number };
  /** Nothing leaves while `act` runs: the effect travels with the step's answer, after its commit (a `<Dial>`). */
  readonly leavesWithAnswer?: true;
  /** Anything the record should keep. */
  readonly details?: JsonObject;
  /**
   * Looks at the vendor for an effect whose answer was lost; null when there is no trace of it yet. Absent: only callbacks
   * are evidence.
   */
  readonly find?: (lost: LostEffect) => Promise<Extract<EffectOutcome, { state: "accepted" }> | null>;
  /** When nobody can tell whether it happened: `give-up` (default, at most once) or `resend` (at least once). */
  readonly onDoubt?: OnDoubt;
  /**
   * Asking again does no harm (a lookup). Where its meter has no limit it is then no effect, only a use that is counted once
   * for each step.
   */
  readonly mayRepeat?: true;
}

/** An effect that nobody knows about. */
export interface LostEffect {
  readonly effectId: string;
  readonly to: string;
  readonly from: string;
  /** It left after this moment. */
  readonly sentAfter: Date;
  /** The vendor's references of other calls to the same person: none of these is the lost one. */
  readonly known: ReadonlySet<string>;
}

/** Handed to the one who acts. */
export interface EffectTicket {
  readonly effectId: string;
  readonly signal: AbortSignal;
  /** Signed URL where the vendor reports the status of this effect. */
  readonly statusUrl: string;
  /** Tries of this effect before this one. */
  readonly attempt: number;
}

/**
 * How an effect came out. `act` returns `accepted` or `refused`, or throws an AppError: a retryable code means the vendor
 * surely did nothing (it is tried again later); EFFECT_IN_DOUBT means nobody knows (it is never repeated blindly).
 */
export type EffectOutcome =
  | {
      readonly state: "accepted";
      readonly ref: string;
      readonly status: DeliveryStatus;
      readonly data?: JsonObject;
      readonly effectId?: string;
      readonly reportedAt?: string;
    }
  | {
      readonly state: "refused";
      readonly reason: Refusal;
      readonly vendorCode: string;
      readonly message: string;
      /** Absent where it was refused before it was anything: by what the house keeps to. */
      readonly effectId?: string;
    }
  | { readonly state: "insufficient_credits"; readonly meter: Meter }
  /** `until` is ISO 8601. */
  | { readonly state: "quiet_hours"; readonly until: string }
  | { readonly state: "unresolved"; readonly effectId: string };

export interface CreditsView {
  /** `null` = unlimited. */
  balance(meter: Meter): Promise<{ readonly remaining: number | null; readonly resetsAt: string | null }>;
  /** Captures what the run has reserved so far. The same step again charges nothing more. */
  settle(): Promise<Settlement>;
  /** Charges an amount once per step. `ok: false` when nothing is left. */
  charge(meter: Meter, amount: number): Promise<Settlement & { readonly ok: boolean }>;
}

/** Amounts by meter; `remaining` null = unlimited. */
export interface Settlement {
  readonly charged: Readonly<Record<string, number>>;
  readonly remaining: Readonly<Record<string, number | null>>;
}
