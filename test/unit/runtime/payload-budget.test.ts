import { describe, expect, test } from "vitest";
import { createLog } from "../../../engine/log.ts";
import {
  createPayloadBudget,
  createPayloadMeter,
  DEFAULT_PAYLOAD_BUDGET,
} from "../../../engine/runtime/payload-budget.ts";
import type { Database } from "../../../engine/store/database.ts";
import type { CountedPayload } from "../../../engine/store/payload-use.ts";

const DAY = "2026-11-21";
const counted = (bytes: number, budget: CountedPayload["budget"] = null, day = DAY): CountedPayload[] => [
  { tenant: "ten_a", day, bytes, budget },
];

describe("[R5] the meter of payloads", () => {
  test("takes up to the budget and no byte more", () => {
    const meter = createPayloadMeter(() => DAY);
    meter.settle(counted(0, 100));
    expect([meter.take("ten_a", 60), meter.take("ten_a", 40), meter.take("ten_a", 1)]).toEqual([
      true,
      true,
      false,
    ]);
    expect(meter.take("ten_b", 101)).toBe(true);
  });

  test("knows what other processes took, and hears of another budget also when it is used up", () => {
    const meter = createPayloadMeter(() => DAY);
    meter.settle(counted(100, 100));
    expect(meter.take("ten_a", 1)).toBe(false);
    expect(meter.draw()).toEqual([{ tenant: "ten_a", day: DAY, bytes: 0 }]);
    meter.settle(counted(100, 110));
    expect([meter.take("ten_a", 10), meter.take("ten_a", 1)]).toEqual([true, false]);
  });

  test("draws each byte once; what could not be added up comes again", () => {
    const meter = createPayloadMeter(() => DAY);
    meter.take("ten_a", 5);
    const drawn = meter.draw();
    expect([drawn, meter.draw()]).toEqual([[{ tenant: "ten_a", day: DAY, bytes: 5 }], []]);
    meter.take("ten_a", 2);
    meter.giveBack(drawn);
    expect(meter.draw()).toEqual([{ tenant: "ten_a", day: DAY, bytes: 7 }]);
  });

  test("counts what is on its way", () => {
    const meter = createPayloadMeter(() => DAY);
    meter.settle(counted(0, 10));
    meter.take("ten_a", 8);
    meter.draw();
    expect(meter.take("ten_a", 3)).toBe(false);
    expect(meter.take("ten_a", 2)).toBe(true);
  });

  test("a new day begins with the whole budget, and the old one is still added up", () => {
    let today = DAY;
    const meter = createPayloadMeter(() => today);
    meter.settle(counted(0, 10));
    meter.take("ten_a", 10);
    today = "2026-11-22";
    expect(meter.take("ten_a", 20)).toBe(true);
    expect(meter.draw()).toEqual([
      { tenant: "ten_a", day: DAY, bytes: 10 },
      { tenant: "ten_a", day: today, bytes: 20 },
    ]);
    meter.settle(counted(10, 10));
    expect(meter.draw()).toEqual([]);
  });

  test.each([["a lot"], [-1], [1.5], [null], [{}]])("a budget of %j counts as not set", (budget) => {
    const meter = createPayloadMeter(() => DAY);
    meter.settle(counted(0, budget));
    expect([meter.take("ten_a", DEFAULT_PAYLOAD_BUDGET), meter.take("ten_a", 1)]).toEqual([true, false]);
  });
});

test("[R5] a database that does not answer costs no count", async () => {
  const calls: unknown[] = [];
  let fails = true;
  const call = async (_name: string, args: readonly unknown[]) => {
    calls.push(args[0]);
    if (fails) throw new Error("down");
    return [];
  };
  const budget = createPayloadBudget({ call } as Partial<Database> as Database, createLog("silent"));
  budget.take("ten_a", 9);
  await expect(budget.flush()).rejects.toThrow("down");
  fails = false;
  await budget.stop();
  expect(calls).toEqual([
    { uses: [expect.objectContaining({ bytes: 9 })] },
    { uses: [expect.objectContaining({ bytes: 9 })] },
  ]);
});
