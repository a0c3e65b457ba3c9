/**
 * A conversation, free of transport: what came in, and what to do about it.
 *
 *   1 An answer belongs to a generation. An interruption makes the next one; what comes late from an older one is dropped.
 *   2 Tools run only from a complete answer that nobody interrupted.
 *   3 A write runs only after the person said yes to exactly these arguments, which code has heard and they have heard out.
 *   4 Results follow the calls they belong to at once; what is said meanwhile waits.
 *   5 History is what was heard.
 *   6 The wish for a person is heard before any model is.
 *   7 Whatever fails, something is said; after a few failures people take over.
 */
import type { JsonObject } from "../../../engine/plugin-api.ts";
import { type Judged, judge, readBackOf } from "./calls.ts";
import type { ToolOutcome, TurnAction, TurnEvent, Turned, Usage } from "./events.ts";
import { mustWithhold } from "./guard.ts";
import { cutLastAnswer, heardPart, isHeardOut } from "./heard.ts";
import { type Lines, linesOf } from "./lines.ts";
import type { Policy } from "./policy.ts";
import type { Entry, Exit, RunningCall, ToolCall, TurnState } from "./state.ts";
import { asksForPerson, isYes } from "./words.ts";

type Turn = Turned<TurnState>;

export function advanceTurn(policy: Policy, state: TurnState, event: TurnEvent): Turn {
  if (state.phase === "over") return { state, actions: [] };
  switch (event.kind) {
    case "heard":
      return heard(policy, { ...state, language: event.language ?? state.language }, event.text);
    case "key":
      return pressed(policy, state, event.digit);
    case "keys_done":
      return typed(policy, state);
    case "interrupted":
      return interrupted(state, event.heardText);
    case "token":
      return token(state, event);
    case "answered":
      return answered(policy, state, event);
    case "model_failed":
      return event.generation === state.generation ? failed(policy, state, event.reason) : stay(state);
    case "tool_done":
      return toolDone(policy, state, event);
    case "silence":
      return silent(policy, state);
    case "cut_off":
      return state.phase === "leaving"
        ? stay(state)
        : leave(state, exitOf(event.port, event.reason), say(state).budget);
    case "played":
      return state.phase === "leaving" ? over(state) : stay(state);
    case "hung_up":
      return over({ ...state, exit: { port: "hung_up", reason: "hung_up", data: {} } });
  }
}

// ------------------------------------------------------------------------------------------------ the person

/** [4, 6] */
function heard(policy: Policy, state: TurnState, text: string): Turn {
  const said = text.trim();
  if (said === "" || state.phase === "leaving") return stay(state);
  if (state.phase === "acting") return stay({ ...state, queued: [...state.queued, said] });
  const cut = state.phase === "thinking" ? stopped(state, state.said) : stay(state);
  const { turns } = cut.state.spent;
  const spoken: TurnState = {
    ...cut.state,
    history: [...cut.state.history, { role: "person", text: said }],
    rounds: 0,
    silences: 0,
    spent: { ...cut.state.spent, turns: turns + 1 },
  };
  return after(cut.actions, answerTo(policy, spoken, said));
}

function answerTo(policy: Policy, state: TurnState, text: string): Turn {
  if (asksForPerson(text)) return leave(state, transfer("asked_for_person"), say(state).transfer);
  const { proposal, ...rest } = state;
  const free = { ...rest, proposal: null };
  if (proposal && isYes(text)) return confirmed(free, proposal.name, proposal.arguments);
  return think(policy, free);
}

const CONFIRMED = "confirmed_";

/** It ran after a yes. */
export function isConfirmed({ id }: ToolCall): boolean {
  return id.startsWith(CONFIRMED);
}

/** [3] The model need not be asked what a yes means. */
function confirmed(state: TurnState, name: string, values: JsonObject): Turn {
  const id = `${CONFIRMED}${state.spent.turns}`;
  return act(state, "", [
    { kind: "run", call: { id, name, arguments: JSON.stringify(values) }, arguments: values },
  ]);
}

function pressed(policy: Policy, state: TurnState, digit: string): Turn {
  if (digit === "0" && state.keys === "") return leave(state, transfer("key_0"), say(state).transfer);
  if (digit === "#") return typed(policy, state);
  return stay({ ...state, keys: `${state.keys}${digit}` });
}

function typed(policy: Policy, state: TurnState): Turn {
  if (state.keys === "") return stay(state);
  return heard(policy, { ...state, keys: "" }, state.keys);
}

function silent(policy: Policy, state: TurnState): Turn {
  if (state.phase !== "listening") return stay(state);
  const silences = state.silences + 1;
  if (silences > policy.limits.silences)
    return leave(state, { port: "no_input", reason: "no_input", data: {} }, say(state).noInput);
  return { state: { ...state, silences }, actions: [line(say(state).stillThere)] };
}

// ------------------------------------------------------------------------------------------------ interruption

/** [1, 2, 5] */
function interrupted(state: TurnState, reported: string): Turn {
  if (state.phase === "thinking") return stopped(state, heardPart(state.said, reported));
  const history = cutLastAnswer(state.history, reported);
  // [3] Nobody agrees to what they did not hear to its end.
  const proposal = isHeardOut(state.history, history) ? state.proposal : null;
  return stay({ ...state, history, proposal });
}

/** The answer under way ends where it was heard. */
function stopped(state: TurnState, heardText: string): Turn {
  const { generation, said } = state;
  const entry: Entry = { role: "agent", text: heardText.trim(), cut: true };
  const closing: TurnAction[] = said === "" ? [] : [{ kind: "say", text: "", last: true }];
  return {
    state: {
      ...state,
      phase: "listening",
      generation: generation + 1,
      said: "",
      history: heardText.trim() === "" ? state.history : [...state.history, entry],
    },
    actions: [{ kind: "stop", generation }, ...closing],
  };
}

// ------------------------------------------------------------------------------------------------ the model

/** Asks for the next answer, if that may still be paid for. */
function think(policy: Policy, state: TurnState): Turn {
  if (isSpent(policy, state)) return leave(state, exitOf("budget_reached", "budget"), say(state).budget);
  const generation = state.generation + 1;
  return {
    state: { ...state, phase: "thinking", generation, said: "" },
    actions: [{ kind: "ask", generation }],
  };
}

export function tokensOf({ spent }: TurnState): number {
  return spent.promptTokens + spent.completionTokens;
}

const NEAR_END = 0.8;

/** What the model is told when little is left of the conversation; null: there is enough. */
export function nearEndOf(limits: Policy["limits"], state: TurnState): string | null {
  const used = Math.max(tokensOf(state) / limits.tokens, state.spent.turns / limits.turns);
  return used < NEAR_END
    ? null
    : "La conversación está por acabar: resuelve lo principal o pasa a una persona.";
}

function isSpent({ limits }: Policy, state: TurnState): boolean {
  return state.spent.turns > limits.turns || tokensOf(state) >= limits.tokens;
}

function token(state: TurnState, event: Extract<TurnEvent, { kind: "token" }>): Turn {
  if (event.generation !== state.generation || state.phase !== "thinking") return stay(state);
  return {
    state: { ...state, said: state.said + event.text },
    actions: [{ kind: "say", text: event.text, last: false }],
  };
}

function answered(policy: Policy, before: TurnState, event: Extract<TurnEvent, { kind: "answered" }>): Turn {
  const state = counted(before, event.usage);
  if (event.generation !== state.generation || state.phase !== "thinking") return stay(state);
  if (event.finish === "content_filter") return withheld(state);
  if (event.finish === null) return failed(policy, state, "cut_short");
  // A list of calls that hit the length limit may end in the middle of one.
  const calls = event.finish === "length" ? [] : event.calls;
  if (mustWithhold(state.said, policy.secretText)) return withheld(state);
  if (calls.length > 0) return called(policy, state, calls);
  return state.said.trim() === "" ? failed(policy, state, "empty_answer") : said(state);
}

function counted(state: TurnState, usage: Usage): TurnState {
  const { promptTokens, completionTokens } = state.spent;
  return {
    ...state,
    spent: {
      ...state.spent,
      promptTokens: promptTokens + usage.promptTokens,
      completionTokens: completionTokens + usage.completionTokens,
    },
  };
}

function said(state: TurnState): Turn {
  return {
    state: {
      ...state,
      phase: "listening",
      failures: 0,
      said: "",
      history: [...state.history, { role: "agent", text: state.said.trim() }],
    },
    actions: [{ kind: "say", text: "", last: true }],
  };
}

/** What was not to be said is not in the history either. */
function withheld(state: TurnState): Turn {
  return after(closed(state), spoken({ ...state, phase: "listening", said: "" }, say(state).withheld));
}

/** [7] */
function failed(policy: Policy, state: TurnState, reason: string): Turn {
  const failures = state.failures + 1;
  const cut = state.said.trim();
  const history: readonly Entry[] =
    cut === "" ? state.history : [...state.history, { role: "agent", text: cut, cut: true }];
  const open: TurnState = { ...state, history, failures, said: "", phase: "listening" };
  if (failures >= policy.limits.failures) {
    const exit = { ...transfer("agent_failed"), data: { failure: reason } };
    return after(closed(state), leave(open, exit, say(state).transfer));
  }
  return after(closed(state), spoken(open, cut === "" ? say(state).sorry : say(state).cutOff));
}

function closed(state: TurnState): readonly TurnAction[] {
  return state.said === "" ? [] : [{ kind: "say", text: "", last: true }];
}

// ------------------------------------------------------------------------------------------------ tools

function called(policy: Policy, state: TurnState, calls: readonly ToolCall[]): Turn {
  const { rounds, spent } = state;
  if (rounds >= policy.limits.rounds) return failed(policy, state, "too_many_rounds");
  if (spent.toolCalls + calls.length > policy.limits.toolCalls)
    return failed(policy, state, "too_many_tools");
  const judged = calls.map((call) => judge(policy, call));
  const proposal = judged.find((one) => one.kind === "confirm");
  // One thing is confirmed at a time, and nothing happens beside it.
  if (proposal) return propose(state, judged, proposal);
  const acting = act(state, state.said.trim(), judged);
  // Where every call was refused there is nothing to wait for.
  return after(acting.actions, goOnWhenDone(policy, acting.state));
}

/** [3] Read back in words of ours, from the very values that will be sent. */
function propose(
  state: TurnState,
  judged: readonly Judged[],
  { call, rule, arguments: values }: Extract<Judged, { kind: "confirm" }>,
): Turn {
  const waiting = "Not done yet: it was read back to the person, who has to confirm it.";
  const skipped = "Not done: something else has to be confirmed first. Ask again afterwards.";
  const results = judged.map(({ call: one }) => resultOf(one, one.id === call.id ? waiting : skipped));
  const asked: TurnState = {
    ...state,
    phase: "listening",
    said: "",
    failures: 0,
    rounds: state.rounds + 1,
    proposal: { name: call.name, arguments: values },
    history: [...state.history, callsEntry(state.said.trim(), judged), ...results],
  };
  const readBack = say(state).readBack(rule.says, readBackOf(rule, values));
  return after(closed(state), spoken(asked, readBack));
}

function act(state: TurnState, text: string, judged: readonly Judged[]): Turn {
  const running: RunningCall[] = judged.map((one) =>
    one.kind === "refused" ? { call: one.call, result: one.text } : { call: one.call },
  );
  const acting: TurnState = {
    ...state,
    phase: "acting",
    said: "",
    rounds: state.rounds + 1,
    running,
    spent: { ...state.spent, toolCalls: state.spent.toolCalls + judged.length },
    history: [...state.history, callsEntry(text, judged)],
  };
  const runs = judged.flatMap((one): TurnAction[] =>
    one.kind === "run" ? [{ kind: "run", call: one.call, arguments: one.arguments }] : [],
  );
  return { state: acting, actions: [...closed(state), ...runs] };
}

function callsEntry(text: string, judged: readonly Judged[]): Entry {
  return { role: "calls", text, calls: judged.map(({ call }) => call) };
}

function resultOf({ id, name }: ToolCall, text: string): Entry {
  return { role: "result", callId: id, name, text };
}

function toolDone(
  policy: Policy,
  state: TurnState,
  { callId, outcome }: Extract<TurnEvent, { kind: "tool_done" }>,
): Turn {
  const known = state.running.find(({ call, result }) => call.id === callId && result === undefined);
  if (!known) return stay(state);
  const running = state.running.map((one) =>
    one.call.id === callId ? { call: one.call, result: outcome.text } : one,
  );
  const noted: TurnState = { ...state, running, notes: { ...state.notes, ...outcome.notes } };
  if (outcome.exit) return leaveByTool(noted, outcome.exit);
  return goOnWhenDone(policy, noted);
}

function leaveByTool(state: TurnState, { line: words, ...exit }: NonNullable<ToolOutcome["exit"]>): Turn {
  const fallback = exit.port === "handoff" ? say(state).transfer : say(state).goodbye;
  return leave(withResults(state), exit, words ?? fallback);
}

/** Once every call has its result, the model hears them; and whatever the person said meanwhile. [4] */
function goOnWhenDone(policy: Policy, state: TurnState): Turn {
  if (state.phase !== "acting" || state.running.some(({ result }) => result === undefined))
    return stay(state);
  const done = withResults(state);
  if (state.queued.length === 0) return think(policy, done);
  return heard(policy, { ...done, phase: "listening", queued: [] }, state.queued.join("\n"));
}

function withResults(state: TurnState): TurnState {
  const results = state.running.map(({ call, result }) => resultOf(call, result ?? "Not done."));
  return { ...state, running: [], history: [...state.history, ...results] };
}

// ------------------------------------------------------------------------------------------------ leaving

export function transfer(reason: string): Exit {
  return exitOf("handoff", reason);
}

function exitOf(port: string, reason: string): Exit {
  return { port, reason, data: {} };
}

/** What is said last is heard before anything ends. */
function leave(state: TurnState, exit: Exit, words: string): Turn {
  const cut = state.phase === "thinking" ? stopped(state, state.said) : stay(state);
  return after(cut.actions, spoken({ ...cut.state, phase: "leaving", exit, proposal: null }, words));
}

function over(state: TurnState): Turn {
  const exit = state.exit ?? exitOf("handoff", "unknown");
  return { state: { ...state, phase: "over", exit }, actions: [{ kind: "leave", exit }] };
}

// ------------------------------------------------------------------------------------------------ saying

function say({ language }: TurnState): Lines {
  return linesOf(language);
}

function line(text: string): TurnAction {
  return { kind: "say", text, last: true };
}

function spoken(state: TurnState, words: string): Turn {
  return {
    state: { ...state, history: [...state.history, { role: "agent", text: words }] },
    actions: [line(words)],
  };
}

function stay(state: TurnState): Turn {
  return { state, actions: [] };
}

function after(actions: readonly TurnAction[], turn: Turn): Turn {
  return { state: turn.state, actions: [...actions, ...turn.actions] };
}
