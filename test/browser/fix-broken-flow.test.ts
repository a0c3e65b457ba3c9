import { afterAll, beforeAll, expect, test } from "vitest";
import type { Flow, FlowNode } from "../../engine/core/flow.ts";
import { type EditorStage, openEditorStage } from "../support/editor-page.ts";
import { flowHand } from "../support/flow-hand.ts";

let stage: EditorStage;

beforeAll(async () => {
  stage = await openEditorStage();
});
afterAll(() => stage.stop());

const KEY = "flujo-roto";

const BROKEN: Flow = {
  schemaVersion: 1,
  key: KEY,
  name: "Flujo roto",
  settings: {},
  nodes: [
    node("inicio", "twilio.incoming-call", {}),
    node("saludo", "twilio.say", { text: "Hola {{ trigger.cal.from }}" }),
    node("enviar", "messaging.template", {}),
    node("suelto", "core.end", { outcome: "suelto" }),
  ],
  edges: [
    { id: "e1", source: "inicio", sourceHandle: "next", target: "saludo" },
    { id: "e2", source: "saludo", sourceHandle: "next", target: "enviar" },
    { id: "e3", source: "enviar", sourceHandle: "sent", target: "nadie" },
  ],
};

/** One click for each problem. The loose end that the last one needs comes with the connection taken away before. */
const CLICKS = [
  "Escribir «trigger.call.from»",
  /^Usar «/,
  "Quitar la conexión",
  /^Conectarlo después de «/,
] as const;

test("a broken flow is mended by one click for each problem, and undo brings each back", async () => {
  await stage.api("POST", "/api/v1/flows", { json: BROKEN });
  const { page, errors } = await stage.open(`/flows/${KEY}`);
  const hand = flowHand(page);
  await page.getByRole("button", { name: "4 problemas", exact: true }).click();
  const drawer = hand.drawer("Problemas");
  await drawer.getByRole("listitem").nth(3).waitFor();
  for (const [done, click] of CLICKS.entries()) {
    await drawer.getByRole("button", { name: click }).first().click();
    await page.getByRole("button", { name: countOf(CLICKS.length - done - 1), exact: true }).waitFor();
  }
  await drawer.getByText("Este flujo se puede publicar.").waitFor();
  await hand.saved();
  const mended = await draft();
  expect(mended.edges).not.toContainEqual(expect.objectContaining({ target: "nadie" }));
  expect(mended.edges).toContainEqual(expect.objectContaining({ target: "suelto" }));
  expect(mended.nodes[1]?.data.params.text).toBe("Hola {{ trigger.call.from }}");
  expect(mended.nodes[2]?.data.params.template).toEqual(expect.any(String));
  const check = await stage.api("POST", "/api/v1/flows/check", { json: mended });
  expect(check.body.problems).toEqual([]);

  for (const done of CLICKS.keys()) {
    await page.getByRole("button", { name: /^Deshacer: / }).click();
    await page.getByRole("button", { name: countOf(done + 1), exact: true }).waitFor();
  }
  await hand.saved();
  expect(await draft()).toEqual(BROKEN);
  expect(errors).toEqual([]);
});

function countOf(problems: number): string {
  if (problems === 0) return "Sin problemas";
  return problems === 1 ? "1 problema" : `${problems} problemas`;
}

async function draft(): Promise<Flow> {
  return (await stage.api("GET", `/api/v1/flows/${KEY}`)).body.draft;
}

function node(id: string, type: string, params: FlowNode["data"]["params"]): FlowNode {
  return { id, type, version: 1, position: { x: 0, y: 0 }, data: { params } };
}
