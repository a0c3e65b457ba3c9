import { describe, expect, test } from "vitest";
import { BUILT_IN_PLUGINS } from "../engine/built-in-plugins.ts";
import { pointerOf } from "../engine/core/json-pointer.ts";
import { schemaFaults } from "../engine/core/schema-faults.ts";
import { templatesIn } from "../engine/core/templates-in.ts";
import { visibleParams } from "../engine/core/visibility.ts";
import type { NodeDefinition, Text, TriggerDefinition } from "../engine/plugin-api.ts";
import { createValidator } from "../engine/validator.ts";

type Entry = NodeDefinition | TriggerDefinition;

const validator = createValidator();
const CATALOGUE: [string, Entry][] = BUILT_IN_PLUGINS.flatMap((plugin): Entry[] => [
  ...(plugin.nodes ?? []),
  ...(plugin.triggers ?? []),
]).map((entry) => [`${entry.type}@${entry.version}`, entry]);

test("the catalogue has nodes and triggers", () => {
  expect(CATALOGUE.length).toBeGreaterThan(20);
});

describe.each(CATALOGUE)("%s", (_, entry) => {
  test("has title, help and example in both languages", () => {
    expect(emptyWords({ title: entry.title, help: entry.help, example: entry.example.title })).toEqual([]);
    expect(entry.help.es).not.toBe(entry.help.en);
  });

  test("has an example that fits its own schema", () => {
    const filled = validator.withDefaults(entry.params, { ...entry.example.params });
    const { params, schema } = visibleParams(entry.params, filled);
    // What is still a template is only known when it runs, as in every check while drawing.
    const templated = new Set(templatesIn(params, schema).map((leaf) => pointerOf(leaf.path)));
    const faults = schemaFaults({ validate: validator.violations }, { schema, value: params, templated });
    expect(faults).toEqual([]);
  });

  test("titles every parameter in both languages", () => {
    const untitled = Object.entries(entry.params.properties).filter(
      ([, schema]) => !isTitled(schema, "title") || !isTitled(schema, "x-es"),
    );
    expect(untitled.map(([name]) => name)).toEqual([]);
  });
});

function emptyWords(texts: Readonly<Record<string, Text>>): string[] {
  return Object.entries(texts).flatMap(([name, text]) =>
    (["en", "es"] as const)
      .filter((language) => !text[language].trim())
      .map((language) => `${name}.${language}`),
  );
}

/** `title` is words; `x-es` is the Spanish words, or an object with a title of its own. */
function isTitled(schema: object, key: "title" | "x-es"): boolean {
  const said: unknown = Reflect.get(schema, key);
  const words = typeof said === "object" && said !== null ? Reflect.get(said, "title") : said;
  return typeof words === "string" && words.trim() !== "";
}
