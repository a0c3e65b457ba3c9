import { describe, test } from "vitest";
import { contractTests } from "../../../engine/plugin-testing.ts";
import agent from "../../../plugins/agent/plugin.ts";

describe("the contract", () => {
  test.each(contractTests(agent, { runs: 10 }))("$name", ({ run }) => run());
});
