import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { type EditorStage, openEditorStage } from "../support/editor-page.ts";
import { cardIds, flowHand } from "../support/flow-hand.ts";

let stage: EditorStage;

beforeAll(async () => {
  stage = await openEditorStage();
});
afterAll(() => stage.stop());

test("without a network edits are kept and said to be, and saved when it is back", async () => {
  const { page, context, errors } = await stage.open("/flows/otp-login");
  await page.locator("[data-card]").first().waitFor();
  await context.setOffline(true);
  await rename(page, "Sin red");
  await savingIs(page, "offline");
  await page.getByText("Sin conexión: guardado en este equipo").waitFor();
  await page
    .getByRole("status")
    .getByText(/^Sin conexión\. /)
    .waitFor();
  expect(await nameOf("otp-login")).not.toBe("Sin red");
  await context.setOffline(false);
  await savingIs(page, "saved");
  expect(await nameOf("otp-login")).toBe("Sin red");
  expect(own(errors)).toEqual([]);
});

test("whoever's session has ended signs in over the page, and loses nothing", async () => {
  const { page, context, errors } = await stage.open("/flows/otp-on-call");
  await page.locator("[data-card]").first().waitFor();
  // Whatever else the page asks for would find the session ended too, and its dialog would take the keys from the name.
  const session = Promise.withResolvers<void>();
  await page.route("**/api/v1/flows/otp-on-call", async (route) => {
    await session.promise;
    await route.continue();
  });
  await rename(page, "Otra vez dentro");
  await savingIs(page, "saving");
  const { csrfToken } = await (await context.request.get("/api/v1/me")).json();
  const headers = { "x-csrf-token": csrfToken, origin: stage.engine.url };
  expect((await context.request.post("/api/v1/auth/logout", { headers })).ok()).toBe(true);
  session.resolve();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel(/^Contraseña/).fill(DEMO.signIn.password);
  await dialog.getByRole("button", { name: "Entrar" }).click();
  await dialog.waitFor({ state: "detached" });
  expect(await page.getByRole("textbox", { name: "Nombre del flujo" }).inputValue()).toBe("Otra vez dentro");
  await savingIs(page, "saved");
  expect(await nameOf("otp-on-call")).toBe("Otra vez dentro");
  expect(own(errors)).toEqual([]);
});

test("what could not be saved is there again after the page was loaded anew", async () => {
  const { page, errors } = await stage.open("/flows/otp-in-chat");
  await page.locator("[data-card]").first().waitFor();
  const release = await holdSaves(page, "otp-in-chat");
  await rename(page, "De vuelta");
  await savingIs(page, "offline");
  await page.reload();
  await page.getByRole("button", { name: "Deshacer: Recuperar cambios sin guardar" }).waitFor();
  expect(await page.getByRole("textbox", { name: "Nombre del flujo" }).inputValue()).toBe("De vuelta");
  await release();
  await savingIs(page, "saved");
  expect(await nameOf("otp-in-chat")).toBe("De vuelta");
  expect(own(errors)).toEqual([]);
});

test("the second to come looks on until they take over; then the first one looks on", async () => {
  const first = await stage.open("/flows/list-notice");
  await first.page.locator("[data-card]").first().waitFor();
  const second = await stage.open("/flows/list-notice");
  const banner = second.page.locator(".banner").getByText("Demo está editando este flujo.");
  await banner.waitFor();
  expect(
    await second.page.getByRole("textbox", { name: "Nombre del flujo" }).getAttribute("readonly"),
  ).not.toBe(null);
  await second.page.getByRole("button", { name: "Tomar el control" }).click();
  await first.page.locator(".banner").getByText("Demo está editando este flujo.").waitFor();
  await banner.waitFor({ state: "detached" });
  await rename(second.page, "Con control");
  await savingIs(second.page, "saved");
  expect(await nameOf("list-notice")).toBe("Con control");
  expect([...own(first.errors), ...own(second.errors)]).toEqual([]);
});

test("two who edited the same flow see what both did, and merging keeps both", async () => {
  const { page, errors } = await stage.open("/flows/order-update");
  await page.locator("[data-card]").first().waitFor();
  const release = await holdSaves(page, "order-update");
  await rename(page, "Mi nombre");
  await savingIs(page, "offline");

  const other = await stage.open("/flows/order-update");
  await other.page.getByRole("button", { name: "Tomar el control" }).click();
  await other.page.locator(".banner").waitFor({ state: "detached" });
  const hand = flowHand(other.page);
  await hand.showAll();
  const [card = ""] = await cardIds(other.page);
  await hand.select(card);
  await other.page.getByRole("textbox", { name: "Nombre del nodo" }).fill("Su paso");
  await savingIs(other.page, "saved");

  await release();
  const dialog = page.getByRole("dialog", { name: "Otra persona cambió este flujo" });
  await dialog.getByRole("button", { name: "Combinar ambos" }).click();
  await dialog.waitFor({ state: "detached" });
  await savingIs(page, "saved");
  const { draft } = (await stage.api("GET", "/api/v1/flows/order-update")).body;
  expect(draft.name).toBe("Mi nombre");
  expect(draft.nodes).toContainEqual(
    expect.objectContaining({ id: card, data: expect.objectContaining({ label: "Su paso" }) }),
  );
  expect([...own(errors), ...own(other.errors)]).toEqual([]);
});

async function rename(page: Page, name: string): Promise<void> {
  await page.getByRole("textbox", { name: "Nombre del flujo" }).fill(name);
}

/** As if the network were gone for saving alone; gives what ends it. */
async function holdSaves(page: Page, key: string): Promise<() => Promise<void>> {
  const address = `**/api/v1/flows/${key}`;
  await page.route(address, (route) =>
    route.request().method() === "PUT" ? route.abort() : route.fallback(),
  );
  return () => page.unroute(address);
}

function savingIs(page: Page, kind: "saved" | "saving" | "offline"): Promise<void> {
  return page.locator(`.flow-state[data-kind="${kind}"]`).waitFor();
}

async function nameOf(key: string): Promise<string> {
  return (await stage.api("GET", `/api/v1/flows/${key}`)).body.draft.name;
}

/** The browser itself tells of each request that found no network. */
function own(errors: readonly string[]): string[] {
  return errors.filter((error) => !/net::ERR_(INTERNET_DISCONNECTED|FAILED)/.test(error));
}
