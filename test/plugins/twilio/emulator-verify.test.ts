import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ACCOUNT, type Bench, startBench } from "./emulator-webhook-server.ts";

const SERVICE = `VA${ACCOUNT.accountSid.slice(2)}`;
const TEN_MINUTES = 10 * 60_000;

let bench: Bench;
beforeAll(async () => {
  bench = await startBench();
});
afterAll(() => bench.close());

const service = (sid = SERVICE) => bench.client.verify.v2.services(sid);
const start = (to: string, channel = "sms", more: object = {}) =>
  service().verifications.create({ to, channel, ...more });
const check = (to: string, code: string) => service().verificationChecks.create({ to, code });
const wrongCode = (to: string) => (bench.emulator.codeFor(to) === "000000" ? "111111" : "000000");
const sentTo = (to: string) =>
  bench.emulator.ledger().filter((entry) => entry.to === to && entry.kind !== "verification");

describe("services", () => {
  test("are created, changed, listed and deleted", async () => {
    const made = await bench.client.verify.v2.services.create({ friendlyName: "Hotel", codeLength: 4 });
    expect(made).toMatchObject({ friendlyName: "Hotel", codeLength: 4, accountSid: ACCOUNT.accountSid });
    const changed = await service(made.sid).update({ friendlyName: "Hotel Sol", codeLength: 8 });
    expect(changed).toMatchObject({ friendlyName: "Hotel Sol", codeLength: 8 });
    const all = await bench.client.verify.v2.services.list();
    expect(all.map(({ sid }) => sid).toSorted()).toEqual([SERVICE, made.sid].toSorted());
    expect(await service(made.sid).remove()).toBe(true);
    await expect(service(made.sid).fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
  });

  test.each([
    { friendlyName: "x".repeat(33) },
    { friendlyName: "Call 12345" },
    { friendlyName: "Hotel", codeLength: 3 },
    { friendlyName: "Hotel", codeLength: 11 },
  ])("%j is refused with 60200", async (settings) => {
    await expect(bench.client.verify.v2.services.create(settings)).rejects.toMatchObject({
      status: 400,
      code: 60200,
    });
  });

  test("say how long codes are", async () => {
    const { sid } = await bench.client.verify.v2.services.create({ friendlyName: "Four", codeLength: 4 });
    await service(sid).verifications.create({ to: "+573001112201", channel: "sms" });
    expect(bench.emulator.codeFor("+573001112201")).toMatch(/^\d{4}$/);
  });
});

describe("a verification", () => {
  test("has the shape of the API, and the code comes by SMS in the language asked for", async () => {
    const to = "+573001112202";
    const started = await start(to, "sms", { locale: "es", customFriendlyName: "Hotel Sol" });
    expect(started).toMatchObject({
      sid: expect.stringMatching(/^VE[0-9a-f]{32}$/),
      serviceSid: SERVICE,
      accountSid: ACCOUNT.accountSid,
      to,
      channel: "sms",
      status: "pending",
      valid: false,
      sendCodeAttempts: [{ channel: "SMS", attempt_sid: expect.stringMatching(/^VL[0-9a-f]{32}$/) }],
    });
    expect(sentTo(to)).toMatchObject([
      {
        kind: "message",
        channel: "sms",
        body: `Tu código de verificación de Hotel Sol es: ${bench.emulator.codeFor(to)}`,
      },
    ]);
  });

  test("the right code approves it, once", async () => {
    const to = "+573001112203";
    await start(to);
    const code = bench.emulator.codeFor(to) ?? "";
    expect(await check(to, code)).toMatchObject({ status: "approved", valid: true, to });
    await expect(check(to, code)).rejects.toMatchObject({ status: 404, code: 20404 });
  });

  test("a wrong code is no error: pending, not valid", async () => {
    const to = "+573001112204";
    await start(to);
    expect(await check(to, wrongCode(to))).toMatchObject({ status: "pending", valid: false });
  });

  test("60202 is too many checks: the sixth", async () => {
    const to = "+573001112205";
    await start(to);
    for (let time = 1; time <= 5; time++)
      expect(await check(to, wrongCode(to))).toMatchObject({ status: "pending" });
    const code = bench.emulator.codeFor(to) ?? "";
    await expect(check(to, code)).rejects.toMatchObject({ status: 429, code: 60202 });
  });

  test("60203 is too many sends: the sixth; until then it is the same verification and code", async () => {
    const to = "+573001112206";
    const first = await start(to);
    const code = bench.emulator.codeFor(to);
    for (let time = 2; time <= 5; time++)
      expect(await start(to)).toMatchObject({ sid: first.sid, sendCodeAttempts: { length: time } });
    expect(bench.emulator.codeFor(to)).toBe(code);
    await expect(start(to)).rejects.toMatchObject({ status: 429, code: 60203 });
  });

  test("is over after ten minutes", async () => {
    const to = "+573001112207";
    const { sid } = await start(to);
    bench.emulator.passVerifyTime(TEN_MINUTES);
    const code = bench.emulator.codeFor(to) ?? "";
    await expect(check(to, code)).rejects.toMatchObject({ status: 404, code: 20404 });
    expect(await service().verifications(sid).fetch()).toMatchObject({ status: "expired" });
    expect((await start(to)).sid).not.toBe(sid);
  });

  test("can be approved or cancelled, and fetched by sid or number", async () => {
    const to = "+573001112208";
    const { sid } = await start(to);
    expect(await service().verifications(to).fetch()).toMatchObject({ sid, status: "pending" });
    expect(await service().verifications(sid).update({ status: "canceled" })).toMatchObject({
      status: "canceled",
    });
    await expect(service().verifications(sid).update({ status: "approved" })).rejects.toMatchObject({
      code: 20404,
    });
  });

  test("its sends are attempts, converted when it was approved", async () => {
    const to = "+573001112209";
    await start(to);
    await check(to, bench.emulator.codeFor(to) ?? "");
    const [attempt] = await bench.client.verify.v2.verificationAttempts.list({ "channelData.to": to });
    expect(attempt).toMatchObject({ conversionStatus: "converted", channel: "sms", serviceSid: SERVICE });
    const fetched = await bench.client.verify.v2.verificationAttempts(attempt?.sid ?? "").fetch();
    expect(fetched.sid).toBe(attempt?.sid);
  });
});

describe("the code arrives", () => {
  test("by WhatsApp, as a template", async () => {
    await start("+573001112210", "whatsapp");
    expect(sentTo("+573001112210")).toMatchObject([
      { kind: "message", channel: "whatsapp", details: { contentSid: expect.stringMatching(/^HX/) } },
    ]);
  });

  test("by a call that reads it digit by digit", async () => {
    await start("+573001112211", "call");
    await bench.emulator.idle();
    expect(sentTo("+573001112211")).toMatchObject([{ kind: "call", status: "completed" }]);
  });

  test("by e-mail", async () => {
    await start("ana@example.com", "email");
    expect(sentTo("ana@example.com")).toMatchObject([
      {
        kind: "email",
        body: `Your Centralita verification code is: ${bench.emulator.codeFor("ana@example.com")}`,
      },
    ]);
  });
});

describe("what Twilio refuses", () => {
  test.each([
    ["+573001112212", "fax", 400, 60200],
    ["123", "sms", 400, 60200],
    ["ana", "email", 400, 60200],
    ["+34912345678", "sms", 400, 60205],
    ["+573001119905", "sms", 403, 60410],
  ])("%s by %s: %i, %i", async (to, channel, status, code) => {
    await expect(start(to, channel)).rejects.toMatchObject({ status, code });
    expect(bench.emulator.codeFor(to)).toBeNull();
  });

  test("a parameter it does not know, a JSON that is none, a custom code where none are allowed", async () => {
    for (const more of [{ rateLimits: "x" }, { customCode: "abcd" }])
      await expect(start("+573001112213", "sms", more)).rejects.toMatchObject({ status: expect.any(Number) });
    await expect(check("+573001112214", "123456")).rejects.toMatchObject({ code: 20404 });
  });

  test("somebody else's service", async () => {
    await expect(
      service(`VA${"9".repeat(32)}`).verifications.create({ to: "+573001112215", channel: "sms" }),
    ).rejects.toMatchObject({ code: 20404 });
  });
});
