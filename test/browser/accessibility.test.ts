import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type EditorStage, openEditorStage } from "../support/editor-page.ts";
import { playedOn, visitScreens } from "./visit-screens.ts";

/** Only a guard against hanging: it goes through much, and machines are shared. */
const PATIENCE = 300_000;

let stage: EditorStage;

beforeAll(async () => {
  stage = await playedOn(await openEditorStage());
});
afterAll(() => stage.stop());

const AXE = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const WCAG = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"];

test(
  "no state of any screen breaks the rules of WCAG 2.2 AA",
  async () => {
    const found = await visitScreens(stage, { theme: "light" }, (page) => axe(page, WCAG));
    expect(found).toEqual({});
  },
  PATIENCE,
);

test(
  "nor does it on a phone, in English",
  async () => {
    const look = { theme: "light", locale: "en", width: 390, height: 844 } as const;
    expect(await visitScreens(stage, look, (page) => axe(page, WCAG))).toEqual({});
  },
  PATIENCE,
);

// What is there is the same in the dark; only how well it can be seen is not.
test(
  "nor can anything be seen badly in the dark",
  async () => {
    const found = await visitScreens(stage, { theme: "dark" }, (page) => axe(page, ["color-contrast"]));
    expect(found).toEqual({});
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
