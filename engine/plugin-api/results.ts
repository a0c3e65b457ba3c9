import type { Static, TSchema } from "typebox";
import type { Json, JsonObject } from "../core/json.ts";
import type { EventData, NodeResult, StateChange, WayBack } from "../core/run.ts";

/** A step left by a port. `set` changes what later steps see, `reply` adds to the answer of the waiting request. */
export interface Next<P extends string = string, O = JsonObject> {
  readonly kind: "next";
  readonly port: P;
  readonly output: O;
  readonly set?: StateChange;
  readonly reply?: readonly Json[];
}

/** Options of `wait`. */
export interface WaitOptions {
  /** When the wait gives up. */
  readonly until: Date;
  /** The port for that. */
  readonly timeoutPort: string;
  /** Event name → port. `digits:1` is looked up as itself, then as `digits`, then as `*`. `REENTER` enters the step again. */
  readonly events: Readonly<Record<string, string>>;
  /**
   * Events that enter this node again instead of leaving it: as a visit of its own, with `ctx.memo` holding what is given
   * here and `heard: { event, output }`. For a menu of several pages, a code that was wrong.
   */
  readonly back?: WayBack;
  /** Merged into the output, and set, when the event of that name (as looked up) wins. `timeout` for the timeout. */
  readonly eventData?: Readonly<Record<string, EventData>>;
  /** What an outside event finds this wait by, e.g. `ctx.urls.stepKey`. Unique among the tenant's open waits. */
  readonly keys: readonly string[];
  readonly set?: StateChange;
  /** Answers the current request with this (and whatever earlier steps added). */
  readonly reply?: readonly Json[];
}

type PortsOf<O extends Readonly<Record<string, TSchema>>> = keyof O & string;

/** What `run` may return: a port with an output that fits that port's schema, a wait, or an end. */
export type NodeReturn<O extends Readonly<Record<string, TSchema>>> =
  | { [K in PortsOf<O>]: Next<K extends "*" ? string : K, Static<O[K]>> }[PortsOf<O>]
  | Extract<NodeResult, { kind: "wait" | "again" | "repeat" | "end" | "fork" | "each" | "children" }>;

/** Leave the step by a port. */
export function next<const P extends string, const O>(
  port: P,
  output: O,
  more: { readonly set?: StateChange; readonly reply?: readonly Json[] } = {},
): Next<P, O> {
  return { kind: "next", port, output, ...more };
}

/** Sleep until an event or a moment; the run leaves by the port of whatever comes first. */
export function wait(options: WaitOptions): Extract<NodeResult, { kind: "wait" }> {
  const { until, timeoutPort, events, eventData, back, keys, ...more } = options;
  const ports = { timeoutPort, events, keys, ...(eventData ? { eventData } : {}), ...(back ? { back } : {}) };
  return { kind: "wait", wait: { until: until.toISOString(), ...ports }, ...more };
}

/**
 * Sleep, then run this same step again with the same step key: for evidence that is still to come. With `hears`, the event
 * that woke it is in `ctx.heard`. `memory` is then `ctx.children.memory`.
 */
export function again(
  until: Date,
  keys: readonly string[],
  { hears = false, memory }: { readonly hears?: boolean; readonly memory?: JsonObject } = {},
): Extract<NodeResult, { kind: "again" }> {
  const more = { ...(hears ? { hears } : {}), ...(memory ? { memory } : {}) };
  return { kind: "again", until: until.toISOString(), keys, ...more };
}

/**
 * A part of the work is done: the same node runs again, with a step key of its own and `memo` as `ctx.memo`. `progress` is
 * what people see meanwhile. What the part sent is committed with the intents of the next one.
 */
export function repeat(memo: Json, progress: JsonObject): Extract<NodeResult, { kind: "repeat" }> {
  return { kind: "repeat", memo, progress };
}

/** Run what is behind these ports side by side, each as a run of its own; this one goes on at their join. */
export function fork(branches: readonly string[]): Extract<NodeResult, { kind: "fork" }> {
  return { kind: "fork", branches };
}

/** Run what is behind the port `item` once for each item, one after the other; then leave by `done`. */
export function each(
  items: readonly Json[],
  options: { readonly collect: boolean; readonly keepGoing: boolean },
): Extract<NodeResult, { kind: "each" }> {
  return { kind: "each", items, ...options };
}

/** Start children and sleep until one of the step's children ends; then this same step runs again, with `memory`. */
export function children(
  options: Omit<Extract<NodeResult, { kind: "children" }>, "kind">,
): Extract<NodeResult, { kind: "children" }> {
  return { kind: "children", ...options };
}

/** End the run here, with a name for the outcome. */
export function end(
  outcome: string,
  output: JsonObject = {},
  reply: readonly Json[] = [],
): Extract<NodeResult, { kind: "end" }> {
  return { kind: "end", outcome, output, ...(reply.length > 0 ? { reply } : {}) };
}
