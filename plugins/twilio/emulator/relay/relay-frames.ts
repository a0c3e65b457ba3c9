import type { JsonObject } from "../../../../engine/plugin-api.ts";
import type { CallSession } from "../call-session.ts";
import { readObject } from "../sockets/frame-log.ts";
import { type Cutter, cuttersOf, type RelaySettings } from "./relay-settings.ts";

/** What an application may send over a relay. */
export type RelayOrder =
  | {
      readonly type: "text";
      readonly token: string;
      readonly last: boolean;
      readonly lang: string | null;
      readonly cutBy: readonly Cutter[] | null;
      readonly preemptible: boolean;
    }
  | {
      readonly type: "play";
      readonly source: string;
      readonly loop: number;
      readonly cutBy: readonly Cutter[] | null;
      readonly preemptible: boolean;
    }
  | { readonly type: "sendDigits"; readonly digits: string }
  | {
      readonly type: "language";
      readonly ttsLanguage: string | null;
      readonly transcriptionLanguage: string | null;
    }
  /** Settings of October 2026, whose shape is not known: taken without effect. */
  | { readonly type: "settings" }
  | { readonly type: "end"; readonly handoffData: string | null }
  /** `isUnknown`: nothing of it could be made out; ten of these in a row end the session. */
  | { readonly type: "refused"; readonly description: string; readonly isUnknown: boolean };

export function readRelayOrder(data: string, isBinary: boolean): RelayOrder {
  const frame = isBinary ? undefined : readObject(data);
  if (!frame) return refused("Invalid message received", true);
  const reader = typeof frame.type === "string" ? READERS[frame.type] : undefined;
  return reader ? reader(frame) : refused(`Invalid message type: ${frame.type}`, true);
}

const READERS: Readonly<Record<string, (frame: JsonObject) => RelayOrder>> = {
  text: textOf,
  play: playOf,
  sendDigits: ({ digits }) =>
    typeof digits === "string" && /^[0-9w#*]+$/.test(digits)
      ? { type: "sendDigits", digits }
      : refused("Invalid message: digits"),
  language: languageOf,
  config: () => ({ type: "settings" }),
  hints: () => ({ type: "settings" }),
  end: ({ handoffData }) =>
    handoffData === undefined || typeof handoffData === "string"
      ? { type: "end", handoffData: handoffData ?? null }
      : refused("Invalid message: handoffData"),
};

function textOf(frame: JsonObject): RelayOrder {
  const { token, last = false, lang = null } = frame;
  if (typeof token !== "string") return refused("Invalid message: token");
  if (typeof last !== "boolean") return refused("Invalid message: last");
  if (lang !== null && typeof lang !== "string") return refused("Invalid message: lang");
  return { type: "text", token, last, lang, ...mannerOf(frame) };
}

const MOST_LOOPS = 1_000;

function playOf(frame: JsonObject): RelayOrder {
  const { source, loop = 1 } = frame;
  if (typeof source !== "string" || !/^https?:\/\//i.test(source)) return refused("Invalid message: source");
  if (typeof loop !== "number" || !Number.isInteger(loop) || loop < 0)
    return refused("Invalid message: loop");
  return { type: "play", source, loop: loop === 0 ? MOST_LOOPS : loop, ...mannerOf(frame) };
}

function mannerOf({ interruptible, preemptible }: JsonObject) {
  const given = typeof interruptible === "boolean" || typeof interruptible === "string";
  return { cutBy: given ? cuttersOf(interruptible) : null, preemptible: preemptible === true };
}

function languageOf({ ttsLanguage = null, transcriptionLanguage = null }: JsonObject): RelayOrder {
  const isText = (value: unknown) => value === null || typeof value === "string";
  const none = ttsLanguage === null && transcriptionLanguage === null;
  if (none || !isText(ttsLanguage) || !isText(transcriptionLanguage))
    return refused("Invalid message: ttsLanguage or transcriptionLanguage");
  return { type: "language", ttsLanguage, transcriptionLanguage } as RelayOrder;
}

function refused(description: string, isUnknown = false): RelayOrder {
  return { type: "refused", description, isUnknown };
}

/** The first frame of a session, with everything it tells of the call. */
export function setupFrame(session: CallSession, sessionId: string, settings: RelaySettings): JsonObject {
  return {
    type: "setup",
    sessionId,
    accountSid: session.accountSid,
    parentCallSid: session.parentCallSid ?? "",
    callSid: session.sid,
    from: session.from,
    to: session.to,
    forwardedFrom: session.forwardedFrom ?? "",
    callType: session.from.startsWith("sip:") ? "SIP" : "PSTN",
    callerName: "",
    direction: session.direction === "inbound" ? "inbound" : "outbound",
    callStatus: "RINGING",
    customParameters: { ...settings.parameters },
  };
}
