import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../engine/plugin-api.ts";
import type { InboundDraft } from "../../../../plugins/meta/emulator/inbound-webhook.ts";
import { MAGIC } from "../../../../plugins/meta/emulator/magic.ts";
import type { Shape } from "../../shape-check.ts";
import { emulatedMeta, WABA } from "../support/emulated.ts";
import { ANSWERS, accountWebhook, MESSAGES, messagesWebhook, misfits } from "./shapes.ts";

const meta = emulatedMeta({ freeServiceMessages: 1 });
const NUMBER = { phoneNumberId: "100000000000001", displayPhoneNumber: "15550001111" };
const LUCIA = "34600111222";
const USER = "ES.20000000000000000002";

const message = (more: JsonObject = {}): JsonObject => ({
  messaging_product: "whatsapp",
  to: `+${LUCIA}`,
  type: "text",
  text: { body: "Hola" },
  ...more,
});
const send = (body: JsonObject) => meta().graph("POST", `${NUMBER.phoneNumberId}/messages`, body);
const bodies = () => meta().engine.bodies;

function expectShape(value: unknown, shape: Shape): void {
  expect(misfits(value, shape)).toEqual([]);
}

describe("answers", () => {
  test.each<[string, string, JsonObject | undefined, Shape, (string | undefined)?]>([
    ["POST", "100000000000001/messages", message(), ANSWERS.accepted],
    [
      "POST",
      "100000000000001/messages",
      { messaging_product: "whatsapp", recipient: USER, type: "text", text: { body: "x" } },
      ANSWERS.accepted,
    ],
    [
      "POST",
      "100000000000001/messages",
      message({
        type: "template",
        text: undefined as never,
        template: { name: "a", language: { code: "es" } },
      }),
      ANSWERS.accepted,
    ],
    [
      "POST",
      "100000000000001/messages",
      {
        messaging_product: "whatsapp",
        status: "read",
        message_id: "wamid.1",
        typing_indicator: { type: "text" },
      },
      ANSWERS.success,
    ],
    ["POST", "100000000000001/messages", message({ type: "hologram" }), ANSWERS.error],
    [
      "POST",
      "100000000000001/messages",
      message({ to: `+3460011${MAGIC.unavailable.suffix}` }),
      ANSWERS.error,
    ],
    ["GET", "100000000000009", undefined, ANSWERS.number],
    [
      "POST",
      `${WABA}/phone_numbers`,
      { cc: "57", phone_number: "3005550100", verified_name: "La Espiga" },
      ANSWERS.numberAdded,
    ],
    ["POST", `${WABA}/subscribed_apps`, {}, ANSWERS.success],
    ["GET", `${WABA}/subscribed_apps`, undefined, ANSWERS.subscriptions],
    ["POST", "1/message_qrdls", { prefilled_message: "Hola", generate_qr_image: "SVG" }, ANSWERS.link],
    ["POST", "1/whatsapp_business_profile", { messaging_product: "whatsapp", about: "Pan" }, ANSWERS.success],
    ["GET", "1/whatsapp_business_profile?fields=about,websites", undefined, ANSWERS.profile],
    ["POST", "1/request_code", { code_method: "SMS", language: "es" }, ANSWERS.error],
    ["DELETE", "1/message_qrdls/AAAAAAAAAAAAAA", undefined, ANSWERS.error],
    ["GET", "nothing/of/the/kind", undefined, ANSWERS.error],
  ])("%s %s", async (method, path, body, shape) => {
    expectShape((await meta().graph(method, path, body)).body, shape);
  });

  test("a list of links", async () => {
    for (const text of ["a", "b"])
      await meta().graph("POST", "1/message_qrdls", { prefilled_message: text, generate_qr_image: "PNG" });
    const { body } = await meta().graph("GET", "1/message_qrdls?limit=1");
    expectShape(
      {
        ...body,
        paging: {
          ...(body.paging as JsonObject),
          cursors: { ...(body.paging as { cursors: JsonObject }).cursors, before: "anything" },
        },
      },
      ANSWERS.links,
    );
  });
});

const PEOPLE: readonly [string, Partial<InboundDraft>][] = [
  ["phone and user id", { from: LUCIA, userId: USER }],
  ["a username, no phone", { userId: USER, username: "lucia_p" }],
];

const CONTENTS: readonly [string, Partial<InboundDraft>][] = [
  ["text", { text: "hola", repliesTo: "wamid.OUT" }],
  [
    "text",
    {
      text: "hola",
      referral: { source_url: "https://fb.me/x", source_id: "1", source_type: "ad", headline: "Oferta" },
    },
  ],
  ["image", { media: { type: "image", mimeType: "image/jpeg", caption: "Pan" } }],
  ["audio", { media: { type: "audio", mimeType: "audio/ogg; codecs=opus", voice: true } }],
  ["button", { button: { payload: "si", text: "Sí" } }],
  ["interactive", { interactive: { type: "button_reply", button_reply: { id: "si", title: "Sí" } } }],
  [
    "interactive",
    { interactive: { type: "list_reply", list_reply: { id: "1", title: "Uno", description: "x" } } },
  ],
  ["location", { location: { latitude: 4.6, longitude: -74 } }],
  ["reaction", { reaction: { message_id: "wamid.OUT", emoji: "👍" } }],
  ["reaction", { reaction: { message_id: "wamid.OUT" } }],
  [
    "order",
    {
      order: {
        catalog_id: "9",
        product_items: [{ product_retailer_id: "SKU", quantity: 1, item_price: 2.5, currency: "EUR" }],
      },
    },
  ],
  ["edit", { edit: { messageId: "wamid.OLD", text: "y" } }],
  ["revoke", { revoke: { messageId: "wamid.OLD" } }],
  ["unsupported", { unsupported: "poll_creation" }],
  ["system", { moved: { previousUserId: "ES.1", previousPhone: LUCIA } }],
];

describe.each(PEOPLE)("webhooks of a person with %s", (_who, person) => {
  test.each(CONTENTS)("%s", async (type, content) => {
    await meta().emulator.receiveMessage({ ...NUMBER, ...person, ...content });
    expectShape(bodies()[0], messagesWebhook("messages", MESSAGES[type] ?? "text"));
  });

  test("standby", async () => {
    await meta().emulator.receiveMessage({ ...NUMBER, ...person, text: "x", standby: true });
    expectShape(bodies()[0], messagesWebhook("standby", MESSAGES.text ?? "text"));
  });
});

/** The statuses of all webhooks so far, as Meta wrote them. */
function statuses(): readonly JsonObject[] {
  return bodies().flatMap((body) => {
    const [entry] = body.entry as unknown as { changes: { value: { statuses?: JsonObject[] } }[] }[];
    return entry?.changes.flatMap(({ value }) => value.statuses ?? []) ?? [];
  });
}

describe("statuses", () => {
  const reported = async (body: JsonObject) => {
    await send(body);
    await meta().emulator.idle();
    for (const webhook of bodies())
      if (JSON.stringify(webhook).includes("statuses"))
        expectShape(webhook, messagesWebhook("messages", null));
    return statuses();
  };

  test("the free messages of a month, then those that are billed", async () => {
    await reported(message({ biz_opaque_callback_data: "eff_1" }));
    const prices = (await reported(message())).map(({ status, pricing }) => [
      status,
      (pricing as JsonObject).type,
    ]);
    expect(prices).toEqual([
      ["sent", "free_customer_service"],
      ["delivered", "free_customer_service"],
      ["sent", "regular"],
      ["delivered", "regular"],
    ]);
  });

  test("to a user id: no phone", async () => {
    const body = { messaging_product: "whatsapp", recipient: USER, type: "text", text: { body: "x" } };
    const [first] = await reported(body);
    expect(first).toMatchObject({ recipient_user_id: USER });
    expect(first).not.toHaveProperty("recipient_id");
  });

  test("a failure names the phone and why, and neither user id nor price", async () => {
    const [first] = await reported(message({ to: `+3460011${MAGIC.notOnWhatsApp.suffix}` }));
    expect(first).toMatchObject({ status: "failed", errors: [{ code: 131026 }] });
    for (const absent of ["recipient_user_id", "pricing"]) expect(first).not.toHaveProperty(absent);
    expect(JSON.stringify(bodies()[0])).not.toContain('"contacts"');
  });

  test("of a reaction only sent, without a price", async () => {
    const reaction = message({
      type: "reaction",
      text: undefined as never,
      reaction: { message_id: "wamid.1", emoji: "👍" },
    });
    const all = await reported(reaction);
    expect(all.map(({ status, pricing }) => [status, pricing])).toEqual([["sent", undefined]]);
  });

  test("after an ad nothing costs anything, and only then the conversation is named", async () => {
    const referral = { source_url: "https://fb.me/x", source_id: "1", source_type: "ad", headline: "Oferta" };
    await meta().emulator.receiveMessage({ ...NUMBER, from: LUCIA, text: "hola", referral });
    const all = await reported(message());
    expect(all.map(({ pricing }) => (pricing as JsonObject).type)).toEqual([
      "free_entry_point",
      "free_entry_point",
    ]);
    expect(all[0]).toHaveProperty("conversation");
    const [other] = (await reported(message({ to: "+34600111223" }))).slice(2);
    expect(other).not.toHaveProperty("conversation");
  });

  test("a template is billed by its category", async () => {
    meta().emulator.registerTemplate({ name: "promo", language: "es", parameters: 0, category: "marketing" });
    const body = message({
      type: "template",
      text: undefined as never,
      template: { name: "promo", language: { code: "es" } },
    });
    expect((await reported(body))[0]?.pricing).toMatchObject({ type: "regular", category: "marketing" });
  });
});

describe("account webhooks", () => {
  test.each<[string, JsonObject, Shape]>([
    [
      "phone_number_quality_update",
      { display_phone_number: "15550001111", event: "FLAGGED", current_limit: "TIER_10K" },
      { display_phone_number: "digits", event: "text", current_limit: "text" },
    ],
    [
      "account_update",
      {
        event: "ACCOUNT_RESTRICTION",
        restriction_info: [
          { restriction_type: "RESTRICTED_BIZ_INITIATED_MESSAGING", expiration: 1790500000 },
        ],
      },
      { event: "text", restriction_info: [{ restriction_type: "text", expiration: "integer" }] },
    ],
  ])("%s", async (field, value, shape) => {
    await meta().emulator.reportAccount(field, value);
    expectShape(bodies()[0], accountWebhook(field, shape));
  });
});

test("Meta repeats itself, byte for byte", async () => {
  await meta().emulator.receiveMessage({ ...NUMBER, from: LUCIA, text: "hola 😀" });
  expect(await meta().emulator.replay(5)).toEqual([200]);
  expect(bodies()).toHaveLength(2);
  expect(bodies()[0]).toEqual(bodies()[1]);
  expect(meta().engine.refused()).toBe(0);
});

test("one webhook brings several numbers and both fields", async () => {
  const drafts = [
    { ...NUMBER, from: LUCIA, text: "a" },
    { ...NUMBER, from: "34600111223", text: "b", standby: true as const },
    { phoneNumberId: "100000000000002", displayPhoneNumber: "15550001112", from: LUCIA, text: "c" },
  ];
  await meta().emulator.receiveBatch(drafts);
  expect(bodies()[0]).toMatchObject({
    entry: [{ changes: [{ field: "messages" }, { field: "standby" }, { field: "messages" }] }],
  });
});

describe("the check of shapes itself", () => {
  test("finds what is missing, wrong, or not Meta's", () => {
    const shape = { id: "digits", "name?": "text", list: [{ kind: "a|b" }] } as const;
    expect(misfits({ id: "12345", list: [{ kind: "a" }] }, shape)).toEqual([]);
    expect(misfits({ list: [{ kind: "c" }], colour: 1 }, shape)).toEqual([
      "$.id is missing",
      '$.list[0].kind is "c"; expected a|b',
      "$.colour is not Meta's",
    ]);
  });
});
