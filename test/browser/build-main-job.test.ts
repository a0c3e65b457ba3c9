import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Flow } from "../../engine/core/flow.ts";
import { type EditorStage, openEditorStage } from "../support/editor-page.ts";
import { cardIds, flowHand, newCallFlow, newCard } from "../support/flow-hand.ts";

let stage: EditorStage;

beforeAll(async () => {
  stage = await openEditorStage();
});
afterAll(() => stage.stop());

test("the main job is built from nothing with the mouse, mended where the problems say, and published", async () => {
  const { page, errors } = await stage.open("/flows?new");
  const hand = flowHand(page);
  await newCallFlow(page, "La tienda más cercana");
  const lookup = await hand.add("inicio", "Después", { find: "consultar", name: "Consultar el número" });
  const locate = await hand.add(lookup, "Móvil", { find: "ubicar", name: "Ubicar a quien llama" });
  const route = await hand.add(locate, "Encontrado", { find: "tienda", name: "Elegir la tienda" });
  const send = await hand.add(route, "Encontrada", { find: "plantilla", name: "Enviar plantilla" });
  const deduct = await hand.add(send, "Enviado", { find: "creditos", name: "Descontar créditos" });
  const connect = await hand.add(deduct, "Descontado", { find: "pasar", name: "Pasar la llamada" });
  await choose(hand.panel, "Llamar a", "El móvil de la tienda");

  await page.getByRole("button", { name: "Publicar", exact: true }).click();
  const dialog = page.getByRole("dialog", { name: "Publicar este flujo" });
  await dialog.getByText("Un problema impide publicarlo.").waitFor();
  expect(await dialog.getByRole("button", { name: "Publicar ahora" }).isDisabled()).toBe(true);
  await dialog.getByRole("button", { name: "Problemas" }).click();
  await hand.drawer("Problemas").getByRole("button", { name: send }).click();
  await choose(hand.panel, "Plantilla", "tienda-cercana");
  await hand.drawer("Problemas").getByText("Este flujo se puede publicar.").waitFor();

  await publish(page, "Primera versión");
  const flow = await published(1, "la-tienda-mas-cercana");
  expect(flow.nodes.map(({ id, type }) => [id, type])).toEqual([
    ["inicio", "twilio.incoming-call"],
    [lookup, "twilio.lookup"],
    [locate, "geo.locate"],
    [route, "stores.route"],
    [send, "messaging.template"],
    [deduct, "credits.deduct"],
    [connect, "twilio.connect-call"],
  ]);
  expect(wires(flow)).toEqual([
    `inicio next ${lookup}`,
    `${lookup} mobile ${locate}`,
    `${locate} found ${route}`,
    `${route} routed ${send}`,
    `${send} sent ${deduct}`,
    `${deduct} deducted ${connect}`,
  ]);
  expect(flow.nodes[4]?.data.params).toMatchObject({ template: "tienda-cercana" });
  expect(flow.nodes[6]?.data.params).toMatchObject({ target: "store_mobile" });
  expect(errors).toEqual([]);
});

test("with the keyboard alone: press 1 for sales, otherwise voicemail and a WhatsApp to me", async () => {
  const { page, errors } = await stage.open("/flows?new");
  const keys = page.keyboard;
  await isFocused(page.getByRole("textbox", { name: "Nombre" }));
  await keys.type("Marque 1 para ventas");
  await keys.press("Enter");
  await page.locator('[data-card="inicio"]').waitFor();

  await keys.press("Home");
  const ask = await addByKey(page, "preguntar");
  await keys.press("Enter");
  await tabTo(page, page.getByRole("textbox", { name: "Texto", exact: true }));
  await keys.type("Para hablar con ventas, marque 1.");
  await tabTo(
    page,
    page.getByRole("group", { name: "Teclas con salida propia" }).getByText("1", { exact: true }),
  );
  await keys.press("Space");
  await backToCard(page);

  await tabTo(page, port(page, ask, "Tecla 1"));
  const sales = await addOnPort(page, "pasar la llamada");
  await keys.press("Enter");
  await tabTo(page, page.getByRole("button", { name: "Añadir: Destino" }));
  await keys.press("Enter");
  await tabTo(page, page.getByRole("textbox", { name: "Elemento 1" }), "Shift+Tab");
  await keys.type("+573001230000");
  await backToCard(page);

  await keys.press("ArrowUp");
  await tabTo(page, page.locator(`[data-card="${ask}"]`).getByRole("button", { name: "2 salidas más" }));
  await keys.press("Enter");
  await isFocused(page.getByRole("menuitem", { name: "Sin respuesta a tiempo" }));
  const voicemail = await addOnPort(page, "buzon");
  await tabTo(page, port(page, voicemail, "Dejó un mensaje"));
  const tell = await addOnPort(page, "enviar mensaje");
  await keys.press("Enter");
  await tabTo(page, page.getByRole("textbox", { name: "Para", exact: true }));
  await keys.type("+573009990000");
  await tabTo(page, page.getByRole("textbox", { name: "Texto", exact: true }));
  await keys.type("Le dejaron un mensaje de voz.");
  await backToCard(page);

  await tabTo(page, page.getByRole("button", { name: "Publicar", exact: true }), "Shift+Tab");
  await keys.press("Enter");
  const publishNow = page.getByRole("button", { name: "Publicar ahora" });
  await publishNow.waitFor();
  await tabTo(page, publishNow);
  await keys.press("Enter");
  await page.getByText("La versión 1 está publicada").waitFor();

  const flow = await published(1, "marque-1-para-ventas");
  expect(wires(flow)).toEqual([
    `inicio next ${ask}`,
    `${ask} 1 ${sales}`,
    `${ask} timeout ${voicemail}`,
    `${voicemail} recorded ${tell}`,
  ]);
  expect(errors).toEqual([]);
});

async function choose(panel: Locator, field: string, option: string): Promise<void> {
  await panel.getByRole("combobox", { name: new RegExp(`^${field}( obligatorio)?$`) }).click();
  await panel.page().getByRole("option", { name: option }).click();
}

async function publish(page: Page, note: string): Promise<void> {
  await page.getByRole("button", { name: "Publicar", exact: true }).click();
  await page.getByRole("textbox", { name: "Qué cambió, en sus palabras" }).fill(note);
  await page.getByRole("button", { name: "Publicar ahora" }).click();
  await page.getByText("La versión 1 está publicada").waitFor();
}

/** As the server has it, which finds nothing wrong with it either. */
async function published(version: number, key: string): Promise<Flow> {
  const { status, body } = await stage.api("GET", `/api/v1/flows/${key}/versions/${version}`);
  expect(status).toBe(200);
  const flow: Flow = body.document;
  const check = await stage.api("POST", "/api/v1/flows/check", { json: flow });
  expect(check.body.problems.filter(({ severity }: { severity: string }) => severity === "error")).toEqual(
    [],
  );
  return flow;
}

function wires(flow: Flow): string[] {
  return flow.edges.map(({ source, sourceHandle, target }) => `${source} ${sourceHandle} ${target}`);
}

function port(page: Page, id: string, name: string): Locator {
  return page
    .locator(`[data-card="${id}"]`)
    .getByRole("button", { name: `Añadir un paso: ${name}`, exact: true });
}

/** A list that is open in a field takes the first Escape for itself. */
async function backToCard(page: Page): Promise<void> {
  const inPanel = async () => (await page.locator(".panel :focus").count()) > 0;
  for (let tries = 0; tries < 3 && (await inPanel()); tries++) await page.keyboard.press("Escape");
  expect(await inPanel()).toBe(false);
}

/** After the selected step. */
async function addByKey(page: Page, find: string): Promise<string> {
  return addThrough(page, "+", find);
}

async function addOnPort(page: Page, find: string): Promise<string> {
  return addThrough(page, "Enter", find);
}

async function addThrough(page: Page, key: string, find: string): Promise<string> {
  const before = await cardIds(page);
  await page.keyboard.press(key);
  await isFocused(page.getByRole("combobox", { name: "Añadir un paso" }));
  await page.keyboard.type(find);
  await page.keyboard.press("Enter");
  const id = await newCard(page, before);
  await isFocused(page.locator(`[data-card="${id}"]`));
  return id;
}

/** The keyboard's way to a place; a place that it does not lead to within this many steps is out of its reach. */
async function tabTo(page: Page, place: Locator, key = "Tab"): Promise<void> {
  await place.waitFor();
  for (let step = 0; step < 80; step++) {
    if ((await place.and(page.locator(":focus")).count()) > 0) return;
    await page.keyboard.press(key);
  }
  throw new Error(`The keyboard does not lead to ${place}`);
}

function isFocused(place: Locator): Promise<void> {
  return place.and(place.page().locator(":focus")).waitFor();
}
