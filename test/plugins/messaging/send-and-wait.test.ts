import { describe, expect, test } from "vitest";
import type { EffectOutcome, JsonObject } from "../../../engine/plugin-api.ts";
import { type ContextOverrides, contextData, runNode } from "../../../engine/plugin-testing/node-context.ts";
import sendAndWait from "../../../plugins/messaging/nodes/send-and-wait.ts";

const TO = "+573001112233";
const NOW = new Date("2026-11-21T15:00:00Z");
const ASK = `ask_${"0".repeat(32)}`;
const CHOICES = [
  { id: "yes", title: "Sí" },
  { id: "no", title: "No" },
];

function run(params: JsonObject = {}, overrides: ContextOverrides = {}) {
  const data = overrides.data ?? contextData();
  const all = { text: "¿Viene?", choices: CHOICES, timeoutMinutes: 60, ...params };
  const context = { now: NOW, contact: { phone: TO }, ...overrides, data };
  return runNode(sendAndWait, all, context).then((result) => ({ result, sent: data.sent }));
}

function heard(output: JsonObject): ContextOverrides {
  return {
    heard: { name: "answer", output: { sid: "SM1", from: TO, to: "+5760", channel: "sms", ...output } },
  };
}

const accepted = (status: "queued" | "delivered" | "failed"): EffectOutcome => ({
  state: "accepted",
  ref: "SM1",
  status,
  effectId: "eff_1",
});

describe("asking", () => {
  test("sends the question with its choices, and sleeps until an answer, a report or the deadline", async () => {
    const { result, sent } = await run(
      {},
      { data: contextData({ outcomes: { whatsapp: accepted("queued") } }) },
    );
    expect(sent[0]?.message).toMatchObject({ ask: ASK, choices: { list: CHOICES, listLabel: "Elegir" } });
    expect(result).toEqual({
      kind: "again",
      until: "2026-11-21T16:00:00.000Z",
      keys: [`ask:${ASK}`, "effect:eff_1"],
      hears: true,
      memory: { channel: "whatsapp", askedAt: NOW.toISOString() },
    });
  });

  test("once delivered no report is waited for any more, and the deadline stays where it was", async () => {
    const data = contextData({
      outcomes: { whatsapp: accepted("delivered") },
      memory: { channel: "whatsapp", askedAt: "2026-11-21T14:30:00.000Z" },
    });
    const { result } = await run({}, { data });
    expect(result).toMatchObject({ until: "2026-11-21T15:30:00.000Z", keys: [`ask:${ASK}`] });
  });

  test("a failure gives way to the next channel, which has the whole time", async () => {
    const data = contextData({
      outcomes: { whatsapp: accepted("failed"), sms: accepted("queued") },
      memory: { channel: "whatsapp", askedAt: "2026-11-21T14:01:00.000Z" },
    });
    const { result, sent } = await run({}, { data });
    expect(sent.map(({ channel }) => channel)).toEqual(["whatsapp", "sms"]);
    expect(result).toMatchObject({ kind: "again", until: "2026-11-21T16:00:00.000Z" });
  });

  test("at the deadline it leaves by timeout", async () => {
    const data = contextData({
      outcomes: { whatsapp: accepted("delivered") },
      memory: { channel: "whatsapp", askedAt: "2026-11-21T14:00:00.000Z" },
    });
    expect((await run({}, { data })).result).toMatchObject({
      port: "timeout",
      output: { channel: "whatsapp" },
    });
  });

  test.each([
    ["undeliverable", { state: "refused", reason: "bad_recipient", vendorCode: "1", message: "No" }],
    ["opted_out", { state: "refused", reason: "opted_out", vendorCode: "", message: "No" }],
    ["insufficient_credits", { state: "insufficient_credits", meter: "sms" }],
    ["quiet_hours", { state: "quiet_hours", until: "08:00" }],
  ] as const)("leaves by %s as a send does", async (port, outcome) => {
    const data = contextData({ outcomes: { whatsapp: outcome, sms: outcome } });
    expect((await run({}, { data })).result).toMatchObject({ kind: "next", port });
  });

  test("choices of the same words are refused before anything is sent", async () => {
    const data = contextData();
    const choices = [...CHOICES, { id: "maybe", title: "SI" }];
    await expect(run({ choices }, { data })).rejects.toMatchObject({ code: "PARAMS_INVALID" });
    expect(data.sent).toEqual([]);
  });
});

describe("hearing", () => {
  test("a choice leaves by its port; nothing is sent", async () => {
    const { result, sent } = await run({}, heard({ body: "si" }));
    expect(result).toMatchObject({ port: "yes", output: { choice: "yes", title: "Sí", index: 0, tries: 1 } });
    expect(sent).toEqual([]);
  });

  test("anything else is a reply", async () => {
    expect((await run({}, heard({ body: "quizás" }))).result).toMatchObject({
      port: "reply",
      output: { body: "quizás" },
    });
    expect((await run({ choices: [] }, heard({ body: "1" }))).result).toMatchObject({ port: "reply" });
  });

  test("or is asked again, as often as its author wants", async () => {
    const first = await run({ retries: 1 }, heard({ body: "quizás" }));
    expect(first.result).toEqual({
      kind: "repeat",
      memo: { tries: 2, channel: "sms" },
      progress: { tries: 1 },
    });
    const memo = { tries: 2, channel: "sms" };
    const again = await run({ retries: 1, retryText: "Diga sí o no." }, { memo });
    expect(again.sent).toMatchObject([{ channel: "sms", message: { text: "Diga sí o no.", ask: ASK } }]);
    const last = await run({ retries: 1 }, { ...heard({ body: "quizás" }), memo });
    expect(last.result).toMatchObject({ port: "reply", output: { tries: 2 } });
  });

  test("STOP leaves by opted_out, unless it is what a choice is called", async () => {
    expect((await run({}, heard({ body: "STOP", optOut: "STOP" }))).result).toMatchObject({
      port: "opted_out",
    });
    const choices = [{ id: "stop", title: "Stop" }];
    expect((await run({ choices }, heard({ body: "STOP", optOut: "STOP" }))).result).toMatchObject({
      port: "stop",
    });
  });

  test("a report is no answer", async () => {
    const data = contextData({ outcomes: { whatsapp: accepted("delivered") } });
    const { result } = await run({}, { data, heard: { name: "status", output: { status: "delivered" } } });
    expect(result).toMatchObject({ kind: "again" });
  });
});
