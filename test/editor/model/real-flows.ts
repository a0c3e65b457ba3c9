import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { createCatalogue, type NodeType } from "../../../editor/model/catalogue.ts";
import { BUILT_IN_PLUGINS } from "../../../engine/built-in-plugins.ts";
import type { CheckTools } from "../../../engine/core/check-tools.ts";
import type { Flow } from "../../../engine/core/flow.ts";
import { nodeTypesOf } from "../../../engine/http/node-type-view.ts";
import { createRegistry } from "../../../engine/registry.ts";
import { createTemplates } from "../../../engine/runtime/templates.ts";
import { createValidator } from "../../../engine/validator.ts";

const FOLDER = path.join(import.meta.dirname, "../../../flows");

/** The catalogue as it comes over HTTP: what JSON leaves out is not there. */
export const CATALOGUE = createCatalogue(
  JSON.parse(JSON.stringify(BUILT_IN_PLUGINS.flatMap((plugin) => nodeTypesOf(plugin, false)))) as NodeType[],
);

/** The example flows, by key. */
export const REAL_FLOWS: readonly (readonly [string, Flow])[] = readdirSync(FOLDER)
  .toSorted()
  .map((key) => [key, JSON.parse(readFileSync(path.join(FOLDER, key, "flow.json"), "utf8")) as Flow]);

export function realFlow(key: string): Flow {
  const flow = REAL_FLOWS.find(([name]) => name === key)?.[1];
  if (!flow) throw new TypeError(`no flow ${key}`);
  return flow;
}

const validator = createValidator();
const registry = createRegistry(BUILT_IN_PLUGINS, validator.compile);

/** What the server checks with, schedules and code aside. */
export function serverCheckTools(locale: "en" | "es"): CheckTools {
  return {
    validate: validator.violations,
    withDefaults: validator.withDefaults,
    nodeType: registry.info,
    analyzeTemplate: createTemplates().analyze,
    types: registry.types,
    locale,
  };
}
