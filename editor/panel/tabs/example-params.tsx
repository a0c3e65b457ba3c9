import { isRecord } from "../../../engine/core/plain-data.ts";
import type { Params } from "../../model/catalogue.ts";
import { conditionWords } from "../../model/condition-words.ts";
import { plainText } from "../../model/plain-text.ts";
import type { Locale } from "../../words/words.ts";
import { useLocale } from "../../words/words.ts";
import { choiceLabel } from "../choice-words.ts";
import { choicesOf, isScalar, itemsOf, propertiesOf, propertyOf, titleOf } from "../form/read-schema.ts";

/** The parameters of an example, as one would say them. */
export function ExampleParams({ schema, params }: { readonly schema: object; readonly params: Params }) {
  const locale = useLocale();
  const entries = Object.entries(params);
  if (entries.length === 0) return null;
  return (
    <dl className="example">
      {entries.map(([name, value]) => {
        const part = propertyOf(schema, name) ?? {};
        return (
          <div key={name}>
            <dt>{titleOf(part, name, locale)}</dt>
            <dd>{saidValue({ name, schema: part, value }, locale)}</dd>
          </div>
        );
      })}
    </dl>
  );
}

interface Said {
  readonly name: string;
  readonly schema: object;
  readonly value: unknown;
}

function saidValue({ name, schema, value }: Said, locale: Locale): string {
  if (isScalar(value) && (choicesOf(schema) || typeof value === "boolean"))
    return choiceLabel(name, value, locale);
  if (isScalar(value)) return plainText(String(value));
  if (Array.isArray(value)) {
    const items = itemsOf(schema) ?? {};
    return value.map((each: unknown) => saidValue({ name, schema: items, value: each }, locale)).join(" · ");
  }
  return isRecord(value) ? saidRecord(schema, value, locale) : "";
}

function saidRecord(schema: object, value: Params, locale: Locale): string {
  if (Array.isArray(value.conditions)) return conditionWords(value, locale);
  const isTitled = propertiesOf(schema).length > 0;
  return Object.entries(value)
    .map(([name, part]) => {
      const partSchema = propertyOf(schema, name) ?? {};
      const said = saidValue({ name, schema: partSchema, value: part }, locale);
      return isTitled ? said : `${name}: ${said}`;
    })
    .filter((said) => said !== "")
    .join(", ");
}
