import fc from "fast-check";
import { expect, test } from "vitest";
import { loopsOf, reachableAfter, reachableFrom } from "../../engine/core/reach.ts";
import { stepOrder } from "../../engine/core/step-order.ts";

const IDS = ["a", "b", "c", "d", "e", "f"];
const graph = fc
  .array(fc.tuple(fc.constantFrom(...IDS), fc.constantFrom(...IDS)), { maxLength: 12 })
  .map((edges) => new Map(IDS.map((id) => [id, edges.filter(([from]) => from === id).map(([, to]) => to)])));

/** All ways from a start that enter each node at most twice: enough to meet every order of two nodes. */
function* ways(
  at: string,
  after: ReadonlyMap<string, readonly string[]>,
  way: readonly string[] = [],
): Generator<readonly string[]> {
  if (way.filter((id) => id === at).length === 2) return;
  const longer = [...way, at];
  yield longer;
  for (const target of new Set(after.get(at))) yield* ways(target, after, longer);
}

test("says of two steps what walking all ways says", () => {
  const small = graph.map(
    (after) =>
      new Map(
        [...after]
          .filter(([id]) => id < "e")
          .map(([id, to]) => [id, to.filter((each) => each < "e").slice(0, 2)]),
      ),
  );
  fc.assert(
    fc.property(
      small,
      fc.constantFrom("a", "b", "c", "d"),
      fc.constantFrom("a", "b", "c", "d"),
      (after, step, id) => {
        const order = stepOrder(["a", "b", "c", "d"], ["a"], after);
        const arrivals = [...ways("a", after)]
          .filter((way) => way.at(-1) === id)
          .map((way) => way.slice(0, -1));
        expect(order.isReached(id)).toBe(arrivals.length > 0);
        if (arrivals.length === 0 || !order.isReached(step)) return;
        expect(order.mayRunBefore(step, id)).toBe(arrivals.some((before) => before.includes(step)));
        expect(order.alwaysRunsBefore(step, id)).toBe(arrivals.every((before) => before.includes(step)));
      },
    ),
    { numRuns: 1000 },
  );
});

test("loops are the nodes that lead back to each other", () => {
  fc.assert(
    fc.property(graph, (after) => {
      const loops = loopsOf(IDS, after);
      const together = (a: string, b: string): boolean =>
        reachableAfter(a, after).has(b) && reachableAfter(b, after).has(a);
      for (const a of IDS) {
        const mine = loops.filter((loop) => loop.includes(a));
        expect(mine.flat()).toEqual(IDS.filter((b) => together(a, b)));
      }
    }),
  );
});

test("a closed node is neither entered nor passed", () => {
  const after = new Map([
    ["a", ["b"]],
    ["b", ["c"]],
  ]);
  expect([...reachableFrom(["a"], after)].toSorted()).toEqual(["a", "b", "c"]);
  expect([...reachableFrom(["a"], after, "b")]).toEqual(["a"]);
  expect([...reachableAfter("a", after)].toSorted()).toEqual(["b", "c"]);
});
