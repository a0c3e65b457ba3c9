import { describe, expect, test } from "vitest";
import type { StoreView, TemplateView } from "../../../engine/plugin-api.ts";
import { contextData, nodeContext, runNode } from "../../../engine/plugin-testing/node-context.ts";
import send from "../../../plugins/messaging/nodes/send.ts";
import sendTemplate from "../../../plugins/messaging/nodes/template.ts";
import { renderTemplate } from "../../../plugins/messaging/template.ts";

const view = (given: Partial<TemplateView> = {}): TemplateView => ({
  id: "tpl_1",
  key: "missed_call",
  locale: "es",
  category: "utility",
  content: { body: "Hola {{ name }}, llámanos: {{link}}" },
  variables: textVariables("name", "link"),
  known: ["name", "link"],
  vendors: { twilio: { contentSid: "HX1" } },
  ...given,
});

function textVariables(...names: string[]): TemplateView["variables"] {
  return names.map((name) => ({ name, type: "text" }));
}

const contact = { phone: "+573001112233" };
const variables = { name: "Ana", link: "https://a.example/1" };

describe("filling in", () => {
  test("gives the text, the values and the vendor's order", () => {
    expect(renderTemplate(view(), variables)).toEqual({
      key: "missed_call",
      locale: "es",
      text: "Hola Ana, llámanos: https://a.example/1",
      values: variables,
      variables: ["name", "link"],
      vendors: { twilio: { contentSid: "HX1" } },
      content: view().content,
    });
  });

  test("a value is not read as a pattern or a template of its own", () => {
    const { text } = renderTemplate(
      view({ content: { body: "{{ name }}" }, variables: textVariables("name") }),
      {
        name: "$& {{ link }}",
      },
    );
    expect(text).toBe("$& {{ link }}");
  });

  test.each([
    [{}, ["name", "link"]],
    [{ name: "Ana" }, ["link"]],
    [{ name: " ", link: "x" }, ["name"]],
  ])("values %j lack %j", (values, missing) => {
    expect(() => renderTemplate(view(), values)).toThrowError(
      expect.objectContaining({
        code: "TEMPLATE_INVALID",
        details: { template: "missed_call", locale: "es", missing, extra: [], wrong: [] },
      }),
    );
  });

  test("a name that only the body mentions needs a value too", () => {
    expect(() => renderTemplate(view({ variables: [] }), { name: "Ana" })).toThrow(/link/);
  });

  test("[L2] a value that no version has a place for is an error; one that another version needs is not", () => {
    expect(() => renderTemplate(view(), { ...variables, nmae: "x" })).toThrow(/no place for nmae/);
    const known = ["name", "link", "hours"];
    expect(renderTemplate(view({ known }), { ...variables, hours: "8 a 20" }).text).toContain("Hola Ana");
  });

  test("[L2] a value of the wrong type is named with what is expected", () => {
    const variables = [{ name: "amount", type: "number" } as const];
    const priced = view({ content: { body: "Son {{ amount }} pesos" }, variables, known: ["amount"] });
    expect(renderTemplate(priced, { amount: 1250.5 }).text).toBe("Son 1250.5 pesos");
    expect(() => renderTemplate(priced, { amount: "mucho" })).toThrow(/no number in amount/);
  });

  test.each(["{{ name | upcase }}", "{{ contact.name }}", "{% if name %}x{% endif %}", "{{ name"])(
    "refuses %j",
    (body) => {
      expect(() => renderTemplate(view({ content: { body }, variables: [] }), variables)).toThrow(
        /plain name/,
      );
    },
  );
});

describe("messaging.template", () => {
  test("sends the template over the first channel that takes it", async () => {
    const data = contextData({ templates: [view()] });
    const result = await runNode(sendTemplate, { template: "missed_call", variables }, { data, contact });
    expect(result).toMatchObject({
      port: "sent",
      output: { channel: "whatsapp", text: "Hola Ana, llámanos: https://a.example/1" },
    });
    expect(data.sent[0]?.message).toMatchObject({
      to: contact.phone,
      template: { key: "missed_call", values: variables },
    });
    expect(data.sent[0]?.message).not.toHaveProperty("text");
  });

  test("asks for the store's own, in the flow's language unless another is chosen", async () => {
    const asked: unknown[] = [];
    const { directory } = nodeContext();
    const template = async (key: string, choice: object) => {
      asked.push([key, choice]);
      return view();
    };
    const store: StoreView = { ...STORE, id: "sto_7" };
    await runNode(
      sendTemplate,
      { template: "missed_call", variables },
      { contact, store, directory: { ...directory, template } },
    );
    await runNode(
      sendTemplate,
      { template: "missed_call", variables, locale: "en" },
      { contact, directory: { ...directory, template } },
    );
    expect(asked).toEqual([
      ["missed_call", { locale: "es", storeId: "sto_7" }],
      ["missed_call", { locale: "en" }],
    ]);
  });

  test("counts links in the values it uses", async () => {
    const data = contextData({ templates: [view({ known: ["name", "link", "other"] })] });
    const values = { ...variables, other: "https://b.example" };
    await runNode(
      sendTemplate,
      { template: "missed_call", variables: values, trackLinks: true },
      { data, contact },
    );
    expect(data.links).toEqual(["https://a.example/1"]);
    expect(data.sent[0]?.message.template?.values).toEqual({
      name: "Ana",
      link: "https://flow.test/t/1",
      other: "https://b.example",
    });
  });

  test("a header's file or place goes with it", async () => {
    const data = contextData({ templates: [view()] });
    const header = { file: "med_0199" };
    await runNode(sendTemplate, { template: "missed_call", variables, header }, { data, contact });
    expect(data.sent[0]?.message.template?.header).toEqual(header);
  });

  test("why its content was refused is said in words", async () => {
    const message = 'Template "missed_call" (es) is paused at meta: LOW_QUALITY';
    const refused = {
      state: "refused",
      reason: "bad_content",
      vendorCode: "template_paused",
      message,
    } as const;
    const data = contextData({ templates: [view()], outcomes: { whatsapp: refused } });
    const params = { template: "missed_call", variables, channels: ["whatsapp"] };
    expect(await runNode(sendTemplate, params, { data, contact })).toMatchObject({
      port: "undeliverable",
      output: { attempts: [{ code: "template_paused", message }] },
    });
  });

  test("fails where there is no such template", async () => {
    await expect(runNode(sendTemplate, { template: "nope" }, { contact })).rejects.toMatchObject({
      code: "TEMPLATE_MISSING",
    });
  });

  test("nothing is sent when a value is missing", async () => {
    const data = contextData({ templates: [view()] });
    await expect(runNode(sendTemplate, { template: "missed_call" }, { data, contact })).rejects.toMatchObject(
      { code: "TEMPLATE_INVALID" },
    );
    expect(data.sent).toEqual([]);
  });

  test("messaging.send sends a template just so", async () => {
    const data = contextData({ templates: [view()] });
    await runNode(send, { template: { key: "missed_call", variables } }, { data, contact });
    expect(data.sent[0]?.message.template?.text).toBe("Hola Ana, llámanos: https://a.example/1");
  });
});

const STORE: StoreView = {
  id: "sto_1",
  name: "Centro",
  groupId: null,
  address: null,
  city: null,
  region: null,
  country: "CO",
  postalCode: null,
  lat: null,
  lon: null,
  timezone: "America/Bogota",
  landline: null,
  mobile: null,
  website: null,
  hours: {},
};
