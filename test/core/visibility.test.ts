import fc from "fast-check";
import { Type } from "typebox";
import { describe, expect, test } from "vitest";
import { portsOf, portsOfType } from "../../engine/core/ports.ts";
import { isVisible, visibleParams } from "../../engine/core/visibility.ts";

const Gather = Type.Object({
  input: Type.Optional(Type.String({ default: "digits" })),
  hints: Type.String({ "x-visible": { param: "input", in: ["speech", "both"] } }),
  hintsLanguage: Type.String({ default: "es", "x-visible": { not: { param: "hints", is: undefined } } }),
  finishKey: Type.Optional(Type.String({ "x-visible": { param: "input", is: "digits" } })),
  choices: Type.Optional(Type.Array(Type.Unknown(), { "x-visible": { param: "input", is: "digits" } })),
});

describe("visibleParams", () => {
  test("hidden parameters go, and are no longer required", () => {
    const { params, schema, hidden } = visibleParams(Gather, {
      input: "digits",
      hints: "old",
      finishKey: "#",
    });
    expect(params).toEqual({ input: "digits", finishKey: "#" });
    expect(hidden).toEqual(["hints", "hintsLanguage"]);
    expect(schema).toMatchObject({ required: [] });
    expect(Gather.required).toEqual(["hints", "hintsLanguage"]);
  });

  test("an absent parameter counts with its default", () => {
    expect(visibleParams(Gather, { finishKey: "#" }).params).toEqual({ finishKey: "#" });
  });

  test("with everything shown the schema is the same object", () => {
    const shown = visibleParams(Type.Object({ a: Type.String() }), { a: "x", b: 1 });
    expect(shown).toMatchObject({ params: { a: "x", b: 1 }, hidden: [] });
    const both = visibleParams(Gather, { input: "speech", hints: "a" });
    expect(both.schema).toBe(Gather);
    expect(both.hidden).toEqual(["finishKey", "choices"]);
  });

  test("the same hidden set gives the same schema object, so that it is compiled once", () => {
    expect(visibleParams(Gather, {}).schema).toBe(visibleParams(Gather, { finishKey: "*" }).schema);
  });

  test("what depends on a hidden parameter is hidden with it", () => {
    const chain = Type.Object({
      a: Type.Optional(Type.Boolean()),
      b: Type.Optional(Type.Boolean({ default: true, "x-visible": { param: "a", is: true } })),
      c: Type.Optional(Type.Boolean({ "x-visible": { param: "b", is: true } })),
    });
    expect(visibleParams(chain, { a: false, b: true, c: true }).hidden).toEqual(["b", "c"]);
    expect(visibleParams(chain, { a: true }).hidden).toEqual([]);
  });

  test("never throws, whatever schema and parameters, and never shows what was not there", () => {
    const rule = fc.letrec<{ rule: unknown }>((tie) => ({
      rule: fc.oneof(
        { depthSize: "small" },
        fc.record({ param: fc.constantFrom("a", "b", "c"), is: fc.constantFrom(1, true, null) }),
        fc.record({ param: fc.constantFrom("a", "b", "c"), in: fc.array(fc.constantFrom(1, true, null)) }),
        fc.record({ all: fc.array(tie("rule"), { maxLength: 3 }) }),
        fc.record({ any: fc.array(tie("rule"), { maxLength: 3 }) }),
        fc.record({ not: tie("rule") }),
        fc.jsonValue(),
      ),
    })).rule;
    const property = fc.record({ "x-visible": rule });
    const schema = fc.oneof(
      fc.record({
        properties: fc.record({ a: property, b: property, c: property }),
        required: fc.constant(["a", "b"]),
      }),
      fc.object(),
    );
    fc.assert(
      fc.property(
        schema,
        fc.record(
          { a: fc.constantFrom(1, true, null), b: fc.constantFrom(1, true), c: fc.jsonValue() },
          { requiredKeys: [] },
        ),
        (given, params) => {
          const { params: shown, hidden } = visibleParams(given, params);
          expect(Object.keys(params).filter((name) => !hidden.includes(name))).toEqual(Object.keys(shown));
        },
      ),
      { numRuns: 1000 },
    );
  });
});

test("a rule that is not understood shows", () => {
  for (const rule of [undefined, null, 5, "x", [], {}, { param: 3 }, { param: "a" }])
    expect(isVisible(rule, () => 1)).toBe(true);
});

describe("ports", () => {
  test("named ports, then those of a list, each once, and error", () => {
    const params = {
      cases: [{ port: "vip" }, { port: "late" }, { port: "vip" }, { port: "" }, {}, null, 3],
      digits: ["1", 2, null],
    };
    expect(portsOf([{ each: "cases", value: "port" }, "else"], params)).toEqual([
      "vip",
      "late",
      "else",
      "error",
    ]);
    expect(portsOf([{ each: "digits" }, "timeout"], params)).toEqual(["1", "2", "timeout", "error"]);
    expect(portsOf(["next", "error"], {})).toEqual(["next", "error"]);
  });

  test("parameters of any shape give the named ports at least", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (params) => {
        expect(portsOf(["a", { each: "cases", value: "port" }], params)).toEqual(
          expect.arrayContaining(["a", "error"]),
        );
      }),
    );
  });

  test("a trigger has only next", () => {
    const ports = ["timeout", { each: "choices" }] as const;
    expect(portsOfType({ kind: "trigger", ports }, { choices: ["1"] })).toEqual(["next"]);
    expect(portsOfType({ kind: "node", ports }, { choices: ["1"] })).toEqual(["timeout", "1", "error"]);
  });
});
