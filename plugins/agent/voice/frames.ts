import type { JsonObject } from "../../../engine/plugin-api.ts";

/**
 * What a relay tells of a call, in the words of ConversationRelay; Telnyx has the same ones. What is not needed is left out,
 * what is not known is `unknown`, what is no frame at all is `malformed`.
 */
export type Inbound =
  | {
      readonly type: "setup";
      readonly callSid: string;
      readonly sessionId: string;
      readonly from: string;
      readonly to: string;
      readonly parameters: JsonObject;
    }
  | {
      readonly type: "prompt";
      readonly text: string;
      readonly language: string | null;
      readonly last: boolean;
    }
  | { readonly type: "dtmf"; readonly digit: string }
  | { readonly type: "interrupt"; readonly heardText: string; readonly playedMs: number }
  | { readonly type: "speaking"; readonly who: "agent" | "caller"; readonly on: boolean }
  | { readonly type: "error"; readonly description: string }
  | { readonly type: "unknown"; readonly name: string }
  | { readonly type: "malformed" };

export type Outbound =
  | { readonly type: "text"; readonly token: string; readonly last: boolean; readonly lang?: string }
  | { readonly type: "language"; readonly ttsLanguage: string; readonly transcriptionLanguage: string }
  | { readonly type: "end"; readonly handoffData: string };

const LONGEST_FRAME = 64 * 1024;

export function readFrame(data: string): Inbound {
  if (data.length > LONGEST_FRAME) return { type: "malformed" };
  const frame = parsed(data);
  return frame ? frameOf(frame) : { type: "malformed" };
}

type Raw = Readonly<Record<string, unknown>>;

function frameOf(frame: Raw): Inbound {
  switch (frame.type) {
    case "setup":
      return setupOf(frame);
    case "prompt":
      return {
        type: "prompt",
        text: text(frame.voicePrompt).slice(0, 4_000),
        language: text(frame.lang) || null,
        // Servers that send no parts of a sentence leave it out.
        last: frame.last !== false,
      };
    case "dtmf":
      return { type: "dtmf", digit: text(frame.digit).slice(0, 1) };
    case "interrupt":
      return {
        type: "interrupt",
        heardText: text(frame.utteranceUntilInterrupt),
        playedMs: Number(frame.durationUntilInterruptMs) || 0,
      };
    case "info":
      return infoOf(frame);
    case "error":
      return { type: "error", description: text(frame.description).slice(0, 500) };
    default:
      return typeof frame.type === "string" ? { type: "unknown", name: frame.type } : { type: "malformed" };
  }
}

function setupOf(frame: Raw): Inbound {
  const callSid = text(frame.callSid);
  if (callSid === "") return { type: "malformed" };
  const { customParameters } = frame;
  return {
    type: "setup",
    callSid,
    sessionId: text(frame.sessionId),
    from: text(frame.from),
    to: text(frame.to),
    parameters: isObject(customParameters) ? (customParameters as JsonObject) : {},
  };
}

function infoOf(frame: Raw): Inbound {
  const who = frame.name === "agentSpeaking" ? "agent" : frame.name === "clientSpeaking" ? "caller" : null;
  return who
    ? { type: "speaking", who, on: frame.value === "on" }
    : { type: "unknown", name: `info ${text(frame.name)}` };
}

function parsed(data: string): Raw | null {
  try {
    const value: unknown = JSON.parse(data);
    return isObject(value) ? value : null;
  } catch {
    return null;
  }
}

function isObject(value: unknown): value is Raw {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function text(value: unknown): string {
  return typeof value === "string" ? value : "";
}
