import { describe, expect, test } from "vitest";
import type { Json, JsonObject } from "../../../engine/core/json.ts";
import { Type } from "../../../engine/plugin-api.ts";
import { REDACTED, redact } from "../../../engine/runtime/redaction.ts";

const secret = { type: "string", "x-secret": true };

describe("[R9] what a schema calls secret", () => {
  test.each<[string, object, JsonObject, Json]>([
    ["a field", { properties: { code: secret } }, { code: "4711", to: "Ana" }, { code: REDACTED, to: "Ana" }],
    [
      "a field of a field",
      { properties: { card: { properties: { token: secret } } } },
      { card: { token: "tok", last4: "4242" } },
      { card: { token: REDACTED, last4: "4242" } },
    ],
    ["a whole object", { properties: { card: secret } }, { card: { token: "t" } }, { card: REDACTED }],
    [
      "each of a list",
      { properties: { list: { items: { properties: { pin: secret } } } } },
      { list: [{ pin: "1" }, { pin: "2", n: 1 }] },
      { list: [{ pin: REDACTED }, { pin: REDACTED, n: 1 }] },
    ],
    [
      "one place of a list",
      { properties: { pair: { prefixItems: [{}, secret], items: {} } } },
      { pair: ["a", "b", "c"] },
      { pair: ["a", REDACTED, "c"] },
    ],
    [
      "the other names",
      { properties: { open: {} }, additionalProperties: secret },
      { open: 1, any: "x" },
      { open: 1, any: REDACTED },
    ],
    [
      "names of a pattern: all that are not declared",
      { properties: { open: {} }, patternProperties: { "^key_": secret } },
      { open: 1, key_a: "x" },
      { open: 1, key_a: REDACTED },
    ],
    [
      "one of several forms",
      { anyOf: [{}, { properties: { code: secret } }] },
      { code: "1" },
      { code: REDACTED },
    ],
    [
      "what is referred to",
      { properties: { pin: { $ref: "#/$defs/pin" } }, $defs: { pin: secret } },
      { pin: "1" },
      { pin: REDACTED },
    ],
    [
      "a schema that contains itself",
      {
        $defs: { tree: { properties: { pin: secret, next: { $ref: "#/$defs/tree" } } } },
        $ref: "#/$defs/tree",
      },
      { pin: "1", next: { pin: "2", next: { pin: "3", n: 1 } } },
      { pin: REDACTED, next: { pin: REDACTED, next: { pin: REDACTED, n: 1 } } },
    ],
  ])("%s is marked", (_what, schema, value, expected) => {
    expect(redact(schema, value)).toEqual(expected);
  });

  test("nothing is marked where there is nothing", () => {
    expect(redact({ properties: { code: secret } }, { code: null })).toEqual({ code: null });
    expect(redact({ properties: { code: secret } }, {})).toEqual({});
  });

  test("the value itself stays as it is", () => {
    const value = { code: "4711" };
    redact({ properties: { code: secret } }, value);
    expect(value).toEqual({ code: "4711" });
  });

  test("without a secret in the schema the very same value comes back", () => {
    const value = { code: "4711", deep: { list: [1] } };
    expect(redact(Type.Object({ code: Type.String(), deep: Type.Object({}) }), value)).toBe(value);
    expect(redact(undefined, value)).toBe(value);
  });

  test("a type builder's schema counts like a plain one", () => {
    const schema = Type.Object({ code: Type.Union([Type.String({ "x-secret": true }), Type.Null()]) });
    expect(redact(schema, { code: "4711" })).toEqual({ code: REDACTED });
  });
});
