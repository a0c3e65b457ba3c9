import { describe, expect, test } from "vitest";
import type { EffectOutcome, JsonObject, MessageSize, Retries } from "../../../engine/plugin-api.ts";
import { type ContextOverrides, contextData, runNode } from "../../../engine/plugin-testing/node-context.ts";
import send from "../../../plugins/messaging/nodes/send.ts";
import template from "../../../plugins/messaging/nodes/template.ts";

const TO = "+573001112233";
const NOW = new Date("2026-11-21T15:00:00Z");
const at = (seconds: number) => new Date(NOW.getTime() + seconds * 1000);

const accepted: EffectOutcome = { state: "accepted", ref: "SM1", status: "queued", effectId: "eff_1" };
const quiet: EffectOutcome = { state: "quiet_hours", until: "2026-11-22T13:00:00.000Z" };
/** Refused by the vendor. */
const refusedWith = (vendorCode = "131000"): EffectOutcome => ({
  state: "refused",
  reason: "other",
  vendorCode,
  message: "Meta had an internal error.",
  effectId: "eff_1",
});

async function run(
  given: Parameters<typeof contextData>[0],
  params: JsonObject = {},
  overrides: ContextOverrides = {},
) {
  const data = contextData(given);
  const context = { now: NOW, contact: { phone: TO }, data, ...overrides };
  return { data, result: await runNode(send, { text: "Hola", ...params }, context) };
}

describe("sendAt", () => {
  test("the step sleeps until then, and nothing is made before", async () => {
    const params = { sendAt: "2026-11-22T09:00", text: "Ver https://x.test/a", trackLinks: true };
    const { data, result } = await run({}, params);
    // The flow's zone is Bogotá.
    expect(result).toEqual({ kind: "again", until: "2026-11-22T14:00:00.000Z", keys: [] });
    expect([data.sent, data.links]).toEqual([[], []]);
  });

  test.each(["2026-11-21T15:00:00Z", "2026-11-20", ""])("%j is now", async (sendAt) => {
    expect((await run({}, { sendAt })).result).toMatchObject({ port: "sent" });
  });

  test.each(["tomorrow", "09:00", "2026-13-01"])("%j is no moment", async (sendAt) => {
    await expect(run({}, { sendAt })).rejects.toMatchObject({ code: "PARAMS_INVALID" });
  });

  test("a template waits, too", async () => {
    const params = { template: "hi", sendAt: "2026-11-22T00:00:00Z" };
    const result = await runNode(template, params, { now: NOW, contact: { phone: TO } });
    expect(result).toMatchObject({ kind: "again", until: "2026-11-22T00:00:00.000Z" });
  });
});

describe("whenQuiet", () => {
  test("`wait` sleeps until they end where the person is", async () => {
    const { result } = await run({ outcomes: { whatsapp: quiet } }, { whenQuiet: "wait" });
    expect(result).toEqual({ kind: "again", until: quiet.until, keys: [] });
  });

  test("`leave` says when they end", async () => {
    const { result } = await run({ outcomes: { whatsapp: quiet } }, { whenQuiet: "leave" });
    expect(result).toMatchObject({ port: "quiet_hours", output: { until: quiet.until } });
  });
});

describe("[D5] what a tenant wants tried again over WhatsApp", () => {
  const retries = (rule: Retries["rules"][number]): Retries => ({ rules: [rule] });
  const twice = retries({
    codes: ["131000"],
    times: 2,
    firstDelayMs: 60_000,
    factor: 3,
    fallThrough: "next",
  });

  const lasted = (memory: JsonObject) => ({ whatsappRetries: twice, memory });

  test("sleeps out its delay, and keeps until when", async () => {
    const { data, result } = await run({ outcomes: { whatsapp: refusedWith() }, whatsappRetries: twice });
    const until = at(60).toISOString();
    expect(result).toEqual({ kind: "again", until, keys: [], memory: { "whatsapp 2": until } });
    expect(data.sent.map(({ part }) => part)).toEqual(["whatsapp"]);
  });

  test("woken early, it goes on sleeping until then", async () => {
    const memory = { "whatsapp 2": at(20).toISOString() };
    const { result } = await run({ outcomes: { whatsapp: refusedWith() }, ...lasted(memory) });
    expect(result).toEqual({ kind: "again", until: memory["whatsapp 2"], keys: [], memory });
  });

  test("is sent again as an effect of its own, each with a longer delay", async () => {
    const outcomes = { whatsapp: refusedWith(), "whatsapp 2": refusedWith() };
    const memory = { "whatsapp 2": at(0).toISOString() };
    const { data, result } = await run({ outcomes, ...lasted(memory) });
    const until = at(180).toISOString();
    expect(result).toEqual({ kind: "again", until, keys: [], memory: { ...memory, "whatsapp 3": until } });
    expect(data.sent.map(({ part }) => part)).toEqual(["whatsapp", "whatsapp 2"]);
  });

  test("that is taken then counts as sent; what failed before stays in attempts", async () => {
    const outcomes = { whatsapp: refusedWith(), "whatsapp 2": accepted };
    const { result } = await run({ outcomes, ...lasted({ "whatsapp 2": at(-1).toISOString() }) });
    expect(result).toMatchObject({
      port: "sent",
      output: {
        channel: "whatsapp",
        attempts: [{ result: "refused", code: "131000" }, { result: "accepted" }],
      },
    });
  });

  test("gives way when its times are over", async () => {
    const outcomes = {
      whatsapp: refusedWith(),
      "whatsapp 2": refusedWith(),
      "whatsapp 3": refusedWith(),
      sms: accepted,
    };
    const memory = { "whatsapp 2": at(-600).toISOString(), "whatsapp 3": at(-300).toISOString() };
    const { result } = await run({ outcomes, ...lasted(memory) });
    expect(result).toMatchObject({ port: "sent", output: { channel: "sms" } });
  });

  test("a failure that was reported later counts like a refusal", async () => {
    const failed: EffectOutcome = {
      ...accepted,
      status: "failed",
      data: { failure: { reason: "other", vendorCode: "131000" } },
    };
    const { result } = await run({ outcomes: { whatsapp: failed }, whatsappRetries: twice });
    expect(result).toMatchObject({ kind: "again", until: at(60).toISOString() });
  });

  test("what this house refused was never tried, and is not tried again", async () => {
    const unwanted: EffectOutcome = {
      state: "refused",
      reason: "no_consent",
      vendorCode: "no_consent",
      message: "There is no consent.",
    };
    const rule = retries({ times: 3, fallThrough: "next" });
    const { result } = await run({ outcomes: { whatsapp: unwanted, sms: unwanted }, whatsappRetries: rule });
    expect(result).toMatchObject({
      port: "opted_out",
      output: { attempts: [{ reason: "no_consent", message: "There is no consent." }, { channel: "sms" }] },
    });
  });

  test("`none` tries no other channel; `sms` tries it also where the author did not name it", async () => {
    const outcomes = { whatsapp: refusedWith(), sms: accepted };
    const none = await run({ outcomes, whatsappRetries: retries({ times: 0, fallThrough: "none" }) });
    expect(none.result).toMatchObject({
      port: "undeliverable",
      output: { attempts: [{ channel: "whatsapp" }] },
    });
    const sms = retries({ times: 0, fallThrough: "sms" });
    const alone = await run({ outcomes, whatsappRetries: sms }, { channels: ["whatsapp"] });
    expect(alone.result).toMatchObject({ port: "sent", output: { channel: "sms" } });
    expect((await run({ outcomes }, { channels: ["whatsapp"] })).result).toMatchObject({
      port: "undeliverable",
    });
  });
});

describe("what an SMS costs", () => {
  const size: MessageSize = {
    encoding: "UCS-2",
    segments: 3,
    characters: 140,
    units: 140,
    unitsPerSegment: 67,
    costly: ["ê", "“"],
    text: "…",
  };

  test("is told with the reason", async () => {
    const { result } = await run({ messageSize: size }, { channels: ["sms"] });
    expect(result).toMatchObject({ output: { segments: 3, encoding: "UCS-2" } });
    expect(result).toHaveProperty("output.warning", expect.stringMatching(/3 segmentos: ê “ /));
  });

  test("needs no warning in one segment of plain letters", async () => {
    const plain = { ...size, encoding: "GSM-7", segments: 1, costly: [] } as const;
    const { result } = await run({ messageSize: plain }, { channels: ["sms"] });
    expect(result).toMatchObject({ output: { segments: 1 } });
    expect(result).not.toHaveProperty("output.warning");
  });

  test("does not matter on WhatsApp", async () => {
    expect((await run({ messageSize: size })).result).not.toHaveProperty("output.segments");
  });
});

test("smart encoding goes with the message", async () => {
  const { data } = await run({}, { smartEncoding: true });
  expect(data.sent[0]?.message).toMatchObject({ smartEncoding: true });
});

test("counted links are the person's, work for so many days, and can be waited for", async () => {
  const params = { text: "Ver https://x.test/a.", trackLinks: true, linkDays: 2 };
  const { data, result } = await run({}, params);
  expect(data.linkOptions).toEqual([{ recipient: TO, expiresAt: new Date("2026-11-23T15:00:00Z") }]);
  expect(result).toMatchObject({ output: { linksKey: "click:run_1:node_1:1" } });
});
