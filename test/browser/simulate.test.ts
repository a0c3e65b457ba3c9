import { afterAll, beforeAll, expect, test } from "vitest";
import type { Flow } from "../../engine/core/flow.ts";
import { type EditorStage, openEditorStage } from "../support/editor-page.ts";
import { flowHand } from "../support/flow-hand.ts";

let stage: EditorStage;

beforeAll(async () => {
  stage = await openEditorStage();
});
afterAll(() => stage.stop());

test("a call to the shared number is heard, its steps are lit, and WhatsApp arrives on the phone beside", async () => {
  const before = await credits();
  const { page, errors } = await stage.open("/flows/shared-number-router?simulate");
  const hand = flowHand(page);
  const phone = hand.drawer("Simulador");
  await phone.getByRole("button", { name: "Llamar", exact: true }).click();
  await phone
    .getByRole("log")
    .getByText(/^Gracias por llamar a La Espiga/)
    .waitFor();
  await phone
    .getByRole("region", { name: "Pasos" })
    .getByRole("button", { name: "Le comunicamos" })
    .waitFor();
  await hand.showAll();
  await page.getByRole("group", { name: /^Descontar créditos\..* hecho, paso 7/ }).waitFor();
  await phone.getByText("Chat", { exact: true }).click();
  const bubble = phone.getByRole("log", { name: "Chat" }).getByRole("article");
  await bubble.getByText(/Gracias por llamar a La Espiga/).waitFor();
  await bubble.getByText("leído", { exact: true }).waitFor();
  await phone.getByText("Teléfono", { exact: true }).click();
  await phone.getByRole("button", { name: "Colgar" }).click();
  await phone.getByText("Llamada terminada").waitFor();
  expect(await credits()).toEqual(before);
  expect(errors).toEqual([]);
});

test("a menu is answered by its keys", async () => {
  const { page, errors } = await stage.open("/flows/ivr-sales-support-reservations?simulate");
  const phone = flowHand(page).drawer("Simulador");
  await phone.getByRole("button", { name: "Llamar", exact: true }).click();
  const heard = phone.getByRole("log");
  await heard.getByText(/Para ventas, presione 1/).waitFor();
  await phone.getByText("Espera teclas").waitFor();
  await phone.getByRole("button", { name: "3", exact: true }).click();
  const steps = phone.getByRole("region", { name: "Pasos" });
  await steps.getByText("Tecla 3").waitFor();
  await steps.getByRole("button", { name: "¿Atiende reservas ahora?" }).waitFor();
  expect(errors).toEqual([]);
});

test("a chat is answered by a tap, and what it leads to comes", async () => {
  const before = await credits();
  const { page, errors } = await stage.open("/flows/whatsapp-catalogue?simulate");
  const phone = flowHand(page).drawer("Simulador");
  await phone.getByRole("textbox", { name: "Escribir un mensaje" }).fill("Hola");
  await phone.getByRole("button", { name: "Enviar", exact: true }).click();
  const chat = phone.getByRole("log", { name: "Chat" });
  await chat.getByText(/¿Qué te apetece hoy\?/).waitFor();
  await chat.getByRole("button", { name: "Bollería" }).click();
  await chat.getByRole("article").nth(3).waitFor();
  expect(await credits()).toEqual(before);
  expect(errors).toEqual([]);
});

test("an hour is skipped, and what waits for it goes on", async () => {
  await stage.api("POST", "/api/v1/flows", { json: LATER });
  const { page, errors } = await stage.open(`/flows/${LATER.key}?simulate`);
  const phone = flowHand(page).drawer("Simulador");
  await phone.getByRole("textbox", { name: "Escribir un mensaje" }).fill("Hola");
  await phone.getByRole("button", { name: "Enviar", exact: true }).click();
  await phone.getByText(/^El flujo espera hasta/).waitFor();
  await phone.getByRole("button", { name: "Adelantar el tiempo" }).click();
  await page.getByRole("menuitem", { name: "+1 h" }).click();
  await phone.getByRole("log", { name: "Chat" }).getByText("Hasta luego, que ya es ahora.").waitFor();
  expect(errors).toEqual([]);
});

const LATER: Flow = {
  schemaVersion: 1,
  key: "luego",
  name: "Luego",
  settings: {},
  nodes: [
    node("inicio", "meta.incoming-message", {}),
    node("dormir", "core.wait", { for: { amount: 30, unit: "minutes" } }),
    node("escribir", "messaging.send", { text: "Hasta luego, que ya es ahora.", channels: ["whatsapp"] }),
  ],
  edges: [
    { id: "e1", source: "inicio", sourceHandle: "next", target: "dormir" },
    { id: "e2", source: "dormir", sourceHandle: "next", target: "escribir" },
  ],
};

async function credits(): Promise<unknown> {
  return (await stage.api("GET", "/api/v1/credits")).body;
}

function node(
  id: string,
  type: string,
  params: Flow["nodes"][number]["data"]["params"],
): Flow["nodes"][number] {
  return { id, type, version: 1, position: { x: 0, y: 0 }, data: { params } };
}
