import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../engine/plugin-api.ts";
import webhook from "../../../../plugins/meta/webhooks/meta.ts";
import {
  METADATA,
  parseBody,
  parseMessage,
  parseValue,
  requestOf,
  startOf,
} from "../support/meta-webhook.ts";

const incoming = (message: JsonObject) => startOf(parseMessage(message)).input.message;

describe("a text", () => {
  const start = startOf(
    parseMessage({
      type: "text",
      text: { body: "¿Tienen mesa?" },
      context: { from: "15550001111", id: "wamid.OUT9" },
    }),
  );

  test("starts the flow of our number", () => {
    expect(start).toMatchObject({
      trigger: "meta.incoming-message",
      channel: "whatsapp",
      to: "+15550001111",
      providerId: "100000000000001",
      dedupeKey: "msg:100000000000001:wamid.IN1",
      contact: { phone: "+34600111222", channelUserId: "ES.20000000000000000002", name: "Lucía" },
      message: { ref: "wamid.IN1", body: "¿Tienen mesa?", media: [], sentAt: "2026-09-26T10:05:00.000Z" },
    });
  });

  test("gives all fields of the trigger", () => {
    expect(start.input.message).toEqual({
      sid: "wamid.IN1",
      type: "text",
      from: "+34600111222",
      userId: "ES.20000000000000000002",
      to: "+15550001111",
      body: "¿Tienen mesa?",
      media: [],
      buttonPayload: null,
      location: null,
      profileName: "Lucía",
      optOut: null,
      referral: null,
      interactive: null,
      repliesTo: "wamid.OUT9",
      contacts: [],
      order: null,
      username: null,
      forwarded: false,
      product: null,
      deed: null,
    });
  });

  test("is first offered to whoever waits for an answer", () => {
    expect(start.resume).toEqual({
      key: "reply:whatsapp:+15550001111:+34600111222",
      event: "reply",
      output: start.input.message,
    });
  });

  test("may ask for no more messages", () => {
    expect(incoming({ type: "text", text: { body: "Baja" } })).toMatchObject({ optOut: "STOP" });
    expect(incoming({ type: "text", text: { body: "ALTA" } })).toMatchObject({ optOut: "START" });
  });
});

describe("taps", () => {
  test("a quick reply of a template", () => {
    const start = startOf(
      parseMessage({ type: "button", button: { payload: "confirm", text: "Confirmar" } }),
    );
    expect(start.resume?.event).toBe("choice:confirm");
    expect(start.input.message).toMatchObject({
      body: "Confirmar",
      buttonPayload: "confirm",
      type: "button",
    });
  });

  test("a reply button", () => {
    const interactive = { type: "button_reply", button_reply: { id: "yes", title: "Sí" } };
    const start = startOf(
      parseMessage({ type: "interactive", interactive, context: { from: "15550001111", id: "wamid.OUT" } }),
    );
    expect(start.resume?.event).toBe("choice:yes");
    expect(start.input.message).toMatchObject({
      body: "Sí",
      buttonPayload: "yes",
      interactive: { type: "button_reply", id: "yes", title: "Sí", description: null, response: null },
    });
  });

  test("a row of a list", () => {
    const interactive = {
      type: "list_reply",
      list_reply: { id: "room-2", title: "Suite", description: "Vista al mar" },
    };
    const start = startOf(parseMessage({ type: "interactive", interactive }));
    expect(start.resume?.event).toBe("choice:room-2");
    expect(start.input.message).toMatchObject({
      body: "Suite",
      interactive: { description: "Vista al mar" },
    });
  });

  test("a filled-in form", () => {
    const nfm = { name: "flow", body: "Sent", response_json: '{"guests":4,"flow_token":"t"}' };
    const start = startOf(
      parseMessage({ type: "interactive", interactive: { type: "nfm_reply", nfm_reply: nfm } }),
    );
    expect(start.resume?.event).toBe("reply");
    expect(start.input.message).toMatchObject({
      body: "Sent",
      interactive: { response: { guests: 4, flow_token: "t" } },
    });
  });

  test("a permission to call", () => {
    const call_permission_reply = {
      response: "accept",
      expiration_timestamp: "1790500000",
      response_source: "user_action",
    };
    expect(
      incoming({
        type: "interactive",
        interactive: { type: "call_permission_reply", call_permission_reply },
      }),
    ).toMatchObject({
      body: "accept",
      interactive: { type: "call_permission_reply", response: call_permission_reply },
    });
  });
});

describe("files", () => {
  test.each([
    ["image", { mime_type: "image/jpeg", caption: "Mi factura" }, { body: "Mi factura" }],
    ["video", { mime_type: "video/mp4" }, { body: "" }],
    [
      "document",
      { mime_type: "application/pdf", filename: "factura.pdf", url: "https://cdn.test/f" },
      { body: "" },
    ],
    ["sticker", { mime_type: "image/webp", animated: true }, { body: "" }],
  ])("%s", (type, part, expected) => {
    const start = startOf(parseMessage({ type, [type]: { id: "777", sha256: "x", ...part } }));
    const { mime_type: contentType, animated: _animated, ...rest } = part as Record<string, unknown>;
    const file = {
      id: "777",
      type,
      contentType,
      url: null,
      filename: null,
      caption: null,
      voice: false,
      ...rest,
    };
    expect(start.input.message).toMatchObject({ ...expected, media: [file] });
    expect(start.message?.media).toEqual(["777"]);
  });

  test("a voice note", () => {
    const audio = { id: "778", mime_type: "audio/ogg; codecs=opus", sha256: "x", voice: true };
    expect(incoming({ type: "audio", audio })).toMatchObject({
      media: [{ id: "778", type: "audio", voice: true }],
    });
  });

  test("a caption never opts anybody out", () => {
    expect(
      incoming({ type: "image", image: { id: "1", mime_type: "image/png", sha256: "x", caption: "Stop" } }),
    ).toMatchObject({ optOut: null });
  });
});

describe("other things people send", () => {
  test("a place", () => {
    const location = { latitude: 19.43, longitude: -99.13, name: "Zócalo", address: "Centro" };
    expect(incoming({ type: "location", location })).toMatchObject({ body: "Zócalo, Centro", location });
    expect(incoming({ type: "location", location: { latitude: 1, longitude: 2 } })).toMatchObject({
      body: "",
      location: { latitude: 1, longitude: 2, name: null, address: null },
    });
  });

  test("contact cards", () => {
    const contacts = [
      { name: { formatted_name: "Ana" }, phones: [{ phone: "+34 600" }], origin: "contact_request" },
    ];
    expect(incoming({ type: "contacts", contacts })).toMatchObject({ body: "Ana", contacts });
  });

  test("an order", () => {
    const order = {
      catalog_id: "9",
      text: "Sin cebolla",
      product_items: [{ product_retailer_id: "SKU", quantity: 2, item_price: 5, currency: "EUR" }],
    };
    expect(incoming({ type: "order", order })).toMatchObject({ body: "Sin cebolla", order });
  });

  test("what brought the person here", () => {
    const referral = { source_url: "https://fb.me/x", source_id: "1", source_type: "ad", headline: "Oferta" };
    expect(incoming({ type: "text", text: { body: "hola" }, referral })).toMatchObject({ referral });
  });
});

describe("who writes", () => {
  test("somebody with a username has no phone, only a user id", () => {
    const start = startOf(
      parseValue({
        contacts: [{ profile: { name: "Lucia", username: "lucia_p" }, user_id: "ES.2000000000000000000" }],
        messages: [
          {
            from_user_id: "ES.2000000000000000000",
            id: "wamid.X",
            timestamp: "1790417100",
            type: "text",
            text: { body: "hi" },
          },
        ],
      }),
    );
    expect(start.contact).toEqual({
      phone: null,
      channelUserId: "ES.2000000000000000000",
      name: "Lucia",
      username: "lucia_p",
      account: "1",
    });
    expect(start.resume?.key).toBe("reply:whatsapp:+15550001111:ES.2000000000000000000");
    expect(start.input.message).toMatchObject({ from: null, userId: "ES.2000000000000000000" });
  });

  test("each message finds its own person among several", () => {
    const deliveries = parseValue({
      contacts: [
        { profile: { name: "Ana" }, wa_id: "34600000001", user_id: "ES.1" },
        { profile: { name: "Beto" }, wa_id: "34600000002", user_id: "ES.2" },
      ],
      messages: [
        { from: "34600000002", id: "wamid.B", timestamp: "1790417100", type: "text", text: { body: "b" } },
        { from_user_id: "ES.1", id: "wamid.A", timestamp: "1790417100", type: "text", text: { body: "a" } },
      ],
    });
    expect(deliveries).toMatchObject([
      { contact: { name: "Beto", phone: "+34600000002" } },
      { contact: { name: "Ana", phone: "+34600000001" } },
    ]);
  });

  test("our number is found however Meta displays it", () => {
    const metadata = { ...METADATA, display_phone_number: "+1 (555) 000-1111" };
    const messages = [
      { from: "34600111222", id: "wamid.1", timestamp: "1", type: "text", text: { body: "x" } },
    ];
    expect(startOf(parseValue({ metadata, messages })).to).toBe("+15550001111");
  });
});

describe("what people do besides writing", () => {
  test.each<[string, JsonObject, JsonObject]>([
    [
      "reaction",
      { type: "reaction", reaction: { message_id: "wamid.OUT", emoji: "👍" } },
      { messageId: "wamid.OUT", emoji: "👍" },
    ],
    [
      "reaction",
      { type: "reaction", reaction: { message_id: "wamid.OUT", emoji: "" } },
      { messageId: "wamid.OUT", emoji: null },
    ],
    ["reaction", { type: "reaction", reaction: { message_id: "wamid.OUT" } }, { emoji: null }],
    ["revoke", { type: "revoke", revoke: { original_message_id: "wamid.OLD" } }, { messageId: "wamid.OLD" }],
    [
      "unsupported",
      {
        type: "unsupported",
        errors: [{ code: 131051, title: "x", error_data: { details: "Not supported." } }],
        unsupported: { type: "poll_creation" },
      },
      { what: "poll_creation", code: 131051, reason: "Not supported." },
    ],
    ["unsupported", { type: "hologram", hologram: {} }, { what: "hologram", code: null }],
  ])("%s is kept, and starts only flows that ask for it", (kind, message, deed) => {
    const start = startOf(parseMessage(message));
    expect(start).toMatchObject({
      asked: kind,
      dedupeKey: `${kind}:100000000000001:wamid.IN1`,
      input: { message: { deed: { kind, ...deed }, optOut: null } },
      note: { event: kind, severity: "info", at: "2026-09-26T10:05:00.000Z" },
    });
    // It opens no window and answers no question.
    expect([start.message, start.resume]).toEqual([undefined, undefined]);
  });

  test("an edit says what the message says now", () => {
    const edit = { original_message_id: "wamid.OLD", message: { type: "text", text: { body: "BAJA" } } };
    const start = startOf(parseMessage({ type: "edit", edit }));
    expect(start.input.message).toMatchObject({
      body: "BAJA",
      optOut: null,
      deed: { messageId: "wamid.OLD" },
    });
    expect(start.note?.aboutRef).toBe("wamid.OLD");
  });

  test("a forwarded message, and one about a product, say so", () => {
    const product = { catalog_id: "9", product_retailer_id: "SKU" };
    const context = { frequently_forwarded: true, referred_product: product };
    expect(incoming({ type: "text", text: { body: "x" }, context })).toMatchObject({
      forwarded: true,
      product,
    });
  });
});

describe("a person who is somebody else now", () => {
  const moved = (message: JsonObject) =>
    parseValue({ messages: [{ id: "wamid.SYS", timestamp: "1790417100", type: "system", ...message }] });

  test("changed number: the old phone and id, the new phone and id", () => {
    const system = {
      body: "…",
      type: "user_changed_number",
      wa_id: "34600999888",
      user_id: "ES.2",
      previous_user_id: "ES.1",
    };
    expect(moved({ from: "34600111222", system })).toMatchObject([
      {
        kind: "identity",
        to: "+15550001111",
        providerId: "100000000000001",
        account: "1",
        previousUserId: "ES.1",
        previousPhone: "+34600111222",
        userId: "ES.2",
        phone: "+34600999888",
        at: "2026-09-26T10:05:00.000Z",
      },
    ]);
  });

  test("changed id, with neither phone", () => {
    const system = { body: "…", type: "user_changed_user_id", user_id: "ES.2", previous_user_id: "ES.1" };
    expect(moved({ system })).toMatchObject([
      { kind: "identity", previousUserId: "ES.1", previousPhone: null, userId: "ES.2", phone: null },
    ]);
  });

  test("changed only the security key: nobody moves", () => {
    const system = { body: "…", type: "customer_identity_changed" };
    expect(moved({ from: "34600111222", from_user_id: "ES.1", system })).toMatchObject([
      { kind: "identity", userId: null, phone: null, note: { event: "customer_identity_changed" } },
    ]);
  });
});

describe("a conversation that somebody else leads", () => {
  test("is put on record and not answered", () => {
    const messages = [
      { from: "34600111222", id: "wamid.1", timestamp: "1", type: "text", text: { body: "x" } },
    ];
    expect(startOf(parseValue({ messages }, "standby"))).toMatchObject({
      observed: true,
      message: { ref: "wamid.1", body: "x" },
    });
  });
});

describe("what starts nothing", () => {
  test("a message in a group", () =>
    expect(parseMessage({ type: "text", text: { body: "x" }, group_id: "g1" })).toEqual([]));

  test.each(["message_template_status_update", "smb_message_echoes", "something_new"])(
    "field %s",
    (field) => {
      const messages = [
        { from: "34600111222", id: "wamid.1", timestamp: "1", type: "text", text: { body: "x" } },
      ];
      expect(parseValue({ messages }, field)).toEqual([]);
    },
  );

  test("nothing at all", () =>
    expect(parseBody({ object: "whatsapp_business_account", entry: [] })).toEqual([]));
});

test("what a database cannot keep is left out of a message, and nothing else", () => {
  const body = "a\u0000b \ud800 😀";
  expect(incoming({ type: "text", text: { body } })).toMatchObject({ body: "ab \ufffd 😀" });
});

describe("batches", () => {
  const change = (id: string, displayed: string, refs: readonly string[]) => ({
    field: "messages",
    value: {
      messaging_product: "whatsapp",
      metadata: { display_phone_number: displayed, phone_number_id: id },
      messages: refs.map((ref) => ({
        from: "34600111222",
        id: ref,
        timestamp: "1",
        type: "text",
        text: { body: ref },
      })),
      statuses: [{ id: `${ref(refs)}.OUT`, status: "sent", timestamp: "1" }],
    },
  });
  const ref = (refs: readonly string[]) => refs.join("+");
  const body = {
    object: "whatsapp_business_account",
    entry: [
      {
        id: "waba1",
        changes: [
          change("101", "15550000001", ["wamid.1", "wamid.2"]),
          change("102", "15550000002", ["wamid.3"]),
        ],
      },
      { id: "waba2", changes: [change("103", "15550000003", ["wamid.4"])] },
    ],
  };

  test("of several numbers and accounts are taken apart", () => {
    const deliveries = parseBody(body);
    expect(deliveries.filter(({ kind }) => kind === "start")).toMatchObject([
      { providerId: "101", to: "+15550000001", dedupeKey: "msg:101:wamid.1" },
      { providerId: "101", dedupeKey: "msg:101:wamid.2" },
      { providerId: "102", to: "+15550000002", dedupeKey: "msg:102:wamid.3" },
      { providerId: "103", to: "+15550000003", dedupeKey: "msg:103:wamid.4" },
    ]);
    expect(deliveries.filter(({ kind }) => kind === "status")).toHaveLength(3);
  });

  test("delivered twice have the same dedupe keys", () => {
    const keys = () => parseBody(body).map(({ dedupeKey }) => dedupeKey);
    expect(keys()).toEqual(keys());
    expect(new Set(keys()).size).toBe(7);
  });
});

describe("what is not Meta's", () => {
  test.each([
    "",
    "hello",
    "[]",
    "null",
    '{"object":"page","entry":[]}',
    '{"object":"whatsapp_business_account"}',
  ])("%s", (body) => {
    expect(() => webhook.parse(requestOf({ body }))).toThrowError(
      expect.objectContaining({ code: "BODY_MALFORMED" }),
    );
  });

  test("is survived where only details are wrong", () => {
    const entry = [
      {
        changes: [
          { field: "messages", value: { messages: [{ type: 7 }, "x", null], statuses: [{}], metadata: 3 } },
          1,
        ],
      },
      null,
    ];
    // What has no id is kept for the operator; the rest of such a body says nothing.
    expect(parseBody({ object: "whatsapp_business_account", entry }).map(({ kind }) => kind)).toEqual([
      "fault",
      "fault",
      "fault",
      "fault",
    ]);
  });

  test("a bad item leaves the good ones beside it", () => {
    const messages = [
      { type: 7 },
      { from: "34600111222", id: "wamid.1", timestamp: "x", type: "text", text: { body: "hola" } },
    ];
    expect(parseValue({ messages })).toMatchObject([
      { kind: "start", message: { ref: "wamid.1", sentAt: null } },
      { kind: "fault", reason: "a message or status without an id", item: { type: 7 } },
    ]);
  });
});
