import type { Json } from "../core/json.ts";
import { AppError } from "../errors.ts";

// Names through which a careless merge would reach every object of the process.
const FORBIDDEN_KEYS = new Set(["__proto__", "constructor", "prototype"]);
// Far more than a flow needs, far less than the stack of a recursive reader.
const MAX_DEPTH = 100;
const JSON_TYPE = /^application\/([a-z0-9.+-]+\+)?json\s*(;|$)/i;

export function isJsonType(contentType: string | undefined): boolean {
  return JSON_TYPE.test(contentType ?? "");
}

/** @throws AppError BODY_MALFORMED for anything but UTF-8 JSON that can be stored */
export function parseJson(bytes: Buffer): Json {
  const value = parse(bytes);
  checkJson(value);
  return value;
}

function parse(bytes: Buffer): Json {
  try {
    return JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(bytes));
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new AppError("BODY_MALFORMED", `The body is not JSON in UTF-8: ${reason}`, {}, error);
  }
}

/**
 * Refuses what parses but cannot be kept: dangerous keys, depths no reader survives, and characters PostgreSQL has no
 * room for.
 * @throws AppError BODY_MALFORMED
 */
export function checkJson(root: unknown): void {
  const rest: { readonly value: unknown; readonly depth: number }[] = [{ value: root, depth: 0 }];
  for (let item = rest.pop(); item !== undefined; item = rest.pop()) {
    const { value, depth } = item;
    if (typeof value === "string") checkText(value);
    if (typeof value === "number") checkNumber(value);
    if (typeof value !== "object" || value === null) continue;
    if (depth >= MAX_DEPTH)
      throw new AppError("BODY_MALFORMED", `The body is nested deeper than ${MAX_DEPTH} levels.`);
    for (const [key, child] of Object.entries(value)) {
      checkKey(key);
      rest.push({ value: child, depth: depth + 1 });
    }
  }
}

/** @throws AppError BODY_MALFORMED */
export function checkText(text: string): void {
  if (text.includes("\0") || !text.isWellFormed()) {
    throw new AppError(
      "BODY_MALFORMED",
      "The request holds a NUL character or half a surrogate pair; expected text.",
    );
  }
}

/** `1e999` parses, and would be kept as null. */
function checkNumber(number: number): void {
  if (!Number.isFinite(number))
    throw new AppError("BODY_MALFORMED", "The body holds a number too large to be kept.");
}

function checkKey(key: string): void {
  if (FORBIDDEN_KEYS.has(key))
    throw new AppError("BODY_MALFORMED", `The body must not have a key named "${key}".`);
  checkText(key);
}
