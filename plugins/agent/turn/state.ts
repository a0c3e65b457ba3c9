import type { JsonObject } from "../../../engine/plugin-api.ts";

/** A function the model asks for; arguments as it wrote them. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/**
 * One line of what happened, as the model is told it. `agent` is what the person heard of an answer, which may be less than what
 * was written. After `calls` come the `result`s of all of them.
 */
export type Entry =
  | { readonly role: "person"; readonly text: string }
  | { readonly role: "agent"; readonly text: string; readonly cut?: true }
  | { readonly role: "calls"; readonly text: string; readonly calls: readonly ToolCall[] }
  | { readonly role: "result"; readonly callId: string; readonly name: string; readonly text: string };

/** Why the conversation is over, and by which port its node is left. */
export interface Exit {
  readonly port: string;
  readonly reason: string;
  readonly data: JsonObject;
}

/** A side effect that was read back and waits for a yes. */
export interface Proposal {
  readonly name: string;
  readonly arguments: JsonObject;
}

/** A call that was given to somebody to run. */
export interface RunningCall {
  readonly call: ToolCall;
  /** Absent while it is under way. */
  readonly result?: string;
}

export interface Spent {
  readonly turns: number;
  readonly toolCalls: number;
  readonly promptTokens: number;
  readonly completionTokens: number;
}

/** A conversation, as plain data: it may sleep in a row and go on in another process. */
export interface TurnState {
  readonly phase: "listening" | "thinking" | "acting" | "leaving" | "over";
  readonly history: readonly Entry[];
  /** Counts answers that were asked for. What carries an older number came too late. */
  readonly generation: number;
  /** What the answer under way has said so far. */
  readonly said: string;
  /** Rounds of tools since the person last spoke. */
  readonly rounds: number;
  readonly running: readonly RunningCall[];
  /** What the person said while tools were running. */
  readonly queued: readonly string[];
  readonly proposal: Proposal | null;
  /** Answers in a row that did not come about. */
  readonly failures: number;
  /** Times in a row that nothing was heard. */
  readonly silences: number;
  /** Keys pressed, not yet taken for an answer. */
  readonly keys: string;
  readonly language: string;
  readonly spent: Spent;
  /** What outcome tools noted: a message taken, a topic. */
  readonly notes: JsonObject;
  readonly exit: Exit | null;
}

export function newConversation(language: string): TurnState {
  return {
    phase: "listening",
    history: [],
    generation: 0,
    said: "",
    rounds: 0,
    running: [],
    queued: [],
    proposal: null,
    failures: 0,
    silences: 0,
    keys: "",
    language,
    spent: { turns: 0, toolCalls: 0, promptTokens: 0, completionTokens: 0 },
    notes: {},
    exit: null,
  };
}
