import type { JsonObject, LedgerEntry } from "../../../engine/plugin-api.ts";
import { rfc2822, rfc2822OrNull } from "./dates.ts";
import { formattedNumber } from "./numbers.ts";

/** What the ledger keeps of a call beside its parties and status. Times are ISO 8601. */
export type CallDetails = {
  readonly accountSid: string;
  readonly direction: "inbound" | "outbound-api" | "outbound-dial";
  readonly parentCallSid: string | null;
  readonly forwardedFrom: string | null;
  readonly answeredBy: string | null;
  readonly updatedAt: string;
  readonly startedAt: string | null;
  readonly endedAt: string | null;
  /** Seconds; null until it ended. */
  readonly duration: number | null;
  readonly statusCallback: string | null;
  readonly deleted: boolean;
};

export const CALL_KINDS: readonly string[] = ["call", "inbound-call", "dial"];
export const ENDED: readonly string[] = ["completed", "busy", "failed", "no-answer", "canceled"];

/** The details of a call entry; only this emulator writes them, so their shape is known. */
export function callDetails(entry: LedgerEntry): CallDetails {
  return (entry.details ?? {}) as CallDetails;
}

/** The call as the REST API shows it. */
export function callResource(entry: LedgerEntry): JsonObject {
  const details = callDetails(entry);
  const { from = "", to = "" } = entry;
  const uri = `/2010-04-01/Accounts/${details.accountSid}/Calls/${entry.ref}`;
  return {
    sid: entry.ref,
    date_created: rfc2822(entry.at),
    date_updated: rfc2822(details.updatedAt),
    parent_call_sid: details.parentCallSid,
    account_sid: details.accountSid,
    to,
    to_formatted: formattedNumber(to),
    from,
    from_formatted: formattedNumber(from),
    phone_number_sid: null,
    status: entry.status ?? "queued",
    start_time: rfc2822OrNull(details.startedAt),
    end_time: rfc2822OrNull(details.endedAt),
    duration: details.duration === null ? null : String(details.duration),
    price: null,
    price_unit: "USD",
    direction: details.direction,
    answered_by: details.answeredBy,
    api_version: "2010-04-01",
    forwarded_from: details.forwardedFrom,
    group_sid: null,
    caller_name: null,
    queue_time: "0",
    trunk_sid: null,
    uri: `${uri}.json`,
    subresource_uris: Object.fromEntries(SUBRESOURCES.map(([key, part]) => [key, `${uri}/${part}.json`])),
  };
}

const SUBRESOURCES = [
  ["notifications", "Notifications"],
  ["recordings", "Recordings"],
  ["payments", "Payments"],
  ["events", "Events"],
  ["siprec", "Siprec"],
  ["streams", "Streams"],
  ["transcriptions", "Transcriptions"],
  ["user_defined_message_subscriptions", "UserDefinedMessageSubscriptions"],
  ["user_defined_messages", "UserDefinedMessages"],
] as const;
