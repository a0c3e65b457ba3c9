import type { Static, TObject, TSchema } from "typebox";
import type { JsonObject } from "../core/json.ts";
import type { Meter } from "./kinds.ts";
import type { NodeContext } from "./node-context.ts";
import type { NodeReturn } from "./results.ts";
import type { Family, Text } from "./words.ts";

/**
 * What running a node twice would mean, and with it when the engine commits:
 * `none` nobody outside could tell; `repeatable` harmless (a read, or the vendor honours our key); `once` must not
 * happen twice, so its intent is committed before and its outcome after (only through `ctx.once` or `ctx.send`).
 */
export type EffectClass = "none" | "repeatable" | "once";

/**
 * A port by name, or one port for each entry of a list parameter: `{ each: "cases", value: "port" }` reads
 * `params.cases[i].port`; without `value` the entries are the names themselves.
 */
export type PortSpec = string | { readonly each: string; readonly value?: string };

export interface NodeDefinition<
  P extends TObject = TObject,
  O extends Readonly<Record<string, TSchema>> = Readonly<Record<string, TSchema>>,
> {
  /** `plugin.node` in kebab-case: the primary key in saved flows, permanent. */
  readonly type: string;
  readonly version: number;
  readonly title: Text;
  /** What it does and when to use it, in two sentences. */
  readonly help: Text;
  readonly family: Family;
  /** Tabler icon name. */
  readonly icon: string;
  /** JSON Schema of the parameters; a string parameter is a Liquid template. */
  readonly params: P;
  /**
   * JSON Schema of the output by port; `*` for ports that come from a list parameter. A field with `x-secret: true` is a
   * mark in the journal and in API answers; later steps have its value.
   */
  readonly outputs: O;
  readonly ports: readonly PortSpec[];
  readonly effect: EffectClass;
  /** It may put the run to sleep; a loop needs such a node. */
  readonly waits?: true;
  /** It speaks to or hears from whoever waits for the flow's answer: not in a branch, where nobody does. */
  readonly needsLine?: true;
  /** Id of the credential it opens, e.g. `twilio.account`. */
  readonly credential?: string;
  /** Which meters it may charge. A `once` node names its cost, or `free: true` with the reason. */
  readonly cost?: { readonly meters: readonly Meter[] } | { readonly free: true; readonly why: string };
  /** How the outcome of a `once` effect becomes known when the answer was lost. */
  readonly settledBy?: "status-callback" | "list-api" | "webhook";
  /** Set on a retired type: what to use instead. */
  readonly replacedBy?: string;
  /** `migrate[n]` turns the params of version n into those of version n + 1. Applied while editing, never at run time. */
  readonly migrate?: Readonly<Record<number, (params: JsonObject) => JsonObject>>;
  readonly example: { readonly title: Text; readonly params: JsonObject };
  // Method syntax on purpose: a definition with typed params must still fit the registry's list of definitions.
  run(ctx: NodeContext, params: Static<P>): NodeReturn<O> | Promise<NodeReturn<O>>;
}

export function defineNode<P extends TObject, const O extends Readonly<Record<string, TSchema>>>(
  definition: NodeDefinition<P, O>,
): NodeDefinition<P, O> {
  return definition;
}
