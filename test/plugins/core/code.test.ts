import { describe, expect, test } from "vitest";
import { contextData, runNode } from "../../../engine/plugin-testing/node-context.ts";
import code from "../../../plugins/core/nodes/code.ts";

describe("core.code", () => {
  test("hands over its inputs by name and gives the result", async () => {
    const data = contextData({ codeResult: { total: 3 } });
    const inputs = [{ name: "a", value: 1 }, { name: "b", value: [2] }, { name: "found_nothing" }];
    const result = await runNode(code, { code: "return 1", inputs }, { data });
    expect(result).toMatchObject({ kind: "next", port: "next", output: { result: { total: 3 } } });
    expect(data.codeRuns).toEqual([
      { code: "return 1", inputs: { a: 1, b: [2], found_nothing: null }, timeoutMs: 1000 },
    ]);
  });

  test("passes its time limit and its output schema on", async () => {
    const data = contextData();
    const outputSchema = { type: "number" };
    await runNode(code, { code: "return 1", timeoutMs: 50, outputSchema }, { data });
    expect(data.codeRuns).toEqual([{ code: "return 1", inputs: {}, timeoutMs: 50, outputSchema }]);
  });

  test.each([
    { code: "" },
    { code: "x".repeat(65_537) },
    { code: "return 1", timeoutMs: 10_001 },
    { code: "return 1", inputs: [{ name: "__proto__", value: 1 }] },
  ])("refuses parameters out of bounds (%#)", async (params) => {
    await expect(runNode(code, params)).rejects.toThrow(/do not fit/);
  });
});
