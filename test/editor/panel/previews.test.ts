import { describe, expect, test } from "vitest";
import { messageOfTemplate } from "../../../editor/message/message-of-template.ts";
import { whatsappRuns } from "../../../editor/message/whatsapp-marks.ts";
import { fillTemplate } from "../../../editor/panel/preview/fill-template.ts";
import { messageOfParams } from "../../../editor/panel/preview/message-of-params.ts";
import { plainMessage } from "../../../editor/panel/preview/plain-message.ts";
import { previewKindOf } from "../../../editor/panel/preview/preview-kind.ts";
import { spokenText } from "../../../editor/panel/preview/spoken-text.ts";
import { localNamesIn, nameOf, referencesIn } from "../../../editor/panel/template/references.ts";
import { CATALOGUE } from "../model/real-flows.ts";

const asIs = (text: string) => text;

describe("a message as a phone shows it", () => {
  const three = ["Sí", "No", "Quizá"].map((title, index) => ({ id: `o${index}`, title }));

  test("up to three choices are buttons, more are a list", () => {
    expect(messageOfParams({ choices: three }, "¿Viene?", asIs)).toMatchObject({
      buttons: [{ text: "Sí" }, { text: "No" }, { text: "Quizá" }],
      list: null,
    });
    const four = messageOfParams(
      { choices: [...three, { id: "o4", title: "Otra" }], listLabel: "Ver" },
      "",
      asIs,
    );
    expect(four.buttons).toEqual([]);
    expect(four.list).toMatchObject({ label: "Ver", rows: { length: 4 } });
  });

  test("without buttons the choices are lines with numbers", () => {
    const message = messageOfParams({ choices: three }, "¿Viene?", asIs);
    expect(plainMessage(message).body).toBe("¿Viene?\n1. Sí\n2. No\n3. Quizá");
  });

  test("a template is filled in; what nobody filled in shows its name", () => {
    const content = { body: "Hola {{ nombre }}, {{ fecha }}", footer: "La Espiga" };
    const message = messageOfTemplate(
      content,
      fillTemplate({ nombre: "{{ contact.name }}" }, { contact: { name: "Ana" } }),
    );
    expect(message).toMatchObject({ body: "Hola Ana, [fecha]", footer: "La Espiga" });
  });

  test("marks are drawn as WhatsApp draws them, and stars between digits are none", () => {
    expect(whatsappRuns("*Hoy* a las 5, _gratis_, 2*3*4")).toEqual([
      { text: "Hoy", mark: "bold" },
      { text: " a las 5, ", mark: null },
      { text: "gratis", mark: "italic" },
      { text: ", 2*3*4", mark: null },
    ]);
  });
});

describe("how a text reaches somebody", () => {
  const kindOf = (type: string, params: object, path: string[]) =>
    previewKindOf(CATALOGUE.get(type) ?? null, params, path);

  test("on a call it is heard, in a message read, over the channels named or usual", () => {
    expect(kindOf("twilio.say", {}, ["text"])).toEqual({ kind: "spoken" });
    expect(kindOf("twilio.gather", {}, ["prompt", "text"])).toEqual({ kind: "spoken" });
    expect(kindOf("messaging.send", {}, ["text"])).toEqual({
      kind: "message",
      channels: ["whatsapp", "sms"],
    });
    expect(kindOf("messaging.send", { channels: ["sms"] }, ["text"])).toEqual({
      kind: "message",
      channels: ["sms"],
    });
    expect(kindOf("meta.send", {}, ["text"])).toEqual({ kind: "message", channels: ["whatsapp"] });
    expect(kindOf("http.request", {}, ["body", "text"])).toEqual({ kind: "line" });
  });

  test("SSML is heard without its marks", () => {
    expect(spokenText('<speak>Hola <break time="1s"/><emphasis>Ana</emphasis></speak>')).toBe("Hola , Ana");
  });
});

describe("what a template names", () => {
  const variable = {
    path: "steps.erp.body",
    label: "ERP › Respuesta",
    type: "any",
    certain: true,
    source: "erp",
  } as const;
  const variables = new Map([[variable.path, variable]]);

  test("its references, with their filters and places", () => {
    const text = "Hola {{ contact.name | upcase }}: {{steps.erp.body.items[0].sku}}";
    expect(referencesIn(text).map(({ path, filters }) => [path, filters])).toEqual([
      ["contact.name", "| upcase"],
      ["steps.erp.body.items[0].sku", ""],
    ]);
  });

  test("what is inside of something nobody described is called after it", () => {
    expect(nameOf("steps.erp.body.total", variables)).toEqual({
      label: "ERP › Respuesta › total",
      certain: true,
    });
    expect(nameOf("steps.otro.x", variables)).toBeNull();
  });

  test("names its own loops give", () => {
    expect([...localNamesIn("{% for item in list %}{% assign x = 1 %}{% endfor %}")]).toEqual([
      "item",
      "x",
      "forloop",
    ]);
  });
});
