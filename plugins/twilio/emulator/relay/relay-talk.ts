import type { CallSession } from "../call-session.ts";
import { type Conversation, createListeners } from "../sockets/conversation.ts";
import type { FrameLog } from "../sockets/frame-log.ts";
import type { SoundClock } from "../sound-clock.ts";
import { type AgentVoice, createAgentVoice, msOf, speaking } from "./agent-voice.ts";
import type { RelayOrder } from "./relay-frames.ts";
import type { RelaySettings } from "./relay-settings.ts";

/** How a session came out, in the words of the action callback. */
export interface RelayResult {
  readonly status: "completed" | "ended" | "failed";
  readonly handoffData: string | null;
  readonly code: number | null;
}

/** A caller and an application that gets what they say in writing, and writes what they hear. */
export interface RelayTalk extends Conversation {
  readonly kind: "relay";
  takes(order: Exclude<RelayOrder, { type: "refused" | "end" | "settings" }>): void;
  greet(): void;
  /** The first outcome counts. */
  end(result: RelayResult): void;
  result(): RelayResult;
}

export interface RelayParts {
  readonly session: CallSession;
  readonly sid: string;
  readonly clock: SoundClock;
  readonly settings: RelaySettings;
  readonly log: FrameLog;
  send(frame: object): void;
  close(): void;
  drops(): void;
  /** Whoever plays the caller types: nothing is spoken meanwhile. */
  readonly isTyped: boolean;
}

const FAILED: RelayResult = { status: "failed", handoffData: null, code: 64105 };

export function createRelayTalk(parts: RelayParts): RelayTalk {
  const { session, sid, settings, log, send } = parts;
  const listeners = createListeners();
  const voice = createAgentVoice({ ...parts, listeners });
  const languages = { tts: settings.ttsLanguage, transcription: settings.transcriptionLanguage };
  const caller = createCallerSide(parts, voice, () => languages.transcription);
  let outcome: RelayResult | null = null;
  const end = (result: RelayResult) => {
    if (outcome !== null) return;
    outcome = result;
    caller.stop();
    voice.end();
    listeners.tell({ kind: "over" });
  };
  const leaves = () => {
    parts.close();
    end({ status: "completed", handoffData: null, code: null });
  };
  return {
    kind: "relay",
    sid,
    callSid: session.sid,
    frames: log.frames,
    heard: voice.heard,
    isOver: () => outcome !== null,
    isSpeaking: voice.isSpeaking,
    isDone: voice.isDone,
    says: caller.says,
    presses(keys) {
      for (const digit of settings.dtmfDetection ? keys : "")
        if (isTold(voice, settings, "dtmf")) send({ type: "dtmf", digit });
    },
    leaves,
    hangsUp() {
      if (outcome !== null) return;
      session.hungUp = true;
      leaves();
    },
    drops: parts.drops,
    listen: listeners.listen,
    greet: voice.greet,
    end,
    result: () => outcome ?? FAILED,
    takes: (order) => carryOut(order, voice, session, languages),
  };
}

function carryOut(
  order: Parameters<RelayTalk["takes"]>[0],
  voice: AgentVoice,
  { trace }: CallSession,
  languages: { tts: string; transcription: string },
): void {
  switch (order.type) {
    case "text":
      voice.says(order);
      break;
    case "play":
      trace.played.push(order.source);
      voice.plays(order);
      break;
    case "sendDigits":
      trace.played.push(`dtmf:${order.digits}`);
      voice.sends(order.digits);
      break;
    case "language":
      languages.tts = order.ttsLanguage ?? languages.tts;
      languages.transcription = order.transcriptionLanguage ?? languages.transcription;
  }
}

/** Whether the application hears of it: what may not cut the agent off is told only where that was asked for. */
function isTold(voice: AgentVoice, { reports }: RelaySettings, by: "speech" | "dtmf"): boolean {
  return voice.yields(by) || reports.includes(by);
}

/** Such words mean that somebody listens, and nothing else. */
const BACKCHANNEL = /^(aj[aá]|mm+|mhm|uh[- ]?huh|ok(ay)?|s[ií]|ya|claro|yeah|right)[.!, ]*$/i;
const PARTIALS = 2;

function createCallerSide(
  { clock, settings, send, isTyped }: RelayParts,
  voice: AgentVoice,
  languageOf: () => string,
) {
  const timers = new Set<() => void>();
  const after = (ms: number, task: () => void) => {
    if (isTyped) return task();
    const cancel = clock.after(ms, () => {
      timers.delete(cancel);
      task();
    });
    timers.add(cancel);
  };
  const tell = (text: string, last: boolean) => {
    const lang = languageOf();
    send({ type: "prompt", voicePrompt: text, lang: lang === "multi" ? "es" : lang, last });
  };
  const isSpeakerTold = settings.tells.includes("speaker-events");
  return {
    stop() {
      for (const cancel of timers) cancel();
    },
    says(text: string) {
      if (settings.ignoreBackchannel && voice.isSpeaking() && BACKCHANNEL.test(text)) return;
      if (!isTold(voice, settings, "speech")) return;
      if (isSpeakerTold) send(speaking("clientSpeaking", true));
      if (settings.partialPrompts)
        for (const [at, part] of partsOf(text)) after(msOf(text) * at, () => tell(part, false));
      after(msOf(text) + settings.speechTimeoutMs, () => {
        if (isSpeakerTold) send(speaking("clientSpeaking", false));
        if (isTold(voice, settings, "speech")) tell(text, true);
      });
    },
  };
}

/** The first words of a text, and which part of its time they take. */
function partsOf(text: string): [at: number, part: string][] {
  const words = text.split(" ");
  return Array.from({ length: PARTIALS }, (_, index) => {
    const at = (index + 1) / (PARTIALS + 1);
    return [at, words.slice(0, Math.ceil(words.length * at)).join(" ")];
  });
}
