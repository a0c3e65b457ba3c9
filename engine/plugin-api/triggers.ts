import type { TObject, TSchema } from "typebox";
import type { JsonObject } from "../core/json.ts";
import type { Family, Text } from "./words.ts";

/**
 * What starts a flow. It only declares: the plugin's webhooks (or the API) turn requests into deliveries for it.
 */
export interface TriggerDefinition {
  readonly type: string;
  readonly version: number;
  readonly title: Text;
  readonly help: Text;
  readonly family: Family;
  readonly icon: string;
  readonly params: TObject;
  /** Schema of `trigger.*`. Its only port is `next`. */
  readonly gives: TSchema;
  /** `reply`: the request waits for what the flow answers. `ack`: it is answered as soon as it is stored. */
  readonly answers: "reply" | "ack";
  readonly migrate?: Readonly<Record<number, (params: JsonObject) => JsonObject>>;
  readonly example: { readonly title: Text; readonly params: JsonObject };
}

export function defineTrigger(definition: TriggerDefinition): TriggerDefinition {
  return definition;
}
