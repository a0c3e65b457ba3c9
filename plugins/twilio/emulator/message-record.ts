import sms from "sms-segments-calculator";
import type { ChannelKind, JsonObject, LedgerEntry } from "../../../engine/plugin-api.ts";
import { formatAddress } from "./addresses.ts";
import type { CallbackManner } from "./callbacks.ts";
import { rfc2822, rfc2822OrNull } from "./dates.ts";
import { errorText } from "./error-texts.ts";

/** A status a message has still to reach. */
export type DeliveryStep = { readonly status: string; readonly errorCode: number | null };

/** What the ledger keeps of a message beside its parties, body and status. Times are ISO 8601. */
export type MessageDetails = {
  readonly accountSid: string;
  readonly direction: "inbound" | "outbound-api" | "outbound-reply";
  readonly messagingServiceSid: string | null;
  readonly numSegments: number;
  readonly mediaUrls: readonly string[];
  readonly contentSid: string | null;
  readonly contentVariables: string | null;
  readonly statusCallback: string | null;
  readonly errorCode: number | null;
  readonly updatedAt: string;
  readonly sentAt: string | null;
  /** When a scheduled message is due. */
  readonly sendAt: string | null;
  readonly ahead: readonly DeliveryStep[];
  readonly manner: CallbackManner;
  /** Deleted through the API: gone for callers, still on record here. */
  readonly deleted: boolean;
};

export const MESSAGE_KINDS: readonly string[] = ["message", "inbound-message"];

/** The details of a message entry; only this emulator writes them, so their shape is known. */
export function messageDetails(entry: LedgerEntry): MessageDetails {
  return (entry.details ?? {}) as MessageDetails;
}

/** Segments Twilio counts: those of the text for SMS, always 1 elsewhere. */
export function countSegments(channel: ChannelKind, body: string): number {
  return channel === "sms" ? new sms.SegmentedMessage(body).segmentsCount : 1;
}

/** The message as the REST API shows it. */
export function messageResource(entry: LedgerEntry): JsonObject {
  const details = messageDetails(entry);
  const uri = `/2010-04-01/Accounts/${details.accountSid}/Messages/${entry.ref}`;
  return {
    account_sid: details.accountSid,
    api_version: "2010-04-01",
    body: entry.body ?? "",
    date_created: rfc2822(entry.at),
    date_sent: rfc2822OrNull(details.sentAt),
    date_updated: rfc2822(details.updatedAt),
    direction: details.direction,
    error_code: details.errorCode,
    error_message: details.errorCode === null ? null : errorText(details.errorCode),
    from: entry.from === undefined ? null : formatAddress(entry.channel, entry.from),
    messaging_service_sid: details.messagingServiceSid,
    num_media: String(details.mediaUrls.length),
    num_segments: String(details.numSegments),
    price: null,
    price_unit: "USD",
    sid: entry.ref,
    status: entry.status ?? "queued",
    subresource_uris: { media: `${uri}/Media.json` },
    to: formatAddress(entry.channel, entry.to ?? ""),
    uri: `${uri}.json`,
  };
}
