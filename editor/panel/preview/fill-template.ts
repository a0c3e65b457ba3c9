import { isRecord } from "../../../engine/core/plain-data.ts";
import { filledIn } from "../../../engine/core/template-content.ts";
import { renderPreview } from "../../model/preview.ts";

/** Fills the gaps of a template's text; a variable nobody has filled in yet shows its name. */
export function fillTemplate(
  values: unknown,
  sample: Readonly<Record<string, unknown>>,
): (text: string) => string {
  const given = isRecord(values) ? values : {};
  return (text) =>
    filledIn(text, (name) => {
      const value = given[name];
      if (value === undefined || value === "") return `[${name}]`;
      return renderPreview(String(value), sample).text;
    });
}
