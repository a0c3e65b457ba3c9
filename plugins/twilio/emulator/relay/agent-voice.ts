import type { Listeners } from "../sockets/conversation.ts";
import type { SoundClock } from "../sound-clock.ts";
import { createPlayback, type PlayItem } from "./playback.ts";
import type { RelayOrder } from "./relay-frames.ts";
import type { Cutter, RelaySettings } from "./relay-settings.ts";

/** What the agent says and plays, as far as the caller hears it. */
export interface AgentVoice {
  greet(): void;
  says(order: Extract<RelayOrder, { type: "text" }>): void;
  plays(order: Extract<RelayOrder, { type: "play" }>): void;
  sends(digits: string): void;
  readonly heard: readonly string[];
  isSpeaking(): boolean;
  /** Nothing is to be heard any more, and the last reply was closed. */
  isDone(): boolean;
  /** The caller talks over it, or presses a key. True unless that may not be. */
  yields(by: Cutter): boolean;
  end(): void;
}

export interface VoiceParts {
  readonly sid: string;
  readonly clock: SoundClock;
  readonly settings: RelaySettings;
  readonly listeners: Listeners;
  send(frame: object): void;
}

/** As long as it sounds in a media stream. */
const CHARACTER_MS = 65;
const FILE_MS = 5_000;
const KEY_MS = 500;

export function createAgentVoice(parts: VoiceParts): AgentVoice {
  const { clock, settings, send } = parts;
  const heard: string[] = [];
  const playback = createPlayback(clock, earsOf(parts, heard));
  let reply = 0;
  let isOpen = false;
  const item = (text: string | null, ms: number, manner: Partial<PlayItem> = {}): PlayItem => {
    const preemptible = settings.preemptible || (manner.preemptible ?? false);
    return { text, ms, reply, cutBy: settings.cutBy, ...manner, preemptible };
  };
  return {
    heard,
    isSpeaking: playback.isPlaying,
    isDone: () => !isOpen && !playback.isBusy(),
    end: playback.end,
    greet() {
      const { greeting, greetingCutBy: cutBy } = settings;
      if (greeting === "") return;
      for (const word of greeting.split(/(?<=\s)/)) playback.add(item(word, msOf(word), { cutBy }));
      reply++;
    },
    says({ token, last, cutBy, preemptible }) {
      if (token !== "")
        playback.add(item(token, msOf(token), { preemptible, cutBy: both(settings.cutBy, cutBy) }));
      isOpen = !last;
      if (last) reply++;
      // An empty end of a reply makes no sound: whoever waits for it is told.
      if (last && !playback.isBusy()) parts.listeners.tell({ kind: "silent", cut: false });
    },
    plays({ loop, cutBy, preemptible }) {
      const manner = { preemptible, cutBy: both(settings.cutBy, cutBy) };
      for (let times = 0; times < loop; times++) playback.add(item(null, FILE_MS, manner));
      reply++;
    },
    sends: (digits) => playback.add(item(null, digits.length * KEY_MS)),
    yields(by) {
      if (!playback.isPlaying()) return true;
      if (!playback.mayCut(by)) return false;
      const cut = playback.cut();
      if (cut === null) return true;
      isOpen = false;
      reply++;
      send({ type: "interrupt", utteranceUntilInterrupt: cut.heard, durationUntilInterruptMs: cut.ms });
      if (settings.tells.includes("speaker-events")) send(speaking("agentSpeaking", false));
      return true;
    },
  };
}

function earsOf({ sid, settings, send, listeners }: VoiceParts, heard: string[]) {
  const tellsSpeaker = settings.tells.includes("speaker-events");
  const tellsTokens = settings.tells.includes("tokens-played");
  let index = 0;
  return {
    begins(goesOn: boolean) {
      if (!goesOn) index = heard.length;
      if (tellsSpeaker) send(speaking("agentSpeaking", true));
    },
    goesOn({ text }: PlayItem, whole: string) {
      if (text === null) return;
      if (tellsTokens) send({ type: "info", name: "tokensPlayed", value: text });
      listeners.tell({ kind: "heard", whole, utterance: `${sid}:${index}` });
    },
    ends(whole: string, isCut: boolean) {
      const utterance = `${sid}:${index}`;
      if (whole.trim() !== "") heard[index] = whole.trim();
      // Of a word that was not heard to its end nothing is shown.
      if (isCut) listeners.tell({ kind: "heard", whole, utterance });
      else if (tellsSpeaker) send(speaking("agentSpeaking", false));
      listeners.tell({ kind: "silent", cut: isCut });
    },
  };
}

export function speaking(name: "agentSpeaking" | "clientSpeaking", isOn: boolean): object {
  return { type: "info", name, value: isOn ? "on" : "off", ts: Date.now() };
}

/** Both the call and the token must let it. */
function both(ofCall: readonly Cutter[], ofToken: readonly Cutter[] | null): readonly Cutter[] {
  return ofToken === null ? ofCall : ofCall.filter((by) => ofToken.includes(by));
}

export function msOf(text: string): number {
  return text.length * CHARACTER_MS;
}
