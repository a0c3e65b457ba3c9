import type { JsonObject } from "../../../engine/plugin-api.ts";
import type { Usage } from "../turn/events.ts";
import type { Entry, ToolCall } from "../turn/state.ts";

/** A function a model may ask for. */
export interface FunctionTool {
  readonly name: string;
  readonly description: string;
  /** JSON Schema of an object. */
  readonly parameters: JsonObject;
}

/** One question to a model. */
export interface ModelRequest {
  readonly instructions: string;
  readonly history: readonly Entry[];
  readonly tools: readonly FunctionTool[];
  /** The answer is JSON of this schema. */
  readonly shape?: { readonly name: string; readonly schema: JsonObject };
  readonly maxTokens: number;
  /** In place of the account's own. */
  readonly model?: string | undefined;
  /** Who asks, as a digest: servers look for abuse by it. */
  readonly user?: string;
}

/** Text as it comes, then exactly one end. */
export type ModelEvent =
  /** What came so far is void: somebody else is asked. Only where nobody has heard it. */
  | { readonly kind: "again" }
  | { readonly kind: "text"; readonly text: string }
  | {
      readonly kind: "end";
      /** Null: it was cut short. Then there are no calls. */
      readonly finish: string | null;
      readonly calls: readonly ToolCall[];
      readonly usage: Usage;
      readonly model: string;
    };

export interface Patience {
  /** Until the first word. */
  readonly firstMs: number;
  /** Between two. */
  readonly idleMs: number;
}

/** Why a model did not answer. `spoke`: words of it are out, so it must not be asked again. */
export class ModelFailure extends Error {
  override readonly name = "ModelFailure";
  readonly reason: "stalled" | "cut" | "rate_limited" | "refused" | "unavailable" | "malformed";
  readonly spoke: boolean;
  readonly model: string;

  constructor(
    reason: ModelFailure["reason"],
    message: string,
    {
      model,
      spoke = false,
      cause,
    }: { readonly model: string; readonly spoke?: boolean; readonly cause?: unknown },
  ) {
    super(message, { cause });
    this.reason = reason;
    this.spoke = spoke;
    this.model = model;
  }
}
