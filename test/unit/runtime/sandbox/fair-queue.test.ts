import { expect, test } from "vitest";
import { createFairQueue } from "../../../../engine/runtime/sandbox/fair-queue.ts";

const anyone = () => true;

test("[S16] tenants take turns, each in its own order", () => {
  const queue = createFairQueue<number>();
  for (const job of [1, 2, 3]) queue.add("a", job);
  queue.add("b", 4);
  queue.add("c", 5);
  const taken = Array.from({ length: 6 }, () => queue.take(anyone)?.job ?? null);
  expect(taken).toEqual([1, 4, 5, 2, 3, null]);
});

test("who may not run is passed over and keeps its turn", () => {
  const queue = createFairQueue<number>();
  queue.add("a", 1);
  queue.add("b", 2);
  expect(queue.take((tenant) => tenant !== "a")).toEqual({ tenantId: "b", job: 2 });
  expect(queue.take(() => false)).toBe(null);
  expect(queue.take(anyone)).toEqual({ tenantId: "a", job: 1 });
});

test("jobs can leave before their turn, or all at once", () => {
  const queue = createFairQueue<number>();
  for (const job of [1, 2, 3]) queue.add("a", job);
  expect(queue.remove("a", 2)).toBe(true);
  expect(queue.remove("a", 2)).toBe(false);
  expect([queue.size, queue.sizeOf("a"), queue.sizeOf("b")]).toEqual([2, 2, 0]);
  expect(queue.clear()).toEqual([1, 3]);
  expect(queue.size).toBe(0);
});
