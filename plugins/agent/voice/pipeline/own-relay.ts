/**
 * A relay of our own: it does with a hearing and a speaking vendor what ConversationRelay does for others. Towards the agent it
 * speaks the relay's frames, so whoever carries a call over a relay carries one over this. No socket, no clock.
 *
 *   1 What an agent says is spoken phrase by phrase; one answer is one context.
 *   2 Over the agent's speech only words count, and not those people say to show that they listen.
 *   3 What was interrupted is forgotten by the phone and the voice; the agent is told what was heard of it.
 *   4 The agent has stopped speaking when the last mark came back.
 *   5 A vendor that is gone is replaced: the other one hears what nobody understood, and says what nobody heard.
 */
import { plain } from "../../turn/words.ts";
import type { Inbound, Outbound } from "../frames.ts";
import { cleared, isPlaying, marked, type Playback, play, SILENT } from "../playback.ts";
import { spokenPart } from "../spoken-part.ts";
import type { StreamInbound, StreamOutbound } from "../stream-frames.ts";
import { cutPhrases, speakable } from "./phrases.ts";
import type { HearingEvent, SpeakingEvent } from "./ports.ts";

export type OwnRelayInput =
  | { readonly kind: "phone"; readonly frame: StreamInbound }
  /** From the agent. */
  | { readonly kind: "agent"; readonly frame: Outbound }
  | { readonly kind: "heard"; readonly event: HearingEvent }
  | { readonly kind: "spoken"; readonly event: SpeakingEvent }
  | { readonly kind: "new_hearing" }
  | { readonly kind: "new_speaking" };

export type OwnRelayAction =
  | { readonly kind: "phone"; readonly frame: StreamOutbound }
  | { readonly kind: "agent"; readonly frame: Inbound }
  | { readonly kind: "hear"; readonly payload: string }
  | { readonly kind: "speak"; readonly context: string; readonly text: string }
  | { readonly kind: "finish"; readonly context: string }
  | { readonly kind: "hush"; readonly context: string }
  | { readonly kind: "language"; readonly hearing: string; readonly speaking: string }
  /** The caller hung up. */
  | { readonly kind: "gone" }
  /** The agent ends it. */
  | { readonly kind: "end" };

/** One answer that is being spoken. */
interface Answer {
  readonly context: string;
  /** Given to the voice. */
  readonly text: string;
  /** Of which sound has come. */
  readonly sounded: string;
  readonly isWhole: boolean;
}

export interface OwnRelayState {
  readonly playback: Playback;
  readonly greeting: string;
  /** Counts answers. */
  readonly count: number;
  /** What is not a phrase yet. */
  readonly rest: string;
  readonly isOpen: boolean;
  /** Those of which sound is still to come or to be heard, oldest first. */
  readonly answers: readonly Answer[];
  readonly isSpeaking: boolean;
  /** Audio since the last turn. */
  readonly recent: readonly string[];
}

export interface OwnRelayStep {
  readonly state: OwnRelayState;
  readonly actions: readonly OwnRelayAction[];
}

/** Five seconds of frames. */
const MOST_RECENT = 250;
const LISTENING = /^(aja|mhm|mm+|uhum|aha|si|ya|ok|okay|vale|claro|bueno|yeah|yes|uh huh|right)$/;

/** `greeting`: said as soon as there is a call; empty where somebody has greeted already. */
export function newOwnRelay(greeting: string): OwnRelayState {
  return {
    playback: SILENT,
    greeting,
    count: 0,
    rest: "",
    isOpen: false,
    answers: [],
    isSpeaking: false,
    recent: [],
  };
}

export function advanceOwnRelay(state: OwnRelayState, input: OwnRelayInput): OwnRelayStep {
  switch (input.kind) {
    case "phone":
      return onPhone(state, input.frame);
    case "agent":
      return onAgent(state, input.frame);
    case "heard":
      return input.event.kind === "turn" ? onTurn(state, input.event) : onPartial(state, input.event);
    case "spoken":
      return input.event.kind === "audio" ? onAudio(state, input.event) : onDone(state, input.event.context);
    case "new_hearing":
      return { state, actions: state.recent.map((payload) => ({ kind: "hear", payload })) };
    case "new_speaking":
      return sayAgain(state);
  }
}

// ------------------------------------------------------------------------------------------------ the phone

function onPhone(state: OwnRelayState, frame: StreamInbound): OwnRelayStep {
  switch (frame.type) {
    case "start":
      return started(state, frame);
    case "media":
      return {
        state: { ...state, recent: [...state.recent, frame.payload].slice(-MOST_RECENT) },
        actions: [{ kind: "hear", payload: frame.payload }],
      };
    case "mark":
      return quiet({ ...state, playback: marked(state.playback, frame.name) });
    case "dtmf":
      return { state, actions: [agent({ type: "dtmf", digit: frame.digit })] };
    case "stop":
      return { state, actions: [{ kind: "gone" }] };
    case "unknown":
    case "malformed":
      return { state, actions: [agent(frame)] };
    case "connected":
      return stay(state);
  }
}

function started(
  state: OwnRelayState,
  { callSid, streamSid, parameters }: Extract<StreamInbound, { type: "start" }>,
): OwnRelayStep {
  const { from = "", to = "" } = parameters;
  const setup = {
    type: "setup",
    callSid,
    sessionId: streamSid,
    from: String(from),
    to: String(to),
    parameters,
  } as const;
  const greeting = say({ ...state, greeting: "" }, { type: "text", token: state.greeting, last: true });
  return { state: greeting.state, actions: [agent(setup), ...greeting.actions] };
}

// ------------------------------------------------------------------------------------------------ the caller

function onPartial(state: OwnRelayState, { text }: Extract<HearingEvent, { kind: "partial" }>): OwnRelayStep {
  if (!isBusy(state)) return { state, actions: [agent(prompt(text, null, false))] };
  return wordsIn(text).length >= 2 ? interrupt(state) : stay(state);
}

function onTurn(state: OwnRelayState, event: Extract<HearingEvent, { kind: "turn" }>): OwnRelayStep {
  const heard = { ...state, recent: [] };
  const said = agent(prompt(event.text, event.language, true));
  if (!isBusy(heard)) return { state: heard, actions: [said] };
  if (LISTENING.test(plain(event.text))) return stay(heard);
  const { state: cut, actions } = interrupt(heard);
  return { state: cut, actions: [...actions, said] };
}

/** [2] */
function isBusy({ playback, answers }: OwnRelayState): boolean {
  return isPlaying(playback) || answers.length > 0;
}

function wordsIn(text: string): readonly string[] {
  return plain(text).split(" ").filter(Boolean);
}

/** [3] */
function interrupt(state: OwnRelayState): OwnRelayStep {
  const { playback, frames } = cleared(state.playback);
  const playedMs = state.playback.parts.reduce((sum, part) => sum + part.playedMs, 0);
  return {
    state: { ...state, playback, answers: [], rest: "", isOpen: false, isSpeaking: false },
    actions: [
      ...frames.map(phone),
      ...state.answers.map(({ context }) => ({ kind: "hush", context }) as const),
      agent({ type: "interrupt", heardText: heardOf(state), playedMs: Math.round(playedMs) }),
      ...(state.isSpeaking ? [agent(SPEAKS_NOT)] : []),
    ],
  };
}

function heardOf({ playback, answers }: OwnRelayState): string {
  return answers
    .map(({ context, sounded }) => {
      const part = playback.parts.find(({ id }) => id === context);
      return part ? spokenPart(sounded, part.playedMs, part.sentMs) : "";
    })
    .filter(Boolean)
    .join(" ");
}

// ------------------------------------------------------------------------------------------------ the agent

function onAgent(state: OwnRelayState, frame: Outbound): OwnRelayStep {
  switch (frame.type) {
    case "text":
      return say(state, frame);
    case "language":
      return {
        state,
        actions: [{ kind: "language", hearing: frame.transcriptionLanguage, speaking: frame.ttsLanguage }],
      };
    case "end":
      return { state, actions: [{ kind: "end" }] };
  }
}

/** [1] */
function say(state: OwnRelayState, { token, last }: Extract<Outbound, { type: "text" }>): OwnRelayStep {
  if (token === "" && !state.isOpen) return stay(state);
  const opened = state.isOpen ? state : opening(state);
  const cut = cutPhrases(opened.rest + token, current(opened).text === "");
  const texts = [...cut.phrases, ...(last ? [cut.rest] : [])]
    .map(speakable)
    .filter((one) => one.trim() !== "");
  const spoken = texts.reduce((now, text) => withCurrent(now, { text: current(now).text + text }), opened);
  const { context } = current(spoken);
  const speaks = texts.map((text) => ({ kind: "speak", context, text }) as const);
  if (!last) return { state: { ...spoken, rest: cut.rest }, actions: speaks };
  return closing({ ...spoken, rest: "", isOpen: false }, speaks);
}

function opening(state: OwnRelayState): OwnRelayState {
  const count = state.count + 1;
  const answer = { context: `answer-${count}`, text: "", sounded: "", isWhole: false };
  return { ...state, count, isOpen: true, answers: [...state.answers, answer] };
}

/** An answer of which nothing was to be spoken is over. */
function closing(state: OwnRelayState, speaks: readonly OwnRelayAction[]): OwnRelayStep {
  const { context, text } = current(state);
  if (text === "") return quiet({ ...state, answers: state.answers.slice(0, -1) });
  return { state, actions: [...speaks, { kind: "finish", context }] };
}

const NO_ANSWER: Answer = { context: "", text: "", sounded: "", isWhole: false };

function current({ answers }: OwnRelayState): Answer {
  return answers.at(-1) ?? NO_ANSWER;
}

function withCurrent(state: OwnRelayState, change: Partial<Answer>): OwnRelayState {
  return { ...state, answers: [...state.answers.slice(0, -1), { ...current(state), ...change }] };
}

// ------------------------------------------------------------------------------------------------ the voice

function onAudio(
  state: OwnRelayState,
  { context, audio, text }: Extract<SpeakingEvent, { kind: "audio" }>,
): OwnRelayStep {
  const answer = state.answers.find((one) => one.context === context);
  if (!answer) return stay(state);
  const { playback, frames } = play(state.playback, context, audio);
  // Voices that do not tell their words have said all they were given.
  const sounded = text === null ? answer.text : answer.sounded + text;
  const answers = state.answers.map((one) => (one === answer ? { ...one, sounded } : one));
  const begins = state.isSpeaking ? [] : [agent(SPEAKS)];
  return {
    state: { ...state, playback, answers, isSpeaking: true },
    actions: [...begins, ...frames.map(phone)],
  };
}

function onDone(state: OwnRelayState, context: string): OwnRelayStep {
  const answers = state.answers.map((one) => (one.context === context ? { ...one, isWhole: true } : one));
  return quiet({ ...state, answers });
}

/** [4] */
function quiet(state: OwnRelayState): OwnRelayStep {
  const answers = state.answers.filter(({ context, isWhole }) => {
    const part = state.playback.parts.find(({ id }) => id === context);
    return !isWhole || (part !== undefined && part.playedMs < part.sentMs);
  });
  const now = { ...state, answers };
  if (isBusy(now) || !state.isSpeaking) return stay(now);
  return { state: { ...now, isSpeaking: false }, actions: [agent(SPEAKS_NOT)] };
}

/** [5] Of an answer that has begun to sound only what has not. */
function sayAgain(state: OwnRelayState): OwnRelayStep {
  const lost = state.answers.filter(({ isWhole }) => !isWhole);
  const actions = lost.flatMap(({ context, text, sounded }): OwnRelayAction[] => {
    const left = text.slice(sounded.length);
    const isOpen = state.isOpen && context === current(state).context;
    return [
      ...(left.trim() === "" ? [] : [{ kind: "speak", context, text: left } as const]),
      ...(isOpen ? [] : [{ kind: "finish", context } as const]),
    ];
  });
  return { state, actions };
}

// ------------------------------------------------------------------------------------------------ actions

const SPEAKS: Inbound = { type: "speaking", who: "agent", on: true };
const SPEAKS_NOT: Inbound = { type: "speaking", who: "agent", on: false };

function prompt(text: string, language: string | null, last: boolean): Inbound {
  return { type: "prompt", text, language, last };
}

function agent(frame: Inbound): OwnRelayAction {
  return { kind: "agent", frame };
}

function phone(frame: StreamOutbound): OwnRelayAction {
  return { kind: "phone", frame };
}

function stay(state: OwnRelayState): OwnRelayStep {
  return { state, actions: [] };
}
