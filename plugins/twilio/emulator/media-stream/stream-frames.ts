import type { JsonObject } from "../../../../engine/plugin-api.ts";
import type { CallSession } from "../call-session.ts";
import { isObject, readObject } from "../sockets/frame-log.ts";

/** What an application may send over a bidirectional stream; `refused` has the vendor's error code. */
export type StreamOrder =
  | { readonly event: "media"; readonly sound: Buffer }
  | { readonly event: "mark"; readonly name: string }
  | { readonly event: "clear" }
  | { readonly event: "refused"; readonly code: 31950 | 31951; readonly why: string };

export function readStreamOrder(data: string, isBinary: boolean, streamSid: string): StreamOrder {
  const frame = isBinary ? undefined : readObject(data);
  if (!frame) return refused(31950, "a frame that is no JSON object");
  if (frame.streamSid !== streamSid) return refused(31951, `streamSid "${frame.streamSid}" is another one`);
  if (frame.event === "clear") return { event: "clear" };
  if (frame.event === "mark") return markOf(frame);
  return frame.event === "media" ? mediaOf(frame) : refused(31951, `unknown event "${frame.event}"`);
}

function markOf({ mark }: JsonObject): StreamOrder {
  const name = isObject(mark) ? mark.name : undefined;
  return typeof name === "string" ? { event: "mark", name } : refused(31951, "a mark without mark.name");
}

function mediaOf({ media }: JsonObject): StreamOrder {
  const payload = isObject(media) ? media.payload : undefined;
  const isSound = typeof payload === "string" && /^[A-Za-z0-9+/]+={0,2}$/.test(payload);
  if (!isSound) return refused(31950, "media.payload is not base64");
  return { event: "media", sound: Buffer.from(payload, "base64") };
}

function refused(code: 31950 | 31951, why: string): StreamOrder {
  return { event: "refused", code, why };
}

/** Frames to the application, numbered as Twilio does: in strings, from 1, but for the first one. */
export interface StreamFrames {
  readonly connected: object;
  start(parameters: Readonly<Record<string, string>>): object;
  media(chunk: number, sound: Buffer): object;
  mark(name: string): object;
  dtmf(digit: string): object;
  stop(): object;
}

const FRAME_MS = 20;

export function streamFrames(
  { accountSid, sid: callSid }: Pick<CallSession, "accountSid" | "sid">,
  streamSid: string,
): StreamFrames {
  let sequence = 0;
  const numbered = (event: string, about: object) => ({
    event,
    sequenceNumber: String(++sequence),
    ...about,
    streamSid,
  });
  return {
    connected: { event: "connected", protocol: "Call", version: "1.0.0" },
    start: (customParameters) =>
      numbered("start", {
        start: {
          accountSid,
          streamSid,
          callSid,
          tracks: ["inbound"],
          mediaFormat: { encoding: "audio/x-mulaw", sampleRate: 8000, channels: 1 },
          customParameters,
        },
      }),
    media: (chunk, sound) =>
      numbered("media", {
        media: {
          track: "inbound",
          chunk: String(chunk),
          timestamp: String(FRAME_MS * chunk),
          payload: sound.toString("base64"),
        },
      }),
    mark: (name) => numbered("mark", { mark: { name } }),
    dtmf: (digit) => numbered("dtmf", { dtmf: { track: "inbound_track", digit } }),
    stop: () => numbered("stop", { stop: { accountSid, callSid } }),
  };
}
