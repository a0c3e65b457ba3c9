import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../engine/plugin-api.ts";
import { compose } from "../../../../plugins/meta/compose/compose.ts";
import { checkMessage } from "../../../../plugins/meta/emulator/check-message.ts";
import type { SendParams } from "../../../../plugins/meta/nodes/send-params.ts";

const link = (name: string) => ({ link: `https://cdn.test/${name}` });
const row = (id: string, title = id) => ({ id, title });
const named = (formatted_name: string) => ({ name: { formatted_name } });

/** Each kind with what Meta must get for it. */
const KINDS: readonly [SendParams, JsonObject][] = [
  [
    { type: "text", text: "Hola" },
    { type: "text", text: { body: "Hola", preview_url: false } },
  ],
  [
    { type: "text", text: "https://x.test" },
    { type: "text", text: { body: "https://x.test", preview_url: true } },
  ],
  [
    { type: "text", text: "https://x.test", preview: false },
    { type: "text", text: { body: "https://x.test", preview_url: false } },
  ],
  [
    { type: "image", file: link("pan.jpg"), text: "Pan" },
    { type: "image", image: { link: "https://cdn.test/pan.jpg", caption: "Pan" } },
  ],
  [
    { type: "image", file: { id: "42" } },
    { type: "image", image: { id: "42" } },
  ],
  [
    { type: "video", file: link("pan.mp4") },
    { type: "video", video: { link: "https://cdn.test/pan.mp4" } },
  ],
  [
    { type: "audio", file: link("nota.ogg"), voice: true },
    { type: "audio", audio: { link: "https://cdn.test/nota.ogg", voice: true } },
  ],
  [
    { type: "document", file: { link: "https://cdn.test/d?id=1", filename: "f.pdf" }, text: "Factura" },
    {
      type: "document",
      document: { link: "https://cdn.test/d?id=1", filename: "f.pdf", caption: "Factura" },
    },
  ],
  [
    { type: "document", file: link("carta%20del%20d%C3%ADa.pdf") },
    {
      type: "document",
      document: { link: "https://cdn.test/carta%20del%20d%C3%ADa.pdf", filename: "carta del día.pdf" },
    },
  ],
  [
    { type: "sticker", file: link("a.webp") },
    { type: "sticker", sticker: { link: "https://cdn.test/a.webp" } },
  ],
  [
    { type: "location", place: { latitude: 4.6, longitude: -74, name: "La Espiga" } },
    { type: "location", location: { latitude: 4.6, longitude: -74, name: "La Espiga" } },
  ],
  [
    { type: "contacts", cards: [named("Ana")] },
    { type: "contacts", contacts: [named("Ana")] },
  ],
  [
    { type: "reaction", messageId: "wamid.1", emoji: "👍🏽" },
    { type: "reaction", reaction: { message_id: "wamid.1", emoji: "👍🏽" } },
  ],
  [
    { type: "reaction", messageId: "wamid.1" },
    { type: "reaction", reaction: { message_id: "wamid.1", emoji: "" } },
  ],
  [
    {
      type: "template",
      template: {
        name: "a",
        language: "es-MX",
        components: [{ type: "body", parameters: [{ type: "text", text: "Lucía" }] }],
      },
    },
    {
      type: "template",
      template: {
        name: "a",
        language: { code: "es_MX" },
        components: [{ type: "body", parameters: [{ type: "text", text: "Lucía" }] }],
      },
    },
  ],
  [
    { type: "buttons", text: "¿Vienes?", buttons: [row("si", "Sí"), row("no", "No")], footer: "La Espiga" },
    interactive({
      type: "button",
      body: { text: "¿Vienes?" },
      footer: { text: "La Espiga" },
      action: {
        buttons: [
          { type: "reply", reply: { id: "si", title: "Sí" } },
          { type: "reply", reply: { id: "no", title: "No" } },
        ],
      },
    }),
  ],
  [
    { type: "buttons", text: "?", header: { type: "image", file: link("a.png") }, buttons: [row("a")] },
    interactive({
      type: "button",
      header: { type: "image", image: { link: "https://cdn.test/a.png" } },
      body: { text: "?" },
      action: { buttons: [{ type: "reply", reply: { id: "a", title: "a" } }] },
    }),
  ],
  [
    {
      type: "list",
      text: "Elige",
      header: { type: "text", text: "Carta" },
      list: {
        button: "Ver",
        sections: [{ title: "Pan", rows: [{ ...row("b", "Barra"), description: "250 g" }] }],
      },
    },
    interactive({
      type: "list",
      header: { type: "text", text: "Carta" },
      body: { text: "Elige" },
      action: {
        button: "Ver",
        sections: [{ title: "Pan", rows: [{ id: "b", title: "Barra", description: "250 g" }] }],
      },
    }),
  ],
  [
    { type: "cta_url", text: "Pide", link: { label: "Pedir", url: "https://x.test/p" } },
    interactive({
      type: "cta_url",
      body: { text: "Pide" },
      action: { name: "cta_url", parameters: { display_text: "Pedir", url: "https://x.test/p" } },
    }),
  ],
  [
    {
      type: "flow",
      text: "Reserva",
      form: {
        id: "7",
        label: "Abrir",
        token: "t",
        action: "navigate",
        screen: "S1",
        data: { n: 1 },
        draft: true,
      },
    },
    interactive({
      type: "flow",
      body: { text: "Reserva" },
      action: {
        name: "flow",
        parameters: {
          flow_message_version: "3",
          flow_id: "7",
          flow_cta: "Abrir",
          flow_token: "t",
          mode: "draft",
          flow_action: "navigate",
          flow_action_payload: { screen: "S1", data: { n: 1 } },
        },
      },
    }),
  ],
  [
    { type: "location_request", text: "¿Dónde estás?" },
    interactive({
      type: "location_request_message",
      body: { text: "¿Dónde estás?" },
      action: { name: "send_location" },
    }),
  ],
  [
    { type: "product", catalog: { id: "9", product: "SKU" } },
    interactive({ type: "product", action: { catalog_id: "9", product_retailer_id: "SKU" } }),
  ],
  [
    {
      type: "product_list",
      text: "Hoy",
      header: { type: "text", text: "Carta" },
      catalog: { id: "9", sections: [{ title: "Pan", products: ["A", "B"] }] },
    },
    interactive({
      type: "product_list",
      header: { type: "text", text: "Carta" },
      body: { text: "Hoy" },
      action: {
        catalog_id: "9",
        sections: [
          { title: "Pan", product_items: [{ product_retailer_id: "A" }, { product_retailer_id: "B" }] },
        ],
      },
    }),
  ],
  [
    { type: "catalog", text: "Todo", catalog: { product: "A" } },
    interactive({
      type: "catalog_message",
      body: { text: "Todo" },
      action: { name: "catalog_message", parameters: { thumbnail_product_retailer_id: "A" } },
    }),
  ],
  [
    {
      type: "carousel",
      text: "Novedades",
      slides: [{ file: link("a.jpg"), text: "Uno", label: "Ver", url: "https://x.test/1" }],
    },
    interactive({
      type: "carousel",
      body: { text: "Novedades" },
      action: {
        cards: [
          {
            card_index: 0,
            type: "cta_url",
            header: { type: "image", image: { link: "https://cdn.test/a.jpg" } },
            body: { text: "Uno" },
            action: { name: "cta_url", parameters: { display_text: "Ver", url: "https://x.test/1" } },
          },
        ],
      },
    }),
  ],
  [
    {
      type: "carousel",
      text: "Novedades",
      catalog: { id: "9" },
      slides: [{ product: "A" }, { product: "B" }],
    },
    interactive({
      type: "carousel",
      body: { text: "Novedades" },
      action: {
        cards: ["A", "B"].map((sku, card_index) => ({
          card_index,
          type: "product",
          action: { catalog_id: "9", product_retailer_id: sku },
        })),
      },
    }),
  ],
  [
    { type: "contact_request", text: "¿Tu número?" },
    interactive({
      type: "request_contact_info",
      body: { text: "¿Tu número?" },
      action: { name: "request_contact_info" },
    }),
  ],
  [
    { type: "call_permission" },
    interactive({ type: "call_permission_request", action: { name: "call_permission_request" } }),
  ],
  [
    { type: "voice_call", text: "Llámanos", call: { label: "Llamar", minutes: 60 } },
    interactive({
      type: "voice_call",
      body: { text: "Llámanos" },
      action: { name: "voice_call", parameters: { display_text: "Llamar", ttl_minutes: 60 } },
    }),
  ],
  [
    { type: "address", text: "¿Dónde entregamos?", addressForm: { country: "IN", values: { name: "Ana" } } },
    interactive({
      type: "address_message",
      body: { text: "¿Dónde entregamos?" },
      action: { name: "address_message", parameters: { country: "IN", values: { name: "Ana" } } },
    }),
  ],
];

function interactive(part: JsonObject): JsonObject {
  return { type: "interactive", interactive: part };
}

describe("each kind of message is what Meta takes", () => {
  test.each(KINDS)("$type", (params, body) => {
    expect(compose(params).body).toEqual(body);
    expect(checkMessage({ messaging_product: "whatsapp", to: "+34600111222", ...body })).toBeNull();
  });

  test("all kinds are among them", () => {
    expect(new Set(KINDS.map(([{ type }]) => type)).size).toBe(23);
  });
});

const x = (length: number) => "x".repeat(length);

describe("what Meta would not take is refused before anything leaves, with where", () => {
  const rows = (count: number) => Array.from({ length: count }, (_, index) => row(`r${index}`));
  const list = (
    ...sections: { title?: string; rows: { id: string; title: string; description?: string }[] }[]
  ): SendParams => ({
    type: "list",
    text: "?",
    list: { button: "Ver", sections },
  });
  const buttons = (...all: { id: string; title: string }[]): SendParams => ({
    type: "buttons",
    text: "?",
    buttons: all,
  });

  test.each<[string, SendParams]>([
    ["text", { type: "text" }],
    ["text", { type: "text", text: "  " }],
    ["text", { type: "text", text: x(4097) }],
    ["text", { type: "image", file: link("a.jpg"), text: x(1025) }],
    ["text", { type: "audio", file: link("a.mp3"), text: "no" }],
    ["file", { type: "image" }],
    ["file", { type: "image", file: { id: "1", link: "https://cdn.test/a.jpg" } }],
    ["file.link", { type: "image", file: { link: "a.jpg", contentType: "image/jpeg" } }],
    ["file.link", { type: "image", file: link("a.gif") }],
    ["file.link", { type: "video", file: link("a") }],
    ["file.contentType", { type: "image", file: { ...link("a.jpg"), contentType: "image/gif" } }],
    ["file.bytes", { type: "image", file: { ...link("a.jpg"), bytes: 5 * 1024 * 1024 + 1 } }],
    ["file.bytes", { type: "sticker", file: { ...link("a.webp"), bytes: 600 * 1024 } }],
    ["file.bytes", { type: "document", file: { ...link("a.pdf"), bytes: 101 * 1024 * 1024 } }],
    ["voice", { type: "audio", file: link("a.mp3"), voice: true }],
    ["place", { type: "location" }],
    ["place.latitude", { type: "location", place: { latitude: 91, longitude: 0 } }],
    ["place.longitude", { type: "location", place: { latitude: 0, longitude: -181 } }],
    ["cards", { type: "contacts", cards: [] }],
    ["cards[0].name.formatted_name", { type: "contacts", cards: [{ name: {} }] }],
    ["cards[0].birthday", { type: "contacts", cards: [{ ...named("Ana"), birthday: "31/07/1990" }] }],
    ["messageId", { type: "reaction", emoji: "👍" }],
    ["emoji", { type: "reaction", messageId: "wamid.1", emoji: "ok" }],
    ["emoji", { type: "reaction", messageId: "wamid.1", emoji: "👍👍" }],
    ["template", { type: "template" }],
    [
      "template.components[0].type",
      { type: "template", template: { name: "a", language: "es", components: [{}] } },
    ],
    [
      "template.components[0].parameters[1].text",
      {
        type: "template",
        template: {
          name: "a",
          language: "es",
          components: [
            {
              type: "body",
              parameters: [
                { type: "text", text: "x" },
                { type: "text", text: "a\nb" },
              ],
            },
          ],
        },
      },
    ],
    ["buttons", buttons()],
    ["buttons", buttons(row("a"), row("b"), row("c"), row("d"))],
    ["buttons", buttons(row("a", "Sí"), row("b", "Sí"))],
    ["buttons", buttons(row("a", "Sí"), row("a", "No"))],
    ["buttons[1].title", buttons(row("a"), row("b", x(21)))],
    ["buttons[0].id", buttons(row(x(257), "a"))],
    ["text", { ...buttons(row("a")), text: x(1025) }],
    ["footer", { ...buttons(row("a")), footer: x(61) }],
    ["header.text", { ...buttons(row("a")), header: { type: "text", text: x(61) } }],
    ["header.file", { ...buttons(row("a")), header: { type: "image" } }],
    ["list.button", { type: "list", text: "?", list: { button: x(21), sections: [{ rows: rows(1) }] } }],
    ["list.sections", list()],
    [
      "list.sections",
      list(...Array.from({ length: 11 }, (_, index) => ({ title: `s${index}`, rows: rows(1) }))),
    ],
    ["list.sections of all rows", list({ title: "a", rows: rows(6) }, { title: "b", rows: rows(5) })],
    ["list.sections[0].rows", list({ rows: rows(11) })],
    ["list.sections[1].title", list({ title: "a", rows: rows(1) }, { rows: rows(1) })],
    ["list.sections[0].title", list({ title: x(25), rows: rows(1) })],
    ["list.sections[0].rows[0].title", list({ rows: [row("a", x(25))] })],
    ["list.sections[0].rows[0].id", list({ rows: [row(x(201), "a")] })],
    ["list.sections[0].rows[0].description", list({ rows: [{ ...row("a"), description: x(73) }] })],
    ["list.sections: the id of a row", list({ rows: [row("a"), row("a", "b")] })],
    ["header.type", { ...list({ rows: rows(1) }), header: { type: "image", file: link("a.png") } }],
    ["text", { ...list({ rows: rows(1) }), text: x(4097) }],
    ["link.url", { type: "cta_url", text: "?", link: { label: "Ver", url: "x.test" } }],
    ["form", { type: "flow", text: "?", form: { label: "x", id: "1", name: "b" } }],
    ["catalog.id", { type: "product", catalog: { product: "A" } }],
    [
      "header",
      { type: "product_list", text: "?", catalog: { id: "9", sections: [{ title: "a", products: ["A"] }] } },
    ],
    [
      "catalog.sections: a product",
      {
        type: "product_list",
        text: "?",
        header: { type: "text", text: "x" },
        catalog: { id: "9", sections: [{ title: "a", products: ["A", "A"] }] },
      },
    ],
    ["slides", { type: "carousel", text: "?" }],
    ["slides", { type: "carousel", text: "?", slides: [{ product: "A" }, { label: "x" }] }],
    ["slides[0].file", { type: "carousel", text: "?", slides: [{ label: "x", url: "https://x.test" }] }],
    ["addressForm.country", { type: "address", text: "?", addressForm: { country: "in" } }],
  ])("%s", (field, params) => {
    expect(() => compose(params)).toThrowError(
      expect.objectContaining({ code: "PARAMS_INVALID", details: { field } }),
    );
  });

  test("the words say what it is and what is expected", () => {
    expect(() => compose({ type: "text", text: x(4097) })).toThrowError(
      "text is 4097 characters long; expected at most 4096",
    );
    expect(() => compose({ type: "image", file: link("a.gif") })).toThrowError(
      /unknown kind \("gif"\).*jpg, jpeg, png/,
    );
  });

  test("lengths are counted as Meta counts: an emoji is two", () => {
    expect(() => compose(buttons(row("a", "😀".repeat(11))))).toThrowError(
      "buttons[0].title is 22 characters long",
    );
    expect(compose(buttons(row("a", "😀".repeat(10)))).body).toBeDefined();
  });
});
