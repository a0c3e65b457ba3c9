import { fieldOf, isRecord } from "../../../engine/core/plain-data.ts";
import type { Locale } from "../../model/words.ts";

/** Where a value is in the parameters: `["prompt", "more", 0, "text"]`. */
export type Path = readonly (string | number)[];

export type Scalar = string | number | boolean;

/** What a person calls it; the name made readable where the schema says nothing. */
export function titleOf(schema: object, name: string, locale: Locale): string {
  return textIn(schema, "title", locale) ?? readable(name);
}

export function descriptionOf(schema: object, locale: Locale): string | null {
  return textIn(schema, "description", locale);
}

export function propertiesOf(schema: object): readonly (readonly [string, object])[] {
  const properties = fieldOf(schema, "properties");
  if (!isRecord(properties)) return [];
  return Object.entries(properties).flatMap(([name, part]) =>
    isRecord(part) ? [[name, part] as const] : [],
  );
}

export function propertyOf(schema: object, name: string): object | null {
  const part = fieldOf(fieldOf(schema, "properties"), name);
  return isRecord(part) ? part : null;
}

export function isRequired(schema: object, name: string): boolean {
  const required = fieldOf(schema, "required");
  return Array.isArray(required) && required.includes(name);
}

export function itemsOf(schema: object): object | null {
  const items = fieldOf(schema, "items");
  return isRecord(items) ? items : null;
}

/** The values of a closed choice; null where it is none. */
export function choicesOf(schema: object): readonly Scalar[] | null {
  const values = fieldOf(schema, "enum");
  if (Array.isArray(values)) return values.filter(isScalar);
  const branches = fieldOf(schema, "anyOf");
  if (!Array.isArray(branches)) return null;
  const constants = branches.map((branch) => fieldOf(branch, "const"));
  return constants.every(isScalar) ? constants : null;
}

export function isScalar(value: unknown): value is Scalar {
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean";
}

export function textKeyword(schema: object, name: string): string | null {
  const value = fieldOf(schema, name);
  return typeof value === "string" ? value : null;
}

export function numberKeyword(schema: object, name: string): number | null {
  const value = fieldOf(schema, name);
  return typeof value === "number" ? value : null;
}

/** The schema of the values of an object whose names are free; null where they are not. */
export function freeValuesOf(schema: object): object | null {
  const patterns = fieldOf(schema, "patternProperties");
  const first = isRecord(patterns) ? Object.values(patterns)[0] : fieldOf(schema, "additionalProperties");
  return isRecord(first) ? first : null;
}

function textIn(schema: object, name: "title" | "description", locale: Locale): string | null {
  const spanish = fieldOf(fieldOf(schema, "x-es"), name);
  if (locale === "es" && typeof spanish === "string") return spanish;
  return textKeyword(schema, name);
}

/** `timeoutSeconds` → `Timeout seconds`, `digit_ports` → `Digit ports`. */
export function readable(name: string): string {
  const words = name
    .replaceAll(/([a-z])([A-Z])/g, "$1 $2")
    .replaceAll(/[_-]+/g, " ")
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
