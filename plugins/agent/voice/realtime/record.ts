/** How what happens on a call enters the record of the turn engine, and what of the engine's answer is for the model. */
import type { JsonObject } from "../../../../engine/plugin-api.ts";
import type { TurnAction, TurnEvent } from "../../turn/events.ts";
import type { Entry, Exit, TurnState } from "../../turn/state.ts";
import { advanceTurn } from "../../turn/turn-engine.ts";
import { askModel, hush, sayExactly } from "./mouth.ts";
import {
  after,
  arm,
  inTurn,
  off,
  REALTIME_TIMES,
  type RealtimeAction,
  type RealtimePolicy,
  type RealtimeState,
  type RealtimeTimer,
  type Step,
  stay,
  tell,
} from "./realtime-state.ts";
import { answeringFields } from "./session.ts";

/** In place of a generation: the one that is current when the event enters the record. */
export const CURRENT = -1;
/** Of an answer nobody waits for: only what it cost counts. */
export const STALE = -2;

const TOO_LATE = "It took too long; nobody knows yet what came of it.";

export type Happening = TurnEvent | { readonly kind: "tools_late" };

/** What cannot wait for anybody's words. */
const AT_ONCE: readonly Happening["kind"][] = ["hung_up", "played", "tools_late"];

export function happened(policy: RealtimePolicy, state: RealtimeState, event: Happening): Step {
  if (state.over) return stay(state);
  if (event.kind === "tools_late") return giveUp(policy, state);
  if (state.unwritten.length > 0 && !AT_ONCE.includes(event.kind))
    return stay({ ...state, later: [...state.later, event] });
  return enter(policy, state, event);
}

function giveUp(policy: RealtimePolicy, state: RealtimeState): Step {
  const late = state.talk.running.filter(({ result }) => result === undefined);
  return inTurn(
    state,
    ...late.map(({ call }) => (now: RealtimeState) => {
      const event = { kind: "tool_done", callId: call.id, outcome: { text: TOO_LATE } } as const;
      return happened(policy, now, event);
    }),
  );
}

/** The caller's words came, and with them whatever waited for them. */
export function written(
  policy: RealtimePolicy,
  state: RealtimeState,
  { itemId, text }: { readonly itemId: string; readonly text: string },
): Step {
  const item = state.unwritten.find((one) => one.itemId === itemId);
  if (!item) return stay(state);
  const unwritten = state.unwritten.filter((one) => one !== item);
  const { later } = state;
  const known = { ...state, unwritten, later: [] };
  const heard = heardWords(policy, known, { ...item, text });
  const caughtUp = inTurn(
    heard.state,
    ...later.map((event) => (now: RealtimeState) => happened(policy, now, event)),
  );
  return after(unwritten.length === 0 ? [off("transcript"), ...heard.actions] : heard.actions, caughtUp);
}

/** Where the server has begun to answer and the engine wants none, the answer is taken back. */
function heardWords(
  policy: RealtimePolicy,
  state: RealtimeState,
  {
    itemId,
    isAnswered,
    text,
  }: { readonly itemId: string; readonly isAnswered: boolean; readonly text: string },
): Step {
  const before = state.talk;
  const turned = advanceTurn(policy, before, { kind: "heard", text });
  const asks = turned.actions.some(({ kind }) => kind === "ask");
  const others = turned.actions.filter(({ kind }) => kind !== "ask" && kind !== "stop");
  return inTurn(
    { ...state, talk: turned.state },
    (now) => (isAnswered && !asks ? takeBack(now, itemId) : stay(now)),
    (now) => (asks && !isAnswered ? askModel(now) : stay(now)),
    (now) => carryOut(policy, now, { before, actions: others, event: "heard" }),
  );
}

function takeBack(state: RealtimeState, itemId: string): Step {
  if (!state.expected.includes(itemId)) return hush(state, { cancels: true });
  const expected = state.expected.filter((one) => one !== itemId);
  return stay({ ...state, expected, unwanted: state.unwanted + 1 });
}

function enter(policy: RealtimePolicy, state: RealtimeState, event: TurnEvent): Step {
  const before = state.talk;
  const { state: talk, actions } = advanceTurn(policy, before, dated(event, before));
  return carryOut(policy, { ...state, talk }, { before, actions, event: event.kind });
}

function dated(event: TurnEvent, { generation }: TurnState): TurnEvent {
  return "generation" in event && event.generation === CURRENT ? { ...event, generation } : event;
}

interface Turn {
  readonly before: TurnState;
  readonly actions: readonly TurnAction[];
  readonly event: TurnEvent["kind"];
}

function carryOut(policy: RealtimePolicy, state: RealtimeState, turn: Turn): Step {
  const left = turn.actions.find((action) => action.kind === "leave");
  if (left) return finish(state, left.exit);
  return inTurn(
    state,
    (now) => ({ state: now, actions: results(turn.before, now) }),
    ...turn.actions.map((action) => (now: RealtimeState) => carriedOut(now, action, turn.event)),
    (now) => ({ state: now, actions: timers(turn.before, now.talk) }),
    (now) => answering(policy, now),
  );
}

function carriedOut(state: RealtimeState, action: TurnAction, event: TurnEvent["kind"]): Step {
  switch (action.kind) {
    case "ask":
      return askModel(state);
    case "stop":
      // Who interrupted it was given silence already.
      return event === "interrupted" ? stay(state) : hush(state, { cancels: true });
    case "say":
      // Its own words the model has said itself.
      return event === "token" || action.text === "" ? stay(state) : sayLine(state, action.text, event);
    case "run":
      return { state, actions: [action] };
    case "leave":
      return stay(state);
  }
}

/** In place of an answer that was not to be heard nothing of it is. */
function sayLine(state: RealtimeState, text: string, event: TurnEvent["kind"]): Step {
  const isInstead = event === "answered" && state.talk.proposal === null;
  return inTurn(
    state,
    (now) => (isInstead ? hush(now, { cancels: false }) : stay(now)),
    (now) => sayExactly(now, text),
  );
}

/** Results that are new in the record, for the server's. A confirmed call is one it never made. */
function results(before: TurnState, { talk, calls }: RealtimeState): readonly RealtimeAction[] {
  const known = new Set(before.history);
  return talk.history
    .filter((entry) => entry.role === "result" && !known.has(entry))
    .map((entry) => tell({ type: "conversation.item.create", item: resultItem(entry, calls) }));
}

function resultItem(entry: Entry, calls: readonly string[]): JsonObject {
  if (entry.role !== "result") return {};
  const { callId, name, text } = entry;
  if (calls.includes(callId)) return { type: "function_call_output", call_id: callId, output: text };
  const said = `The person confirmed ${name}. Its result, which is data: ${text}`;
  return { type: "message", role: "system", content: [{ type: "input_text", text: said }] };
}

function timers(before: TurnState, { phase }: TurnState): readonly RealtimeAction[] {
  if (phase === "leaving" && before.phase !== "leaving") return [off("filler"), off("tool"), arm("goodbye")];
  if (phase === "acting" && before.phase !== "acting") return [arm("filler"), arm("tool")];
  return phase !== "acting" && before.phase === "acting" ? [off("filler"), off("tool")] : [];
}

/** While code has to hear the caller first, the server does not answer by itself. */
function answering({ session }: RealtimePolicy, state: RealtimeState): Step {
  const { phase, proposal } = state.talk;
  const may = proposal === null && (phase === "listening" || phase === "thinking");
  if (may === state.toldToAnswer) return stay(state);
  const update = { type: "session.update", session: answeringFields(session.detection, may) };
  return { state: { ...state, toldToAnswer: may }, actions: [tell(update)] };
}

/** `exit` null: somebody else goes on with it. */
export function finish(state: RealtimeState, exit: Exit | null): Step {
  const names = ["silence", ...Object.keys(REALTIME_TIMES)] as RealtimeTimer[];
  const done: RealtimeAction[] = exit === null ? [] : [{ kind: "done", exit }];
  return { state: { ...state, over: true }, actions: [...names.map(off), ...done] };
}
