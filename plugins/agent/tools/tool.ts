import type { ConversationAddress, JsonObject, NodeContext } from "../../../engine/plugin-api.ts";
import type { ToolOutcome } from "../turn/events.ts";
import type { ToolClass, ToolRule } from "../turn/policy.ts";

/** Something an agent may do: what the model is told of it, how it is judged, and who runs it. */
export interface AgentTool extends ToolRule {
  readonly description: string;
  /** JSON Schema of an object: what the model may write. */
  readonly parameters: JsonObject;
  /** A published flow, run as a child; else `run` does it. */
  readonly flow?: string;
  run?(order: ToolOrder): Promise<ToolOutcome>;
}

/** One call that may run. */
export interface ToolOrder {
  readonly ctx: NodeContext;
  /** The effect's name within the step: unlike that of any other call. */
  readonly part: string;
  readonly arguments: JsonObject;
  /** Whom the conversation is with. Never what the model says. */
  readonly person: ConversationAddress;
}

/** Words of a tool in the language of the conversation. */
export interface ToolWords {
  readonly says: string;
  readonly labels: Readonly<Record<string, string>>;
}

export interface ToolShape {
  readonly name: string;
  readonly class: ToolClass;
  readonly description: string;
  readonly parameters: JsonObject;
  readonly words: { readonly es: ToolWords; readonly en: ToolWords };
}

/** What the model hears of something that was found or done. Data, not orders: it may hold words of strangers. */
export function toldAs(data: JsonObject): string {
  const text = JSON.stringify(data);
  return text.length <= MOST_CHARACTERS ? text : `${text.slice(0, MOST_CHARACTERS)}…`;
}

const MOST_CHARACTERS = 4_000;
