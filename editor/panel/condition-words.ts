import type { ConditionOperator } from "../../engine/core/conditions.ts";
import type { Words } from "../model/words.ts";

/** Operators as one says them between what is tested and what it is tested against. */
export const OPERATOR_WORDS: { readonly [Operator in ConditionOperator]: Words } = {
  equal_to: { en: "is", es: "es igual a" },
  not_equal_to: { en: "is not", es: "no es igual a" },
  contains: { en: "contains", es: "contiene" },
  does_not_contain: { en: "does not contain", es: "no contiene" },
  matches_any_of: { en: "is one of", es: "es una de" },
  does_not_match_any_of: { en: "is none of", es: "no es ninguna de" },
  starts_with: { en: "begins with", es: "empieza por" },
  does_not_start_with: { en: "does not begin with", es: "no empieza por" },
  is_blank: { en: "is empty", es: "está vacío" },
  is_not_blank: { en: "is not empty", es: "no está vacío" },
  less_than: { en: "is less than", es: "es menor que" },
  less_or_equal: { en: "is at most", es: "es como máximo" },
  greater_than: { en: "is more than", es: "es mayor que" },
  greater_or_equal: { en: "is at least", es: "es como mínimo" },
  is_true: { en: "is true", es: "es verdadero" },
  is_false: { en: "is false", es: "es falso" },
  is_before_date: { en: "is before the date", es: "es antes de la fecha" },
  is_after_date: { en: "is after the date", es: "es después de la fecha" },
  is_before_time: { en: "is before the time", es: "es antes de la hora" },
  is_after_time: { en: "is after the time", es: "es después de la hora" },
  regex: { en: "fits the pattern", es: "cumple el patrón" },
};

/** Operators by what they compare, in the order a person looks for them. */
export const OPERATOR_GROUPS: readonly {
  readonly title: Words;
  readonly operators: readonly ConditionOperator[];
}[] = [
  {
    title: { en: "Text", es: "Texto" },
    operators: [
      "equal_to",
      "not_equal_to",
      "contains",
      "does_not_contain",
      "starts_with",
      "does_not_start_with",
      "matches_any_of",
      "does_not_match_any_of",
    ],
  },
  {
    title: { en: "Whether there is something", es: "Si hay algo" },
    operators: ["is_blank", "is_not_blank", "is_true", "is_false"],
  },
  {
    title: { en: "Number", es: "Número" },
    operators: ["less_than", "less_or_equal", "greater_than", "greater_or_equal"],
  },
  {
    title: { en: "Date and time", es: "Fecha y hora" },
    operators: ["is_before_date", "is_after_date", "is_before_time", "is_after_time"],
  },
  { title: { en: "Expert", es: "Experto" }, operators: ["regex"] },
];
