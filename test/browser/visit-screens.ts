import type { Page } from "playwright-core";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { playFlow } from "../../engine/demo/play-flow.ts";
import type { EditorOptions, EditorStage } from "../support/editor-page.ts";
import { SCREENS, type Screen } from "./screen-list.ts";

/** A stage on which something has run already: an empty list has little on it that could be wrong. */
export async function playedOn(stage: EditorStage): Promise<EditorStage> {
  await playFlow(stage.engine.app, DEMO.tenant.id, {
    flow: "shared-number-router",
    from: DEMO.caller,
    inputs: ["1"],
    geo: {},
    request: {},
  });
  return stage;
}

/** Goes through every state of every screen in one look, and gives what is found in each that should not be. */
export async function visitScreens(
  stage: EditorStage,
  look: EditorOptions,
  faultsOf: (page: Page) => Promise<readonly string[]>,
): Promise<Readonly<Record<string, readonly string[]>>> {
  const found: Record<string, readonly string[]> = {};
  // Signing in costs more than going from page to page.
  const shared = await stage.open("/flows", look);
  for (const screen of SCREENS) {
    const own = screen.options && (await stage.open(screen.path, { ...look, ...screen.options }));
    const { page, errors } = own ?? shared;
    const before = own ? 0 : errors.length;
    if (!own) await page.goto(screen.path);
    await bringAbout(page, screen);
    const faults = [...(await faultsOf(page)), ...errors.slice(before)];
    if (faults.length > 0) found[screen.name] = faults;
    await own?.context.close();
  }
  await shared.context.close();
  return found;
}

async function bringAbout(page: Page, screen: Screen): Promise<void> {
  await page.locator("main").first().waitFor();
  await screen.prepare?.(page);
  await page.waitForLoadState("networkidle");
}
