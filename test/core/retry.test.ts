import fc from "fast-check";
import { expect, test } from "vitest";
import { DEFAULT_RETRY, mayRetry, retryDelayMs } from "../../engine/core/retry.ts";

const settings = { maxAttempts: 5, firstDelayMs: 1000, maxDelayMs: 6000 };

test("tries are counted with the first", () => {
  expect([1, 2, 3, 4].map((failed) => mayRetry(failed, DEFAULT_RETRY))).toEqual([true, true, false, false]);
  expect(mayRetry(1, { ...settings, maxAttempts: 1 })).toBe(false);
});

test("the ceiling doubles up to maxDelayMs", () => {
  const almostOne = (): number => 1 - 2 ** -53;
  expect([1, 2, 3, 4, 5, 60].map((failed) => retryDelayMs(failed, settings, almostOne))).toEqual([
    1000, 2000, 4000, 6000, 6000, 6000,
  ]);
  expect(retryDelayMs(3, settings, () => 0)).toBe(0);
});

test("a vendor's delay is kept even above maxDelayMs", () => {
  expect(retryDelayMs(1, settings, () => 0, 90_000)).toBe(90_000);
  expect(retryDelayMs(4, settings, () => 0.5, 10)).toBe(3000);
});

test("always a whole number of milliseconds between retryAfterMs and the ceiling", () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 20 }),
      fc.nat(3_600_000),
      fc.nat(86_400_000),
      fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
      fc.nat(100_000),
      (failed, firstDelayMs, maxDelayMs, random, after) => {
        const delayMs = retryDelayMs(
          failed,
          { maxAttempts: 20, firstDelayMs, maxDelayMs },
          () => random,
          after,
        );
        expect(Number.isInteger(delayMs)).toBe(true);
        expect(delayMs).toBeGreaterThanOrEqual(after);
        expect(delayMs).toBeLessThanOrEqual(Math.max(after, maxDelayMs));
      },
    ),
  );
});
