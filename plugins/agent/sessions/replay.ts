import { isDeepStrictEqual } from "node:util";
import type { TurnAction } from "../turn/events.ts";
import type { Policy } from "../turn/policy.ts";
import type { TurnState } from "../turn/state.ts";
import { advanceTurn } from "../turn/turn-engine.ts";
import { Invariants } from "./invariants.ts";
import { playablePolicy, type SessionLine } from "./session.ts";

export interface Replayed {
  readonly turns: number;
  readonly answers: number;
  readonly tools: number;
  readonly interruptions: number;
  /** By line, what was broken, or is no longer done as it was. */
  readonly faults: readonly { readonly line: number; readonly words: string }[];
}

/** Plays a conversation again: what is on record as having happened must lead to what is on record as having been done. */
export function replaySession(lines: readonly SessionLine[]): Replayed {
  const player = new Player();
  for (const [index, line] of lines.entries()) player.take(line, index + 1);
  return player.result();
}

class Player {
  #policy: Policy | null = null;
  #state: TurnState | null = null;
  #invariants: Invariants | null = null;
  readonly #actions: TurnAction[] = [];
  readonly #faults: { line: number; words: string }[] = [];
  #turns = 0;
  #interruptions = 0;

  take(line: SessionLine, number: number): void {
    if (line.kind === "start") this.#start(line);
    else this.#turn(line, number);
  }

  #turn({ event, actions: recorded }: Extract<SessionLine, { kind: "turn" }>, number: number): void {
    const [policy, state, invariants] = [this.#policy, this.#state, this.#invariants];
    if (!policy || !state || !invariants) {
      this.#faults.push({ line: number, words: "a turn before any start" });
      return;
    }
    const { state: after, actions } = advanceTurn(policy, state, event);
    const words = [...invariants.faultsOf({ before: state, event, actions, after })];
    // As JSON has it: what is undefined is not there.
    if (!isDeepStrictEqual(JSON.parse(JSON.stringify(actions)), recorded))
      words.push(`${event.kind} led to ${kindsOf(actions)}, on record is ${kindsOf(recorded)}`);
    this.#faults.push(...words.map((one) => ({ line: number, words: one })));
    this.#count(event.kind, actions);
    this.#state = after;
  }

  result(): Replayed {
    const of = (kind: TurnAction["kind"]) => this.#actions.filter((action) => action.kind === kind).length;
    return {
      turns: this.#turns,
      answers: of("ask"),
      tools: of("run"),
      interruptions: this.#interruptions,
      faults: this.#faults,
    };
  }

  #start({ policy, state }: Extract<SessionLine, { kind: "start" }>): void {
    this.#policy = playablePolicy(policy);
    this.#state = state;
    this.#invariants = new Invariants(this.#policy, state);
  }

  #count(kind: string, actions: readonly TurnAction[]): void {
    this.#actions.push(...actions);
    if (kind === "heard") this.#turns += 1;
    if (kind === "interrupted") this.#interruptions += 1;
  }
}

function kindsOf(actions: readonly TurnAction[]): string {
  return (
    actions.map((action) => (action.kind === "say" ? `say "${action.text}"` : action.kind)).join(", ") ||
    "nothing"
  );
}
