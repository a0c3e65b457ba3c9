import { expect, test } from "vitest";
import { runNode } from "../../../engine/plugin-testing/node-context.ts";
import end from "../../../plugins/core/nodes/end.ts";

test("core.end names the outcome and hands the output back", async () => {
  const result = await runNode(end, { outcome: "confirmed", output: { reservation: "R-7" } });
  expect(result).toEqual({ kind: "end", outcome: "confirmed", output: { reservation: "R-7" } });
});

test("core.end is `completed` with no output unless told otherwise", async () => {
  expect(await runNode(end)).toEqual({ kind: "end", outcome: "completed", output: {} });
});
