import type { Page } from "playwright-core";
import type { EditorOptions } from "../support/editor-page.ts";

export interface Screen {
  readonly name: string;
  readonly path: string;
  readonly options?: EditorOptions;
  /** Brings the page into the state that is to be seen. */
  prepare?(page: Page): Promise<void>;
}

const ROUTER = "/flows/shared-number-router";

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
  await page.keyboard.press("/");
  await page.getByRole("combobox", { name: /^(Añadir un paso|Add a step)$/ }).waitFor();
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

async function openRun(page: Page): Promise<void> {
  await page.locator('a[href^="/runs/run_"]').first().click();
  await page.waitForURL(/\/runs\/run_/);
}
