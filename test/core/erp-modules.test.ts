import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { BUILT_IN_PLUGINS } from "../../engine/built-in-plugins.ts";
import { checkFlow } from "../../engine/core/check-flow.ts";
import { templateOfModules } from "../../engine/core/erp-module.ts";
import { moduleFlow } from "../../engine/core/module-flow.ts";
import { readErpModules } from "../../engine/erp-modules.ts";
import { createRegistry } from "../../engine/registry.ts";
import { createTemplates } from "../../engine/runtime/templates.ts";
import { createValidator } from "../../engine/validator.ts";

const validator = createValidator();
const modules = readErpModules(validator);
const templates = modules.flatMap(({ templates }) => templates);

/** The use cases an ERP asks for, by module. */
const USE_CASES: Readonly<Record<string, number>> = {
  auth: 1,
  calendar: 3,
  chat: 2,
  crm: 4,
  finance: 3,
  gym: 4,
  hrm: 4,
  inventory: 3,
  notifications: 3,
  parking: 3,
  pms: 4,
  pos: 3,
  transport: 4,
};

test("there is a notice for every use case of the thirteen modules, each with a key of its own", () => {
  expect(Object.fromEntries(modules.map(({ module, templates: own }) => [module, own.length]))).toEqual(
    USE_CASES,
  );
  expect(new Set(templates.map(({ key }) => key)).size).toBe(41);
  expect(templateOfModules(modules, "pos-order-ready")?.event).toBe("order.ready");
  expect(templateOfModules(modules, "nothing")).toBeNull();
});

describe.each(templates.map((template) => [template.key, template] as const))("%s", (_, template) => {
  test.each(["es", "en"] as const)("says in %s what its variables tell, and nothing else", (language) => {
    const named = [...template.bodies[language].matchAll(/\{\{ (\w+) \}\}/g)].map((match) => match[1]);
    expect(named.toSorted()).toEqual(template.variables.map(({ name }) => name).toSorted());
  });

  test("is what WhatsApp approves: no variable first or last, none beside another", () => {
    for (const body of Object.values(template.bodies)) {
      expect(body).not.toMatch(/^\{\{|\}\}$|\}\}\s*\{\{/);
      expect(body.length).toBeLessThanOrEqual(1024);
    }
  });

  test("asks marketing for the way out, and nothing else", () => {
    const asks = /\bBAJA\b/.test(template.bodies.es) && /\bSTOP\b/.test(template.bodies.en);
    expect(asks).toBe(template.purpose === "marketing");
    expect(template.category === "marketing").toBe(template.purpose === "marketing");
  });
});

describe.each(modules.map((module) => [module.module, module] as const))("the flow of %s", (_, module) => {
  test.each(["es", "en"] as const)("has in %s nothing a check would tell its author", (language) => {
    expect(checkFlow(moduleFlow(module, language), checkTools())).toEqual([]);
  });

  test("answers each event with its notice, and the events are told apart", () => {
    const { nodes } = moduleFlow(module, "es");
    const sent = nodes
      .filter(({ type }) => type === "messaging.template")
      .map(({ data }) => data.params.template);
    expect(sent).toEqual(module.templates.map(({ key }) => key));
    const events = module.templates.map(({ event }) => event);
    expect(new Set(events).size).toBe(events.length);
  });
});

test("a module's file that does not fit is refused with its name and where", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "centralita-modules-"));
  writeFileSync(path.join(folder, "pos.json"), JSON.stringify({ ...modules[0], templates: [] }));
  expect(() => readErpModules(validator, folder)).toThrow(
    "pos.json: /templates must NOT have fewer than 1 items",
  );
  rmSync(folder, { recursive: true });
});

function checkTools() {
  const registry = createRegistry(BUILT_IN_PLUGINS, validator.compile);
  return {
    validate: validator.violations,
    withDefaults: validator.withDefaults,
    nodeType: registry.info,
    analyzeTemplate: createTemplates().analyze,
    types: registry.types,
  };
}
