import type { Json, JsonObject } from "../../../engine/plugin-api.ts";
import { isObject } from "./json.ts";

// People can type what PostgreSQL does not keep: the character of number 0, and halves of characters.
const UNKEEPABLE = /\0|[\uD800-\uDFFF]/;

/** The same data without what a database cannot keep, so that one odd message does not hold up the others. */
export function keepable(value: JsonObject): JsonObject {
  const entries = Object.entries(value).map(([name, part]) => [textOf(name), partOf(part)] as const);
  return Object.fromEntries(entries);
}

function partOf(value: Json): Json {
  if (typeof value === "string") return textOf(value);
  if (Array.isArray(value)) return value.map(partOf);
  return isObject(value) ? keepable(value) : value;
}

function textOf(text: string): string {
  return UNKEEPABLE.test(text) ? text.replaceAll("\0", "").toWellFormed() : text;
}
