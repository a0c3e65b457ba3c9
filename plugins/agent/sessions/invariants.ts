/**
 * What holds in every conversation, whatever the model, the person and the network do.
 *
 *   1 Never two answers at once: one is asked for when none is under way.
 *   2 No tool of an answer that was interrupted, late or cut short.
 *   3 What writes runs only after a yes to the very values that were read back.
 *   4 History is what was heard: whole answers as they were said, interrupted ones as far as they were heard.
 *   5 The model is never asked before each call of its has a result.
 *   6 After the end nothing happens.
 */
import type { TurnAction, TurnEvent } from "../turn/events.ts";
import type { Policy } from "../turn/policy.ts";
import type { Entry, TurnState } from "../turn/state.ts";
import { isYes, plain } from "../turn/words.ts";

export interface TurnStep {
  readonly before: TurnState;
  readonly event: TurnEvent;
  readonly actions: readonly TurnAction[];
  readonly after: TurnState;
}

export class Invariants {
  readonly #policy: Policy;
  /** The answer under way. */
  #open: number | null = null;
  /** What is being said, and what was said to its end. */
  #saying = "";
  readonly #said: string[] = [];

  constructor(policy: Policy, state: TurnState) {
    this.#policy = policy;
    this.#open = state.phase === "thinking" ? state.generation : null;
    this.#saying = state.said;
  }

  /** In words, what this step broke. */
  faultsOf(step: TurnStep): readonly string[] {
    const { before, event, actions } = step;
    if (before.phase === "over" && actions.length > 0)
      return [`6: ${event.kind} after the end had consequences`];
    if ("generation" in event && event.kind !== "token" && event.generation === this.#open) this.#open = null;
    const saying = this.#saying;
    const faults = actions.flatMap((action) => this.#faultsOfAction(step, action));
    return [...faults, ...this.#faultsOfHistory(step, saying)];
  }

  #faultsOfAction(step: TurnStep, action: TurnAction): readonly string[] {
    switch (action.kind) {
      case "stop":
        if (action.generation === this.#open) this.#open = null;
        return [];
      case "say":
        this.#say(action);
        return [];
      case "ask":
        return this.#faultsOfAsking(step, action.generation);
      case "run":
        return faultsOfRunning(this.#policy, step, action);
      case "leave":
        return [];
    }
  }

  #say({ text, last }: Extract<TurnAction, { kind: "say" }>): void {
    this.#saying += text;
    if (!last) return;
    this.#said.push(plain(this.#saying));
    this.#saying = "";
  }

  #faultsOfAsking({ after }: TurnStep, generation: number): readonly string[] {
    const two =
      this.#open === null ? [] : [`1: answer ${generation} was asked for while ${this.#open} was under way`];
    this.#open = generation;
    const missing = withoutResult(after.history);
    return missing.length === 0 ? two : [...two, `5: asked without results of ${missing.join(", ")}`];
  }

  #faultsOfHistory({ before, event, after }: TurnStep, saying: string): readonly string[] {
    const known = new Set(before.history);
    return after.history.flatMap((entry) => {
      if (known.has(entry) || entry.role !== "agent") return [];
      const text = plain(entry.text);
      const isHeard = entry.cut
        ? wasHeard(text, event, [plain(saying + said(event)), ...this.#said])
        : this.#said.includes(text);
      return isHeard ? [] : [`4: "${entry.text}" is in the history, and was never said like that`];
    });
  }
}

function said(event: TurnEvent): string {
  return event.kind === "token" ? event.text : "";
}

function wasHeard(text: string, event: TurnEvent, spoken: readonly string[]): boolean {
  if (event.kind === "interrupted" && plain(event.heardText) === text) return true;
  return spoken.some((one) => one.startsWith(text));
}

/** [2, 3] */
function faultsOfRunning(
  { tools }: Policy,
  { before, event }: TurnStep,
  { call }: Extract<TurnAction, { kind: "run" }>,
): readonly string[] {
  if (event.kind === "heard" || event.kind === "keys_done" || event.kind === "key") {
    const { proposal } = before;
    const isSame = proposal?.name === call.name && JSON.stringify(proposal.arguments) === call.arguments;
    const yes = event.kind !== "heard" || isYes(event.text);
    return isSame && yes ? [] : [`3: ${call.name} ran without a yes to its values`];
  }
  if (event.kind !== "answered" || event.generation !== before.generation || before.phase !== "thinking")
    return [`2: ${call.name} ran for no answer under way`];
  if (event.finish === null || event.finish === "length")
    return [`2: ${call.name} ran for an answer cut short`];
  const kind = tools.find(({ name }) => name === call.name)?.class;
  return kind === "write" || kind === undefined ? [`3: ${call.name} ran without a yes`] : [];
}

function withoutResult(history: readonly Entry[]): readonly string[] {
  const answered = new Set(history.flatMap((entry) => (entry.role === "result" ? [entry.callId] : [])));
  return history.flatMap((entry) =>
    entry.role === "calls" ? entry.calls.filter(({ id }) => !answered.has(id)).map(({ id }) => id) : [],
  );
}
