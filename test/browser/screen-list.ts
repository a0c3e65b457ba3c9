import type { Locator, Page } from "playwright-core";
import type { EditorOptions } from "../support/editor-page.ts";
import { until } from "../support/until.ts";

export interface Screen {
  readonly name: string;
  readonly path: string;
  readonly options?: EditorOptions;
  /** Brings the page into the state that is to be seen. */
  prepare?(page: Page): Promise<void>;
}

const ROUTER = "/flows/shared-number-router";
// Nobody else has this one open, and with it the lock.
const EDITED = "/flows/otp-login";

/** Every screen there is, and the states it can be in. */
export const SCREENS: readonly Screen[] = [
  { name: "sign-in", path: "/", options: { signedOut: true } },
  { name: "flows", path: "/flows" },
  { name: "flows-tour", path: "/flows", options: { tour: true } },
  { name: "flows-new", path: "/flows?new" },
  { name: "flows-import", path: "/flows?import" },
  { name: "flow", path: ROUTER },
  { name: "flow-palette", path: ROUTER, prepare: palette },
  { name: "flow-menu", path: "/flows/ivr-sales-support-reservations" },
  { name: "flow-node", path: ROUTER, prepare: (page) => openNode(page, "enviar_tienda") },
  { name: "flow-branch", path: ROUTER, prepare: (page) => openNode(page, "puede_recibir") },
  { name: "flow-problems", path: ROUTER, prepare: (page) => press(page, /problemas|problems/i) },
  { name: "flow-outline", path: ROUTER, prepare: outline },
  { name: "flow-find", path: ROUTER, prepare: find },
  { name: "flow-simulator", path: ROUTER, prepare: simulate },
  { name: "flow-simulator-chat", path: ROUTER, prepare: simulatorChat },
  { name: "flow-versions", path: ROUTER, prepare: versions },
  { name: "flow-keys", path: ROUTER, prepare: cheatSheet },
  { name: "flow-conflict", path: EDITED, options: {}, prepare: conflict },
  { name: "sign-in-again", path: "/credits", options: {}, prepare: sessionEnds },
  { name: "flow-publish", path: ROUTER, prepare: (page) => press(page, /^(Publicar|Publish)$/) },
  { name: "flow-version", path: `${ROUTER}?version=1` },
  { name: "runs", path: "/runs" },
  { name: "run", path: "/runs", prepare: openRun },
  { name: "gallery", path: "/gallery" },
  { name: "templates", path: "/templates" },
  { name: "stores", path: "/stores" },
  { name: "credits", path: "/credits" },
  { name: "settings", path: "/settings" },
  { name: "nowhere", path: "/flows/there-is-none" },
];

/** On a phone the outline stands for the canvas; on it, what is not in view is not drawn. */
async function openNode(page: Page, id: string): Promise<void> {
  const whole = page.getByRole("button", { name: /^(Flujo completo|Whole flow)$/ });
  const outlined = page.locator(`[data-outline="${id}"]`).first();
  await whole.or(outlined).first().waitFor();
  if (await outlined.isVisible()) return outlined.click();
  await whole.click();
  await page.locator(`[data-card="${id}"]`).click();
}

/** A phone has no canvas to add to. */
async function palette(page: Page): Promise<void> {
  const card = page.locator("[data-card]").first();
  await card.or(page.locator("[data-outline]").first()).first().waitFor();
  if (!(await card.isVisible())) return;
  await pressUntil(page, "/", page.getByRole("combobox", { name: /^(Añadir un paso|Add a step)$/ }));
}

/** A key that is pressed before the canvas hears keys is nobody's. */
async function pressUntil(page: Page, key: string, shown: Locator): Promise<void> {
  await until(`what ${key} opens`, async () => {
    await page.keyboard.press(key);
    return shown.waitFor({ timeout: 2_000 }).then(
      () => true,
      () => null,
    );
  });
}

/** On a phone it is there already, in place of the canvas. */
async function outline(page: Page): Promise<void> {
  const toggle = page.getByRole("button", { name: /^(Esquema|Outline)$/ });
  await toggle.or(page.locator("[data-outline]")).first().waitFor();
  if (await toggle.isVisible()) await toggle.click();
}

async function press(page: Page, name: RegExp): Promise<void> {
  await page.getByRole("button", { name }).first().click();
}

async function find(page: Page): Promise<void> {
  await press(page, /^(Buscar|Find)$/);
  await page.getByRole("textbox", { name: /^(Buscar|Find)$/ }).fill("por llamar");
}

async function simulate(page: Page): Promise<void> {
  await press(page, /^(Simular|Simulate)$/);
  await press(page, /^(Llamar|Call)$/);
  await page.locator(".caption").first().waitFor();
}

async function simulatorChat(page: Page): Promise<void> {
  await simulate(page);
  await page.getByText("Chat", { exact: true }).click();
  await page.locator(".chat-bubble").first().waitFor();
}

async function versions(page: Page): Promise<void> {
  await press(page, /^(Más|More)$/);
  await page.getByRole("menuitem", { name: /^(Versiones|Versions)/ }).click();
  await page.getByRole("menu").waitFor({ state: "detached" });
}

/** A phone has no keyboard, and no canvas. */
async function cheatSheet(page: Page): Promise<void> {
  const card = page.locator("[data-card]").first();
  await card.or(page.locator("[data-outline]").first()).first().waitFor();
  if (!(await card.isVisible())) return;
  await pressUntil(page, "?", page.getByRole("dialog"));
}

/** As if somebody had saved in between. */
async function conflict(page: Page): Promise<void> {
  await page.route(`**/api/v1${EDITED}`, (route) =>
    route.request().method() === "PUT"
      ? route.fulfill({ status: 409, json: { error: CONFLICT } })
      : route.fallback(),
  );
  await page.getByRole("textbox", { name: /^(Nombre del flujo|Name of the flow)$/ }).fill("Otro nombre");
  await page.getByRole("dialog").getByRole("heading").nth(1).waitFor();
}

const CONFLICT = {
  code: "REVISION_CONFLICT",
  message: "It was changed meanwhile.",
  details: { revision: 99 },
  requestId: "req_conflict",
};

/** What the page asks for next finds that nobody is signed in any more. */
async function sessionEnds(page: Page): Promise<void> {
  const { csrfToken } = await (await page.request.get("/api/v1/me")).json();
  const headers = { "x-csrf-token": csrfToken, origin: new URL(page.url()).origin };
  await page.request.post("/api/v1/auth/logout", { headers });
  // Something else on the page may have found out already, and its dialog lies over the link.
  await page.locator('a[href="/templates"]').first().dispatchEvent("click");
  await page.getByRole("dialog").getByRole("textbox").first().waitFor();
}

async function openRun(page: Page): Promise<void> {
  await page.locator('a[href^="/runs/run_"]').first().click();
  await page.waitForURL(/\/runs\/run_/);
}
