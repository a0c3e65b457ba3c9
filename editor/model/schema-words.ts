import { fieldOf, isRecord } from "../../engine/core/plain-data.ts";
import type { Locale } from "./words.ts";

/** What a field is called: its title in that language, else its name made readable. */
export function titleOf(schema: unknown, name: string, locale: Locale): string {
  const spanish = fieldOf(schema, "x-es");
  const es = isRecord(spanish) ? spanish.title : spanish;
  const en = fieldOf(schema, "title");
  const title = locale === "es" ? (es ?? en) : en;
  return typeof title === "string" && title !== "" ? title : readable(name);
}

/** `durationSeconds` → `Duration seconds`, `codigo_postal` → `Codigo postal`. */
export function readable(name: string): string {
  const words = name
    .replaceAll(/([a-z0-9])([A-Z])/g, "$1 $2")
    .replaceAll(/[_-]+/g, " ")
    .trim();
  const lower = /^[A-Z0-9 ]+$/.test(words) ? words : words.toLowerCase();
  return lower.charAt(0).toUpperCase() + lower.slice(1);
}

/** The parameters of a schema in the order of the form: `x-order`, else as written. */
export function fieldsOf(schema: unknown): readonly (readonly [string, unknown])[] {
  const properties = fieldOf(schema, "properties");
  const entries = isRecord(properties) ? Object.entries(properties) : [];
  const orderOf = (field: unknown): number => {
    const order = fieldOf(field, "x-order");
    return typeof order === "number" ? order : Number.POSITIVE_INFINITY;
  };
  return entries
    .map((entry, index) => ({ entry, index, order: orderOf(entry[1]) }))
    .toSorted((a, b) => (a.order === b.order ? a.index - b.index : a.order - b.order))
    .map(({ entry }) => entry);
}
