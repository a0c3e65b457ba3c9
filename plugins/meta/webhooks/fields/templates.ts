import { readTemplate, TEMPLATE_FIELDS } from "../../wire/read-template.ts";
import type { FieldReader } from "./field.ts";

/** What becomes of templates: each field of Meta's about them. */
export const TEMPLATES: readonly FieldReader[] = TEMPLATE_FIELDS.map((field) => ({
  field,
  read: ({ value, at }) => readTemplate(field, value, at),
}));
