import { AppError } from "../errors.ts";
import type { Json, JsonObject } from "./json.ts";

/** How a value is written into a key-value table. */
export const WRITE_MODES = ["set", "merge", "increment", "put-if-absent"] as const;
export type WriteMode = (typeof WRITE_MODES)[number];

/** What a key may hold, as JSON. */
export const MAX_VALUE_BYTES = 64 * 1024;

/** What a write makes of what is there. */
export type Written =
  | { readonly kind: "written"; readonly value: Json }
  /** `put-if-absent`, and something is there. */
  | { readonly kind: "kept"; readonly value: Json };

/**
 * The value after a write; `current` is undefined where there is none. `increment` starts from 0, `merge` replaces fields
 * by name. @throws AppError DATA_TYPE_MISMATCH, DATA_TOO_LARGE
 */
export function writeValue(current: Json | undefined, mode: WriteMode, value: Json): Written {
  if (mode === "put-if-absent" && current !== undefined) return { kind: "kept", value: current };
  const written = resultOf(current, mode, value);
  const bytes = new TextEncoder().encode(JSON.stringify(written)).length;
  if (bytes <= MAX_VALUE_BYTES) return { kind: "written", value: written };
  throw new AppError(
    "DATA_TOO_LARGE",
    `The value would be ${bytes} bytes as JSON; a key holds ${MAX_VALUE_BYTES} at most.`,
    { bytes, maxBytes: MAX_VALUE_BYTES },
  );
}

function resultOf(current: Json | undefined, mode: WriteMode, value: Json): Json {
  switch (mode) {
    case "set":
    case "put-if-absent":
      return value;
    case "increment":
      return (
        numberIn(current === undefined ? 0 : current, "what is there") + numberIn(value, "the amount to add")
      );
    case "merge":
      return {
        ...objectIn(current === undefined ? {} : current, "what is there"),
        ...objectIn(value, "what to add"),
      };
  }
}

function numberIn(value: Json, what: string): number {
  if (typeof value === "number" && Number.isFinite(value)) return value;
  throw mismatch(what, value, "a number");
}

function objectIn(value: Json, what: string): JsonObject {
  if (isObject(value)) return value;
  throw mismatch(what, value, "an object");
}

function isObject(value: Json): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function mismatch(what: string, value: Json, expected: string): AppError {
  const found = value === null ? "null" : Array.isArray(value) ? "a list" : `a ${typeof value}`;
  return new AppError(
    "DATA_TYPE_MISMATCH",
    `The value cannot be changed: ${what} is ${found}; expected ${expected}.`,
    {
      found,
      expected,
    },
  );
}
