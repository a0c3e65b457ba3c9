import type { JsonObject } from "../../../../engine/plugin-api.ts";
import type { TurnAction, TurnEvent } from "../../turn/events.ts";
import type { Policy } from "../../turn/policy.ts";
import type { Exit, TurnState } from "../../turn/state.ts";
import { type Playback, SILENT } from "../playback.ts";
import type { StreamInbound, StreamOutbound } from "../stream-frames.ts";
import type { Purpose, ServerEvent } from "./server-events.ts";
import type { RealtimeSession } from "./session.ts";

export interface RealtimePolicy extends Policy {
  readonly language: string;
  /** Said before anything else. */
  readonly greeting: string;
  /** Until a caller who says nothing is asked again. */
  readonly silenceMs: number;
  /** Said while a tool takes its time; null: a sentence of ours. */
  readonly filler: string | null;
  readonly session: RealtimeSession;
}

export const REALTIME_TIMES = {
  setup: 8_000,
  keys: 2_500,
  /** A goodbye of which no mark comes back ends all the same. */
  goodbye: 15_000,
  filler: 900,
  tool: 18_000,
  /** The model says nothing. */
  answer: 6_000,
  /** Nobody says what the caller said. */
  transcript: 4_000,
} as const;

export type RealtimeTimer = keyof typeof REALTIME_TIMES | "silence";

export type RealtimeInput =
  | { readonly kind: "stream"; readonly frame: StreamInbound }
  | { readonly kind: "server"; readonly event: ServerEvent }
  | { readonly kind: "timer"; readonly timer: RealtimeTimer }
  /** What a tool said. */
  | { readonly kind: "turn"; readonly event: TurnEvent }
  /** The model's connection is gone. */
  | { readonly kind: "lost"; readonly reason: string }
  /** The caller's is. */
  | { readonly kind: "closed" };

export type RealtimeAction =
  | { readonly kind: "play"; readonly frame: StreamOutbound }
  | { readonly kind: "tell"; readonly event: JsonObject }
  | { readonly kind: "arm"; readonly timer: RealtimeTimer; readonly ms: number }
  | { readonly kind: "disarm"; readonly timer: RealtimeTimer }
  | { readonly kind: "log"; readonly words: string }
  | Extract<TurnAction, { kind: "run" }>
  /** Somebody else has to carry the call from here, with what was said so far. */
  | { readonly kind: "fail_over"; readonly talk: TurnState; readonly reason: string }
  | { readonly kind: "done"; readonly exit: Exit };

export interface RealtimeState {
  readonly talk: TurnState;
  readonly callSid: string | null;
  /** The server knows its session; until then the caller's audio is held. */
  readonly isReady: boolean;
  readonly held: readonly string[];
  readonly playback: Playback;
  /** Words of what is being played, by item. */
  readonly words: Readonly<Record<string, string>>;
  readonly response: { readonly id: string; readonly purpose: Purpose } | null;
  /** Responses of which nothing more is to be heard. */
  readonly dead: readonly string[];
  /** Responses to ask for once the one under way is over. */
  readonly creates: readonly JsonObject[];
  /** The server answers by itself as soon as a caller has finished: as it last said, and as it was last told. */
  readonly answersItself: boolean;
  readonly toldToAnswer: boolean;
  /** What the caller said, of which the words have not come. */
  readonly unwritten: readonly { readonly itemId: string; readonly isAnswered: boolean }[];
  /** Answers of the server's own that have not begun, by what they answer. */
  readonly expected: readonly string[];
  /** Answers of the server's own that nobody wants any more. */
  readonly unwanted: number;
  /** Happened after words that have not come: history keeps its order. */
  readonly later: readonly TurnEvent[];
  /** Calls the server knows. */
  readonly calls: readonly string[];
  readonly stalls: number;
  readonly malformed: number;
  readonly over: boolean;
}

export type Step = { readonly state: RealtimeState; readonly actions: readonly RealtimeAction[] };

export function realtimeState(talk: TurnState): RealtimeState {
  return {
    talk,
    callSid: null,
    isReady: false,
    held: [],
    playback: SILENT,
    words: {},
    response: null,
    dead: [],
    creates: [],
    answersItself: true,
    toldToAnswer: true,
    unwritten: [],
    expected: [],
    unwanted: 0,
    later: [],
    calls: [],
    stalls: 0,
    malformed: 0,
    over: false,
  };
}

// ------------------------------------------------------------------------------------------------ actions and steps

export function tell(event: JsonObject): RealtimeAction {
  return { kind: "tell", event };
}

export function arm(timer: keyof typeof REALTIME_TIMES, ms: number = REALTIME_TIMES[timer]): RealtimeAction {
  return { kind: "arm", timer, ms };
}

/** From now on a caller who says nothing is asked again. */
export function listen({ silenceMs: ms }: RealtimePolicy): RealtimeAction {
  return { kind: "arm", timer: "silence", ms };
}

export function off(timer: RealtimeTimer): RealtimeAction {
  return { kind: "disarm", timer };
}

export function log(words: string): RealtimeAction {
  return { kind: "log", words };
}

export function stay(state: RealtimeState): Step {
  return { state, actions: [] };
}

export function after(actions: readonly RealtimeAction[], step: Step): Step {
  return { state: step.state, actions: [...actions, ...step.actions] };
}

/** One after the other, each with the state the one before left. */
export function inTurn(state: RealtimeState, ...steps: readonly ((state: RealtimeState) => Step)[]): Step {
  return steps.reduce<Step>((step, next) => after(step.actions, next(step.state)), stay(state));
}
