import type { OpenSpeaking, SpeakingEvent } from "./ports.ts";
import { openVendorSocket, type VendorSocket } from "./vendor-socket.ts";

export interface ElevenLabsAccount {
  readonly apiKey: string;
  /** `wss://api.elevenlabs.io`, or that of a region. */
  readonly baseUrl: string;
  readonly voiceId: string;
  readonly model: string;
}

const INACTIVITY_S = 180;
const MOST_CLOSED = 50;

/** One connection for a call, one context for each answer. It is opened when there is something to say, and again where it was closed in between. */
export function elevenLabsSpeaking(account: ElevenLabsAccount): OpenSpeaking {
  return (on, language) => {
    const open = new Set<string>();
    // Audio of a context may come after it was closed.
    const hushed = new Set<string>();
    let socket: VendorSocket | null = null;
    const connected = () => {
      if (socket?.isOpen) return socket;
      socket = openVendorSocket(
        urlOf(account, language),
        { "xi-api-key": account.apiKey },
        {
          frame: (frame) => {
            for (const event of readSpeaking(frame)) {
              if (hushed.has(event.context)) continue;
              if (event.kind === "done") open.delete(event.context);
              on.event(event);
            }
          },
          closed: (reason) => {
            if (open.size > 0) on.lost(reason);
          },
        },
      );
      return socket;
    };
    const send = (frame: object) => connected().send(JSON.stringify(frame));
    return {
      speak(context, text) {
        if (!open.has(context)) send({ text: " ", context_id: context, voice_settings: VOICE });
        open.add(context);
        send({ text: text.endsWith(" ") ? text : `${text} `, context_id: context, flush: true });
      },
      finish(context) {
        if (open.has(context)) send({ context_id: context, close_context: true });
      },
      hush(context) {
        hushed.add(context);
        if (hushed.size > MOST_CLOSED) hushed.delete([...hushed][0] ?? "");
        if (open.delete(context)) send({ context_id: context, close_context: true });
      },
      close() {
        open.clear();
        socket?.close();
      },
    };
  };
}

const VOICE = { stability: 0.5, similarity_boost: 0.8, speed: 1 };

function urlOf({ baseUrl, voiceId, model }: ElevenLabsAccount, language: string): string {
  const query = new URLSearchParams({
    model_id: model,
    output_format: "ulaw_8000",
    language_code: language.split("-")[0] ?? language,
    inactivity_timeout: String(INACTIVITY_S),
    sync_alignment: "true",
  });
  return `${baseUrl}/v1/text-to-speech/${encodeURIComponent(voiceId)}/multi-stream-input?${query}`;
}

export function readSpeaking(frame: Readonly<Record<string, unknown>>): readonly SpeakingEvent[] {
  const context = frame.contextId ?? frame.context_id;
  if (typeof context !== "string") return [];
  const events: SpeakingEvent[] = [];
  if (typeof frame.audio === "string" && frame.audio !== "") {
    const audio = Buffer.from(frame.audio, "base64");
    events.push({ kind: "audio", context, audio, text: wordsOf(frame.alignment) });
  }
  if (frame.isFinal === true || frame.is_final === true) events.push({ kind: "done", context });
  return events;
}

function wordsOf(alignment: unknown): string | null {
  if (typeof alignment !== "object" || alignment === null) return null;
  const { chars } = alignment as { chars?: unknown };
  return Array.isArray(chars) ? chars.join("") : null;
}
