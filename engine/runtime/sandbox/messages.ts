/** What crosses between the engine and a sandbox child, as JSON. */
import type { Json, JsonObject } from "../../core/json.ts";
import { isRecord } from "../../core/plain-data.ts";

/** One run of an author's code. */
export interface CodeTask {
  /** Body of an async function of `inputs`. */
  readonly code: string;
  /** The inputs as JSON text. */
  readonly inputs: string;
  /** What the code sees as the present moment, in milliseconds since 1970. */
  readonly now: number;
  /** Seed of `Math.random`, 32 bits. */
  readonly seed: number;
  readonly timeoutMs: number;
  /** JSON Schema of the result. */
  readonly outputSchema?: JsonObject;
}

export type CodeAnswer =
  | { readonly kind: "returned"; readonly value: Json }
  | { readonly kind: "threw"; readonly message: string; readonly line: number | null }
  | { readonly kind: "unfit"; readonly message: string }
  | { readonly kind: "too-large"; readonly bytes: number }
  /** `spent`: the code may still be running, so the process has to go. */
  | { readonly kind: "timeout"; readonly spent: boolean }
  | { readonly kind: "memory" };

export type ChildMessage = CodeAnswer | { readonly kind: "ready" };

/** True when the child must not serve anybody after this answer. */
export function isSpent(answer: CodeAnswer): boolean {
  return answer.kind === "memory" || (answer.kind === "timeout" && answer.spent);
}

/** A message as it came; null when it is none of ours, which a sound child never sends. */
export function readMessage(raw: unknown): ChildMessage | null {
  if (!isRecord(raw)) return null;
  const { kind, message, line, bytes, spent } = raw;
  switch (kind) {
    case "ready":
    case "memory":
      return { kind };
    case "returned":
      return "value" in raw ? { kind, value: raw.value as Json } : null;
    case "threw":
      return typeof message === "string"
        ? { kind, message, line: typeof line === "number" ? line : null }
        : null;
    case "unfit":
      return typeof message === "string" ? { kind, message } : null;
    case "too-large":
      return typeof bytes === "number" ? { kind, bytes } : null;
    case "timeout":
      return { kind, spent: spent !== false };
    default:
      return null;
  }
}
