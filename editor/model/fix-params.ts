import { closedLiquid } from "../../engine/closed-liquid.ts";
import type { Flow } from "../../engine/core/flow.ts";
import { pointerSegments } from "../../engine/core/json-pointer.ts";
import { partSchema } from "../../engine/core/part-schema.ts";
import { fieldOf, isRecord } from "../../engine/core/plain-data.ts";
import { visibleParams } from "../../engine/core/visibility.ts";
import { valueAt, withValueAt } from "./at-path.ts";
import type { NodeType } from "./catalogue.ts";
import { type Broken, type Fix, type FixMaker, nodeAt } from "./fix-maker.ts";
import { nearestWord } from "./nearest-word.ts";
import { SAMPLE_PHONES, sampleOf } from "./sample-of.ts";
import { violations } from "./schema-check.ts";
import type { Words } from "./words.ts";

/** A parameter that does not fit: what would fit, from what the type itself says. */
export const invalid: FixMaker = (broken) => {
  const place = placeOf(broken);
  if (!place) return [];
  const { path, schema, value, type } = place;
  const inside = path.slice(PARAMS);
  if (broken.problem.message.includes("is not expected here")) return [removal(path)];
  // What the tenant has no example knows, and a sample makes up.
  const source = optionSource(schema);
  const options = source
    ? (broken.known[source] ?? [])
    : [
        ...choicesOf(schema, value),
        ...within(schema, value),
        valueAt(type.example.params, inside),
        fieldOf(schema, "default"),
        sampleOf(schema, `${inside.at(-1) ?? ""}`),
      ];
  const fitting = options.filter(
    (option) => option !== undefined && !isMadeUp(option) && fits(schema, option),
  );
  const texts = new Set<string>();
  const fixes = fitting.flatMap((option) => {
    const text = JSON.stringify(option);
    if (texts.has(text) || text === JSON.stringify(value)) return [];
    texts.add(text);
    return [setting(path, option)];
  });
  if (fixes.length > 0) return fixes.slice(0, MAX_OFFERED);
  const instead = withoutIt(place);
  if (instead.length > 0) return instead;
  return Array.isArray(value) ? withoutDoubles(path, value) : inList(path) ? [removal(path)] : [];
};

/** What is shown where nothing can be said helps nobody as a value; and nobody shall be called at an invented number. */
function isMadeUp(option: unknown): boolean {
  const text = JSON.stringify(option) ?? "";
  return /^"…+"$/.test(text) || SAMPLE_PHONES.some((phone) => text.includes(phone));
}

/** Where the example does without the parameter, because it chose otherwise: that choice. */
function withoutIt({ path, type }: Place): readonly Fix[] {
  const name = path[PARAMS] ?? "";
  const { params, title } = type.example;
  if (!visibleParams(type.params, params).hidden.includes(name)) return [];
  const label = { en: `As in the example “${title.en}”`, es: `Como en el ejemplo «${title.es}»` };
  const at = path.slice(0, PARAMS);
  const apply = (flow: Flow) => {
    const own = valueAt(flow, at);
    return withValueAt(withValueAt(flow, at, { ...(isRecord(own) ? own : {}), ...params }), path, undefined);
  };
  return [{ label, apply }];
}

/** Which of the tenant's things a problem's field names; null: none. */
export function optionSourceAt(broken: Pick<Broken, "problem" | "flow" | "catalogue">): string | null {
  const place = placeOf(broken);
  return place && optionSource(place.schema);
}

function optionSource(schema: unknown): string | null {
  const source = fieldOf(schema, "x-options");
  return typeof source === "string" ? source : null;
}

function inList(path: readonly string[]): boolean {
  return /^\d+$/.test(path.at(-1) ?? "");
}

function withoutDoubles(path: readonly string[], list: readonly unknown[]): readonly Fix[] {
  const texts = list.map((item) => JSON.stringify(item));
  const once = list.filter((_item, index) => texts.indexOf(texts[index] ?? "") === index);
  if (once.length === list.length) return [];
  return [
    {
      label: { en: "Keep each only once", es: "Dejar cada uno una sola vez" },
      apply: (flow) => withValueAt(flow, path, once),
    },
  ];
}

export const unknown: FixMaker = (broken) => {
  const node = nodeAt(broken);
  const path = pointerSegments(broken.problem.path);
  const name = path.at(-1) ?? "";
  const properties = fieldOf(node && broken.catalogue.get(node.type, node.version)?.params, "properties");
  const given = node?.data.params ?? {};
  const free = Object.keys(isRecord(properties) ? properties : {}).filter(
    (key) => !Object.hasOwn(given, key),
  );
  const meant = nearestWord(name, free);
  const rename: Fix[] =
    meant === undefined
      ? []
      : [
          {
            label: { en: `Call it “${meant}”`, es: `Llamarlo «${meant}»` },
            apply: (flow) =>
              withValueAt(
                withValueAt(flow, [...path.slice(0, -1), meant], valueAt(flow, path)),
                path,
                undefined,
              ),
          },
        ];
  return [...rename, removal(path)];
};

/** Closes what was left open, where that makes it readable. */
export const templateMalformed: FixMaker = ({ problem, flow }) => {
  const path = pointerSegments(problem.path);
  const source = valueAt(flow, path);
  if (typeof source !== "string") return [];
  const closed = CLOSINGS.map((ending) => source.trimEnd() + ending).find(isReadable);
  return closed === undefined ? [] : [setting(path, closed)];
};

/** What the type shows as its example. */
export const useExample: FixMaker = (broken) => {
  const place = placeOf(broken);
  if (!place) return [];
  const example = valueAt(place.type.example.params, place.path.slice(PARAMS));
  return example === undefined ? [] : [setting(place.path, example)];
};

const MAX_OFFERED = 3;
/** `/nodes/3/data/params`. */
const PARAMS = 4;
const CLOSINGS = [
  " }}",
  "}",
  "}}",
  " %}",
  "%}",
  "{% endif %}",
  "{% endfor %}",
  "{% endunless %}",
  "{% endcase %}",
];

function isReadable(source: string): boolean {
  try {
    closedLiquid().parse(source);
    return true;
  } catch {
    return false;
  }
}

interface Place {
  readonly path: readonly string[];
  readonly schema: unknown;
  readonly value: unknown;
  readonly type: NodeType;
}

function placeOf(broken: Pick<Broken, "problem" | "flow" | "catalogue">): Place | null {
  const node = nodeAt(broken);
  const type = node && broken.catalogue.get(node.type, node.version);
  const path = pointerSegments(broken.problem.path);
  if (!type || path.length <= PARAMS) return null;
  const schema = schemaAt(type.params, path.slice(PARAMS));
  return { path, schema, value: valueAt(broken.flow, path), type };
}

/** Also through unions: the first branch that knows the part. */
function schemaAt(schema: unknown, [segment, ...rest]: readonly string[]): unknown {
  if (segment === undefined) return schema;
  const branches = [fieldOf(schema, "anyOf"), fieldOf(schema, "oneOf")].flat();
  const parts = [schema, ...branches].map((branch) => partSchema(branch, segment));
  const found = parts.find((part) => part !== undefined);
  return found === undefined ? undefined : schemaAt(found, rest);
}

function fits(schema: unknown, value: unknown): boolean {
  return isRecord(schema) && violations(schema, value).length === 0;
}

/** The one that was most likely meant first. */
function choicesOf(schema: unknown, value: unknown): readonly unknown[] {
  const choices = fieldOf(schema, "enum");
  if (!Array.isArray(choices)) return [];
  const words = choices.filter((choice) => typeof choice === "string");
  const meant = typeof value === "string" ? nearestWord(value, words) : undefined;
  return meant === undefined ? [] : [meant];
}

/** A number brought within its limits, a text cut to its length. */
function within(schema: unknown, value: unknown): readonly unknown[] {
  const limit = (name: string): number | undefined => {
    const found = fieldOf(schema, name);
    return typeof found === "number" ? found : undefined;
  };
  if (typeof value === "number") {
    const type = fieldOf(schema, "type");
    const rounded = type === "integer" ? Math.round(value) : value;
    return [Math.min(Math.max(rounded, limit("minimum") ?? -Infinity), limit("maximum") ?? Infinity)];
  }
  if (typeof value === "string" && /^[+-]?\d+([.,]\d+)?$/.test(value.trim())) {
    return [Number(value.replace(",", "."))];
  }
  const maxLength = limit("maxLength");
  return typeof value === "string" && maxLength !== undefined ? [value.slice(0, maxLength)] : [];
}

function setting(path: readonly string[], value: unknown): Fix {
  return { label: usingWords(value), apply: (flow: Flow) => withValueAt(flow, path, value) };
}

function usingWords(value: unknown): Words {
  if (typeof value === "object") return { en: "Fill in an example", es: "Rellenar con un ejemplo" };
  const text = typeof value === "string" ? value : JSON.stringify(value);
  const short = text.length > 60 ? `${text.slice(0, 57)}…` : text;
  return { en: `Use “${short}”`, es: `Usar «${short}»` };
}

function removal(path: readonly string[]): Fix {
  const name = path.at(-1) ?? "";
  const label = inList(path)
    ? { en: `Remove entry ${Number(name) + 1}`, es: `Quitar la entrada ${Number(name) + 1}` }
    : { en: `Remove “${name}”`, es: `Quitar «${name}»` };
  return {
    label,
    apply: (flow) => withValueAt(flow, path, undefined),
  };
}
