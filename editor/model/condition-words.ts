import type { ConditionOperator } from "../../engine/core/conditions.ts";
import { fieldOf } from "../../engine/core/plain-data.ts";
import { plainText, shortened } from "./plain-text.ts";
import type { Locale, Words } from "./words.ts";

/** What each operator says between its two sides. */
export const OPERATOR_WORDS: Readonly<Record<ConditionOperator, Words>> = {
  equal_to: { en: "is", es: "es" },
  not_equal_to: { en: "is not", es: "no es" },
  matches_any_of: { en: "is one of", es: "es uno de" },
  does_not_match_any_of: { en: "is none of", es: "no es ninguno de" },
  contains: { en: "contains", es: "contiene" },
  does_not_contain: { en: "does not contain", es: "no contiene" },
  starts_with: { en: "begins with", es: "empieza por" },
  does_not_start_with: { en: "does not begin with", es: "no empieza por" },
  is_blank: { en: "is empty", es: "está vacío" },
  is_not_blank: { en: "is not empty", es: "no está vacío" },
  regex: { en: "has the form", es: "tiene la forma" },
  less_than: { en: "<", es: "<" },
  less_or_equal: { en: "≤", es: "≤" },
  greater_than: { en: ">", es: ">" },
  greater_or_equal: { en: "≥", es: "≥" },
  is_before_date: { en: "is before", es: "es antes del" },
  is_after_date: { en: "is after", es: "es después del" },
  is_before_time: { en: "is before", es: "es antes de las" },
  is_after_time: { en: "is after", es: "es después de las" },
  is_true: { en: "is true", es: "es verdadero" },
  is_false: { en: "is false", es: "es falso" },
};

const WITHOUT_RIGHT: ReadonlySet<string> = new Set(["is_blank", "is_not_blank", "is_true", "is_false"]);
const JOINED_BY = { all: { en: "and", es: "y" }, any: { en: "or", es: "o" } } as const;

/** A group of conditions as a sentence: `‹speech› contiene «venta» y ‹nights› > «3»`. */
export function conditionWords(group: unknown, locale: Locale): string {
  const conditions = fieldOf(group, "conditions");
  if (!Array.isArray(conditions)) return "";
  const match = fieldOf(group, "match") === "any" ? "any" : "all";
  const parts = conditions.map((entry: unknown) => {
    if (fieldOf(entry, "conditions") === undefined) return oneCondition(entry, locale);
    const inside = conditionWords(entry, locale);
    return conditions.length > 1 ? `(${inside})` : inside;
  });
  return parts.filter((part) => part !== "").join(` ${JOINED_BY[match][locale]} `);
}

export function quoted(text: string, locale: Locale): string {
  return locale === "es" ? `«${text}»` : `“${text}”`;
}

function oneCondition(condition: unknown, locale: Locale): string {
  const operator = fieldOf(condition, "operator");
  const known = typeof operator === "string" && Object.hasOwn(OPERATOR_WORDS, operator);
  if (!known) return "";
  const left = sideOf(fieldOf(condition, "left"));
  const words = OPERATOR_WORDS[operator as ConditionOperator][locale];
  if (WITHOUT_RIGHT.has(operator)) return `${left} ${words}`;
  return `${left} ${words} ${quoted(sideOf(fieldOf(condition, "right")), locale)}`;
}

function sideOf(value: unknown): string {
  if (value === undefined || value === null) return "…";
  return shortened(plainText(typeof value === "object" ? JSON.stringify(value) : String(value)), 40);
}
