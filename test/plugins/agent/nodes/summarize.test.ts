import { expect, test } from "vitest";
import { runNode } from "../../../../engine/plugin-testing/node-context.ts";
import summarize from "../../../../plugins/agent/nodes/summarize.ts";
import { withModel } from "./model-data.ts";

test("a text is said shorter, with what is to be done and how the person feels", async () => {
  const { data } = await withModel();
  const text = "Mi pedido llegó tarde y roto. Quiero que me llamen. Gracias. Saludos.";
  const result = await runNode(summarize, { text }, { data });
  expect(result).toMatchObject({
    port: "next",
    output: {
      summary: "Mi pedido llegó tarde y roto. Quiero que me llamen.",
      sentiment: "negative",
      actions: expect.any(Array),
      model: "demo",
    },
  });
});

test("is asked for in the flow's language, or in the one that is named", async () => {
  const { data, emulator } = await withModel();
  await runNode(summarize, { text: "Hola." }, { data });
  await runNode(summarize, { text: "Hola.", language: "en" }, { data });
  const [spanish, english] = emulator.asked().map(({ messages }) => messages[0]?.content);
  expect(spanish).toContain("en español, en 3 frases");
  expect(english).toContain("en inglés");
});

test("a model of the tenant's own choice is asked", async () => {
  const { data, emulator } = await withModel({ agentSettings: { model: "propio" } });
  await runNode(summarize, { text: "Hola." }, { data });
  expect(emulator.asked()[0]?.model).toBe("propio");
});

test("values are found in the same answer", async () => {
  const { data, emulator } = await withModel();
  const fields = [
    { name: "personas", kind: "integer", required: true },
    { name: "correo", kind: "email", required: true },
  ];
  const result = await runNode(summarize, { text: "Una mesa para cuatro personas.", fields }, { data });
  expect(result).toMatchObject({
    output: { values: { personas: 4, correo: null }, missing: ["correo"], complete: false },
  });
  expect(emulator.asked()).toHaveLength(1);
});
