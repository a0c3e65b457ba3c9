import type { Json, JsonObject } from "../../../engine/plugin-api.ts";
import { HOUSE_RULES } from "../prompt.ts";
import { faultIn } from "../tools/check-values.ts";
import type { AgentTool } from "../tools/tool.ts";
import type { Limits, ToolRule } from "../turn/policy.ts";
import type { RelayPolicy, RelayState } from "./relay.ts";

/** What the step tells the session of a call, once. Plain data. */
export interface CallPlan {
  readonly language: string;
  readonly languages: readonly string[];
  readonly greeting: string;
  readonly silenceMs: number;
  readonly filler: string | null;
  readonly limits: Limits;
  readonly exits: RelayPolicy["exits"];
  readonly targets: readonly string[];
  readonly tools: readonly PlannedTool[];
  /** How long the call may take. The session counts it by its own clock: the tenant's may stand elsewhere. */
  readonly mostMs: number;
  /** When that is over at the latest by the tenant's clock, ISO 8601. */
  readonly until: string;
}

type PlannedTool = Omit<ToolRule, "check"> & { readonly parameters: JsonObject };

/** What the step is asked: an answer of a model, or to run a tool. */
export type CallQuestion =
  | { readonly kind: "ask"; readonly number: number; readonly generation: number }
  | {
      readonly kind: "run";
      readonly number: number;
      readonly callId: string;
      readonly tool: string;
      readonly arguments: JsonObject;
    };

/** What a session keeps for the connection after it, and for the step. Plain data. */
export interface KeptCall {
  /** When the first connection began, in milliseconds of the machine's clock. */
  readonly beganAt: number;
  readonly relay: RelayState;
  /** Questions that were asked so far, and those without an answer yet. */
  readonly asked: number;
  readonly open: readonly CallQuestion[];
  /** From what a caller said to the first word of the answer. */
  readonly latencies: readonly number[];
  readonly answers: number;
  readonly cited: readonly {
    readonly documentId: string;
    readonly title: string;
    readonly position: number;
  }[];
}

export function planAs(plan: Omit<CallPlan, "tools">, tools: readonly AgentTool[]): JsonObject {
  const planned = tools.map(({ name, class: kind, says, labels, parameters }) => ({
    name,
    class: kind,
    says,
    labels,
    parameters,
  }));
  return { ...plan, tools: planned } as unknown as JsonObject;
}

/** Written by `planAs`. */
export function planOf(stored: JsonObject): CallPlan {
  return stored as unknown as CallPlan;
}

export function keptAs(kept: KeptCall): JsonObject {
  return kept as unknown as JsonObject;
}

/** Written by `keptAs`. */
export function keptOf(stored: Json): KeptCall | null {
  return stored === null ? null : (stored as unknown as KeptCall);
}

export function policyOf(plan: CallPlan): RelayPolicy {
  const tools = plan.tools.map(({ parameters, ...rule }) => ({
    ...rule,
    check: (values: JsonObject) => faultIn(parameters, values),
  }));
  return { ...plan, tools, secretText: HOUSE_RULES };
}
