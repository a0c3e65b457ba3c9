import { AppError, type EffectOutcome, type ErrorCode } from "../../engine/plugin-api.ts";
import { meaningOf, refusalOf } from "./error-codes.ts";
import { NoAnswer } from "./no-answer.ts";

export type RefusedOutcome = Extract<EffectOutcome, { state: "refused" }>;

/**
 * What a failed call of the SDK means. A refusal comes back as an outcome, everything else as the AppError to throw:
 * VENDOR_RATE_LIMITED and VENDOR_UNAVAILABLE when surely nothing was done, VENDOR_REFUSED when the operator must act,
 * EFFECT_IN_DOUBT when a `create` may or may not have been done. A `read` is never in doubt. Never throws.
 */
export function classifyTwilioError(error: unknown, call: "create" | "read"): RefusedOutcome | AppError {
  if (error instanceof AppError) return error;
  const reply = vendorReply(error);
  return reply === null ? unanswered(error, call) : answered(reply, call, error);
}

/** As above, but a refusal becomes VENDOR_REFUSED: for reads, where there is no outcome to give. */
export function readError(error: unknown): AppError {
  const classified = classifyTwilioError(error, "read");
  if (classified instanceof AppError) return classified;
  return new AppError("VENDOR_REFUSED", classified.message, { vendorCode: classified.vendorCode }, error);
}

interface VendorReply {
  readonly status: number;
  readonly code: number | null;
  readonly message: string;
  readonly retryAfterMs: number | null;
}

function answered(reply: VendorReply, call: "create" | "read", cause: unknown): RefusedOutcome | AppError {
  const make = (code: ErrorCode, message: string) => new AppError(code, message, detailsOf(reply), cause);
  const meaning = meaningOf(reply.code);
  const message = inWords(reply, meaning?.en);
  if (reply.status === 429) return make("VENDOR_RATE_LIMITED", message);
  if (reply.status >= 500) return make(call === "create" ? "EFFECT_IN_DOUBT" : "VENDOR_UNAVAILABLE", message);
  if (meaning !== null && "retry" in meaning) return make(meaning.retry, message);
  if (isOperators(reply, meaning)) return make("VENDOR_REFUSED", message);
  return {
    state: "refused",
    reason: refusalOf(reply.code),
    vendorCode: String(reply.code ?? reply.status),
    message,
  };
}

function isOperators(reply: VendorReply, meaning: object | null): boolean {
  if (meaning !== null) return "operator" in meaning;
  return reply.status === 401 || reply.status === 403;
}

function inWords(reply: VendorReply, known: string | undefined): string {
  const vendor = `Twilio ${reply.code ?? `HTTP ${reply.status}`}: ${reply.message}`;
  return known === undefined ? vendor : `${known} (${vendor})`;
}

function detailsOf(reply: VendorReply): Record<string, unknown> {
  return {
    status: reply.status,
    ...(reply.code === null ? {} : { vendorCode: String(reply.code) }),
    ...(reply.retryAfterMs === null ? {} : { retryAfterMs: reply.retryAfterMs }),
  };
}

function unanswered(error: unknown, call: "create" | "read"): AppError {
  const code = networkCode(error);
  const message = `No answer from Twilio (${code ?? text(error)}).`;
  if (call === "create" && !(error instanceof NoAnswer && error.neverSent)) {
    return new AppError(
      "EFFECT_IN_DOUBT",
      `${message} The request may have reached it.`,
      { network: code },
      error,
    );
  }
  return new AppError("VENDOR_UNAVAILABLE", message, { network: code }, error);
}

/** The SDK's exceptions carry the HTTP status; they are told by shape so that the SDK need not be loaded. */
function vendorReply(error: unknown): VendorReply | null {
  const status = property(error, "status");
  if (error instanceof NoAnswer || !(error instanceof Error) || typeof status !== "number") return null;
  const code = property(error, "code");
  const retryAfterMs = property(property(error, "details"), "retryAfterMs");
  return {
    status,
    code: typeof code === "number" ? code : null,
    message: error.message,
    retryAfterMs: typeof retryAfterMs === "number" ? retryAfterMs : null,
  };
}

function networkCode(error: unknown): string | null {
  const code = property(error, "code") ?? property(property(error, "cause"), "code");
  return typeof code === "string" ? code : null;
}

function text(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

function property(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
