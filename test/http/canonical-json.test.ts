import fc from "fast-check";
import { expect, test } from "vitest";
import { canonicalJson, hashOf } from "../../engine/http/canonical-json.ts";

test("names are sorted at every depth, lists keep their order", () => {
  expect(canonicalJson({ b: [{ d: 1, c: 2 }, 3], a: null })).toBe('{"a":null,"b":[{"c":2,"d":1},3]}');
});

test("the order in which an object was built does not change its hash", () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
      const reversed = Object.fromEntries(Object.entries(object).toReversed());
      expect(hashOf(reversed)).toBe(hashOf(object));
    }),
  );
});

test("other data, other hash", () => {
  expect(hashOf({ a: 1 })).not.toBe(hashOf({ a: "1" }));
  expect(hashOf([1, 2])).not.toBe(hashOf([2, 1]));
  expect(hashOf({ a: 1 })).toMatch(/^[0-9a-f]{64}$/);
});
