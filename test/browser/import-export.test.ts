import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { Flow } from "../../engine/core/flow.ts";
import { type EditorStage, openEditorStage } from "../support/editor-page.ts";
import { flowHand } from "../support/flow-hand.ts";

let stage: EditorStage;

beforeAll(async () => {
  stage = await openEditorStage();
});
afterAll(() => stage.stop());

test("a flow that was exported comes back as another one, bound to what is chosen", async () => {
  const { page, errors } = await stage.open("/flows/ivr-sales-support-reservations");
  await page.locator("[data-card]").first().waitFor();
  await page.getByRole("button", { name: "Más", exact: true }).click();
  const [download] = await Promise.all([
    page.waitForEvent("download"),
    page.getByRole("menuitem", { name: "Exportar" }).click(),
  ]);
  expect(download.suggestedFilename()).toBe("ivr-sales-support-reservations.flow.json");
  const file = await download.path();

  await page.goto("/flows?import");
  const dialog = page.getByRole("dialog", { name: "Importar un flujo" });
  const chooser = page.waitForEvent("filechooser");
  await dialog.getByRole("button", { name: "Archivo" }).click();
  await (await chooser).setFiles(file);
  await dialog.getByRole("textbox", { name: "Nombre" }).fill("Menú de otro hotel");
  for (const phone of await dialog.locator('input[type="tel"]').all()) await phone.fill("+573001112233");
  await dialog.getByRole("button", { name: "Crear el borrador" }).click();
  await page.waitForURL(/\/flows\/menu-de-otro-hotel$/);
  await page.locator("[data-card]").first().waitFor();

  const [before, after] = [await draft("ivr-sales-support-reservations"), await draft("menu-de-otro-hotel")];
  expect(after.name).toBe("Menú de otro hotel");
  expect(after.edges).toEqual(before.edges);
  expect(after.nodes.map(({ id, type, position }) => [id, type, position])).toEqual(
    before.nodes.map(({ id, type, position }) => [id, type, position]),
  );
  expect(errors).toEqual([]);
});

const CROWD: Flow = {
  schemaVersion: 1,
  key: "gentio",
  name: "Gentío",
  settings: {},
  nodes: Array.from({ length: 2001 }, (_, index) => node(`n${index}`, "core.end")),
  edges: [],
};

const REFUSED = [
  {
    what: "broken JSON",
    text: '{\n  "key": "roto",\n  "nodes": [,]\n}',
    says: "El JSON está roto en la línea 3, columna 13.",
  },
  { what: "JSON that was cut off", text: '{"key": "roto"', says: "El JSON termina antes de tiempo." },
  { what: "a flow of n8n", text: '{"nodes": [], "connections": {}}', says: /^Es un archivo de n8n/ },
  { what: "JSON of nobody", text: '{"hola": 1}', says: "Este JSON no es un flujo." },
  {
    what: "2,001 nodes",
    text: JSON.stringify(CROWD),
    says: "Tiene 2001 nodos; un flujo tiene como máximo 2000.",
  },
  {
    what: "a node without a type",
    text: JSON.stringify({ ...CROWD, nodes: [{ ...node("n0", "core.end"), type: undefined }] }),
    says: /^\/nodes\/0\/type: /,
  },
] as const;

test("what cannot be imported is told with its place, and nothing is changed", async () => {
  const { page, errors } = await stage.open("/flows?import");
  const before = await keys();
  const dialog = page.getByRole("dialog", { name: "Importar un flujo" });
  for (const { text, says } of REFUSED) {
    await paste(page, text);
    const alert = dialog.getByRole("alert");
    await alert.getByText(says).waitFor();
    await alert.getByText("No se cambió nada.").waitFor();
  }
  expect(await keys()).toEqual(before);
  expect(errors).toEqual([]);
});

test("a step of an unknown kind is a grey card that keeps its data when the rest is changed", async () => {
  const foreign = {
    ...node("raro", "acme.teleport"),
    data: { label: "Teletransporte", params: { to: { moon: [1, 2] } } },
  };
  const flow: Flow = {
    ...CROWD,
    key: "con-desconocido",
    name: "Con desconocido",
    nodes: [node("inicio", "twilio.incoming-call"), foreign],
    edges: [{ id: "e1", source: "inicio", sourceHandle: "next", target: "raro" }],
  };
  const { page, errors } = await stage.open("/flows?import");
  const hand = flowHand(page);
  await paste(page, JSON.stringify(flow));
  await page.getByRole("button", { name: "Crear el borrador" }).click();
  const card = page.getByRole("group", {
    name: /^Teletransporte\. Este tipo de paso no está disponible aquí/,
  });
  await card.waitFor();
  await page.getByRole("textbox", { name: "Nombre del flujo" }).fill("Con otro nombre");
  await hand.saved();
  await card.focus();
  await card.press("Alt+ArrowDown");
  await hand.saved();
  const saved = await draft("con-desconocido");
  expect(saved.name).toBe("Con otro nombre");
  const [, kept] = saved.nodes;
  expect(kept).toEqual({ ...foreign, position: kept?.position });
  expect(errors).toEqual([]);
});

async function paste(page: Page, text: string): Promise<void> {
  const dialog = page.getByRole("dialog", { name: "Importar un flujo" });
  await dialog.getByRole("textbox", { name: "O péguelo aquí" }).fill(text);
  await dialog.getByRole("button", { name: "Continuar" }).click();
}

async function draft(key: string): Promise<Flow> {
  return (await stage.api("GET", `/api/v1/flows/${key}`)).body.draft;
}

async function keys(): Promise<string[]> {
  const { body } = await stage.api("GET", "/api/v1/flows?limit=200");
  return body.items.map(({ key }: { key: string }) => key);
}

function node(id: string, type: string): Flow["nodes"][number] {
  return { id, type, version: 1, position: { x: 0, y: 0 }, data: { params: {} } };
}
