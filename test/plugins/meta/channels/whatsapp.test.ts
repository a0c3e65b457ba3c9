import { describe, expect, test } from "vitest";
import type { JsonObject, OutboundMessage } from "../../../../engine/plugin-api.ts";
import whatsapp from "../../../../plugins/meta/channels/whatsapp.ts";
import { storedFile } from "../../channel-parts.ts";
import { channelContext, EFFECT_ID, outbound, template } from "../support/outbound.ts";

/** What the channel would send to Meta. */
async function bodyOf(message: OutboundMessage): Promise<JsonObject> {
  const bodies: JsonObject[] = [];
  const context = channelContext(async (_url, init) => {
    bodies.push(JSON.parse(String(init?.body ?? "")));
    return { status: 200, headers: {}, text: '{"messages":[{"id":"wamid.1"}]}' };
  }, "https://graph.test");
  await whatsapp.send(message, context);
  return bodies[0] ?? {};
}

const refused = (message: OutboundMessage) =>
  whatsapp.send(
    message,
    channelContext(() => Promise.reject(new Error("nothing may be sent")), "https://graph.test"),
  );

describe("a message", () => {
  test("names its effect and its recipient with +", async () => {
    expect(await bodyOf(outbound())).toEqual({
      messaging_product: "whatsapp",
      recipient_type: "individual",
      to: "+34600111222",
      type: "text",
      text: { body: "Hola", preview_url: false },
      biz_opaque_callback_data: EFFECT_ID,
    });
    expect(await bodyOf(outbound({ to: "34600111222" }))).toMatchObject({ to: "+34600111222" });
  });

  test("to somebody without a phone goes to the user id", async () => {
    const body = await bodyOf(outbound({ to: "ES.20000000000000000002" }));
    expect(body).toMatchObject({ recipient: "ES.20000000000000000002" });
    expect(body).not.toHaveProperty("to");
  });

  test("shows a preview of an address", async () => {
    expect(await bodyOf(outbound({ text: "Mire https://hotel.test" }))).toMatchObject({
      text: { preview_url: true },
    });
  });

  test("costs one credit", () => expect(whatsapp.units(outbound({ text: "x".repeat(4000) }))).toBe(1));

  test("needs the number's id at Meta", async () => {
    const from = { ...outbound().from, providerId: null };
    await expect(refused(outbound({ from }))).rejects.toMatchObject({ code: "SENDER_MISSING" });
  });

  test("without any content is not sent", async () =>
    expect(await refused(outbound({ text: "" }))).toMatchObject({ state: "refused", reason: "bad_content" }));
});

describe("a file", () => {
  test.each([
    ["https://x.test/a.jpg?v=1", { type: "image", image: { link: "https://x.test/a.jpg?v=1" } }],
    ["https://x.test/a.MP4", { type: "video", video: { link: "https://x.test/a.MP4" } }],
    ["https://x.test/a.ogg", { type: "audio", audio: { link: "https://x.test/a.ogg" } }],
    ["https://x.test/a.webp", { type: "sticker", sticker: { link: "https://x.test/a.webp" } }],
    [
      "https://x.test/men%C3%BA.pdf",
      { type: "document", document: { link: "https://x.test/men%C3%BA.pdf", filename: "menú.pdf" } },
    ],
    ["https://x.test/f/", { type: "document", document: { link: "https://x.test/f/" } }],
  ])("%s goes by its extension", async (link, expected) =>
    expect(await bodyOf(outbound({ media: [link] }))).toMatchObject(expected),
  );

  test("takes the text as its caption", async () => {
    const link = "https://x.test/a.png";
    expect(await bodyOf(outbound({ media: [link], text: "Su mesa" }))).toMatchObject({
      image: { link, caption: "Su mesa" },
    });
  });

  test("keeps a text that its own type could not carry", async () => {
    const link = "https://x.test/a.mp3";
    expect(await bodyOf(outbound({ media: [link], text: "Escuche" }))).toMatchObject({
      type: "document",
      document: { link, caption: "Escuche", filename: "a.mp3" },
    });
  });

  test("stored here is uploaded once for a number, and named by its id", async () => {
    const calls: string[] = [];
    const context = channelContext(async (url, init) => {
      calls.push(new URL(url).pathname);
      if (url.endsWith("/media")) {
        const form = Buffer.from(init?.body ?? "").toString("latin1");
        expect(form).toContain('name="messaging_product"\r\n\r\nwhatsapp');
        expect(form).toContain('filename="qr.png"\r\nContent-Type: image/png\r\n\r\nPNG bytes\r\n');
        return { status: 200, headers: {}, text: '{"id":"7001"}' };
      }
      expect(JSON.parse(String(init?.body))).toMatchObject({ type: "image", image: { id: "7001" } });
      return { status: 200, headers: {}, text: '{"messages":[{"id":"wamid.1"}]}' };
    }, "https://graph.test");
    const message = outbound({ text: "", files: [storedFile(Buffer.from("PNG bytes"))] });
    await whatsapp.send(message, context);
    await whatsapp.send(message, context);
    expect(calls).toEqual([
      "/v26.0/100000000000001/media",
      "/v26.0/100000000000001/messages",
      "/v26.0/100000000000001/messages",
    ]);
  });

  test("that Meta does not take is refused, and nothing is sent", async () => {
    const context = channelContext(async (url) => {
      if (!url.endsWith("/media")) throw new Error("nothing may be sent");
      return { status: 400, headers: {}, text: '{"error":{"code":131053,"message":"bad file"}}' };
    }, "https://graph.test");
    const message = outbound({ files: [storedFile(Buffer.from("x"))] });
    expect(await whatsapp.send(message, context)).toMatchObject({
      state: "refused",
      reason: "bad_content",
      vendorCode: "131053",
    });
  });
});

describe("a template", () => {
  test("fills its variables in the vendor's order", async () => {
    expect(await bodyOf(outbound({ template: template({ time: "21:00", name: "Lucía" }) }))).toMatchObject({
      type: "template",
      template: {
        name: "booking_ready",
        language: { code: "es" },
        components: [
          {
            type: "body",
            parameters: [
              { type: "text", text: "Lucía" },
              { type: "text", text: "21:00" },
            ],
          },
        ],
      },
    });
  });

  test("without a language of its own uses its locale", async () => {
    const body = await bodyOf(outbound({ template: template({ name: "L", time: "9" }, { name: "b" }) }));
    expect(body).toMatchObject({ template: { language: { code: "es_MX" } } });
  });

  test("without variables has no components", async () => {
    const body = await bodyOf(outbound({ template: { ...template({}), variables: [] } }));
    expect(body).toMatchObject({ template: { components: [] } });
  });

  test("with a code fills the copy button too", async () => {
    const code = {
      ...template({ code: "123456" }, { name: "otp", language: "es", authentication: true }),
      variables: ["code"],
    };
    const parameters = [{ type: "text", text: "123456" }];
    expect(await bodyOf(outbound({ template: code }))).toMatchObject({
      template: {
        components: [
          { type: "body", parameters },
          { type: "button", sub_type: "url", index: "0", parameters },
        ],
      },
    });
  });

  test("submitted from here has its parts: header, body, buttons by their place", async () => {
    const content = {
      header: { type: "document", sample: "med_1" },
      body: "Hola {{ name }}, su mesa es a las {{ time }} en punto.",
      buttons: [
        { type: "quick_reply", text: "Sí", payload: "yes:{{ code }}" },
        { type: "url", text: "Ver", url: "https://h.test/{{ code }}" },
        { type: "phone", text: "Llamar", phone: "+573001234567" },
        { type: "copy_code", code: "{{ code }}" },
        { type: "flow", text: "Datos", flowId: "77" },
      ],
    } as const;
    const meta = { name: "booking_ready", language: "es", format: "NAMED", status: "approved" };
    const given = template({ name: "Lucía", time: "21:00", code: "R1" }, meta);
    const headerFile = {
      ...storedFile(Buffer.from("x")),
      kind: "document",
      stored: null,
      url: "https://h.test/f.pdf",
    } as const;
    const button = (sub_type: string, index: string, parameter: object) => ({
      type: "button",
      sub_type,
      index,
      parameters: [parameter],
    });
    const message = outbound({
      template: { ...given, content: { ...content, buttons: [...content.buttons] } },
      headerFile,
    });
    expect(await bodyOf(message)).toMatchObject({
      template: {
        components: [
          {
            type: "header",
            parameters: [
              { type: "document", document: { link: "https://h.test/f.pdf", filename: "qr.png" } },
            ],
          },
          {
            type: "body",
            parameters: [
              { type: "text", parameter_name: "name", text: "Lucía" },
              { type: "text", parameter_name: "time", text: "21:00" },
            ],
          },
          button("quick_reply", "0", { type: "payload", payload: "yes:R1" }),
          button("url", "1", { type: "text", text: "R1" }),
          button("copy_code", "3", { type: "coupon_code", coupon_code: "R1" }),
          button("flow", "4", { type: "action", action: { flow_token: EFFECT_ID } }),
        ],
      },
    });
  });

  test("with a place above its words names it", async () => {
    const content = { header: { type: "location" }, body: "Le esperamos en este lugar." } as const;
    const location = { latitude: 4.65, longitude: -74.06, name: "Chapinero" };
    const given = { ...template({}, { name: "place", language: "es", format: "POSITIONAL" }), variables: [] };
    const message = outbound({ template: { ...given, content, header: { location } } });
    expect(await bodyOf(message)).toMatchObject({
      template: { components: [{ type: "header", parameters: [{ type: "location", location }] }] },
    });
  });

  test("that Meta does not know is not sent", async () =>
    expect(await refused(outbound({ template: template({ name: "L", time: "9" }, {}) }))).toMatchObject({
      state: "refused",
      reason: "bad_content",
      message: expect.stringContaining("no name at Meta"),
    }));

  test("with an empty value is not sent", async () =>
    expect(await refused(outbound({ template: template({ name: "L", time: " " }) }))).toMatchObject({
      state: "refused",
      message: expect.stringContaining("time"),
    }));
});
