import type { PluginDefinition } from "../../../engine/plugin-api.ts";
import { createRegistry } from "../../../engine/registry.ts";
import { createValidator } from "../../../engine/validator.ts";

/**
 * What a plugin's definition lacks, in words: an example that does not fit, a parameter or output without a title in
 * both languages. Throws what the registry itself refuses.
 */
export function incomplete(plugin: PluginDefinition): string[] {
  const validator = createValidator();
  createRegistry([plugin], (schema) => validator.compile(schema));
  const examples = [...(plugin.nodes ?? []), ...(plugin.triggers ?? [])].flatMap(
    ({ type, params, example }) => [
      ...validator
        .violations(params, example.params)
        .filter(({ path }) => !isTemplate(at(example.params, path)))
        .map(({ path, message }) => `${type}: example ${path} ${message}`),
      ...(example.title.en && example.title.es
        ? []
        : [`${type}: the example needs a title in both languages`]),
      ...untitled(`${type} params`, params),
    ],
  );
  const outputs = (plugin.nodes ?? []).flatMap(({ type, outputs: byPort }) =>
    Object.entries(byPort).flatMap(([port, schema]) => untitled(`${type} output ${port}`, schema)),
  );
  const given = (plugin.triggers ?? []).flatMap(({ type, gives }) => untitled(`${type} gives`, gives));
  const secrets = (plugin.credentials ?? []).flatMap(({ id, fields }) => untitled(id, fields));
  return [...examples, ...outputs, ...given, ...secrets];
}

function untitled(where: string, schema: unknown): string[] {
  const properties = at(schema, "/properties");
  if (typeof properties !== "object" || properties === null) return [];
  return Object.entries(properties).flatMap(([name, property]: [string, unknown]) => {
    const titled = Boolean(at(property, "/title")) && Boolean(at(property, "/x-es/title"));
    return titled ? [] : [`${where}: ${name} has no title in both languages`];
  });
}

function at(value: unknown, pointer: string): unknown {
  return pointer
    .split("/")
    .slice(1)
    .reduce<unknown>(
      (inner, name) => (typeof inner === "object" && inner !== null ? Reflect.get(inner, name) : undefined),
      value,
    );
}

function isTemplate(value: unknown): boolean {
  return typeof value === "string" && value.includes("{{");
}
