import { describe, expect, test } from "vitest";
import sms from "../../../../plugins/twilio/channels/sms.ts";
import { emulated } from "../emulated.ts";
import { outbound } from "./outbound.ts";

const { emulator, context, credential } = emulated();
const MESSAGES = /Messages\.json$/;
const sentTo = (to: string) =>
  emulator()
    .ledger()
    .filter((entry) => entry.kind === "message" && entry.to === to);

test.each([
  ["a".repeat(160), 1],
  ["a".repeat(161), 2],
  ["ñ".repeat(160), 1],
  ["ê".repeat(71), 2],
  ["👍".repeat(36), 2],
  ["", 1],
])("units are the segments the phone gets", (text, units) => {
  expect(sms.units({ to: "+573001112233", text, purpose: "service" })).toBe(units);
});

test("a message reaches Twilio with its status URL", async () => {
  const message = outbound({ to: "+573001110001", text: "Hola", media: ["https://x.test/a.png"] });
  const outcome = await sms.send(message, context());
  const [entry] = sentTo("+573001110001");
  expect(outcome).toEqual({ state: "accepted", ref: entry?.ref, status: "queued" });
  expect(entry).toMatchObject({
    channel: "sms",
    from: "+15005550006",
    body: "Hola",
    details: { statusCallback: message.statusUrl, mediaUrls: ["https://x.test/a.png"] },
  });
});

test("an API key signs in too", async () => {
  const wrongToken = { ...context(), credential: { ...credential(), authToken: "not-it" } };
  await expect(sms.send(outbound({ to: "+573001110002", text: "Hola" }), wrongToken)).resolves.toMatchObject({
    state: "accepted",
  });
});

test("a template says its text", async () => {
  const content = { body: "Hola Ana" };
  const template = {
    key: "hi",
    locale: "es",
    text: "Hola Ana",
    values: {},
    variables: [],
    vendors: {},
    content,
  };
  await sms.send(outbound({ to: "+573001110003", template }), context());
  expect(sentTo("+573001110003")).toMatchObject([{ body: "Hola Ana" }]);
});

test("a messaging service sends where it is the sender", async () => {
  const service = "MG00000000000000000000000000000001";
  const from = { numberId: "num_1", e164: "+15005550006", provider: "twilio", providerId: service };
  await sms.send(outbound({ to: "+573001110004", text: "Hola", from }), context());
  expect(sentTo("+573001110004")).toMatchObject([{ details: { messagingServiceSid: service } }]);
});

test.each([
  ["+573001119904", "Hola", "opted_out", "21610"],
  ["+573001119905", "Hola", "not_permitted", "21408"],
  ["+57", "Hola", "bad_recipient", "21211"],
  ["+15005550009", "Hola", "bad_recipient", "21614"],
  ["+573001110005", "", "bad_content", "21602"],
  ["+573001110005", "a".repeat(1601), "bad_content", "21617"],
])("to %s: refused as %3$s", async (to, text, reason, vendorCode) => {
  expect(await sms.send(outbound({ to, text }), context())).toMatchObject({
    state: "refused",
    reason,
    vendorCode,
  });
  expect(sentTo(to)).toEqual([]);
});

describe("trouble", () => {
  const send = (to: string) => sms.send(outbound({ to, text: "Hola" }), context());

  test("429: nothing was sent, and Twilio says when to come back", async () => {
    emulator().faults.next({ path: MESSAGES }, { kind: "status", status: 429, retryAfter: 2 });
    await expect(send("+573001110010")).rejects.toMatchObject({
      code: "VENDOR_RATE_LIMITED",
      details: { retryAfterMs: 2000 },
    });
    expect(sentTo("+573001110010")).toEqual([]);
  });

  test("500: nobody knows", async () => {
    emulator().faults.next({ path: MESSAGES }, { kind: "status", status: 500 });
    await expect(send("+573001110011")).rejects.toMatchObject({ code: "EFFECT_IN_DOUBT" });
  });

  test("cut off after it was accepted: in doubt, and found among Twilio's messages", async () => {
    const before = new Date();
    emulator().faults.next({ path: MESSAGES }, { kind: "reset-after-accept" });
    await expect(send("+573001110012")).rejects.toMatchObject({ code: "EFFECT_IN_DOUBT" });
    const lost = {
      effectId: "eff_1",
      to: "+573001110012",
      from: "+15005550006",
      body: "Hola",
      sentAfter: before,
      known: new Set<string>(),
    };
    const found = await sms.find?.(lost, context());
    expect(found).toMatchObject({ state: "accepted", ref: sentTo("+573001110012")[0]?.ref });
    expect(await sms.find?.({ ...lost, body: "Otra cosa" }, context())).toBeNull();
    const ofAnother = new Set([sentTo("+573001110012")[0]?.ref ?? ""]);
    expect(await sms.find?.({ ...lost, known: ofAnother }, context())).toBeNull();
    expect(
      await sms.find?.({ ...lost, sentAfter: new Date(before.getTime() + 3_600_000) }, context()),
    ).toBeNull();
  });

  test("cut off before: in doubt all the same, and not found", async () => {
    emulator().faults.next({ path: MESSAGES }, { kind: "reset-before" });
    await expect(send("+573001110013")).rejects.toMatchObject({ code: "EFFECT_IN_DOUBT" });
    const lost = {
      effectId: "e",
      to: "+573001110013",
      from: "+15005550006",
      body: "Hola",
      sentAfter: new Date(0),
      known: new Set<string>(),
    };
    expect(await sms.find?.(lost, context())).toBeNull();
  });

  test("nobody listens: surely not sent", async () => {
    const nowhere = { ...context(), credential: { ...credential(), baseUrl: "http://127.0.0.1:9" } };
    await expect(sms.send(outbound({ to: "+573001110014", text: "Hola" }), nowhere)).rejects.toMatchObject({
      code: "VENDOR_UNAVAILABLE",
    });
  });

  test("a wrong token is the operator's to mend", async () => {
    const { apiKeySid: _sid, apiKeySecret: _secret, ...account } = credential();
    const stranger = { ...context(), credential: { ...account, authToken: "not-it" } };
    await expect(sms.send(outbound({ to: "+573001110015", text: "Hola" }), stranger)).rejects.toMatchObject({
      code: "VENDOR_REFUSED",
      message: expect.stringContaining("check the account SID"),
    });
  });

  test("no token at all", async () => {
    const empty = { ...context(), credential: { accountSid: credential().accountSid ?? "" } };
    await expect(sms.send(outbound({ to: "+573001110016", text: "Hola" }), empty)).rejects.toMatchObject({
      code: "CREDENTIAL_MISSING",
    });
  });
});
