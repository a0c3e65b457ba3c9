import { describe, expect, test } from "vitest";
import { BUILT_IN_PLUGINS } from "../../engine/built-in-plugins.ts";
import { checkFlow } from "../../engine/core/check-flow.ts";
import type { CheckTools } from "../../engine/core/check-tools.ts";
import { DEMO_FLOWS, readExample } from "../../engine/demo/seed.ts";
import { createRegistry } from "../../engine/registry.ts";
import { createTemplates } from "../../engine/runtime/templates.ts";
import { createValidator } from "../../engine/validator.ts";

describe.each(DEMO_FLOWS)("flow %s", (key) => {
  test("has nothing a check would tell its author", async () => {
    const document = await readExample(key);
    expect(document.key).toBe(key);
    expect(checkFlow(document, checkTools())).toEqual([]);
  });

  test("gives every node a label, and a place of its own on the canvas", async () => {
    const { nodes } = await readExample(key);
    expect(nodes.filter(({ data }) => !data.label).map(({ id }) => id)).toEqual([]);
    const places = nodes.map(({ position: { x, y } }) => `${x},${y}`);
    expect(places.filter((place, index) => places.indexOf(place) !== index)).toEqual([]);
  });
});

/** The checks are awake: a broken copy of a sound flow is told apart. */
test("a flow whose step is gone is found out", async () => {
  const document = await readExample("reservation-confirmation");
  const nodes = document.nodes.filter(({ id }) => id !== "confirmar");
  const codes = checkFlow({ ...document, nodes }, checkTools()).map(({ code }) => code);
  expect(codes).toContain("dangling_edge");
  expect(codes).toContain("reference_step_unknown");
});

function checkTools(): CheckTools {
  const validator = createValidator();
  const registry = createRegistry(BUILT_IN_PLUGINS, validator.compile);
  return {
    validate: validator.violations,
    withDefaults: validator.withDefaults,
    nodeType: registry.info,
    analyzeTemplate: createTemplates().analyze,
    types: registry.types,
  };
}
