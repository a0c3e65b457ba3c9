/**
 * A call over Media Streams and a model that hears and speaks: frames and events in, frames and events out, no socket and no
 * clock. The turn engine keeps the record and decides about tools; the model's server decides when a turn is over.
 *
 *   1 The caller's audio waits until the server knows its session, and then goes on as it came.
 *   2 Whoever talks over the agent gets silence: the phone forgets what was not played, the server's history ends where it was
 *     heard, and what comes late of that response is dropped.
 *   3 Calls run only of a response that came whole, and only as the policy says.
 *   4 The model answers by itself, except while something waits for a yes or a tool runs: then code hears the caller first.
 *   5 Words of the caller come later than the answer to them; what happened meanwhile enters the record behind them.
 *   6 Where the model's side is gone, somebody else carries the call on with the record.
 *   7 What comes after the end changes nothing.
 */
import { linesOf } from "../../turn/lines.ts";
import { newConversation, type TurnState } from "../../turn/state.ts";
import { isPlaying, marked } from "../playback.ts";
import type { StreamInbound } from "../stream-frames.ts";
import { takenOver } from "../take-over.ts";
import { heardSoFar, hush, isSilent, nextResponse, sayExactly, sound } from "./mouth.ts";
import {
  after,
  arm,
  inTurn,
  listen,
  log,
  off,
  type RealtimeInput,
  type RealtimePolicy,
  type RealtimeState,
  type RealtimeTimer,
  realtimeState,
  type Step,
  stay,
  tell,
} from "./realtime-state.ts";
import { CURRENT, finish, happened, STALE, written } from "./record.ts";
import { retold } from "./retold.ts";
import type { ServerEvent } from "./server-events.ts";
import { sessionFields } from "./session.ts";

const MOST_MALFORMED = 10;
/** Five seconds; what a caller says before anybody can hear it is mostly "hello". */
const MOST_HELD = 250;
const MOST_STALLS = 2;
const NOT_UNDERSTOOD = "(inaudible)";
const FILLER_AGAIN_MS = 7_000;

/** `talk`: a conversation that goes on here; absent: a new one, which begins with the greeting. */
export function newRealtime(policy: RealtimePolicy, talk?: TurnState): Step {
  const state = realtimeState(talk ?? newConversation(policy.language));
  return { state, actions: [arm("setup")] };
}

export function advanceRealtime(policy: RealtimePolicy, state: RealtimeState, input: RealtimeInput): Step {
  if (state.over) return stay(state);
  switch (input.kind) {
    case "stream":
      return onStream(policy, state, input.frame);
    case "server":
      return onServer(policy, state, input.event);
    case "timer":
      return onTimer(policy, state, input.timer);
    case "turn":
      return happened(policy, state, input.event);
    case "lost":
      return failOver(state, input.reason);
    case "closed":
      return happened(policy, { ...state, unwritten: [] }, { kind: "hung_up" });
  }
}

// ------------------------------------------------------------------------------------------------ the phone

function onStream(policy: RealtimePolicy, state: RealtimeState, frame: StreamInbound): Step {
  switch (frame.type) {
    case "start":
      return started(state, frame);
    case "media":
      return state.callSid === null ? stay(state) : forward(state, frame.payload);
    case "mark":
      return fellSilent(policy, { ...state, playback: marked(state.playback, frame.name) });
    case "dtmf":
      return after(
        [off("silence"), arm("keys")],
        happened(policy, state, { kind: "key", digit: frame.digit }),
      );
    case "stop":
      return happened(policy, { ...state, unwritten: [] }, { kind: "hung_up" });
    case "malformed":
      return malformed(state, "a frame of the phone that is none");
    case "unknown":
      return { state, actions: [log(`unknown frame ${frame.name}`)] };
    case "connected":
      return stay(state);
  }
}

function started(state: RealtimeState, { callSid }: Extract<StreamInbound, { type: "start" }>): Step {
  if (state.callSid === null) return { state: { ...state, callSid }, actions: [] };
  return { state, actions: [log("a second call on the connection of another one was refused")] };
}

/** [1] */
function forward(state: RealtimeState, payload: string): Step {
  if (state.isReady) return { state, actions: [tell({ type: "input_audio_buffer.append", audio: payload })] };
  return stay({ ...state, held: [...state.held, payload].slice(-MOST_HELD) });
}

function malformed(state: RealtimeState, words: string): Step {
  const next = { ...state, malformed: state.malformed + 1 };
  if (next.malformed < MOST_MALFORMED) return { state: next, actions: [log(words)] };
  return finish(next, { port: "failed", reason: "malformed_frames", data: {} });
}

/** All that was said has been heard. */
function fellSilent(policy: RealtimePolicy, state: RealtimeState): Step {
  if (!isSilent(state)) return stay(state);
  if (state.talk.phase === "leaving") return happened(policy, state, { kind: "played" });
  return { state, actions: state.talk.phase === "listening" ? [listen(policy)] : [] };
}

// ------------------------------------------------------------------------------------------------ the model's server

function onServer(policy: RealtimePolicy, state: RealtimeState, event: ServerEvent): Step {
  switch (event.type) {
    case "session_created":
      return { state, actions: [tell({ type: "session.update", session: sessionFields(policy.session) })] };
    case "session_updated":
      return ready(policy, { ...state, answersItself: event.answersItself });
    case "speech_started":
      return interrupted(policy, state);
    case "committed":
      return committed(state, event.itemId);
    case "transcribed":
      return written(policy, state, { itemId: event.itemId, text: event.text ?? NOT_UNDERSTOOD });
    case "error":
      return { state, actions: [log(`the model's server: ${event.code} ${event.message}`)] };
    case "malformed":
      return malformed(state, "an event of the model's server that is none");
    case "other":
      return stay(state);
    default:
      return onResponse(policy, state, event);
  }
}

function ready(policy: RealtimePolicy, state: RealtimeState): Step {
  if (state.isReady) return stay(state);
  const appends = state.held.map((audio) => tell({ type: "input_audio_buffer.append", audio }));
  const open = { ...state, isReady: true, held: [] };
  return after(
    [off("setup")],
    inTurn(
      open,
      (now) => begin(policy, now),
      (now) => ({ state: now, actions: appends }),
    ),
  );
}

/** A greeting, where the conversation is new; otherwise it goes on from where somebody else left it. */
function begin(policy: RealtimePolicy, state: RealtimeState): Step {
  const { talk } = state;
  const greeting = policy.greeting.trim();
  if (talk.history.length > 0)
    return after(
      talk.history.flatMap(retold),
      inTurn(state, ...takenOver(talk).map((event) => (now: RealtimeState) => happened(policy, now, event))),
    );
  if (greeting === "") return { state, actions: [listen(policy)] };
  const history = [{ role: "agent" as const, text: greeting }];
  return sayExactly({ ...state, talk: { ...talk, history } }, greeting);
}

/** [2] The server cancels its response by itself. */
function interrupted(policy: RealtimePolicy, state: RealtimeState): Step {
  const isBusy = isPlaying(state.playback) || state.response !== null || state.talk.phase === "thinking";
  if (!isBusy) return { state, actions: [off("silence")] };
  const heardText = heardSoFar(state);
  return after(
    [off("silence"), off("answer")],
    inTurn(
      state,
      (now) => hush(now, { cancels: false }),
      (now) => happened(policy, now, { kind: "interrupted", heardText }),
    ),
  );
}

function committed(state: RealtimeState, itemId: string): Step {
  const isAnswered = state.answersItself;
  return {
    state: {
      ...state,
      unwritten: [...state.unwritten, { itemId, isAnswered }],
      expected: isAnswered ? [...state.expected, itemId] : state.expected,
    },
    actions: [arm("transcript"), ...(isAnswered ? [arm("answer")] : [])],
  };
}

function onResponse(
  policy: RealtimePolicy,
  state: RealtimeState,
  event: Extract<ServerEvent, { type: "response_created" | "audio" | "words" | "response_done" }>,
): Step {
  switch (event.type) {
    case "response_created":
      return responseBegan(state, event);
    case "audio":
      return sound(state, event);
    case "words":
      return words(policy, state, event);
    case "response_done":
      return responseEnded(policy, state, event);
  }
}

function responseBegan(
  state: RealtimeState,
  { responseId, purpose }: Extract<ServerEvent, { type: "response_created" }>,
): Step {
  const response = { id: responseId, purpose };
  const begun = { ...state, response };
  if (purpose !== "own")
    return { state: { ...begun, creates: state.creates.slice(1) }, actions: [off("silence"), arm("answer")] };
  const expected = state.expected.slice(1);
  if (state.unwanted === 0)
    return { state: { ...begun, expected }, actions: [off("silence"), arm("answer")] };
  return hush({ ...begun, expected, unwanted: state.unwanted - 1 }, { cancels: true });
}

function words(
  policy: RealtimePolicy,
  state: RealtimeState,
  { responseId, itemId, text }: Extract<ServerEvent, { type: "words" }>,
): Step {
  if (state.dead.includes(responseId)) return stay(state);
  const next = { ...state, words: { ...state.words, [itemId]: (state.words[itemId] ?? "") + text } };
  if (state.response?.purpose === "line") return stay(next);
  return happened(policy, next, { kind: "token", generation: CURRENT, text });
}

function responseEnded(
  policy: RealtimePolicy,
  state: RealtimeState,
  event: Extract<ServerEvent, { type: "response_done" }>,
): Step {
  const { response } = state;
  if (response?.id !== event.responseId) return stay(state);
  const isDead = state.dead.includes(response.id);
  return after(
    [off("answer")],
    inTurn(
      { ...state, response: null },
      (now) => (response.purpose === "line" ? stay(now) : answered(policy, now, { ...event, isDead })),
      nextResponse,
      (now) => fellSilent(policy, now),
    ),
  );
}

/** [3] */
function answered(
  policy: RealtimePolicy,
  state: RealtimeState,
  { end, isDead }: Extract<ServerEvent, { type: "response_done" }> & { readonly isDead: boolean },
): Step {
  const { status, reason, calls, usage } = end;
  if (isDead || status === "cancelled")
    return happened(policy, state, { kind: "answered", generation: STALE, finish: null, calls: [], usage });
  if (status === "failed")
    return happened(policy, state, { kind: "model_failed", generation: CURRENT, reason: reason || "failed" });
  const whole = calls.length > 0 ? "tool_calls" : "stop";
  const cut = reason === "content_filter" ? "content_filter" : "length";
  return happened(
    policy,
    { ...state, calls: [...state.calls, ...calls.map(({ id }) => id)] },
    { kind: "answered", generation: CURRENT, finish: status === "completed" ? whole : cut, calls, usage },
  );
}

// ------------------------------------------------------------------------------------------------ timers

function onTimer(policy: RealtimePolicy, state: RealtimeState, timer: RealtimeTimer): Step {
  switch (timer) {
    case "setup":
      if (state.callSid === null) return finish(state, { port: "failed", reason: "no_setup", data: {} });
      return failOver(state, "the model's server was not ready in time");
    case "silence":
      return isSilent(state) ? happened(policy, state, { kind: "silence" }) : stay(state);
    case "keys":
      return happened(policy, state, { kind: "keys_done" });
    case "goodbye":
      return happened(policy, state, { kind: "played" });
    case "answer":
      return stalled(policy, state);
    case "transcript":
      return unwritten(policy, state);
    case "filler":
      return fill(policy, state);
    case "tool":
      return happened(policy, state, { kind: "tools_late" });
  }
}

/** [6] Once is an answer that hangs; twice is a server that does. */
function stalled(policy: RealtimePolicy, state: RealtimeState): Step {
  const stalls = state.stalls + 1;
  if (stalls >= MOST_STALLS) return failOver(state, "the model says nothing any more");
  return inTurn(
    { ...state, stalls, expected: [] },
    (now) => hush(now, { cancels: true }),
    (now) => {
      const event = { kind: "model_failed", generation: CURRENT, reason: "stalled" } as const;
      // A sentence of ours that hangs is nothing the record waits for.
      return now.talk.phase === "thinking" || now.unwritten.length > 0
        ? happened(policy, now, event)
        : stay(now);
    },
  );
}

/** [5] Not for ever: the record goes on without the words. */
function unwritten(policy: RealtimePolicy, state: RealtimeState): Step {
  const [first] = state.unwritten;
  return first ? written(policy, state, { itemId: first.itemId, text: NOT_UNDERSTOOD }) : stay(state);
}

function fill(policy: RealtimePolicy, state: RealtimeState): Step {
  if (state.talk.phase !== "acting") return stay(state);
  return after(
    [arm("filler", FILLER_AGAIN_MS)],
    sayExactly(state, policy.filler ?? linesOf(state.talk.language).filler),
  );
}

/** [6] */
function failOver(state: RealtimeState, reason: string): Step {
  const { state: over, actions } = finish(state, null);
  return { state: over, actions: [...actions, { kind: "fail_over", talk: state.talk, reason }] };
}
