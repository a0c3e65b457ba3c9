import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../engine/plugin-api.ts";
import { checkMessage } from "../../../../plugins/meta/emulator/check-message.ts";

const message = (body: JsonObject): JsonObject => ({
  messaging_product: "whatsapp",
  to: "+34600111222",
  ...body,
});
const codeOf = (body: JsonObject) => checkMessage(message(body))?.code ?? null;
const text = { type: "text", text: { body: "x" } };
const buttons = (...titles: string[]) => ({
  type: "interactive",
  interactive: {
    type: "button",
    body: { text: "?" },
    action: { buttons: titles.map((title) => ({ type: "reply", reply: { id: `id-${title}`, title } })) },
  },
});
const list = (rows: readonly JsonObject[]) => ({
  type: "interactive",
  interactive: {
    type: "list",
    body: { text: "?" },
    action: { button: "Ver", sections: [{ title: "A", rows }] },
  },
});
const template = (value: string) => ({
  type: "template",
  template: {
    name: "a",
    language: { code: "es" },
    components: [{ type: "body", parameters: [{ type: "text", text: value }] }],
  },
});

describe("the emulator takes", () => {
  test.each<[string, JsonObject]>([
    ["a text", text],
    ["a text without a type", { text: { body: "x" } }],
    ["a recipient by user id", { to: undefined as never, recipient: "US.1000", ...text }],
    ["an image", { type: "image", image: { link: "https://x.test/a.png", caption: "x" } }],
    ["a voice note", { type: "audio", audio: { id: "1", voice: true } }],
    ["a document", { type: "document", document: { link: "https://x.test/a.pdf", filename: "a.pdf" } }],
    ["a place", { type: "location", location: { latitude: 1, longitude: 2 } }],
    ["contact cards", { type: "contacts", contacts: [{ name: { formatted_name: "Ana" } }] }],
    ["a reaction", { type: "reaction", reaction: { message_id: "wamid.1", emoji: "😀" } }],
    ["three buttons", buttons("a", "b", "c")],
    ["a list", list([{ id: "1", title: "Uno", description: "x" }])],
    ["a template", template("Lucía")],
    [
      "an answer to a message",
      { ...text, context: { message_id: "wamid.1" }, biz_opaque_callback_data: "eff_1" },
    ],
  ])("%s", (_name, body) => expect(codeOf(body)).toBeNull());
});

describe("the emulator refuses", () => {
  test.each<[string, number, JsonObject]>([
    ["another product", 100, { ...text, messaging_product: "telegram" }],
    ["no recipient", 131008, { ...text, to: undefined as never }],
    ["a recipient that is no phone", 131009, { ...text, to: "Lucía" }],
    ["a user id as phone", 131009, { ...text, to: "US.1000" }],
    ["a group", 131009, { ...text, recipient_type: "group" }],
    ["an unknown type", 131051, { type: "hologram", hologram: {} }],
    ["an unknown parameter", 100, { ...text, colour: "red" }],
    ["two bodies", 100, { ...text, image: { id: "1" } }],
    ["Direct Send", 100, { ...text, category: "utility" }],
    ["too much callback data", 100, { ...text, biz_opaque_callback_data: "x".repeat(513) }],
    ["no body", 131008, { type: "text" }],
    ["an empty text", 131008, { type: "text", text: { body: "" } }],
    ["a text over 4096", 100, { type: "text", text: { body: "x".repeat(4097) } }],
    ["a file from nowhere", 131008, { type: "image", image: {} }],
    ["a file from two places", 131009, { type: "image", image: { id: "1", link: "https://x.test/a.png" } }],
    ["a file that is no address", 131009, { type: "image", image: { link: "a.png" } }],
    ["a long caption", 100, { type: "image", image: { id: "1", caption: "x".repeat(1025) } }],
    ["a sound with a caption", 100, { type: "audio", audio: { id: "1", caption: "x" } }],
    ["half a place", 131008, { type: "location", location: { latitude: 1 } }],
    ["a place beyond the world", 131009, { type: "location", location: { latitude: 91, longitude: 2 } }],
    ["no cards", 131008, { type: "contacts", contacts: [] }],
    ["a card without a name", 131008, { type: "contacts", contacts: [{ name: {} }] }],
    ["a reaction to nothing", 131008, { type: "reaction", reaction: {} }],
    ["no buttons", 131009, buttons()],
    ["four buttons", 131009, buttons("a", "b", "c", "d")],
    ["equal buttons", 131009, buttons("a", "a")],
    ["a long button", 100, buttons("x".repeat(21))],
    [
      "an unknown interactive",
      131009,
      { type: "interactive", interactive: { type: "dice", body: { text: "x" }, action: {} } },
    ],
    [
      "an interactive without action",
      131008,
      { type: "interactive", interactive: { type: "cta_url", body: { text: "x" } } },
    ],
    [
      "an interactive without body",
      131008,
      { type: "interactive", interactive: { type: "cta_url", action: {} } },
    ],
    ["an empty list", 131009, list([])],
    [
      "eleven rows",
      131009,
      list(Array.from({ length: 11 }, (_, n) => ({ id: String(n), title: String(n) }))),
    ],
    ["a row without id", 131008, list([{ title: "x" }])],
    ["a long row", 100, list([{ id: "1", title: "x".repeat(25) }])],
    ["a template without name", 132001, { type: "template", template: { language: { code: "es" } } }],
    ["a template without language", 131008, { type: "template", template: { name: "a" } }],
    ["an empty variable", 131008, template("")],
    ["a variable with a line break", 132018, template("a\nb")],
    ["a variable with a gap", 132018, template("a     b")],
  ])("%s", (_name, code, body) => expect(codeOf(body)).toBe(code));
});
