import type { JsonObject, LedgerEntry } from "../../../engine/plugin-api.ts";
import { rfc2822 } from "./dates.ts";

export type RecordingSource =
  | "RecordVerb"
  | "DialVerb"
  | "Conference"
  | "OutboundAPI"
  | "StartCallRecordingAPI";
export type RecordingStatus = "in-progress" | "paused" | "stopped" | "completed" | "absent";

/** What the ledger keeps of a recording beside its status. Times are ISO 8601. */
export type RecordingDetails = {
  readonly accountSid: string;
  readonly callSid: string;
  readonly source: RecordingSource;
  readonly channels: number;
  readonly track: string;
  readonly startedAt: string;
  readonly updatedAt: string;
  /** Whole seconds of sound; null while it goes on. */
  readonly duration: number | null;
  readonly deleted: boolean;
};

/** The details of a recording entry; only this emulator writes them, so their shape is known. */
export function recordingDetails(entry: LedgerEntry): RecordingDetails {
  return (entry.details ?? {}) as RecordingDetails;
}

/** The recording as the REST API at this origin shows it: the address of its sound is whole, those of resources are not. */
export function recordingResource(entry: LedgerEntry, origin: string): JsonObject {
  const details = recordingDetails(entry);
  const base = `/2010-04-01/Accounts/${details.accountSid}/Recordings/${entry.ref}`;
  return {
    sid: entry.ref,
    account_sid: details.accountSid,
    api_version: "2010-04-01",
    call_sid: details.callSid,
    conference_sid: null,
    channels: details.channels,
    track: details.track,
    date_created: rfc2822(entry.at),
    date_updated: rfc2822(details.updatedAt),
    start_time: rfc2822(details.startedAt),
    duration: details.duration === null ? null : String(details.duration),
    price: null,
    price_unit: "USD",
    status: entry.status ?? "completed",
    source: details.source,
    error_code: null,
    encryption_details: null,
    media_url: origin + base,
    uri: `${base}.json`,
    subresource_uris: {
      add_on_results: `${base}/AddOnResults.json`,
      transcriptions: `${base}/Transcriptions.json`,
    },
  };
}
