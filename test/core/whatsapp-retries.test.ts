import { describe, expect, test } from "vitest";
import { DEFAULT_RETRIES, retryRuleFor, retryWaitMs } from "../../engine/core/whatsapp-retries.ts";

const failure = (reason: string | null, code: string | null = null) => ({ reason, code });

describe("the rules of the house", () => {
  test.each([
    ["131000", 2],
    ["131016", 2],
    ["131057", 2],
    ["30003", 2],
    ["131049", 0],
    ["131026", 0],
    [null, 0],
  ])("%s is sent again %i times, and then the next channel has its turn", (code, times) => {
    expect(retryRuleFor(DEFAULT_RETRIES, failure("other", code))).toMatchObject({
      times,
      fallThrough: "next",
    });
  });
});

describe("a tenant's rules", () => {
  const rules = {
    rules: [
      { codes: ["131026"], reasons: ["not_on_channel"], times: 0, fallThrough: "sms" },
      { reasons: ["not_permitted"], times: 1, firstDelayMs: 5_000, factor: 3, fallThrough: "none" },
    ],
  } as const;
  const mutable = structuredClone(rules) as unknown as Parameters<typeof retryRuleFor>[0];

  test("the first that fits counts; reason and code must both fit where both are named", () => {
    expect(retryRuleFor(mutable, failure("not_on_channel", "131026")).fallThrough).toBe("sms");
    expect(retryRuleFor(mutable, failure("not_permitted", "131026")).fallThrough).toBe("none");
    expect(retryRuleFor(mutable, failure("not_on_channel", "1"))).toEqual({ times: 0, fallThrough: "next" });
  });

  test("each delay is so many times the one before, three days at most", () => {
    const rule = { times: 3, firstDelayMs: 5_000, factor: 3, fallThrough: "next" } as const;
    expect([1, 2, 3].map((time) => retryWaitMs(rule, time))).toEqual([5_000, 15_000, 45_000]);
    expect(retryWaitMs({ ...rule, factor: 10 }, 20)).toBe(72 * 3_600_000);
    expect(retryWaitMs({ times: 1, fallThrough: "next" }, 1)).toBe(60_000);
  });
});
