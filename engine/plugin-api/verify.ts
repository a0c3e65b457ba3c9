import type { JsonObject } from "../core/json.ts";
import type { EffectOutcome } from "./effects.ts";
import type { Log } from "./log-view.ts";

export const VERIFY_CHANNELS = ["sms", "call", "whatsapp", "email"] as const;
export type VerifyChannel = (typeof VERIFY_CHANNELS)[number];

/** A code to be sent to somebody. */
export interface CodeOrder {
  /** E.164, or an address for e-mail. */
  readonly to: string;
  readonly channel: VerifyChannel;
  readonly locale?: string;
  /** Address of whoever asked for the code, where it is known: limited, and told to the vendor. */
  readonly ip?: string;
  /** What only the vendor knows: its service, names, limits. */
  readonly options?: JsonObject;
}

export interface CodeCheck {
  readonly to: string;
  readonly code: string;
  /** The vendor's id of the verification, where it is known. */
  readonly ref?: string;
  readonly options?: JsonObject;
}

/** `wrong` may be tried again; `expired` is over, or was used; `too_many` takes no more tries. */
export const CODE_VERDICTS = ["approved", "wrong", "expired", "too_many"] as const;
export type CodeVerdict = (typeof CODE_VERDICTS)[number];

/** What became of a code. `blocked`: a guard, ours or the vendor's, does not let it go. */
export type CodeSent =
  | { readonly state: "pending"; readonly ref: string }
  | {
      readonly state: "blocked";
      /** `rate_recipient`, `rate_ip`, `rate_tenant`, `prefix`, `country`, or `vendor`. */
      readonly reason: string;
      readonly vendorCode: string;
      readonly message: string;
      readonly retryAfterMs?: number;
    }
  | {
      readonly state: "failed";
      readonly reason: string;
      readonly vendorCode: string;
      readonly message: string;
    }
  | { readonly state: "insufficient_credits" };

/** Codes to people's phones and mailboxes, with the credits, limits and record they need. */
export interface CodesView {
  /** Sends a code, as one effect of this step: limits, credit, record included. At least once: it may come twice. */
  send(part: string, order: CodeOrder): Promise<CodeSent>;
  /** Checks a code. The same part again is the same answer. */
  check(part: string, check: CodeCheck): Promise<CodeVerdict>;
}

export interface VerifierContext {
  readonly signal: AbortSignal;
  readonly log: Log;
  /** The opened credential the verifier declares. */
  readonly credential: JsonObject;
}

/** Who can send codes and check them. One for each provider. */
export interface VerifierDefinition {
  /** `plugin.verifier`, e.g. `twilio.verify`. */
  readonly id: string;
  readonly provider: string;
  readonly credential: string;
  /** What is wrong with an order before anything leaves: a number nobody should send codes to. Pure. */
  refuses(order: CodeOrder): { readonly reason: "prefix" | "recipient"; readonly message: string } | null;
  /**
   * A refusal with `not_permitted` counts as blocked.
   * @throws AppError VENDOR_UNAVAILABLE | VENDOR_RATE_LIMITED when surely nothing was sent, EFFECT_IN_DOUBT when unknown
   */
  send(
    order: CodeOrder,
    ctx: VerifierContext,
  ): Promise<Extract<EffectOutcome, { state: "accepted" | "refused" }>>;
  /** @throws AppError VENDOR_UNAVAILABLE, VENDOR_RATE_LIMITED, VENDOR_REFUSED, EFFECT_IN_DOUBT */
  check(check: CodeCheck, ctx: VerifierContext): Promise<CodeVerdict>;
  /** Whether a verification was approved: for a check whose answer was lost. */
  wasApproved(ref: string, check: CodeCheck, ctx: VerifierContext): Promise<boolean>;
}

export function defineVerifier(definition: VerifierDefinition): VerifierDefinition {
  return definition;
}
