import { describe, expect, test } from "vitest";
import { parsedJson } from "../../../editor/model/json-value.ts";
import { withPart } from "../../../editor/panel/form/edit-value.ts";
import { layoutOf } from "../../../editor/panel/form/form-layout.ts";
import {
  choicesOf,
  freeValuesOf,
  itemsOf,
  type Path,
  propertiesOf,
  propertyOf,
} from "../../../editor/panel/form/read-schema.ts";
import { startingEntry } from "../../../editor/panel/form/starting-entry.ts";
import { startingValue } from "../../../editor/panel/form/starting-value.ts";
import { type WidgetName, widgetOf } from "../../../editor/panel/form/widget-of.ts";
import { EMPTY_GROUP } from "../../../editor/panel/widgets/conditions-value.ts";
import { type CronKind, changedKind, cronOf, cronRuleOf } from "../../../editor/panel/widgets/cron-rule.ts";
import { USUAL_HOURS } from "../../../editor/panel/widgets/hours-value.ts";
import { pairsFormOf, pairsValue } from "../../../editor/panel/widgets/pairs-value.ts";
import { portNameFor } from "../../../editor/panel/widgets/port-name.ts";
import { fieldOf, isRecord } from "../../../engine/core/plain-data.ts";
import { createValidator } from "../../../engine/validator.ts";
import { CATALOGUE } from "../model/real-flows.ts";

const validator = createValidator();

interface Parameter {
  readonly at: string;
  readonly name: string;
  readonly schema: object;
  readonly widget: WidgetName;
}

/** Every parameter that a form can show, those inside of groups and lists too. */
function parametersIn(schema: object, at: string): readonly Parameter[] {
  return propertiesOf(schema).flatMap(([name, part]) => {
    const place = `${at}.${name}`;
    const widget = widgetOf(part);
    const inner = widget === "group" ? part : widget === "list" ? (itemsOf(part) ?? {}) : {};
    return [{ at: place, name, schema: part, widget }, ...parametersIn(inner, place)];
  });
}

const PARAMETERS = CATALOGUE.all.flatMap((type) => parametersIn(type.params, type.type));

test("there are parameters of nearly every widget", () => {
  const used = new Set(PARAMETERS.map(({ widget }) => widget));
  expect(PARAMETERS.length).toBeGreaterThan(300);
  for (const widget of [
    "template",
    "long-template",
    "number",
    "cron",
    "hours",
    "cases",
    "choices",
    "pairs",
    "phone",
  ])
    expect(used).toContain(widget);
});

test("JSON is only written where a schema asks for it or says nothing about what is inside", () => {
  const raw = PARAMETERS.filter(({ widget }) => widget === "json");
  const unasked = raw.filter(({ schema }) => fieldOf(schema, "x-widget") !== "json" && isDescribed(schema));
  expect(unasked.map(({ at }) => at)).toEqual([]);
});

function isDescribed(schema: object): boolean {
  const items = itemsOf(schema);
  if (items) return Object.keys(items).length > 0;
  return propertiesOf(schema).length > 0 || freeValuesOf(schema) !== null;
}

test("every parameter is in the form once when nothing hides it", () => {
  for (const type of CATALOGUE.all) {
    const { main, groups } = layoutOf(withoutRules(type.params), {});
    const shown = [...main, ...groups.flatMap(({ fields }) => fields)].map(({ name }) => name);
    expect(shown.toSorted(), type.type).toEqual(
      propertiesOf(type.params)
        .map(([name]) => name)
        .toSorted(),
    );
  }
});

function withoutRules(schema: object): object {
  const plain = propertiesOf(schema).map(([name, part]) => {
    return [name, Object.fromEntries(Object.entries(part).filter(([key]) => key !== "x-visible"))];
  });
  return { ...schema, properties: Object.fromEntries(plain) };
}

/** What somebody fills in with each widget, by the very functions the widgets use. Null: only a person knows. */
const FILLED: { readonly [Name in WidgetName]: (schema: object) => readonly unknown[] | null } = {
  text: () => null,
  "long-text": () => null,
  template: () => null,
  "long-template": () => null,
  phone: () => null,
  datetime: () => ["2026-12-01T09:00"],
  timezone: () => ["America/Bogota"],
  "remote-select": (schema) => [fieldOf(schema, "pattern") === undefined ? "s1" : "http.request"],
  "template-picker": () => ["reserva_confirmada"],
  secret: () => ["s3cret"],
  code: () => ["return {};"],
  number: (schema) => [startingValue({ ...schema, default: undefined })],
  toggle: () => [true, false],
  select: (schema) => choicesOf(schema),
  several: (schema) => {
    const choices = choicesOf(itemsOf(schema) ?? {}) ?? [];
    return [choices.slice(0, 1), choices.slice(0, Number(fieldOf(schema, "maxItems") ?? choices.length))];
  },
  keys: () => [["1"], ["1", "2", "*", "0", "#"]],
  list: (schema) =>
    Number(fieldOf(schema, "minItems") ?? 0) > 0 || fieldOf(schema, "contains") !== undefined ? null : [[]],
  pairs: (schema) => [
    pairsValue([{ name: "dato", value: "uno" }], pairsFormOf(schema, undefined), undefined),
  ],
  conditions: () => [EMPTY_GROUP],
  cases: (schema) => [
    [{ port: portOf(schema, "port", "¿Quiere reservar?"), label: "Sí", when: EMPTY_GROUP }],
  ],
  choices: (schema) => [[{ id: portOf(schema, "id", "Error"), title: "Error" }]],
  cron: () =>
    (["minutes", "hourly", "weekly", "monthly", "custom"] satisfies CronKind[]).map((kind) =>
      cronOf(changedKind(cronRuleOf("0 9 * * *"), kind)),
    ),
  hours: () => [USUAL_HOURS],
  duration: () => [{ amount: 2, unit: "hours" }],
  json: (schema) => [parsedJson(jsonFor(schema)).value],
  value: () => ["{{ steps.menu.digits }}", ...["1", "true", '{"a":1}'].map((text) => parsedJson(text).value)],
  group: () => null,
};

function portOf(schema: object, name: string, label: string): string {
  const property = fieldOf(fieldOf(itemsOf(schema), "properties"), name);
  const pattern = fieldOf(property, "pattern");
  return portNameFor(label, "caso", { taken: [], pattern: typeof pattern === "string" ? pattern : null });
}

function jsonFor(schema: object): string {
  return fieldOf(schema, "type") === "array" ? "[]" : "{}";
}

describe("what a widget gives fits the schema", () => {
  // A union says by itself what it takes; whatever a person writes there the check of the flow looks at.
  const fillable = PARAMETERS.filter(
    ({ widget, schema }) => FILLED[widget](schema) !== null && !isOpenUnion(schema),
  );
  test.each(fillable.map((each) => [`${each.at} (${each.widget})`, each] as const))(
    "%s",
    (_, { schema, widget }) => {
      for (const value of FILLED[widget](schema) ?? []) {
        expect(validator.violations(schema, value), JSON.stringify(value)).toEqual([]);
      }
    },
  );
});

function isOpenUnion(schema: object): boolean {
  return widgetOf(schema) === "value" && fieldOf(schema, "anyOf") !== undefined;
}

test("a new entry of a list has all that its schema asks for, but for words only a person can give", () => {
  for (const { at, schema, widget } of PARAMETERS) {
    const items = itemsOf(schema);
    if (widget !== "list" || !items) continue;
    const faults = validator.violations(items, validator.withDefaults(items, startingValue(items)));
    const unexpected = faults.filter(({ path }) => !isEmptyText(startingValue(items), path));
    expect(unexpected, at).toEqual([]);
  }
});

function isEmptyText(value: unknown, pointer: string): boolean {
  const part = pointer
    .split("/")
    .slice(1)
    .reduce<unknown>((each, name) => fieldOf(each, name), value);
  return part === "";
}

test("a new entry that is a way out has a name of its own", () => {
  for (const [type, param] of [
    ["core.parallel", "branches"],
    ["core.split", "arms"],
  ] as const) {
    const { params = {}, ports = [] } = CATALOGUE.get(type) ?? {};
    const items = itemsOf(propertyOf(params, param) ?? {}) ?? {};
    const first = startingEntry(items, [], { path: [param], ports });
    const second = startingEntry(items, [first], { path: [param], ports });
    expect(validator.violations(items, first), type).toEqual([]);
    expect(second).not.toEqual(first);
  }
});

describe("a value is set where it belongs", () => {
  const schema = CATALOGUE.get("messaging.send")?.params ?? {};
  const set = (params: unknown, path: Path, value: unknown) => withPart(schema, params, path, value);

  test("objects on the way are made, and go again with their last part", () => {
    const made = set({ text: "Hola" }, ["template", "key"], "reserva");
    expect(made).toEqual({ text: "Hola", template: { key: "reserva" } });
    expect(set(made, ["template", "key"], undefined)).toEqual({ text: "Hola" });
  });

  test("what was there stays in its place, and the original as it was", () => {
    const before = Object.freeze({ text: "a", to: "b", channels: Object.freeze(["sms"]) });
    const after = set(before, ["to"], "c");
    expect(isRecord(after) && Object.keys(after)).toEqual(["text", "to", "channels"]);
    expect(before.to).toBe("b");
  });

  test("an object that its parent requires stays, even empty", () => {
    const gather = CATALOGUE.get("twilio.gather")?.params ?? {};
    expect(withPart(gather, { prompt: { text: "Hola" } }, ["prompt", "text"], undefined)).toEqual({
      prompt: {},
    });
  });

  test("an entry of a list is changed or taken out", () => {
    const list = { media: ["a", "b", "c"] };
    expect(set(list, ["media", 1], "x")).toEqual({ media: ["a", "x", "c"] });
    expect(set(list, ["media", 1], undefined)).toEqual({ media: ["a", "c"] });
  });
});
