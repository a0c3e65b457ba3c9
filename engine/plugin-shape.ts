import type { PluginDefinition } from "./plugin-api.ts";

/**
 * What a definition must have before anything else of it can be looked at. Authors in TypeScript learn it from the
 * compiler; a package in JavaScript learns it here.
 */
type Check = readonly [field: string, expected: string, fits: (value: unknown) => boolean];

const isText = (value: unknown) => typeof value === "string";
const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value);
const isFunction = (value: unknown) => typeof value === "function";
const isList = (value: unknown): value is readonly unknown[] => Array.isArray(value);
const isObjectSchema = (value: unknown) => isObject(value) && value.type === "object";
const oneOf = (...values: readonly string[]) => ({
  expected: `one of ${values.join(", ")}`,
  fits: (value: unknown) => typeof value === "string" && values.includes(value),
});

const NAME = (field: string): Check => [field, "a name", isText];
const WORDS = (field: string): Check => [field, "words in en and es, such as { en: …, es: … }", isObject];
const ACTS = (field: string): Check => [field, "a function", isFunction];
const VERSION: Check = [
  "version",
  "a whole number from 1",
  (value) => Number.isInteger(value) && Number(value) >= 1,
];
const PARAMS: Check = ["params", "the JSON Schema of an object, as Type.Object(…) makes it", isObjectSchema];
const EXAMPLE: Check = [
  "example",
  "an object with title and params",
  (value) => isObject(value) && isObject(value.title) && isObject(value.params),
];
const FAMILY = oneOf("voice", "messages", "ai", "logic", "data", "money");
const EFFECT = oneOf("none", "repeatable", "once");
const CHANNEL = oneOf("sms", "whatsapp", "voice");

const PLUGIN: readonly Check[] = [NAME("id"), WORDS("title")];

/** The lists of a plugin, and what each of their entries must have. */
const LISTS: Readonly<Record<string, { readonly named: string; readonly checks: readonly Check[] }>> = {
  nodes: {
    named: "type",
    checks: [
      NAME("type"),
      VERSION,
      WORDS("title"),
      WORDS("help"),
      ["family", FAMILY.expected, FAMILY.fits],
      NAME("icon"),
      PARAMS,
      ["outputs", "a JSON Schema for each port", isObject],
      ["ports", "a list of ports", isList],
      ["effect", EFFECT.expected, EFFECT.fits],
      EXAMPLE,
      ACTS("run"),
    ],
  },
  triggers: {
    named: "type",
    checks: [
      NAME("type"),
      VERSION,
      WORDS("title"),
      WORDS("help"),
      ["family", FAMILY.expected, FAMILY.fits],
      NAME("icon"),
      PARAMS,
      ["gives", "the JSON Schema of what it starts a flow with", isObject],
      EXAMPLE,
    ],
  },
  channels: {
    named: "id",
    checks: [
      NAME("id"),
      ["channel", CHANNEL.expected, CHANNEL.fits],
      NAME("provider"),
      NAME("credential"),
      NAME("meter"),
      ACTS("units"),
      ACTS("send"),
    ],
  },
  credentials: {
    named: "id",
    checks: [
      NAME("id"),
      WORDS("title"),
      ["fields", "the JSON Schema of an object", isObjectSchema],
      ACTS("test"),
    ],
  },
  webhooks: {
    named: "path",
    checks: [
      NAME("path"),
      ["methods", "a list of GET and POST", isList],
      ACTS("verify"),
      ACTS("parse"),
      ["ack", "an answer: status, headers, body", isObject],
    ],
  },
  sockets: {
    named: "path",
    checks: [
      NAME("path"),
      ["maxBytes", "a number of bytes", (value) => Number.isInteger(value) && Number(value) > 0],
      ACTS("connect"),
    ],
  },
};

/** What is missing or of the wrong kind, in words its author can act on. Empty: it can be looked at further. */
export function shapeMistakes(plugin: PluginDefinition): string[] {
  const given: unknown = plugin;
  if (!isObject(given)) return [`a plugin is ${said(given)}; expected what definePlugin({ … }) gives`];
  const where = `plugin "${isText(given.id) ? String(given.id) : "?"}"`;
  return [
    ...missing(where, given, PLUGIN),
    ...Object.entries(LISTS).flatMap(([list, { named, checks }]) => {
      const entries = given[list];
      if (entries === undefined) return [];
      if (!isList(entries)) return [`${where}: ${list} is ${said(entries)}; expected a list`];
      return entries.flatMap((entry, index) =>
        entryMistakes(`${where}: ${list}[${index}]`, entry, named, checks),
      );
    }),
  ];
}

function entryMistakes(place: string, entry: unknown, named: string, checks: readonly Check[]): string[] {
  if (!isObject(entry)) return [`${place} is ${said(entry)}; expected a definition`];
  const name = entry[named];
  return missing(isText(name) ? `${place} "${String(name)}"` : place, entry, checks);
}

function missing(
  where: string,
  given: Readonly<Record<string, unknown>>,
  checks: readonly Check[],
): string[] {
  return checks
    .filter(([field, , fits]) => !fits(given[field]))
    .map(([field, expected]) => `${where}: ${field} is ${said(given[field])}; expected ${expected}`);
}

function said(value: unknown): string {
  if (value === undefined) return "missing";
  if (isList(value)) return "a list";
  if (typeof value === "function") return "a function";
  return isObject(value) ? "an object" : JSON.stringify(value);
}
