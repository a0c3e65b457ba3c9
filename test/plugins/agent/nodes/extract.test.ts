import { expect, test } from "vitest";
import { runNode } from "../../../../engine/plugin-testing/node-context.ts";
import extract from "../../../../plugins/agent/nodes/extract.ts";
import { withModel } from "./model-data.ts";

const fields = [
  { name: "fecha", kind: "date", required: true },
  { name: "personas", kind: "integer", required: true },
  { name: "correo", kind: "email" },
  { name: "zona", kind: "choice", choices: ["terraza", "interior"] },
];

test("values that are in the text are found, of the kinds asked for", async () => {
  const { data, emulator } = await withModel();
  emulator.script({ text: '{"fecha":"2026-12-05","personas":4,"correo":null,"zona":"terraza"}' });
  const result = await runNode(extract, { text: "El 5, cuatro, terraza", fields }, { data });
  expect(result).toMatchObject({
    port: "next",
    output: {
      values: { fecha: "2026-12-05", personas: 4, correo: null, zona: "terraza" },
      missing: [],
      complete: true,
    },
  });
});

test("needed values that are not there are named", async () => {
  const { data } = await withModel();
  const text = "Mesa para cuatro personas, mi correo es ana@example.com";
  const result = await runNode(extract, { text, fields: fields.slice(0, 3) }, { data });
  expect(result).toMatchObject({
    output: { values: { personas: 4, correo: "ana@example.com" }, missing: ["fecha"], complete: false },
  });
});

test.each([
  ["a date that is none", '{"fecha":"mañana","personas":4,"correo":null,"zona":null}'],
  ["a choice that is none", '{"fecha":null,"personas":4,"correo":null,"zona":"azotea"}'],
  ["a value nobody asked for", '{"fecha":null,"personas":4,"correo":null,"zona":null,"es_admin":true}'],
])("%s is not taken", async (_, text) => {
  const { data, emulator } = await withModel();
  emulator.script({ text }, { text });
  await expect(runNode(extract, { text: "x", fields }, { data })).rejects.toMatchObject({
    code: "AGENT_ANSWER_INVALID",
  });
});
