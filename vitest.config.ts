import path from "node:path";
import { defineConfig } from "vitest/config";

// As the engine resolves them for plugins outside the house, see engine/plugin-packages.ts.
const DOORS = {
  "centralita/plugin-api": path.join(import.meta.dirname, "engine/plugin-api.ts"),
  "centralita/plugin-testing": path.join(import.meta.dirname, "engine/plugin-testing.ts"),
};

// Four projects: `unit` needs nothing, `integration` gets one PostgreSQL for the whole run, `flows` plays the examples
// through the emulators, `browser` opens the built editor in a Chromium.
export default defineConfig({
  test: {
    projects: [
      {
        resolve: { alias: DOORS },
        test: {
          name: "unit",
          include: [
            "test/unit/**/*.test.ts",
            "test/core/**/*.test.ts",
            "test/editor/**/*.test.ts",
            "test/plugins/**/*.test.ts",
            "test/plugin-testing/**/*.test.ts",
            "test/*.test.ts",
            "examples/**/*.test.ts",
          ],
          // Only a guard against hanging: machines are shared.
          testTimeout: 60_000,
        },
      },
      {
        test: {
          name: "integration",
          include: [
            "test/store/**/*.test.ts",
            "test/runtime/**/*.test.ts",
            "test/http/**/*.test.ts",
            "test/e2e/**/*.test.ts",
          ],
          globalSetup: ["test/support/global-database.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "flows",
          include: ["test/flows/**/*.test.ts"],
          globalSetup: ["test/support/global-database.ts"],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: "browser",
          include: ["test/browser/**/*.test.ts"],
          globalSetup: ["test/support/global-database.ts", "test/support/build-editor.ts"],
          testTimeout: 120_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
});
