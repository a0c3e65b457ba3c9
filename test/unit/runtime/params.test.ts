import { describe, expect, test } from "vitest";
import type { FlowNode } from "../../../engine/core/flow.ts";
import { type NodeDefinition, next, Type } from "../../../engine/plugin-api.ts";
import { createParamsReader } from "../../../engine/runtime/params.ts";
import { createTemplates, type TemplateScope } from "../../../engine/runtime/templates.ts";
import { createValidator } from "../../../engine/validator.ts";

const text = { en: "Words", es: "Palabras" };
const DEFINITION: NodeDefinition = {
  type: "test.node",
  version: 1,
  title: text,
  help: text,
  family: "logic",
  icon: "circle",
  params: Type.Object(
    {
      text: Type.String({ minLength: 1 }),
      tries: Type.Integer({ default: 3, maximum: 9 }),
      loud: Type.Optional(Type.Boolean()),
      mode: Type.Optional(Type.Unsafe({ enum: ["plain", "menu"], default: "plain" })),
      menu: Type.Integer({ default: 4, "x-visible": { param: "mode", is: "menu" } }),
      source: Type.Optional(Type.String({ "x-template": false })),
      title: Type.String({ "x-visible": { param: "mode", is: "menu" } }),
    },
    { additionalProperties: false },
  ),
  outputs: { next: Type.Object({}) },
  ports: ["next"],
  effect: "none",
  example: { title: text, params: {} },
  run: () => next("next", {}),
};
const SCOPE: TemplateScope = {
  trigger: {},
  steps: {},
  vars: { name: "Ana", tries: "5", many: 12, no: false, title: "Menú" },
  contact: {},
  tenant: {},
  store: null,
  run: {},
  now: "2026-01-02T10:00:00.000Z",
};

describe("[P10] parameters are filled in and checked before a node runs", () => {
  test("defaults come in, texts become the numbers and switches that are meant", () => {
    expect(read({ text: "hola", tries: "5", loud: "true" })).toEqual({
      text: "hola",
      tries: 5,
      loud: true,
      mode: "plain",
    });
    expect(read({ text: "hola" })).toEqual({ text: "hola", tries: 3, mode: "plain" });
  });

  test("templates too: filled in, then understood, then checked", () => {
    expect(read({ text: "{{ vars.name }}", tries: "{{ vars.tries }}", loud: "{{ vars.no }}" })).toEqual({
      text: "Ana",
      tries: 5,
      loud: false,
      mode: "plain",
    });
  });

  test.each(["x", "{{ vars.name }}"])("source code reaches the node as it was written (text %s)", (words) => {
    const source = "const a = {{}}; {% nothing %}";
    expect(read({ text: words, source })).toMatchObject({ source });
  });

  test("a template that finds nothing leaves the default", () => {
    expect(read({ text: "x", tries: "{{ vars.nobody }}" })).toMatchObject({ tries: 3 });
  });

  test.each(["fixed", "{{ vars.name }}"])(
    "what is hidden is neither checked nor passed (text %s)",
    (words) => {
      const params = read({ text: words, menu: 99, title: "{{ broken" });
      expect(Object.keys(params).toSorted()).toEqual(["mode", "text", "tries"]);
    },
  );

  test.each(["fixed", "{{ vars.title }}"])("what is visible is needed (title %s)", (title) => {
    expect(read({ text: "x", mode: "menu", title })).toMatchObject({ menu: 4, title: expect.any(String) });
    expect(() => read({ text: "x", mode: "menu" })).toThrow("params/title is required");
  });
});

describe("what does not fit", () => {
  test("PARAMS_INVALID names node, type, place and how many more there are", () => {
    expect(() => read({ tries: 12, mode: "loud", other: 1 })).toThrow(
      expect.objectContaining({
        code: "PARAMS_INVALID",
        message: 'Node "step1" (test.node): params/text is required (and 3 more).',
        details: {
          violations: expect.arrayContaining([
            { path: "/tries", message: "must be <= 9" },
            { path: "/mode", message: 'must be one of ["plain","menu"]' },
            { path: "/other", message: "is not expected here" },
          ]),
        },
      }),
    );
  });

  test("what a template gave is checked like anything else", () => {
    expect(() => read({ text: "x", tries: "{{ vars.many }}" })).toThrow(
      expect.objectContaining({
        code: "PARAMS_INVALID",
        message: 'Node "step1" (test.node): params/tries must be <= 9.',
      }),
    );
    expect(() => read({ text: "{{ vars.nobody }}" })).toThrow("params/text is required");
  });

  test("a template that cannot be filled in is TEMPLATE_INVALID", () => {
    expect(() => read({ text: "{{ vars.name" })).toThrow(
      expect.objectContaining({ code: "TEMPLATE_INVALID" }),
    );
  });
});

describe("published flows never change, so work is done once", () => {
  test("parameters without templates are checked once and handed out again", () => {
    let checks = 0;
    const validator = createValidator();
    const counting = {
      ...validator,
      violations: (schema: object, value: unknown) => {
        checks += 1;
        return validator.violations(schema, value);
      },
    };
    const reader = createParamsReader({ validator: counting, templates: createTemplates() });
    const step = node({ text: "hola" });
    const first = reader.read(DEFINITION, step, SCOPE);
    expect(reader.read(DEFINITION, step, { ...SCOPE, vars: {} })).toBe(first);
    expect(checks).toBe(1);
  });

  test("parameters with templates are new every time", () => {
    const reader = readerOfTest();
    const step = node({ text: "{{ vars.name }}" });
    const [first, second] = ["Ana", "Luis"].map((name) =>
      reader.read(DEFINITION, step, { ...SCOPE, vars: { name } }),
    );
    expect([first?.text, second?.text]).toEqual(["Ana", "Luis"]);
  });

  test("the flow's own document is never touched", () => {
    const step = node({ text: "{{ vars.name }}", tries: "5" });
    readerOfTest().read(DEFINITION, step, SCOPE);
    expect(step.data.params).toEqual({ text: "{{ vars.name }}", tries: "5" });
  });
});

function readerOfTest() {
  return createParamsReader({ validator: createValidator(), templates: createTemplates() });
}

function read(params: Record<string, unknown>) {
  return readerOfTest().read(DEFINITION, node(params), SCOPE);
}

function node(params: Record<string, unknown>): FlowNode {
  return { id: "step1", type: "test.node", version: 1, position: { x: 0, y: 0 }, data: { params } };
}
