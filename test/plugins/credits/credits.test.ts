import { describe, expect, test } from "vitest";
import { contextData, runNode } from "../../../engine/plugin-testing/node-context.ts";
import check from "../../../plugins/credits/nodes/check.ts";
import deduct from "../../../plugins/credits/nodes/deduct.ts";

describe("credits.check", () => {
  test.each([
    { remaining: 100, port: "enough" },
    { remaining: 21, port: "enough" },
    { remaining: 20, port: "low" },
    { remaining: 1, port: "low" },
    { remaining: 0, port: "none" },
    { remaining: null, port: "unlimited" },
  ])("$remaining left leaves by $port", async ({ remaining, port }) => {
    const data = contextData({ balances: { sms: remaining } });
    expect(await runNode(check, { meter: "sms" }, { data })).toEqual({
      kind: "next",
      port,
      output: { remaining, resetsAt: null },
    });
  });

  test("the author says what is low", async () => {
    const data = contextData({ balances: { voice: 100 } });
    expect(await runNode(check, { meter: "voice", low: 100 }, { data })).toMatchObject({ port: "low" });
    expect(await runNode(check, { meter: "voice", low: 0 }, { data })).toMatchObject({ port: "enough" });
  });

  test("refuses a meter that does not exist", async () => {
    await expect(runNode(check, { meter: "fax" })).rejects.toThrow(/do not fit/);
  });
});

describe("credits.deduct", () => {
  test("settles what the run has reserved", async () => {
    const data = contextData({ balances: { sms: 8, whatsapp: null }, reserved: { sms: 2, whatsapp: 1 } });
    expect(await runNode(deduct, {}, { data })).toEqual({
      kind: "next",
      port: "deducted",
      output: { charged: { sms: 2, whatsapp: 1 }, remaining: { sms: 8, whatsapp: null } },
    });
  });

  test("charges an amount", async () => {
    const data = contextData({ balances: { ai: 10 } });
    const result = await runNode(deduct, { mode: "amount", meter: "ai", amount: 4 }, { data });
    expect(result).toMatchObject({ port: "deducted", output: { charged: { ai: 4 }, remaining: { ai: 6 } } });
  });

  test("charges nothing where too little is left", async () => {
    const data = contextData({ balances: { ai: 3 } });
    const result = await runNode(deduct, { mode: "amount", meter: "ai", amount: 4 }, { data });
    expect(result).toMatchObject({ port: "insufficient_credits", output: { remaining: { ai: 3 } } });
    expect(data.balances.ai).toBe(3);
  });

  test.each([{ mode: "amount" }, { mode: "amount", meter: "ai" }, { mode: "amount", amount: 2 }])(
    "refuses %j",
    async (params) => {
      await expect(runNode(deduct, params)).rejects.toMatchObject({ code: "PARAMS_INVALID" });
    },
  );
});
