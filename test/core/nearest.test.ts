import fc from "fast-check";
import { expect, test } from "vitest";
import { nearest, suggester } from "../../engine/core/nearest.ts";

test("a slip of the finger finds the word", () => {
  const ids = ["menu", "sales", "support"];
  expect(nearest("manu", ids)).toBe("menu");
  expect(nearest("suport", ids)).toBe("support");
  expect(nearest("saless", ids)).toBe("sales");
  expect(nearest("menu", ["menus", "menu", "manu"])).toBe("menu");
});

test("what is far from everything finds nothing", () => {
  expect(nearest("reception", ["menu", "sales"])).toBeUndefined();
  expect(nearest("x", ["menu"])).toBeUndefined();
  expect(nearest("", [])).toBeUndefined();
});

test("a suggester answers for the first words asked, and for those again", () => {
  const suggest = suggester(["menu"], 2);
  expect(["manu", "manu", "sales", "menus", "manu"].map(suggest)).toEqual([
    "menu",
    "menu",
    undefined,
    undefined,
    "menu",
  ]);
});

test("never further away than any other candidate", () => {
  const word = fc.string({ unit: fc.constantFrom("a", "b", "c"), maxLength: 7 });
  fc.assert(
    fc.property(word, fc.array(word, { maxLength: 6 }), (asked, candidates) => {
      const limit = Math.min(3, Math.max(1, Math.floor(asked.length / 2)));
      const closest = Math.min(...candidates.map((each) => distance(asked, each)));
      const found = nearest(asked, candidates);
      expect(found === undefined ? null : distance(asked, found)).toBe(closest <= limit ? closest : null);
    }),
    { numRuns: 1000 },
  );
});

/** The definition, word for word. */
function distance(a: string, b: string): number {
  if (a === "" || b === "") return a.length + b.length;
  const change = distance(a.slice(1), b.slice(1)) + (a[0] === b[0] ? 0 : 1);
  return a[0] === b[0] ? change : Math.min(change, distance(a.slice(1), b) + 1, distance(a, b.slice(1)) + 1);
}
