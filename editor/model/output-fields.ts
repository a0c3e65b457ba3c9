import { fieldOf, isRecord } from "../../engine/core/plain-data.ts";
import { FIELD_WORDS } from "./field-words.ts";
import { titleOf } from "./schema-words.ts";
import type { Locale } from "./words.ts";

export type VariableKind = "text" | "number" | "boolean" | "date" | "list" | "object" | "any";

/** One value that an output has. */
export interface Field {
  readonly path: readonly string[];
  readonly label: string;
  readonly type: VariableKind;
  readonly schema: unknown;
  /** Every one of the outputs has it. */
  readonly required: boolean;
}

const MAX_DEPTH = 4;

/** All that one or the other of these outputs has, each path once, in the order in which they name it. */
export function fieldsIn(outputs: readonly object[], locale: Locale): readonly Field[] {
  const each = outputs.map((schema) => fieldsOfSchema(schema, locale, [], true));
  const fields = new Map<string, Field>();
  for (const field of each.flat()) {
    const path = field.path.join(".");
    if (!fields.has(path)) fields.set(path, { ...field, required: isInAll(each, path) });
  }
  return [...fields.values()];
}

export function kindOf(schema: unknown): VariableKind {
  const type = fieldOf(schema, "type");
  const first = Array.isArray(type) ? type.find((each) => each !== "null") : type;
  switch (first) {
    case "string":
      return /^date/.test(String(fieldOf(schema, "format") ?? "")) ? "date" : "text";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "boolean";
    case "array":
      return "list";
    case "object":
      return "object";
    default:
      return Array.isArray(fieldOf(schema, "enum")) ? "text" : "any";
  }
}

function isInAll(each: readonly (readonly Field[])[], path: string): boolean {
  return each.every((fields) => fields.some((field) => field.required && field.path.join(".") === path));
}

function fieldsOfSchema(schema: unknown, locale: Locale, path: readonly string[], certain: boolean): Field[] {
  const properties = fieldOf(schema, "properties");
  if (!isRecord(properties) || path.length >= MAX_DEPTH) return [];
  const required = fieldOf(schema, "required");
  return Object.entries(properties).flatMap(([name, part]) => {
    const { schema: meant, nullable } = withoutNull(part);
    const own = [...path, name];
    const given = certain && !nullable && Array.isArray(required) && required.includes(name);
    const field = {
      path: own,
      label: labelOf(part, name, locale),
      type: kindOf(meant),
      schema: meant,
      required: given,
    };
    const inside = fieldsOfSchema(meant, locale, own, given);
    // What only holds others is reached through them.
    return inside.length > 0 && path.length === 0 ? inside : [field, ...inside];
  });
}

/** A text or nothing is a text that may be missing. */
function withoutNull(schema: unknown): { schema: unknown; nullable: boolean } {
  const type = fieldOf(schema, "type");
  if (Array.isArray(type)) return { schema, nullable: type.includes("null") };
  const branches = fieldOf(schema, "anyOf");
  if (!Array.isArray(branches)) return { schema, nullable: false };
  const meant = branches.filter((branch) => fieldOf(branch, "type") !== "null");
  return { schema: meant[0], nullable: meant.length < branches.length };
}

function labelOf(schema: unknown, name: string, locale: Locale): string {
  return fieldOf(schema, "title") === undefined
    ? (FIELD_WORDS[name]?.[locale] ?? titleOf(schema, name, locale))
    : titleOf(schema, name, locale);
}
