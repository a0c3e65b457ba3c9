import { isVerbatim } from "../../../engine/core/part-schema.ts";
import { fieldOf } from "../../../engine/core/plain-data.ts";
import { choicesOf, freeValuesOf, itemsOf, propertiesOf, propertyOf, textKeyword } from "./read-schema.ts";

export const WIDGETS = [
  "text",
  "long-text",
  "template",
  "long-template",
  "number",
  "toggle",
  "select",
  "several",
  "keys",
  "remote-select",
  "template-picker",
  "list",
  "pairs",
  "conditions",
  "cases",
  "choices",
  "cron",
  "hours",
  "phone",
  "duration",
  "datetime",
  "timezone",
  "json",
  "value",
  "code",
  "secret",
  "group",
] as const;

export type WidgetName = (typeof WIDGETS)[number];

/** What `x-widget` asks for by name. */
const NAMED: Readonly<Record<string, WidgetName>> = {
  pairs: "pairs",
  json: "json",
  phone: "phone",
  datetime: "datetime",
  password: "secret",
  timezone: "timezone",
  hours: "hours",
  cron: "cron",
  conditions: "conditions",
  code: "code",
  choices: "choices",
  cases: "cases",
};

const ONE_KEY = "^[0-9*#]$";

/** How a parameter is filled in: what its schema asks for by name, else what fits the shape of its values. */
export function widgetOf(schema: object): WidgetName {
  if (fieldOf(schema, "x-secret") === true) return "secret";
  const asked = textKeyword(schema, "x-widget");
  if (asked === "textarea") return isVerbatim(schema) ? "long-text" : "long-template";
  if (asked !== null && NAMED[asked]) return NAMED[asked];
  const source = textKeyword(schema, "x-options");
  if (source !== null) return pickerOf(source);
  return choicesOf(schema) ? "select" : widgetOfType(schema);
}

function pickerOf(source: string): WidgetName {
  return source === "templates" ? "template-picker" : "remote-select";
}

function widgetOfType(schema: object): WidgetName {
  switch (fieldOf(schema, "type")) {
    case "string":
      return isVerbatim(schema) ? "text" : "template";
    case "integer":
    case "number":
      return "number";
    case "boolean":
      return "toggle";
    case "array":
      return widgetOfList(schema);
    case "object":
      return widgetOfObject(schema);
    default:
      return "value";
  }
}

function widgetOfList(schema: object): WidgetName {
  const items = itemsOf(schema);
  if (!items || Object.keys(items).length === 0) return "json";
  if (choicesOf(items)) return "several";
  return fieldOf(items, "pattern") === ONE_KEY ? "keys" : "list";
}

function widgetOfObject(schema: object): WidgetName {
  if (propertyOf(schema, "amount") && propertyOf(schema, "unit")) return "duration";
  if (propertiesOf(schema).length > 0) return "group";
  return freeValuesOf(schema) ? "pairs" : "json";
}
