import { Ajv2020 } from "ajv/dist/2020.js";
import { Liquid } from "liquidjs";
import { Type } from "typebox";
import type { CheckTools, NodeTypeInfo, TemplateAnalysis } from "../../engine/core/check-tools.ts";
import { ConditionGroupSchema } from "../../engine/core/conditions.ts";

const strict = { additionalProperties: false } as const;

/** A small catalogue with one type of each kind that matters to a check. */
export const NODE_TYPES: readonly NodeTypeInfo[] = [
  {
    type: "test.call",
    version: 1,
    kind: "trigger",
    params: Type.Object({ number: Type.Optional(Type.String()) }, strict),
    ports: ["next"],
    outputs: { next: Type.Object({ call: Type.Object({ from: Type.String() }) }) },
    waits: false,
  },
  {
    type: "test.say",
    version: 1,
    kind: "node",
    params: Type.Object(
      {
        text: Type.String({ minLength: 1 }),
        loop: Type.Optional(Type.Integer({ minimum: 1, maximum: 99 })),
        voice: Type.Optional(Type.Union([Type.Literal("alice"), Type.Literal("bob")])),
        repeat: Type.Integer({ default: 1 }),
        mode: Type.Optional(Type.Enum(["plain", "ssml"], { default: "plain" })),
        ssml: Type.String({ "x-visible": { param: "mode", is: "ssml" } }),
        source: Type.Optional(Type.String({ "x-widget": "code", "x-template": false })),
      },
      strict,
    ),
    ports: ["next"],
    outputs: {
      next: Type.Object({ spoken: Type.String(), marks: Type.Array(Type.Object({ at: Type.Integer() })) }),
    },
    waits: false,
  },
  {
    type: "test.menu",
    version: 2,
    kind: "node",
    params: Type.Object(
      { choices: Type.Array(Type.Object({ port: Type.String() }, strict), { minItems: 1 }) },
      strict,
    ),
    ports: [{ each: "choices", value: "port" }, "timeout"],
    outputs: {
      "*": Type.Object({ digits: Type.String() }),
      timeout: Type.Object({ waited: Type.Integer() }),
    },
    waits: true,
  },
  {
    type: "test.branch",
    version: 1,
    kind: "node",
    params: Type.Object({ when: ConditionGroupSchema }, strict),
    ports: ["yes", "no"],
    outputs: { yes: Type.Object({}), no: Type.Object({}) },
    waits: false,
  },
  {
    type: "core.set",
    version: 1,
    kind: "node",
    params: Type.Object(
      { values: Type.Array(Type.Object({ name: Type.String(), value: Type.Unknown() }, strict)) },
      strict,
    ),
    ports: ["next"],
    outputs: { next: Type.Record(Type.String(), Type.Unknown()) },
    waits: false,
  },
];

/** Real tools: ajv and liquidjs over the small catalogue. */
export function flowCheckTools(locale?: "en" | "es"): CheckTools {
  const ajv = new Ajv2020({ allErrors: true, strict: false });
  const filling = new Ajv2020({ allErrors: true, strict: false, useDefaults: true, coerceTypes: true });
  const liquid = new Liquid({ strictFilters: true });
  return {
    validate(schema, value) {
      const valid = ajv.compile(schema);
      if (valid(value)) return [];
      return (valid.errors ?? []).map((error) => ({
        path: `${error.instancePath}${error.keyword === "required" ? `/${error.params.missingProperty}` : ""}`,
        message: error.message ?? error.keyword,
      }));
    },
    withDefaults(schema, value) {
      const copy = structuredClone(value);
      filling.compile(schema)(copy);
      return copy;
    },
    nodeType: (type, version) =>
      NODE_TYPES.find((known) => known.type === type && known.version === version) ?? null,
    analyzeTemplate: (source) => analyze(liquid, source),
    // A language of one word.
    parseCode: (source) => (source.includes("wrong") ? { line: 2, reason: "a wrong word" } : null),
    types: NODE_TYPES.map((known) => known.type),
    ...(locale ? { locale } : {}),
  };
}

function analyze(liquid: Liquid, source: string): TemplateAnalysis {
  try {
    const paths = liquid.globalVariableSegmentsSync(source);
    return {
      ok: true,
      paths: paths.map((path) => path.slice(0, path.findIndex(Array.isArray) >>> 0).map(String)),
    };
  } catch (error) {
    return { ok: false, message: error instanceof Error ? error.message : String(error) };
  }
}
