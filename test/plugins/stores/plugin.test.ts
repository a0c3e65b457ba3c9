import { expect, test } from "vitest";
import plugin from "../../../plugins/stores/plugin.ts";
import { incomplete } from "../core/incomplete.ts";

test("the definition is complete, in both languages", () => {
  expect(incomplete(plugin)).toEqual([]);
});
