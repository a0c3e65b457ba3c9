import { expect, test } from "vitest";
import plugin from "../../../plugins/core/plugin.ts";
import { incomplete } from "./incomplete.ts";

test("the definition is complete, in both languages", () => {
  expect(incomplete(plugin)).toEqual([]);
});
