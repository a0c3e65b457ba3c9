import type { JsonObject } from "../../../engine/plugin-api.ts";
import type { Exit, ToolCall } from "./state.ts";

/** What happens to a conversation. What belongs to an answer carries its generation. */
export type TurnEvent =
  /** The person said or wrote something, and is done. */
  | { readonly kind: "heard"; readonly text: string; readonly language?: string }
  | { readonly kind: "key"; readonly digit: string }
  /** No further key came for a while. */
  | { readonly kind: "keys_done" }
  /** They talked over the agent, who was heard as far as this. */
  | { readonly kind: "interrupted"; readonly heardText: string }
  | { readonly kind: "token"; readonly generation: number; readonly text: string }
  | {
      readonly kind: "answered";
      readonly generation: number;
      /** Null: it was cut short, and nothing it asked for is run. */
      readonly finish: string | null;
      readonly calls: readonly ToolCall[];
      readonly usage: Usage;
    }
  | { readonly kind: "model_failed"; readonly generation: number; readonly reason: string }
  | { readonly kind: "tool_done"; readonly callId: string; readonly outcome: ToolOutcome }
  | { readonly kind: "silence" }
  /** There is no more time, or no more credit, for this conversation. */
  | { readonly kind: "cut_off"; readonly port: string; readonly reason: string }
  /** All that was said has been heard: what ends the conversation may end it now. */
  | { readonly kind: "played" }
  | { readonly kind: "hung_up" };

export interface Usage {
  readonly promptTokens: number;
  readonly completionTokens: number;
}

export interface ToolOutcome {
  /** What the model is told. */
  readonly text: string;
  /** Kept among the notes of the conversation. */
  readonly notes?: JsonObject;
  /** It ends the conversation, after `line` was heard. */
  readonly exit?: Exit & { readonly line?: string };
}

/** What whoever carries the conversation does next, in this order. */
export type TurnAction =
  /** Ask the model for an answer to the history. */
  | { readonly kind: "ask"; readonly generation: number }
  /** Stop the answer under way. */
  | { readonly kind: "stop"; readonly generation: number }
  /** `last` closes what belongs together. */
  | { readonly kind: "say"; readonly text: string; readonly last: boolean }
  | { readonly kind: "run"; readonly call: ToolCall; readonly arguments: JsonObject }
  /** The conversation is over. */
  | { readonly kind: "leave"; readonly exit: Exit };

export interface Turned<State> {
  readonly state: State;
  readonly actions: readonly TurnAction[];
}
