import { describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../engine/plugin-api.ts";
import {
  type ContextOverrides,
  contextData,
  runNode,
} from "../../../../engine/plugin-testing/node-context.ts";
import { codeIn, recipientOf } from "../../../../plugins/twilio/code-fields.ts";
import verify from "../../../../plugins/twilio/nodes/verify.ts";
import verifyCheck from "../../../../plugins/twilio/nodes/verify-check.ts";
import verifyStart from "../../../../plugins/twilio/nodes/verify-start.ts";

const TO = "+573001112233";
const blocked = { state: "blocked", vendorCode: "", message: "no" } as const;

describe("twilio.verify-start", () => {
  const start = (params: JsonObject, data = contextData()) =>
    runNode(verifyStart, { to: TO, ...params }, { data });

  test("pending, with what the check needs", async () => {
    const data = contextData();
    expect(
      await start({ channel: "whatsapp", friendlyName: "Hotel Sol", deviceIp: "203.0.113.7" }, data),
    ).toEqual({
      kind: "next",
      port: "pending",
      output: {
        verificationSid: "VE_1",
        to: TO,
        channel: "whatsapp",
        expiresAt: "2026-11-21T15:10:00.000Z",
      },
    });
    expect(data.codesSent).toMatchObject([
      { part: "code", order: { to: TO, channel: "whatsapp", locale: "es", ip: "203.0.113.7" } },
    ]);
  });

  test.each([
    [{ ...blocked, reason: "rate_recipient", retryAfterMs: 4_001 }, "blocked", { retryAfterSeconds: 5 }],
    [{ ...blocked, reason: "prefix" }, "blocked", { retryAfterSeconds: null }],
    [
      { ...blocked, reason: "vendor", vendorCode: "60410" },
      "blocked",
      { message: expect.stringContaining("protección contra fraude") },
    ],
    [
      { state: "failed", reason: "bad_recipient", vendorCode: "", message: "no" },
      "failed",
      { message: "no" },
    ],
    [{ state: "insufficient_credits" }, "insufficient_credits", {}],
  ] as const)("%j leaves by %s", async (sent, port, output) => {
    const data = contextData({ codeResults: { code: sent } });
    expect(await start({}, data)).toMatchObject({ port, output });
  });
});

describe("twilio.verify-check", () => {
  test.each(["approved", "wrong", "expired", "too_many"] as const)("leaves by %s", async (verdict) => {
    const data = contextData({ verdicts: { check: verdict } });
    const params = { code: "mi código: 123 456", to: TO, verificationSid: `VE${"1".repeat(32)}` };
    expect(await runNode(verifyCheck, params, { data })).toEqual({
      kind: "next",
      port: verdict,
      output: { status: verdict, to: TO },
    });
    expect(data.codesChecked).toEqual([
      { part: "check", check: { to: TO, code: "123456", ref: params.verificationSid } },
    ]);
  });

  test("what is no code is wrong, and nobody is asked", async () => {
    const data = contextData();
    expect(await runNode(verifyCheck, { code: "no sé", to: TO }, { data })).toMatchObject({ port: "wrong" });
    expect(data.codesChecked).toEqual([]);
  });
});

describe("twilio.verify", () => {
  const CALL = { trigger: { call: { sid: "CA1", from: TO } } };
  const CHAT = {
    trigger: {
      message: { channel: "whatsapp", from: TO, to: "+576015550100" },
      number: { id: "num_1", e164: "+576015550100" },
    },
  };
  const run = (params: JsonObject, overrides: ContextOverrides) =>
    runNode(verify, { to: TO, ...params }, overrides);
  const heard = (output: JsonObject, more: JsonObject = {}) => ({
    channel: 0,
    ref: "VE_1",
    tries: 0,
    resends: 0,
    ...more,
    heard: { event: "digits", output },
  });

  test("sends, then asks on the call, twice", async () => {
    const data = contextData();
    const result = await run({ channels: ["sms"] }, { data, ...CALL });
    expect(data.codesSent).toMatchObject([{ part: "code:sms", order: { to: TO, channel: "sms" } }]);
    expect(result).toMatchObject({
      kind: "wait",
      wait: {
        keys: ["step:run_1:node_1:1", "call:CA1"],
        timeoutPort: "timeout",
        events: { timeout: "timeout", hangup: "hung_up" },
        back: { events: ["digits"], memo: { channel: 0, ref: "VE_1", tries: 0, resends: 0 } },
      },
      reply: [
        {
          verb: "Gather",
          attrs: { numDigits: 6 },
          children: [{ text: expect.stringContaining("6 cifras por mensaje") }],
        },
        { verb: "Gather", attrs: { actionOnEmptyResult: true } },
      ],
    });
  });

  test("asks in the chat with a message, and waits for the answer to it", async () => {
    const data = contextData();
    expect(await run({}, { data, ...CHAT })).toMatchObject({
      kind: "wait",
      wait: {
        keys: [`reply:whatsapp:+576015550100:${TO}`],
        back: { events: ["reply", "choice"] },
        until: "2026-11-21T15:10:00.000Z",
      },
    });
    expect(data.sent).toMatchObject([
      {
        part: "question",
        channel: "whatsapp",
        message: { to: TO, purpose: "service", fromNumberId: "num_1" },
      },
    ]);
  });

  test("approved", async () => {
    const data = contextData();
    const result = await run({}, { data, ...CALL, memo: heard({ digits: "123456" }) });
    expect(result).toEqual({ kind: "next", port: "approved", output: { to: TO, channel: "sms", tries: 1 } });
    expect(data.codesChecked).toEqual([{ part: "check", check: { to: TO, ref: "VE_1", code: "123456" } }]);
  });

  test("a wrong code is asked for again, until the tries are used up", async () => {
    const again = await run({ attempts: 2 }, { ...CALL, memo: heard({ digits: "000000" }) });
    expect(again).toMatchObject({
      wait: { back: { memo: { tries: 1 } } },
      reply: [{ children: [{ text: "Ese no es el código. Inténtelo de nuevo, por favor." }] }, {}],
    });
    const last = await run({ attempts: 2 }, { ...CALL, memo: heard({ digits: "000000" }, { tries: 1 }) });
    expect(last).toMatchObject({ port: "failed", output: { reason: "wrong", tries: 2 } });
  });

  test("words without a code count as a wrong one, without asking the vendor", async () => {
    const data = contextData();
    const result = await run({}, { data, ...CHAT, memo: heard({ body: "¿qué código?" }) });
    expect(result).toMatchObject({ kind: "wait", wait: { back: { memo: { tries: 1 } } } });
    expect(data.codesChecked).toEqual([]);
  });

  test.each([
    [{ digits: "*" }, CALL],
    [{ body: "no me llegó" }, CHAT],
    [{ body: "Resend please" }, CHAT],
  ])("%j asks for another code: by the next channel", async (output, where) => {
    const data = contextData();
    const result = await run({ channels: ["sms", "whatsapp"] }, { data, ...where, memo: heard(output) });
    expect(data.codesSent).toMatchObject([{ order: { channel: "whatsapp" } }]);
    expect(result).toMatchObject({ kind: "wait", wait: { back: { memo: { channel: 1, resends: 1 } } } });
  });

  test("no more codes than allowed", async () => {
    const data = contextData();
    const result = await run({ resends: 1 }, { data, ...CALL, memo: heard({ digits: "*" }, { resends: 1 }) });
    expect(data.codesSent).toEqual([]);
    expect(result).toMatchObject({
      kind: "wait",
      reply: [{ children: [{ text: expect.stringContaining("No se puede enviar otro") }] }, {}],
    });
  });

  test("an expired code gives way to a new one, else it fails", async () => {
    const data = contextData({ verdicts: { check: "expired" } });
    const memo = heard({ digits: "123456" });
    expect(await run({}, { data, ...CALL, memo })).toMatchObject({ kind: "wait" });
    expect(data.codesSent).toHaveLength(1);
    expect(await run({ resends: 0 }, { data, ...CALL, memo })).toMatchObject({
      port: "failed",
      output: { reason: "expired" },
    });
  });

  test("too many tries at the vendor fail", async () => {
    const data = contextData({ verdicts: { check: "too_many" } });
    expect(await run({}, { data, ...CALL, memo: heard({ digits: "123456" }) })).toMatchObject({
      port: "failed",
      output: { reason: "too_many" },
    });
  });

  test("a channel that does not reach gives way to the next", async () => {
    const failedSms = {
      state: "failed",
      reason: "not_on_channel",
      vendorCode: "60205",
      message: "no",
    } as const;
    const data = contextData({ codeResults: { "code:sms": failedSms } });
    const result = await run({ channels: ["sms", "call"] }, { data, ...CALL });
    expect(data.codesSent.map(({ order }) => order.channel)).toEqual(["sms", "call"]);
    expect(result).toMatchObject({ kind: "wait", wait: { back: { memo: { channel: 1 } } } });
    expect(await run({ channels: ["sms"] }, { data, ...CALL })).toMatchObject({
      port: "failed",
      output: { reason: "not_sent", channel: null, message: expect.stringContaining("fijo") },
    });
  });

  test("what our limits stop is not tried by another channel", async () => {
    const data = contextData({ codeResults: { "code:sms": { ...blocked, reason: "rate_recipient" } } });
    const result = await run({ channels: ["sms", "whatsapp"] }, { data, ...CALL });
    expect(result).toMatchObject({ port: "failed", output: { reason: "blocked" } });
    expect(data.codesSent).toHaveLength(1);
  });

  test("without credits, for the code or for the question", async () => {
    const none = contextData({ codeResults: { "code:sms": { state: "insufficient_credits" } } });
    expect(await run({}, { data: none, ...CALL })).toMatchObject({ port: "insufficient_credits" });
    const mute = contextData({
      outcomes: { question: { state: "insufficient_credits", meter: "whatsapp" } },
    });
    expect(await run({}, { data: mute, ...CHAT })).toMatchObject({ port: "insufficient_credits" });
  });

  test("a question that cannot be sent fails", async () => {
    const refused = { state: "refused", reason: "opted_out", vendorCode: "", message: "stopped" } as const;
    const data = contextData({ outcomes: { question: refused } });
    expect(await run({}, { data, ...CHAT })).toMatchObject({
      port: "failed",
      output: { reason: "not_asked" },
    });
  });

  test("neither on a call nor in a chat there is nobody to ask", async () => {
    await expect(run({}, {})).rejects.toMatchObject({ code: "PARAMS_INVALID" });
  });
});

describe("what people write", () => {
  test.each([
    ["123456", "123456"],
    ["mi código es 123 456.", "123456"],
    ["12-34-56", "123456"],
    ["1234", "1234"],
    ["123", null],
    ["12345678901", null],
    ["hola", null],
  ])("%j has the code %j", (text, code) => {
    expect(codeIn(text)).toBe(code);
  });

  test("a number with spaces is a number, an address stays as it is", () => {
    expect(recipientOf(" +57 (300) 111-22.33 ")).toBe(TO);
    expect(recipientOf("ana.b-c@example.com")).toBe("ana.b-c@example.com");
  });
});
