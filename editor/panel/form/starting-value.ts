import { fieldOf } from "../../../engine/core/plain-data.ts";
import { choicesOf, isRequired, itemsOf, numberKeyword, propertiesOf } from "./read-schema.ts";

/** What a new entry begins with: defaults, first choices, and room for what is required. */
export function startingValue(schema: object): unknown {
  const given = fieldOf(schema, "default");
  if (given !== undefined) return given;
  const choices = choicesOf(schema);
  if (choices) return choices[0];
  switch (fieldOf(schema, "type")) {
    case "object":
      return startingObject(schema);
    case "array":
      return startingList(schema);
    case "integer":
    case "number":
      return startingNumber(schema);
    case "boolean":
      return false;
    default:
      return "";
  }
}

function startingObject(schema: object): Record<string, unknown> {
  const needed = propertiesOf(schema).filter(
    ([name, part]) => isRequired(schema, name) && fieldOf(part, "default") === undefined,
  );
  return Object.fromEntries(needed.map(([name, part]) => [name, startingValue(part)]));
}

function startingList(schema: object): unknown[] {
  const items = itemsOf(schema);
  const least = numberKeyword(schema, "minItems") ?? 0;
  return items ? Array.from({ length: least }, () => startingValue(items)) : [];
}

function startingNumber(schema: object): number {
  const above = numberKeyword(schema, "exclusiveMinimum");
  const least = numberKeyword(schema, "minimum") ?? (above === null ? 0 : above + 1);
  return Math.min(Math.max(least, 0), numberKeyword(schema, "maximum") ?? Number.MAX_SAFE_INTEGER);
}
