import { describe, expect, test } from "vitest";
import { runNode } from "../../../engine/plugin-testing/node-context.ts";
import wait from "../../../plugins/core/nodes/wait.ts";

const at = (now: string, timezone = "America/Bogota") => ({ now: new Date(now), timezone });

describe("core.wait", () => {
  test.each([
    { amount: 90, unit: "seconds", until: "2026-11-21T15:01:30.000Z" },
    { amount: 2, unit: "hours", until: "2026-11-21T17:00:00.000Z" },
    { amount: 3, unit: "days", until: "2026-11-24T15:00:00.000Z" },
    { amount: 1, unit: "weeks", until: "2026-11-28T15:00:00.000Z" },
  ])("for $amount $unit", async ({ amount, unit, until }) => {
    expect(await runNode(wait, { for: { amount, unit } }, at("2026-11-21T15:00:00Z"))).toEqual({
      kind: "wait",
      wait: {
        until,
        timeoutPort: "next",
        events: {},
        keys: [],
        eventData: { timeout: { output: { until } } },
      },
    });
  });

  test("a day keeps the time of day when the clocks change", async () => {
    const result = await runNode(
      wait,
      { for: { amount: 1, unit: "days" } },
      at("2026-10-24T10:00:00Z", "Europe/Madrid"),
    );
    expect(result).toMatchObject({ wait: { until: "2026-10-25T11:00:00.000Z" } });
  });

  test.each([
    ["2026-11-22T09:00", "2026-11-22T14:00:00.000Z"],
    ["2026-11-22T09:00:00Z", "2026-11-22T09:00:00.000Z"],
    ["2026-11-22T09:00:00+01:00", "2026-11-22T08:00:00.000Z"],
    [" 2026-11-23 ", "2026-11-23T05:00:00.000Z"],
  ])("until %s in the flow's zone is %s", async (until, expected) => {
    expect(await runNode(wait, { until }, at("2026-11-21T15:00:00Z"))).toMatchObject({
      wait: { until: expected },
    });
  });

  test("a moment that is past goes on at once", async () => {
    expect(await runNode(wait, { until: "2026-11-20T09:00:00Z" }, at("2026-11-21T15:00:00Z"))).toEqual({
      kind: "next",
      port: "next",
      output: { until: "2026-11-20T09:00:00.000Z" },
    });
    expect(await runNode(wait, { for: { amount: 0, unit: "days" } })).toMatchObject({
      kind: "next",
      port: "next",
    });
  });

  test.each([
    { until: "tomorrow" },
    { until: "09:00" },
    {},
    { until: "2026-11-22", for: { amount: 1, unit: "days" } },
  ])("refuses %j", async (params) => {
    await expect(runNode(wait, params)).rejects.toMatchObject({ code: "PARAMS_INVALID" });
  });
});
