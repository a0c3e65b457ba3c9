import { describe, expect, test } from "vitest";
import messages from "../../../../plugins/twilio/webhooks/messages.ts";
import { ACCOUNT, twilioRequest } from "./requests.ts";

const sms = { MessageSid: "SM1", From: "+573001112233", To: "+576011112222", Body: "Hola", NumMedia: "0" };
const whatsapp = { ...sms, From: "whatsapp:+573001112233", To: "whatsapp:+576011112222", ProfileName: "Ana" };

function started(fields: Record<string, string>) {
  const [delivery] = messages.parse(twilioRequest("twilio/messages", fields));
  if (delivery?.kind !== "start") throw new Error("expected a start");
  return delivery;
}

test("an SMS is offered to whoever waits for it, else starts a flow", () => {
  const message = {
    sid: "SM1",
    from: "+573001112233",
    to: "+576011112222",
    channel: "sms",
    body: "Hola",
    media: [],
    buttonPayload: null,
    repliesTo: null,
    location: null,
    profileName: null,
    optOut: null,
  };
  expect(started(sms)).toEqual({
    kind: "start",
    trigger: "twilio.incoming-message",
    to: "+576011112222",
    channel: "sms",
    providerId: ACCOUNT,
    dedupeKey: "message:SM1",
    input: { message },
    contact: { phone: "+573001112233" },
    resume: { key: "reply:sms:+576011112222:+573001112233", event: "reply:hola", output: message },
    message: { ref: "SM1", body: "Hola", media: [], sentAt: null, payload: null, repliesTo: null },
  });
});

test("WhatsApp addresses lose their prefix", () => {
  expect(started(whatsapp)).toMatchObject({
    to: "+576011112222",
    channel: "whatsapp",
    contact: { phone: "+573001112233", name: "Ana" },
    resume: { key: "reply:whatsapp:+576011112222:+573001112233" },
    input: { message: { from: "+573001112233", channel: "whatsapp", profileName: "Ana" } },
  });
});

test.each([
  [{ ButtonPayload: "Confirm_42", ButtonText: "Yes", Body: "Yes" }, "choice:Confirm_42"],
  [{ Body: " SÍ " }, "reply:sí"],
  [{ Body: "" }, "reply"],
  [{ Body: "a".repeat(65) }, "reply"],
])("%j is the event %s", (fields, event) => {
  expect(started({ ...whatsapp, ...fields }).resume?.event).toBe(event);
});

test("media with their types", () => {
  const media = {
    NumMedia: "2",
    MediaUrl0: "https://x.test/0",
    MediaContentType0: "image/png",
    MediaUrl1: "https://x.test/1",
  };
  expect(started({ ...sms, ...media })).toMatchObject({
    input: {
      message: {
        media: [
          { url: "https://x.test/0", contentType: "image/png" },
          { url: "https://x.test/1", contentType: null },
        ],
      },
    },
    message: { media: ["https://x.test/0", "https://x.test/1"] },
  });
});

test("a place", () => {
  const place = { Latitude: "4.65", Longitude: "-74.05", Label: "Parque", Address: "Cra 7" };
  expect(started({ ...whatsapp, ...place }).input).toMatchObject({
    message: { location: { latitude: 4.65, longitude: -74.05, name: "Parque", address: "Cra 7" } },
  });
});

describe("opting out", () => {
  test.each([
    [{ ...sms, Body: "algo", OptOutType: "STOP" }, "STOP"],
    [{ ...sms, Body: "ayuda", OptOutType: "HELP" }, "HELP"],
    [{ ...sms, Body: " stop " }, "STOP"],
    [{ ...sms, Body: "Cancel" }, "STOP"],
    [{ ...sms, Body: "BAJA" }, "STOP"],
    [{ ...sms, Body: "START" }, "START"],
    [{ ...whatsapp, Body: "STOP" }, "STOP"],
    [{ ...whatsapp, Body: "Cancel" }, null],
    [{ ...sms, Body: "please stop calling" }, null],
    [{ ...sms, Body: "YES" }, null],
  ])("%j: %s", (fields, optOut) => {
    expect(started(fields).input).toMatchObject({ message: { optOut } });
  });
});

test("needs a sender", () => {
  expect(() => started({ ...sms, From: "" })).toThrow(/no From/);
});

test("is answered with an empty Response", () => {
  expect(messages.ack.body).toBe('<?xml version="1.0" encoding="UTF-8"?><Response/>');
  expect(messages.answer).toBeUndefined();
});
