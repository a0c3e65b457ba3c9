import type { JsonObject, LedgerEntry } from "../../../engine/plugin-api.ts";
import { lineType } from "./numbers.ts";
import type { World } from "./world.ts";

/** One message or call with the code. */
export type CodeAttempt = {
  readonly sid: string;
  readonly at: string;
  readonly channel: string;
};

/** What the ledger keeps of a verification beside its recipient and status. */
export type VerificationDetails = {
  readonly accountSid: string;
  readonly serviceSid: string;
  readonly code: string;
  readonly channel: string;
  /** Wrong codes so far. */
  readonly checks: number;
  readonly attempts: readonly CodeAttempt[];
  /** By Verify's clock, which may be ahead. */
  readonly startedAt: string;
  readonly updatedAt: string;
};

export const TTL_MS = 10 * 60_000;
export const MAX_SENDS = 5;
export const MAX_CHECKS = 5;

export function isVerification(entry: LedgerEntry): boolean {
  return entry.kind === "verification";
}

/** The details of a verification's entry; only this emulator writes them, so their shape is known. */
export function verificationDetails(entry: LedgerEntry): VerificationDetails {
  return (entry.details ?? {}) as VerificationDetails;
}

/** What time it is for Verify. */
export function verifyNow(world: World): Date {
  return new Date(world.now().getTime() + world.verify.passedMs);
}

/** The status it has now: one that was pending for ten minutes is over. */
export function currentStatus(world: World, entry: LedgerEntry): string {
  const isOld = verifyNow(world).getTime() - Date.parse(verificationDetails(entry).startedAt) >= TTL_MS;
  return entry.status === "pending" && isOld ? "expired" : (entry.status ?? "pending");
}

/** The youngest verification somebody was sent a code for. */
export function youngestFor(world: World, to: string): LedgerEntry | undefined {
  return world.ledger.entries().findLast((entry) => isVerification(entry) && entry.to === to);
}

/** A check of it: what was sent is none of its business. */
export function checkResource(world: World, entry: LedgerEntry): JsonObject {
  const {
    lookup: _lookup,
    sna: _sna,
    send_code_attempts: _attempts,
    url: _url,
    ...check
  } = verificationResource(world, entry);
  return { ...check, sna_attempts_error_codes: [] };
}

/** The verification as the REST API shows it. */
export function verificationResource(world: World, entry: LedgerEntry): JsonObject {
  const details = verificationDetails(entry);
  const status = currentStatus(world, entry);
  return {
    sid: entry.ref,
    service_sid: details.serviceSid,
    account_sid: details.accountSid,
    to: entry.to ?? "",
    channel: details.channel,
    status,
    valid: status === "approved",
    lookup: entry.to?.startsWith("+") ? { carrier: { type: lineType(entry.to), error_code: null } } : {},
    amount: null,
    payee: null,
    sna: null,
    send_code_attempts: details.attempts.map(({ sid, at, channel }) => ({
      time: at,
      channel: channel.toUpperCase(),
      attempt_sid: sid,
    })),
    date_created: entry.at,
    date_updated: details.updatedAt,
    url: `${world.url()}/v2/Services/${details.serviceSid}/Verifications/${entry.ref}`,
  };
}
