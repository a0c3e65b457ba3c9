import { fieldOf, isRecord } from "../../engine/core/plain-data.ts";

/**
 * A copy of a value as a run would get it: defaults filled in, and "5" made 5 where a number is meant. As the engine's
 * validator does it, which the browser may not use because it compiles code.
 */
export function withDefaults<T>(schema: object, value: T): T {
  return filled(schema, value) as T;
}

function filled(schema: unknown, value: unknown): unknown {
  if (Array.isArray(value)) return value.map((item, index) => filled(itemSchema(schema, index), item));
  if (isRecord(value)) return filledRecord(schema, value);
  return coerced(schema, value);
}

function filledRecord(schema: unknown, value: Readonly<Record<string, unknown>>): unknown {
  const properties = fieldOf(schema, "properties");
  const others = fieldOf(schema, "additionalProperties");
  const known = isRecord(properties) ? properties : {};
  const given = Object.entries(value).map(([key, part]) => [
    key,
    filled(fieldOf(known, key) ?? others, part),
  ]);
  const missing = Object.entries(known)
    .filter(([key, part]) => !Object.hasOwn(value, key) && fieldOf(part, "default") !== undefined)
    .map(([key, part]) => [key, filled(part, fieldOf(part, "default"))]);
  return Object.fromEntries([...given, ...missing]);
}

function itemSchema(schema: unknown, index: number): unknown {
  return fieldOf(fieldOf(schema, "prefixItems"), `${index}`) ?? fieldOf(schema, "items");
}

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function coerced(schema: unknown, value: unknown): unknown {
  switch (fieldOf(schema, "type")) {
    case "integer":
      return asNumber(value, Number.isInteger);
    case "number":
      return asNumber(value, Number.isFinite);
    case "boolean":
      if (value === "true" || value === 1) return true;
      return value === "false" || value === 0 || value === null ? false : value;
    case "string":
      if (typeof value === "number" || typeof value === "boolean") return `${value}`;
      return value === null ? "" : value;
    default:
      return value;
  }
}

function asNumber(value: unknown, fits: (number: number) => boolean): unknown {
  if (typeof value === "boolean" || value === null) return Number(value);
  const number = typeof value === "string" && NUMBER.test(value.trim()) ? Number(value) : Number.NaN;
  return fits(number) ? number : value;
}
