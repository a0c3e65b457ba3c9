import { describe, expect, test } from "vitest";
import { MAX_VALUE_BYTES, writeValue } from "../../engine/core/data-write.ts";

describe("writing a value", () => {
  test.each([
    ["set", 1, "a", { kind: "written", value: "a" }],
    ["set", undefined, null, { kind: "written", value: null }],
    ["put-if-absent", undefined, "a", { kind: "written", value: "a" }],
    ["put-if-absent", null, "a", { kind: "kept", value: null }],
    ["increment", undefined, 2, { kind: "written", value: 2 }],
    ["increment", 40, -1.5, { kind: "written", value: 38.5 }],
    ["merge", undefined, { a: 1 }, { kind: "written", value: { a: 1 } }],
    ["merge", { a: 1, b: { c: 1 } }, { b: 2 }, { kind: "written", value: { a: 1, b: 2 } }],
  ] as const)("%s over %j of %j", (mode, current, value, expected) => {
    expect(writeValue(current, mode, value)).toEqual(expected);
  });

  test.each([
    ["increment", "a", 1, "a string"],
    ["increment", 1, "2", "a string"],
    ["increment", null, 1, "null"],
    ["merge", [1], {}, "a list"],
    ["merge", {}, 5, "a number"],
  ] as const)("%s over %j of %j is a mismatch", (mode, current, value, found) => {
    expect(() => writeValue(current, mode, value)).toThrow(
      expect.objectContaining({ code: "DATA_TYPE_MISMATCH", details: expect.objectContaining({ found }) }),
    );
  });

  test("what is larger than a key holds is refused, in bytes", () => {
    const fits = "x".repeat(MAX_VALUE_BYTES - 2);
    expect(writeValue(undefined, "set", fits).kind).toBe("written");
    for (const large of [`${fits}x`, "ñ".repeat(MAX_VALUE_BYTES / 2)]) {
      expect(() => writeValue(undefined, "set", large)).toThrow(
        expect.objectContaining({ code: "DATA_TOO_LARGE" }),
      );
    }
  });

  test("a merge takes fields as data, whatever they are called", () => {
    const { value } = writeValue({ a: 1 }, "merge", JSON.parse('{"__proto__": {"b": 2}}'));
    expect(Object.getPrototypeOf(value)).toBe(Object.prototype);
    expect(({} as Record<string, unknown>).b).toBeUndefined();
  });
});
