import type { JsonObject } from "../core/json.ts";
import { isRecord } from "../core/plain-data.ts";
import { refusalText } from "../core/policy-refusals.ts";
import type { CodeOrder, CodeSent, VerifierDefinition } from "../plugin-api.ts";
import type { CodeAdmission } from "../store/code-sends.ts";
import { refusalOf } from "./destinations.ts";
import type { TenantDirectory } from "./directory.ts";

/**
 * How many codes may go to one recipient, come from one address, and leave a tenant. Twilio itself allows five sends for a
 * verification of ten minutes; who pumps SMS for money goes through many numbers of a range, so the tenant is limited too.
 * A tenant's `settings.verify` may say otherwise: { recipient, ip, tenant: { max, seconds }, allowedPrefixes, blockedPrefixes }.
 */
const LIMITS: CodeAdmission["limits"] = {
  recipient: { max: 5, seconds: 10 * 60 },
  ip: { max: 20, seconds: 60 * 60 },
  tenant: { max: 1_000, seconds: 60 * 60 },
};

type Blocked = Extract<CodeSent, { state: "blocked" }>;

export function codeLimits(settings: JsonObject): CodeAdmission["limits"] {
  const own = isRecord(settings.verify) ? settings.verify : {};
  return {
    recipient: limitOf(own.recipient) ?? LIMITS.recipient,
    ip: limitOf(own.ip) ?? LIMITS.ip,
    tenant: limitOf(own.tenant) ?? LIMITS.tenant,
  };
}

function limitOf(value: unknown): CodeAdmission["limits"]["ip"] | null {
  if (!isRecord(value)) return null;
  const { max, seconds } = value;
  const isCount = (number: unknown): number is number => Number.isInteger(number) && Number(number) > 0;
  return isCount(max) && isCount(seconds) ? { max, seconds } : null;
}

/** What stands against an order before anything is counted: a range, or a country, nobody should be sent codes in. */
export function againstOrder(
  verifier: VerifierDefinition,
  directory: TenantDirectory,
  order: CodeOrder,
): Exclude<CodeSent, { state: "pending" }> | null {
  const refused = verifier.refuses(order);
  if (refused?.reason === "recipient") {
    return { state: "failed", reason: "bad_recipient", vendorCode: "", message: refused.message };
  }
  const message = refused?.message ?? againstPrefixes(directory.tenant.settings, order);
  if (message !== null) return { state: "blocked", reason: "prefix", vendorCode: "", message };
  return againstDestination(directory, order);
}

/** [L3] A code is a message or a call like any other: where none may go, none goes. */
function againstDestination(directory: TenantDirectory, { to, channel }: CodeOrder): Blocked | null {
  if (channel === "email") return null;
  const { rules, planCountries, tenant } = directory;
  const allowed = rules.countries[channel === "call" ? "voice" : channel];
  const code = refusalOf(to, { tenant: allowed, plan: planCountries });
  if (code === null) return null;
  const reason = code === "costly_range" ? "prefix" : "country";
  return { state: "blocked", reason, vendorCode: "", message: `${to}: ${refusalText(code, tenant.locale)}` };
}

function againstPrefixes(settings: JsonObject, { to, channel }: CodeOrder): string | null {
  if (channel === "email") return null;
  const { allowedPrefixes, blockedPrefixes } = isRecord(settings.verify) ? settings.verify : {};
  const starts = (prefix: string) => to.startsWith(prefix);
  const blocked = texts(blockedPrefixes).find(starts);
  if (blocked !== undefined) return `Codes are not sent to numbers that begin with ${blocked}.`;
  const allowed = texts(allowedPrefixes);
  if (allowed.length === 0 || allowed.some(starts)) return null;
  return `Codes are only sent to numbers that begin with ${allowed.join(", ")}.`;
}

function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter((each) => typeof each === "string" && each !== "") : [];
}

/** Too many were sent. */
export function rateBlocked(reason: string, retryAfterMs: number): Blocked {
  const message = `${RATE_WORDS[reason] ?? "Too many codes were sent."} Another can be sent in ${Math.ceil(retryAfterMs / 1000)} s.`;
  return { state: "blocked", reason, vendorCode: "", message, retryAfterMs };
}

const RATE_WORDS: Readonly<Record<string, string>> = {
  rate_recipient: "Too many codes were sent to this recipient.",
  rate_ip: "Too many codes were asked for from this address.",
  rate_tenant: "Too many codes were sent for this account.",
};
