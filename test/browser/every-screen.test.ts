import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EditorStage, openEditorStage } from "../support/editor-page.ts";
import { foreignWords, readTables } from "./foreign-words.ts";
import { playedOn, visitScreens } from "./visit-screens.ts";

/** Only a guard against hanging: it goes through much, and machines are shared. */
const PATIENCE = 300_000;

let stage: EditorStage;
let tables: Awaited<ReturnType<typeof readTables>>;

beforeAll(async () => {
  tables = await readTables();
  stage = await playedOn(await openEditorStage());
});
afterAll(() => stage.stop());

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WCAG = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];

test(
  "in Spanish, no state of any screen breaks the rules of WCAG 2.2 AA or says anything in English",
  async () => {
    const found = await visitScreens(stage, { locale: "es" }, async (page) => [
      ...(await axe(page, WCAG)),
      ...(await foreignWords(page, "es", tables)),
    ]);
    expect(found).toEqual({});
  },
  PATIENCE,
);

// What is there is the same in the dark; only how well it can be seen is not.
test(
  "in English and in the dark, nothing is seen badly or said in Spanish",
  async () => {
    const found = await visitScreens(stage, { locale: "en", theme: "dark" }, async (page) => [
      ...(await axe(page, ["color-contrast"])),
      ...(await foreignWords(page, "en", tables)),
    ]);
    expect(found).toEqual({});
  },
  PATIENCE,
);

test(
  "on a phone, no state of any screen breaks the rules of WCAG 2.2 AA",
  async () => {
    const look = { width: 390, height: 844 };
    expect(await visitScreens(stage, look, (page) => axe(page, WCAG))).toEqual({});
  },
  PATIENCE,
);

interface Violation {
  readonly id: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}

/** As the protocol's own evaluation, which the page's content policy has no say in. */
async function axe(page: Page, runOnly: readonly string[]): Promise<readonly string[]> {
  await page.evaluate(AXE);
  const options = JSON.stringify({ runOnly, resultTypes: ["violations"] });
  const violations: readonly Violation[] = await page.evaluate(
    `axe.run(${options}).then(({ violations }) => violations)`,
  );
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(" ")}: ${failureSummary}`),
  );
}
