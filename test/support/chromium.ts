import { existsSync } from "node:fs";
import { type Browser, chromium } from "playwright-core";

const SYSTEM_BROWSERS = [
  "/usr/bin/chromium",
  "/usr/bin/chromium-browser",
  "/usr/bin/google-chrome",
  "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
];

const QUIET = [
  "--no-sandbox",
  "--disable-background-networking",
  "--disable-component-update",
  "--no-first-run",
];

const WITHOUT_GPU = [
  "--no-zygote",
  "--use-gl=angle",
  "--use-angle=swiftshader",
  "--font-render-hinting=none",
];

/** A headless Chromium: the machine's own where it has one, else the one inside an npm package (Linux only). */
export async function launchChromium(): Promise<Browser> {
  const own = process.env.CHROME_PATH ?? SYSTEM_BROWSERS.find((file) => existsSync(file));
  if (own !== undefined) return chromium.launch({ executablePath: own, args: QUIET });
  // Makes the package unpack the shared libraries that a bare server lacks.
  process.env.AWS_LAMBDA_JS_RUNTIME ??= "nodejs22.x";
  const { default: packaged } = await import("@sparticuz/chromium");
  // Not with the package's own arguments: they switch off the web's security, which is part of what is tested.
  return chromium.launch({
    executablePath: await packaged.executablePath(),
    args: [...QUIET, ...WITHOUT_GPU],
  });
}
