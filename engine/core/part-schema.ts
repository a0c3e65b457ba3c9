import { fieldOf, isRecord } from "./plain-data.ts";

/** The schema of a part of a value, by its name or index, as far as it is the same for all values. */
export function partSchema(schema: unknown, segment: string): unknown {
  const property = fieldOf(fieldOf(schema, "properties"), segment);
  return property ?? itemSchema(schema, segment) ?? mapSchema(schema, segment);
}

/** True for a value that is handed over as it was written: source code, say, which has braces of its own. */
export function isVerbatim(schema: unknown): boolean {
  return fieldOf(schema, "x-template") === false;
}

function itemSchema(part: unknown, segment: string): unknown {
  if (!/^\d+$/.test(segment)) return undefined;
  return fieldOf(fieldOf(part, "prefixItems"), segment) ?? fieldOf(part, "items");
}

function mapSchema(part: unknown, segment: string): unknown {
  const patterns = fieldOf(part, "patternProperties");
  const fitting = isRecord(patterns)
    ? Object.keys(patterns).find((pattern) => new RegExp(pattern).test(segment))
    : undefined;
  return fitting === undefined ? fieldOf(part, "additionalProperties") : fieldOf(patterns, fitting);
}
