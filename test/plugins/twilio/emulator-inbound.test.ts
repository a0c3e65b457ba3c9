import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ACCOUNT, type Bench, sdkAccepts, startBench } from "./emulator-webhook-server.ts";

const OURS = "+15005550006";
const PERSON = "+34600123456";
const PATH = "/hooks/twilio/messages";

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

const receive = (fields: object = {}) =>
  bench.emulator.receiveMessage({ from: PERSON, to: OURS, body: "hola", ...fields });
const received = () => bench.hooks.at(PATH)[0]?.params ?? {};
const sent = () => bench.emulator.ledger().filter((entry) => entry.kind === "message");

describe("an inbound SMS", () => {
  test("posts Twilio's parameters, signed", async () => {
    bench.hooks.on(PATH, "<Response/>");
    const { sid, answer } = await receive();
    expect(answer).toEqual({ status: 200, body: "<Response/>" });
    expect(bench.hooks.requests.every((request) => sdkAccepts(request))).toBe(true);
    expect(received()).toMatchObject({
      MessageSid: sid,
      SmsSid: sid,
      SmsMessageSid: sid,
      AccountSid: ACCOUNT.accountSid,
      ApiVersion: "2010-04-01",
      From: PERSON,
      To: OURS,
      Body: "hola",
      NumMedia: "0",
      NumSegments: "1",
      SmsStatus: "received",
      FromCountry: "ES",
      ToCountry: "US",
      FromCity: "",
    });
    expect(bench.emulator.ledger()).toMatchObject([
      { kind: "inbound-message", ref: sid, status: "received" },
    ]);
    expect(await bench.client.messages(sid).fetch()).toMatchObject({ direction: "inbound" });
  });

  test("carries its media", async () => {
    const { sid } = await receive({ mediaUrls: ["https://h.test/a.jpg", "https://h.test/b"] });
    expect(sid).toMatch(/^MM/);
    expect(received()).toMatchObject({
      NumMedia: "2",
      MediaUrl0: "https://h.test/a.jpg",
      MediaContentType0: "image/jpeg",
      MediaUrl1: "https://h.test/b",
      MediaContentType1: "application/octet-stream",
    });
  });

  test("every Message of the answer is sent back", async () => {
    bench.hooks.on(
      PATH,
      `<Response><Message>Uno &amp; dos</Message>
       <Message to="+34600999888" statusCallback="/st"><Body>Foto</Body><Media>/r.png</Media></Message></Response>`,
    );
    await receive();
    await bench.emulator.idle();
    expect(sent()).toMatchObject([
      {
        from: OURS,
        to: PERSON,
        body: "Uno & dos",
        status: "delivered",
        details: { direction: "outbound-reply" },
      },
      { from: OURS, to: "+34600999888", body: "Foto", details: { mediaUrls: [`${bench.hooks.url}/r.png`] } },
    ]);
    expect(bench.hooks.at("/st").map((request) => request.params.MessageStatus)).toEqual([
      "queued",
      "sent",
      "delivered",
    ]);
  });

  test("a Redirect is followed, plain text is sent as it is", async () => {
    bench.hooks.on(
      PATH,
      "<Response><Message>uno</Message><Redirect>/more</Redirect><Message>no</Message></Response>",
    );
    bench.hooks.on("/more", { type: "text/plain", body: "dos" });
    await receive();
    expect(sent().map((entry) => entry.body)).toEqual(["uno", "dos"]);
    expect(bench.hooks.at("/more")[0]?.params.Body).toBe("hola");
  });

  test("an error or something else than TwiML sends nothing", async () => {
    bench.hooks.on(PATH, { status: 500, body: "<Response><Message>no</Message></Response>" });
    expect((await receive()).answer.status).toBe(500);
    bench.hooks.on(PATH, { body: "ok", type: "text/html" });
    await receive();
    expect(sent()).toEqual([]);
  });

  test("STOP opts out of this sender, START back in", async () => {
    const send = (from = OURS) => bench.client.messages.create({ to: PERSON, from, body: "x" });
    await receive({ body: " stop " });
    expect(received().OptOutType).toBe("STOP");
    await expect(send()).rejects.toMatchObject({ status: 400, code: 21610 });
    await expect(send("+15005550005")).resolves.toMatchObject({ status: "queued" });
    await receive({ body: "START" });
    await expect(send()).resolves.toMatchObject({ status: "queued" });
  });
});

describe("an inbound WhatsApp message", () => {
  test("a text names the person", async () => {
    await receive({ channel: "whatsapp", profileName: "Ada" });
    expect(received()).toMatchObject({
      From: `whatsapp:${PERSON}`,
      To: `whatsapp:${OURS}`,
      WaId: "34600123456",
      ProfileName: "Ada",
      MessageType: "text",
    });
    expect(received()).not.toHaveProperty("ButtonPayload");
  });

  test("a tapped button brings its payload", async () => {
    await receive({ channel: "whatsapp", body: "Sí", buttonPayload: "confirm_42" });
    expect(received()).toMatchObject({
      ButtonText: "Sí",
      ButtonPayload: "confirm_42",
      ButtonType: "REPLY",
      MessageType: "button",
    });
  });

  test("is answered over WhatsApp; STOP is only a word there", async () => {
    bench.hooks.on(PATH, "<Response><Message>hola, Ada</Message></Response>");
    await receive({ channel: "whatsapp", body: "STOP" });
    expect(received()).not.toHaveProperty("OptOutType");
    expect(sent()).toMatchObject([{ channel: "whatsapp", from: OURS, to: PERSON, body: "hola, Ada" }]);
  });
});
