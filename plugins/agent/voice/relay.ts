/**
 * A call over a relay that hears and speaks for us: frames in, frames out, the turn engine between. Without a socket, a clock or
 * a model: whoever carries it sends the frames, keeps the timers and runs what it is told to.
 *
 *   1 A second setup of the same call is a connection that came back: the conversation goes on, and nobody is greeted again.
 *   2 A call ends after what was said last was heard, or after as long as it takes to say it.
 *   3 While a tool takes its time something is said; a tool or an answer that takes too long is given up.
 *   4 What comes after the end changes nothing.
 *   5 A connection that came back may tell again what was heard before it broke: that is not heard twice.
 */
import type { TurnAction, TurnEvent, Turned } from "../turn/events.ts";
import { linesOf } from "../turn/lines.ts";
import type { Policy } from "../turn/policy.ts";
import { type Exit, newConversation, type TurnState } from "../turn/state.ts";
import { advanceTurn } from "../turn/turn-engine.ts";
import type { Inbound, Outbound } from "./frames.ts";

export interface RelayPolicy extends Policy {
  readonly language: string;
  /** Besides the first one: a caller who speaks one of these is answered in it. */
  readonly languages: readonly string[];
  /** Said by the relay before anything else; part of what the caller heard. */
  readonly greeting: string;
  /** Until a caller who says nothing is asked again. */
  readonly silenceMs: number;
  /** Said while a tool runs; null: a sentence of ours. */
  readonly filler: string | null;
}

export type Timer =
  | "setup"
  | "silence"
  | "keys"
  | "goodbye"
  | "filler"
  | "tool"
  | "replay"
  | "answer"
  | "call";

export const TIMES: Readonly<Record<Exclude<Timer, "silence" | "call">, number>> = {
  setup: 8_000,
  keys: 2_500,
  goodbye: 2_000,
  filler: 900,
  tool: 18_000,
  replay: 1_500,
  answer: 13_000,
};

export type RelayInput =
  | { readonly kind: "frame"; readonly frame: Inbound }
  | { readonly kind: "timer"; readonly timer: Timer }
  /** What the model or a tool said. */
  | { readonly kind: "turn"; readonly event: TurnEvent }
  | { readonly kind: "hung_up" }
  /** The run the call belongs to is over. */
  | { readonly kind: "abandoned" };

export type RelayAction =
  | { readonly kind: "send"; readonly frame: Outbound }
  | { readonly kind: "arm"; readonly timer: Timer; readonly ms: number }
  | { readonly kind: "disarm"; readonly timer: Timer }
  | { readonly kind: "log"; readonly words: string }
  | Extract<TurnAction, { kind: "ask" | "stop" | "run" }>
  /** Nothing more will come: how the call left the agent. */
  | { readonly kind: "done"; readonly exit: Exit };

export interface RelayState {
  readonly talk: TurnState;
  readonly callSid: string | null;
  readonly malformed: number;
  readonly over: boolean;
  /** After a connection came back: how many of the things the caller said were told again. */
  readonly retold: number | null;
}

const ALL_TIMERS: readonly Timer[] = ["silence", "call", ...(Object.keys(TIMES) as (keyof typeof TIMES)[])];

type Step = { readonly state: RelayState; readonly actions: readonly RelayAction[] };

/** Speech takes about this long. */
const CHARACTERS_PER_SECOND = 14;
const MOST_MALFORMED = 10;

export function newRelay({ language, greeting }: RelayPolicy): Step {
  const talk = newConversation(language);
  const history = greeting.trim() === "" ? [] : [{ role: "agent" as const, text: greeting.trim() }];
  const state = { talk: { ...talk, history }, callSid: null, malformed: 0, over: false, retold: null };
  return { state, actions: [arm("setup")] };
}

export function advanceRelay(policy: RelayPolicy, state: RelayState, input: RelayInput): Step {
  if (state.over) return stay(state);
  switch (input.kind) {
    case "frame":
      return onFrame(policy, state, input.frame);
    case "timer":
      return onTimer(policy, state, input.timer);
    case "turn":
      return turn(policy, state, input.event);
    case "hung_up":
      return turn(policy, state, { kind: "hung_up" });
    case "abandoned":
      return finish(state, { port: "failed", reason: "run_over", data: {} });
  }
}

function onFrame(policy: RelayPolicy, state: RelayState, frame: Inbound): Step {
  if (frame.type === "setup") return setUp(policy, state, frame);
  if (frame.type === "malformed") return malformed(state);
  if (frame.type === "error" || frame.type === "unknown")
    return {
      state,
      actions: [log(frame.type === "error" ? frame.description : `unknown frame ${frame.name}`)],
    };
  // Before it is known which call this is, nothing counts.
  if (state.callSid === null) return stay(state);
  switch (frame.type) {
    case "prompt":
      return prompted(policy, state, frame);
    case "dtmf":
      return withTimers(
        [off("silence"), arm("keys")],
        turn(policy, state, { kind: "key", digit: frame.digit }),
      );
    case "interrupt":
      return turn(policy, state, { kind: "interrupted", heardText: frame.heardText });
    case "speaking":
      return speaking(policy, state, frame);
  }
}

/** [1] */
function setUp(
  policy: RelayPolicy,
  state: RelayState,
  { callSid }: Extract<Inbound, { type: "setup" }>,
): Step {
  if (state.callSid === null)
    return { state: { ...state, callSid }, actions: [off("setup"), listen(policy)] };
  if (state.callSid === callSid) return cameBack(policy, state);
  return { state, actions: [log("a second call on the connection of another one was refused")] };
}

/** [1, 5] Whoever heard nothing meanwhile hears that somebody is there. */
function cameBack(policy: RelayPolicy, state: RelayState): Step {
  const back: RelayState = { ...state, retold: 0 };
  const actions = [off("setup"), log("the connection came back"), arm("replay")];
  switch (state.talk.phase) {
    case "thinking":
      return after([...actions, arm("answer")], fill(policy, back));
    case "acting":
      return after([...actions, arm("tool")], fill(policy, back));
    case "leaving":
      return { state: back, actions: [...actions, arm("goodbye")] };
    default:
      return { state: back, actions: [...actions, listen(policy)] };
  }
}

function malformed(state: RelayState): Step {
  const next = { ...state, malformed: state.malformed + 1 };
  if (next.malformed < MOST_MALFORMED) return { state: next, actions: [log("a frame that is none")] };
  return finish(next, { port: "failed", reason: "malformed_frames", data: {} });
}

function prompted(
  policy: RelayPolicy,
  state: RelayState,
  { text, language, last }: Extract<Inbound, { type: "prompt" }>,
): Step {
  if (!last) return { state, actions: [off("silence")] };
  const retold = retoldAt(state, text);
  if (retold !== null) return { state: { ...state, retold }, actions: [log("told again, not heard again")] };
  const spoken = spokenIn(policy, state, language);
  const changes: RelayAction[] = spoken === null ? [] : [languageFrame(spoken)];
  const event = { kind: "heard", text, ...(spoken === null ? {} : { language: spoken }) } as const;
  return withTimers([off("silence"), ...changes], turn(policy, state, event));
}

/** [5] Where in what the caller said this stands again, counted from 1; null: it is new. */
function retoldAt({ talk, retold }: RelayState, text: string): number | null {
  if (retold === null) return null;
  const said = talk.history.flatMap((entry) => (entry.role === "person" ? [entry.text] : []));
  const place = said.indexOf(text.trim(), retold);
  return place < 0 ? null : place + 1;
}

/** The language to go on in, where it is another one that may be spoken. */
function spokenIn(
  { language, languages }: RelayPolicy,
  { talk }: RelayState,
  heard: string | null,
): string | null {
  if (heard === null) return null;
  const same = (one: string) => primary(one) === primary(heard);
  if (same(talk.language)) return null;
  return [language, ...languages].find(same) ?? null;
}

function primary(language: string): string {
  return language.split(/[-_]/)[0]?.toLowerCase() ?? "";
}

function languageFrame(language: string): RelayAction {
  return send({ type: "language", ttsLanguage: language, transcriptionLanguage: language });
}

function speaking(
  policy: RelayPolicy,
  state: RelayState,
  { who, on }: Extract<Inbound, { type: "speaking" }>,
): Step {
  if (on || who === "caller") return { state, actions: [off("silence")] };
  if (state.talk.phase === "leaving") return turn(policy, state, { kind: "played" });
  return { state, actions: [listen(policy)] };
}

function onTimer(policy: RelayPolicy, state: RelayState, timer: Timer): Step {
  switch (timer) {
    case "setup":
      return finish(state, { port: "failed", reason: "no_setup", data: {} });
    case "silence":
      return turn(policy, state, { kind: "silence" });
    case "keys":
      return turn(policy, state, { kind: "keys_done" });
    case "goodbye":
      return turn(policy, state, { kind: "played" });
    case "filler":
      return state.talk.phase === "acting" ? fill(policy, state) : stay(state);
    case "answer":
      return tooSlow(policy, state);
    case "replay":
      return stay({ ...state, retold: null });
    case "call":
      return turn(policy, state, { kind: "cut_off", port: "budget_reached", reason: "time" });
    case "tool":
      return giveUp(policy, state);
  }
}

/** [3] */
function fill(policy: RelayPolicy, state: RelayState): Step {
  const filler = policy.filler ?? linesOf(state.talk.language).filler;
  return { state, actions: [send({ type: "text", token: filler, last: true }), arm("filler", 7_000)] };
}

/** [3] */
function tooSlow(policy: RelayPolicy, state: RelayState): Step {
  const { phase, generation } = state.talk;
  if (phase !== "thinking") return stay(state);
  const failed = turn(policy, state, { kind: "model_failed", generation, reason: "too_slow" });
  return after([{ kind: "stop", generation }], failed);
}

/** [3] Its side effects may still happen; what comes of them is too late for this call. */
function giveUp(policy: RelayPolicy, state: RelayState): Step {
  const late = state.talk.running.filter(({ result }) => result === undefined);
  const text = "It took too long; nobody knows yet what came of it.";
  return late.reduce<Step>(
    (step, { call }) =>
      after(
        step.actions,
        turn(policy, step.state, { kind: "tool_done", callId: call.id, outcome: { text } }),
      ),
    stay(state),
  );
}

// ------------------------------------------------------------------------------------------------ the turn engine

function turn(policy: RelayPolicy, state: RelayState, event: TurnEvent): Step {
  const turned: Turned<TurnState> = advanceTurn(policy, state.talk, event);
  const next = { ...state, talk: turned.state };
  const left = turned.actions.find((action) => action.kind === "leave");
  if (left) return finish(next, left.exit);
  const timers = timersFor(policy, state.talk, turned);
  return { state: next, actions: [...turned.actions.flatMap(carriedOut), ...timers] };
}

function carriedOut(action: TurnAction): RelayAction[] {
  if (action.kind === "leave") return [];
  if (action.kind !== "say") return [action];
  return [send({ type: "text", token: action.text, last: action.last })];
}

function timersFor(
  policy: RelayPolicy,
  before: TurnState,
  { state, actions }: Turned<TurnState>,
): RelayAction[] {
  if (state === before) return [];
  // Each word is a sign that the answer comes.
  if (state.phase === "thinking") return [...(before.phase === "acting" ? NO_TOOLS : []), arm("answer")];
  const timers = before.phase === "thinking" ? [off("answer")] : [];
  if (state.phase === "acting" && before.phase !== "acting") return [...timers, arm("filler"), arm("tool")];
  if (state.phase !== "acting" && before.phase === "acting") timers.push(...NO_TOOLS);
  if (state.phase === "leaving" && before.phase !== "leaving")
    return [...timers, arm("goodbye", timeToSay(actions))];
  // Relays that do not tell when the agent is silent again are asked for by the length of what was said.
  const isSaid = actions.some((action) => action.kind === "say" && action.last);
  if (isSaid && state.phase === "listening") timers.push(listen(policy, timeToSay(actions)));
  return timers;
}

const NO_TOOLS: readonly RelayAction[] = [
  { kind: "disarm", timer: "filler" },
  { kind: "disarm", timer: "tool" },
];

/** [2] */
function timeToSay(actions: readonly TurnAction[]): number {
  const characters = actions.reduce(
    (sum, action) => sum + (action.kind === "say" ? action.text.length : 0),
    0,
  );
  return Math.round((characters / CHARACTERS_PER_SECOND) * 1_000) + TIMES.goodbye;
}

/** [4] The flow goes on by the exit; what is handed over is for it, and no proof of who anybody is. */
function finish(state: RelayState, exit: Exit): Step {
  const { generation } = state.talk;
  const handoffData = JSON.stringify({ port: exit.port, reason: exit.reason });
  const goodbye: RelayAction[] = exit.port === "hung_up" ? [] : [send({ type: "end", handoffData })];
  const timers = ALL_TIMERS.map(off);
  return {
    state: { ...state, over: true },
    actions: [{ kind: "stop", generation }, ...timers, ...goodbye, { kind: "done", exit }],
  };
}

// ------------------------------------------------------------------------------------------------ actions

function send(frame: Outbound): RelayAction {
  return { kind: "send", frame };
}

function arm(timer: keyof typeof TIMES, ms: number = TIMES[timer]): RelayAction {
  return { kind: "arm", timer, ms };
}

/** Asks again when nothing was heard for so long, after what is being said. */
function listen({ silenceMs }: RelayPolicy, afterMs = 0): RelayAction {
  return { kind: "arm", timer: "silence", ms: silenceMs + afterMs };
}

function off(timer: Timer): RelayAction {
  return { kind: "disarm", timer };
}

function log(words: string): RelayAction {
  return { kind: "log", words };
}

function stay(state: RelayState): Step {
  return { state, actions: [] };
}

function withTimers(timers: readonly RelayAction[], step: Step): Step {
  return after(timers, step);
}

function after(actions: readonly RelayAction[], step: Step): Step {
  return { state: step.state, actions: [...actions, ...step.actions] };
}
