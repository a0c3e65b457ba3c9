import { describe, expect, test } from "vitest";
import { runNode } from "../../../engine/plugin-testing/node-context.ts";
import branch from "../../../plugins/core/nodes/branch.ts";

const equals = (left: string, right: string) => ({
  match: "all",
  conditions: [{ left, operator: "equal_to", right }],
});

describe("core.branch", () => {
  test.each([
    { digits: "1", port: "sales" },
    { digits: "2", port: "support" },
    { digits: "9", port: "else" },
    { digits: "", port: "else" },
  ])("$digits leaves by $port", async ({ digits, port }) => {
    const cases = [
      { port: "sales", label: "Ventas", when: equals(digits, "1") },
      { port: "support", when: equals(digits, "2") },
    ];
    expect(await runNode(branch, { cases })).toMatchObject({ kind: "next", port, output: { case: port } });
  });

  test("the first case that holds wins", async () => {
    const cases = [
      { port: "first", when: equals("a", "A") },
      { port: "second", when: equals("a", "a") },
    ];
    expect(await runNode(branch, { cases })).toMatchObject({ port: "first" });
  });

  test("days of a moment are those of the flow's zone", async () => {
    const late = { left: "2026-11-22T02:00:00Z", operator: "is_before_date", right: "2026-11-22" };
    const cases = [{ port: "saturday", when: { match: "all", conditions: [late] } }];
    expect(await runNode(branch, { cases }, { timezone: "America/Bogota" })).toMatchObject({
      port: "saturday",
    });
    expect(await runNode(branch, { cases }, { timezone: "Europe/Madrid" })).toMatchObject({ port: "else" });
  });

  test.each(["else", "error", "Not a slug", ""])("a case cannot be called %j", async (port) => {
    await expect(runNode(branch, { cases: [{ port, when: equals("1", "1") }] })).rejects.toThrow(
      /do not fit/,
    );
  });
});
