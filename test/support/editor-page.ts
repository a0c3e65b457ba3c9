import type { Browser, BrowserContext, Page } from "playwright-core";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { apiClient, type Call } from "../http/api-client.ts";
import { buildEngine, type TestEngine } from "./build-engine.ts";
import { launchChromium } from "./chromium.ts";

export interface EditorOptions {
  readonly locale?: "es" | "en";
  readonly theme?: "light" | "dark";
  readonly width?: number;
  readonly height?: number;
  /** Absent: signed in as the demo's user, who has seen the tour. */
  readonly signedOut?: boolean;
  readonly tour?: boolean;
}

/** The engine with its editor in a real browser. */
export interface EditorStage {
  readonly engine: TestEngine;
  readonly browser: Browser;
  /** The API as the demo tenant's key, to read back what the screen did. */
  readonly api: Call;
  /** Opens a page of the editor in a browser profile of its own. */
  open(path: string, options?: EditorOptions): Promise<EditorPage>;
  stop(): Promise<void>;
}

export interface EditorPage {
  readonly page: Page;
  readonly context: BrowserContext;
  /** What the page wrote to its console as an error, and what it threw. */
  readonly errors: readonly string[];
}

export async function openEditorStage(): Promise<EditorStage> {
  const engine = await buildEngine();
  const browser = await launchChromium();
  return {
    engine,
    browser,
    api: apiClient(engine.url, engine.apiKey),
    open: (path, options = {}) => openPage(browser, engine.url, path, options),
    async stop() {
      await browser.close();
      await engine.stop();
    },
  };
}

/** A page of an engine that is already running, as a person of these preferences. */
export async function openPage(
  browser: Browser,
  url: string,
  path: string,
  options: EditorOptions,
): Promise<EditorPage> {
  const {
    locale = "es",
    theme = "light",
    width = 1440,
    height = 900,
    signedOut = false,
    tour = false,
  } = options;
  const context = await browser.newContext({
    baseURL: url,
    locale: locale === "es" ? "es-ES" : "en-GB",
    colorScheme: theme,
    viewport: { width, height },
    reducedMotion: "reduce",
    hasTouch: width < 760,
  });
  const preferences = JSON.stringify({ state: { locale, toured: !tour }, version: 0 });
  await context.addInitScript((kept) => {
    if (!localStorage.getItem("centralita.preferences")) localStorage.setItem("centralita.preferences", kept);
  }, preferences);
  const page = await context.newPage();
  const errors: string[] = [];
  page.on("pageerror", (error) => errors.push(String(error)));
  page.on("console", (message) => {
    if (message.type() === "error" && !/status of 4\d\d/.test(message.text())) errors.push(message.text());
  });
  if (!signedOut) await signIn(context, url);
  await page.goto(path);
  return { page, context, errors };
}

async function signIn(context: BrowserContext, url: string): Promise<void> {
  const response = await context.request.post(`${url}/api/v1/auth/login`, {
    data: { email: DEMO.signIn.email, password: DEMO.signIn.password },
    headers: { origin: url },
  });
  if (!response.ok()) throw new Error(`The demo's user could not sign in: ${await response.text()}`);
}
