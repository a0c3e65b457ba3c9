import { describe, test } from "vitest";
import { BUILT_IN_PLUGINS } from "../engine/built-in-plugins.ts";
import { contractTests } from "../engine/plugin-testing.ts";

describe.each(BUILT_IN_PLUGINS)("[P11] the plugin $id", (plugin) => {
  test.each(contractTests(plugin))("$name", ({ run }) => run());
});
