import type { JsonObject } from "../../../engine/plugin-api.ts";

/** What running a tool means: nobody could tell, something changes in the world, or the conversation takes a turn. */
export type ToolClass = "read" | "write" | "outcome";

export interface ToolRule {
  readonly name: string;
  readonly class: ToolClass;
  /** What the person is told it does: "crear la reserva". */
  readonly says: string;
  /** Names of arguments as the person knows them. */
  readonly labels: Readonly<Record<string, string>>;
  /** In words, what is wrong with these arguments; null: they fit. */
  check(values: JsonObject): string | null;
}

export interface Limits {
  /** Times the person speaks. */
  readonly turns: number;
  /** Rounds of tools for one answer. */
  readonly rounds: number;
  readonly toolCalls: number;
  /** In and out together. */
  readonly tokens: number;
  /** Answers in a row that may fail before people take over. */
  readonly failures: number;
  /** Reminders before it is given up. */
  readonly silences: number;
}

export const DEFAULT_LIMITS: Limits = {
  turns: 30,
  rounds: 4,
  toolCalls: 20,
  tokens: 60_000,
  failures: 2,
  silences: 2,
};

/** What holds for a conversation, whatever the model says. */
export interface Policy {
  readonly tools: readonly ToolRule[];
  /** Ports a model may leave by, with when. */
  readonly exits: readonly { readonly port: string; readonly when: string }[];
  /** Whom a call or chat may be given to. */
  readonly targets: readonly string[];
  readonly limits: Limits;
  /** Words nobody is to hear although the model might say them: the instructions. */
  readonly secretText: string;
}
