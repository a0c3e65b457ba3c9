import { visibleParams } from "../../../engine/core/visibility.ts";
import { isRequired, numberKeyword, propertiesOf, textKeyword } from "./read-schema.ts";

/** One parameter of a form. */
export interface FieldPlace {
  readonly name: string;
  readonly schema: object;
  readonly required: boolean;
}

interface FormLayout {
  /** What a person thinks of first. */
  readonly main: readonly FieldPlace[];
  /** What is folded away, by the name of its group; `advanced` last. */
  readonly groups: readonly { readonly name: string; readonly fields: readonly FieldPlace[] }[];
}

/** The parameters that apply to these values, in their order, the rarer ones in groups. */
export function layoutOf(schema: object, value: Readonly<Record<string, unknown>>): FormLayout {
  const hidden = new Set(visibleParams(schema, value).hidden);
  const shown = propertiesOf(schema)
    .filter(([name]) => !hidden.has(name))
    .toSorted(([, a], [, b]) => orderOf(a) - orderOf(b));
  const main: FieldPlace[] = [];
  const groups = new Map<string, FieldPlace[]>();
  for (const [name, part] of shown) {
    const group = textKeyword(part, "x-group");
    const place = { name, schema: part, required: isRequired(schema, name) };
    if (group === null) main.push(place);
    else groups.set(group, [...(groups.get(group) ?? []), place]);
  }
  const named = [...groups].map(([name, fields]) => ({ name, fields }));
  return { main, groups: named.toSorted((a, b) => rankOf(a.name) - rankOf(b.name)) };
}

function orderOf(schema: object): number {
  return numberKeyword(schema, "x-order") ?? Number.MAX_SAFE_INTEGER;
}

function rankOf(group: string): number {
  return group === "advanced" ? 1 : 0;
}
