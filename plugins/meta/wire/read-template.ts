import type { Delivery, JsonObject } from "../../../engine/plugin-api.ts";
import { numberOf, objectOf, textOf } from "./json.ts";
import { categoryOf, statusOf } from "./template-words.ts";

type TemplateDelivery = Extract<Delivery, { kind: "template" }>;

/** What Meta says of templates, by the field of the change. */
const READERS: Readonly<Record<string, (value: JsonObject) => Partial<TemplateDelivery>>> = {
  message_template_status_update: readStatus,
  message_template_quality_update: ({ new_quality_score: score }) => given({ quality: textOf(score) }),
  template_category_update: ({ new_category: category }) => given({ category: categoryOf(category) }),
  message_template_components_update: () => ({ recheck: true }),
};

export const TEMPLATE_FIELDS: readonly string[] = Object.keys(READERS);

/** A change about a template; `moment`: ISO 8601, as its entry says. */
export function readTemplate(field: string, value: JsonObject, moment: string | null): readonly Delivery[] {
  const read = READERS[field];
  const name = textOf(value.message_template_name);
  const language = textOf(value.message_template_language);
  if (!read || name === null || language === null) return [];
  const id = numberOf(value.message_template_id)?.toString() ?? textOf(value.message_template_id);
  return [
    {
      kind: "template",
      ref: id,
      name,
      language,
      ...read(value),
      at: moment,
      dedupeKey: `template:${id ?? `${name}/${language}`}:${field}:${moment}`,
    },
  ];
}

function readStatus(value: JsonObject): Partial<TemplateDelivery> {
  const status = statusOf(textOf(value.event) ?? "");
  const told = textOf(value.reason);
  const { reason: why, recommendation } = objectOf(value.rejection_info);
  const parts = [told === "NONE" ? null : told, textOf(why), textOf(recommendation)];
  const reason = parts.filter((part) => part !== null && part !== "").join(": ");
  return given({
    status,
    reason: reason === "" ? null : reason,
    category: categoryOf(value.message_template_category),
  });
}

function given(fields: Readonly<Record<string, string | null>>): Partial<TemplateDelivery> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null));
}
