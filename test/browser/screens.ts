/**
 * `npm run screens`: a screenshot of every screen in both languages, both themes and three widths, into `screens/`, for
 * people to look at. `npm run screens -- flow` takes only those whose name has "flow" in it.
 */
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Page } from "playwright-core";
import { build } from "vite";
import { loadConfig } from "../../engine/config.ts";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { registerDemoTemplates } from "../../engine/demo/demo-vendors.ts";
import { playFlow } from "../../engine/demo/play-flow.ts";
import { seedDemo } from "../../engine/demo/seed.ts";
import { startCentralita } from "../../engine/main.ts";
import { launchChromium } from "../support/chromium.ts";
import { type EditorOptions, openPage } from "../support/editor-page.ts";
import { SCREENS, type Screen } from "./screen-list.ts";

const ROOT = path.join(import.meta.dirname, "..", "..");
const OUT = path.join(ROOT, "screens");
const LOOKS: readonly Required<Pick<EditorOptions, "locale" | "theme" | "width" | "height">>[] = [
  { locale: "es", theme: "light", width: 1440, height: 900 },
  { locale: "en", theme: "dark", width: 1440, height: 900 },
  { locale: "es", theme: "dark", width: 1024, height: 768 },
  { locale: "es", theme: "light", width: 390, height: 844 },
  { locale: "en", theme: "dark", width: 390, height: 844 },
];

const [wanted = ""] = process.argv.slice(2);
await build({
  root: path.join(ROOT, "editor"),
  configFile: path.join(ROOT, "editor", "vite.config.ts"),
  logLevel: "error",
});
await mkdir(OUT, { recursive: true });
const dataDir = await mkdtemp(path.join(tmpdir(), "centralita-screens-"));
const app = await startCentralita(
  loadConfig({ PORT: "0", HOST: "127.0.0.1", DATA_DIR: dataDir, EMULATORS: "on", LOG_LEVEL: "error" }),
  { emulatorPaceMs: 1, emulatorsInMemory: true },
);
const browser = await launchChromium();
try {
  await seedDemo(app.connection);
  await registerDemoTemplates(app);
  for (const from of [DEMO.caller, "+34600111222", "+573001239901"])
    await playFlow(app, DEMO.tenant.id, {
      flow: "shared-number-router",
      from,
      inputs: ["1"],
      geo: {},
      request: {},
    });
  for (const screen of SCREENS.filter(({ name }) => name.includes(wanted))) await take(screen);
} finally {
  await browser.close();
  await app.stop();
  await rm(dataDir, { recursive: true, force: true });
}

async function take(screen: Screen): Promise<void> {
  for (const look of LOOKS) {
    const file = `${screen.name}-${look.locale}-${look.theme}-${look.width}.png`;
    const { page, context, errors } = await openPage(browser, app.url, screen.path, {
      ...look,
      ...screen.options,
    });
    try {
      await screen.prepare?.(page);
      await settled(page);
      await page.screenshot({ path: path.join(OUT, file) });
      console.log(file, ...errors);
    } catch (error) {
      await page.screenshot({ path: path.join(OUT, `failed-${file}`) });
      console.log(`${file} failed: ${error instanceof Error ? error.message.split("\n")[0] : error}`);
    } finally {
      await context.close();
    }
  }
}

/** Nothing is being loaded and nothing is moving any more. */
async function settled(page: Page): Promise<void> {
  await page.waitForLoadState("networkidle");
  await page.evaluate("document.fonts.ready.then(() => undefined)");
}
