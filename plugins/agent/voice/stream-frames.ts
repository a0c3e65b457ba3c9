import type { JsonObject } from "../../../engine/plugin-api.ts";

/**
 * What Media Streams tell of a call. Audio is µ-law at 8 kHz in base64 and goes on as it came; what is no frame at all is
 * `malformed`.
 */
export type StreamInbound =
  | { readonly type: "connected" }
  | {
      readonly type: "start";
      readonly streamSid: string;
      readonly callSid: string;
      readonly parameters: JsonObject;
    }
  | { readonly type: "media"; readonly payload: string }
  | { readonly type: "mark"; readonly name: string }
  | { readonly type: "dtmf"; readonly digit: string }
  | { readonly type: "stop" }
  | { readonly type: "unknown"; readonly name: string }
  | { readonly type: "malformed" };

export type StreamOutbound =
  | { readonly type: "media"; readonly payload: string }
  /** Comes back when everything before it was played, or was cleared. */
  | { readonly type: "mark"; readonly name: string }
  /** Forgets what was not played yet. */
  | { readonly type: "clear" };

const LONGEST_FRAME = 64 * 1024;
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

/** `streamSid`: frames of another stream are none of ours; null: it is not known yet. */
export function readStreamFrame(data: string, streamSid: string | null): StreamInbound {
  if (data.length > LONGEST_FRAME) return { type: "malformed" };
  const frame = parsed(data);
  if (!frame || typeof frame.event !== "string") return { type: "malformed" };
  if (frame.event === "connected") return { type: "connected" };
  if (frame.event === "start") return startOf(frame);
  if (streamSid !== null && frame.streamSid !== streamSid)
    return { type: "unknown", name: `${frame.event} of another stream` };
  return frameOf(frame.event, frame);
}

export function writeStreamFrame(frame: StreamOutbound, streamSid: string): string {
  switch (frame.type) {
    case "media":
      return JSON.stringify({ event: "media", streamSid, media: { payload: frame.payload } });
    case "mark":
      return JSON.stringify({ event: "mark", streamSid, mark: { name: frame.name } });
    case "clear":
      return JSON.stringify({ event: "clear", streamSid });
  }
}

type Raw = Readonly<Record<string, unknown>>;

function frameOf(event: string, frame: Raw): StreamInbound {
  switch (event) {
    case "media":
      return mediaOf(fields(frame.media));
    case "mark":
      return { type: "mark", name: text(fields(frame.mark).name) };
    case "dtmf":
      return { type: "dtmf", digit: text(fields(frame.dtmf).digit).slice(0, 1) };
    case "stop":
      return { type: "stop" };
    default:
      return { type: "unknown", name: event };
  }
}

function startOf(frame: Raw): StreamInbound {
  const start = fields(frame.start);
  const streamSid = text(start.streamSid) || text(frame.streamSid);
  const callSid = text(start.callSid);
  const { encoding = "audio/x-mulaw", sampleRate = 8_000 } = fields(start.mediaFormat);
  if (streamSid === "" || callSid === "") return { type: "malformed" };
  if (encoding !== "audio/x-mulaw" || sampleRate !== 8_000) return { type: "malformed" };
  return { type: "start", streamSid, callSid, parameters: fields(start.customParameters) as JsonObject };
}

function mediaOf({ payload, track = "inbound" }: Raw): StreamInbound {
  // Only what the caller says: the agent need not hear itself.
  if (track !== "inbound") return { type: "unknown", name: `media of ${text(track)}` };
  if (typeof payload !== "string" || !BASE64.test(payload)) return { type: "malformed" };
  return { type: "media", payload };
}

function parsed(data: string): Raw | null {
  try {
    const value: unknown = JSON.parse(data);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function fields(value: unknown): Raw {
  return isObject(value) ? value : {};
}

function isObject(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
