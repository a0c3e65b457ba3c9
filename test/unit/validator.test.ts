import { describe, expect, test } from "vitest";
import { Type } from "../../engine/plugin-api.ts";
import { createValidator } from "../../engine/validator.ts";

const validator = createValidator();

describe("violations", () => {
  const schema = Type.Object(
    {
      name: Type.String({ minLength: 2 }),
      size: Type.Optional(Type.Integer({ maximum: 9 })),
      kind: Type.Optional(Type.Unsafe({ enum: ["a", "b"] })),
      fixed: Type.Optional(Type.Literal("x")),
      deep: Type.Optional(Type.Object({ list: Type.Array(Type.Number()) })),
    },
    { additionalProperties: false },
  );

  test("are none where the value fits", () => {
    expect(validator.violations(schema, { name: "Ana", size: 9, deep: { list: [1] } })).toEqual([]);
  });

  test("name the place and what was expected, all at once", () => {
    const value = { size: 12, kind: "c", fixed: "y", deep: { list: [1, "2"] }, more: 1 };
    expect(validator.violations(schema, value)).toEqual([
      { path: "/name", message: "is required" },
      { path: "/more", message: "is not expected here" },
      { path: "/size", message: "must be <= 9" },
      { path: "/kind", message: 'must be one of ["a","b"]' },
      { path: "/fixed", message: 'must be "x"' },
      { path: "/deep/list/1", message: "must be number" },
    ]);
  });

  test("never change the value, nor take a text for a number", () => {
    const value = { name: "Ana", size: "5" };
    expect(validator.violations(schema, value)).toEqual([{ path: "/size", message: "must be integer" }]);
    expect(value).toEqual({ name: "Ana", size: "5" });
  });
});

describe("defaults", () => {
  const schema = Type.Object({
    size: Type.Integer({ default: 3 }),
    deep: Type.Object({ on: Type.Boolean({ default: true }) }, { default: {} }),
  });

  test("are filled in at any depth, and texts become what is meant", () => {
    expect(validator.withDefaults<object>(schema, {})).toEqual({ size: 3, deep: { on: true } });
    expect(validator.withDefaults<object>(schema, { size: "5", deep: { on: "false" } })).toEqual({
      size: 5,
      deep: { on: false },
    });
  });

  test("what cannot be understood stays as it is", () => {
    expect(validator.withDefaults<object>(schema, { size: "{{ vars.n }}", deep: {} })).toMatchObject({
      size: "{{ vars.n }}",
    });
  });

  test("withDefaults leaves the given value alone, fillDefaults fills that very value", () => {
    const given = { deep: {} };
    expect(validator.withDefaults<object>(schema, given)).not.toBe(given);
    expect(given).toEqual({ deep: {} });
    expect(validator.fillDefaults<object>(schema, given)).toBe(given);
    expect(given).toEqual({ size: 3, deep: { on: true } });
  });
});

describe("[P3] schemas", () => {
  test.each(["x-widget", "x-visible", "x-options", "x-secret", "x-group", "x-order", "x-es", "x-template"])(
    "%s is a keyword of forms",
    (keyword) => {
      expect(() => validator.compile(Type.Object({ a: Type.String({ [keyword]: "y" }) }))).not.toThrow();
    },
  );

  test.each([
    ["an x- keyword nobody knows", { "x-visble": {} }, 'unknown keyword: "x-visble"'],
    ["a typo of a standard keyword", { minLenght: 2 }, 'unknown keyword: "minLenght"'],
    ["a type that does not exist", { type: "text" }, "type"],
    ["a pattern that is no regular expression", { pattern: "(" }, "Invalid regular expression"],
  ])("%s is refused", (_, more, words) => {
    expect(() =>
      validator.compile({ type: "object", properties: { a: { type: "string", ...more } } }),
    ).toThrow(words);
  });

  test("a default that could never be filled in is refused at once, not by the first run", () => {
    const branch = { type: "object", properties: { b: { type: "string", default: "x" } } };
    const schema = { type: "object", properties: { a: { anyOf: [branch] } } };
    expect(() => validator.compile(schema)).toThrow("default is ignored");
  });
});
