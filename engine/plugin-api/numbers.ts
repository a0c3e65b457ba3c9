import type { JsonObject } from "../core/json.ts";
import type { GuardedFetch } from "./guarded-fetch.ts";

/** What an operation on a number is given: the opened credential, and the vendor's ids. */
export interface NumberCall {
  readonly credential: JsonObject;
  readonly fetch: GuardedFetch;
  /** The account the number is in: a WABA. */
  readonly account: string | null;
  /** The vendor's id of the number. */
  readonly providerId: string;
}

/** A number as its vendor describes it. */
export interface NumberFacts {
  readonly providerId: string;
  /** E.164; null while the vendor does not show it. */
  readonly e164: string | null;
  /** Merged into what is known of the number. */
  readonly state: JsonObject;
  /** It may send now. */
  readonly connected: boolean;
}

export interface NumberProfile {
  readonly about?: string;
  readonly address?: string;
  readonly description?: string;
  readonly email?: string;
  readonly websites?: readonly string[];
  readonly vertical?: string;
}

/** A short link, and its QR code, that opens a chat with a text already written. */
export interface NumberLink {
  readonly code: string;
  readonly text: string;
  readonly url: string;
  readonly imageUrl: string | null;
}

export interface VendorAccount {
  readonly ref: string;
  readonly name: string | null;
  readonly currency: string | null;
  /** Anything else the vendor says. */
  readonly state: JsonObject;
}

/**
 * How numbers come to life at a vendor. Each operation is one thing a person does; the engine keeps how far a number has come,
 * whose it is and who did what.
 * @throws AppError NUMBER_REFUSED where the vendor says no and somebody can do something about it, VENDOR_* otherwise
 */
export interface NumberLifecycle {
  /** `numbers.provider` it serves. */
  readonly provider: string;
  readonly credential: string;
  /** How often a number may be registered or deregistered. */
  readonly registrations: { readonly most: number; readonly withinMs: number };
  account(call: Omit<NumberCall, "providerId">): Promise<VendorAccount>;
  add(
    call: Omit<NumberCall, "providerId">,
    number: { readonly countryCode: string; readonly national: string; readonly name: string },
  ): Promise<{ readonly providerId: string }>;
  /** Whether the account has this number. */
  holds(call: NumberCall): Promise<boolean>;
  read(call: NumberCall): Promise<NumberFacts>;
  requestCode(
    call: NumberCall,
    how: { readonly method: "sms" | "voice"; readonly language: string },
  ): Promise<{ readonly verified: boolean }>;
  verifyCode(call: NumberCall, code: string): Promise<void>;
  register(call: NumberCall, pin: string): Promise<void>;
  deregister(call: NumberCall): Promise<void>;
  /** Has the account report to us; `callback` where it is not to report to the app's own address. */
  subscribe(
    call: NumberCall,
    callback: { readonly url: string; readonly verifyToken: string } | null,
  ): Promise<void>;
  readProfile(call: NumberCall): Promise<NumberProfile>;
  writeProfile(call: NumberCall, profile: NumberProfile): Promise<void>;
  listLinks(call: NumberCall): Promise<readonly NumberLink[]>;
  /** Makes a link, or changes the text of the one with this code. */
  writeLink(
    call: NumberCall,
    link: { readonly text: string; readonly image: "png" | "svg"; readonly code?: string },
  ): Promise<NumberLink>;
  deleteLink(call: NumberCall, code: string): Promise<void>;
}

export function defineNumbers(definition: NumberLifecycle): NumberLifecycle {
  return definition;
}
