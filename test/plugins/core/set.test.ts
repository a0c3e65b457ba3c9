import { describe, expect, test } from "vitest";
import type { Json } from "../../../engine/plugin-api.ts";
import { runNode } from "../../../engine/plugin-testing/node-context.ts";
import set from "../../../plugins/core/nodes/set.ts";

describe("core.set", () => {
  test("sets a list of values and hands them on", async () => {
    const values = [
      { name: "guest", value: "Ana" },
      { name: "nights", value: 3 },
    ];
    const expected = { guest: "Ana", nights: 3 };
    expect(await runNode(set, { values })).toMatchObject({
      port: "next",
      output: expected,
      set: { vars: expected },
    });
  });

  test("sets the entries of an object", async () => {
    const values = { guest: "Ana", tags: ["vip"] };
    expect(await runNode(set, { values })).toMatchObject({ output: values, set: { vars: values } });
  });

  test("an expression that found nothing sets null", async () => {
    expect(await runNode(set, { values: [{ name: "guest" }] })).toMatchObject({
      set: { vars: { guest: null } },
    });
  });

  test.each<[string, Json]>([
    ['{"a":1}', { a: 1 }],
    ["[1,2]", [1, 2]],
    [" 3.5 ", 3.5],
    ["true", true],
    ["573001112233", 573001112233],
    ["12345678901234567890", "12345678901234567890"],
    ['"text"', '"text"'],
    ["null", "null"],
    ["{broken", "{broken"],
    ["", ""],
  ])("as JSON, %j becomes %j", async (value, expected) => {
    const result = await runNode(set, { json: true, values: [{ name: "it", value }] });
    expect(result).toMatchObject({ set: { vars: { it: expected } } });
  });

  test("without the choice text stays text, and a variable may choose for itself", async () => {
    const values = [
      { name: "kept", value: "[1]" },
      { name: "read", value: "[1]", json: true },
    ];
    expect(await runNode(set, { values })).toMatchObject({ set: { vars: { kept: "[1]", read: [1] } } });
  });

  test("refuses names templates cannot say", async () => {
    await expect(runNode(set, { values: [{ name: "two words", value: 1 }] })).rejects.toThrow(/do not fit/);
  });
});
