/** Takes one screenshot of an engine that is running: `node test/browser/look.ts URL PATH FILE [es|en] [light|dark] [width]`. */
import { launchChromium } from "../support/chromium.ts";
import { openPage } from "../support/editor-page.ts";

const [url = "", path = "/", file = "look.png", locale = "es", theme = "light", width = "1440"] =
  process.argv.slice(2);
const browser = await launchChromium();
const { page, errors } = await openPage(browser, url, path, {
  locale: locale === "en" ? "en" : "es",
  theme: theme === "dark" ? "dark" : "light",
  width: Number(width),
});
await page.waitForLoadState("networkidle");
await page.screenshot({ path: file });
console.log(errors.join("\n"));
await browser.close();
