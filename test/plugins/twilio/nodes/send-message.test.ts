import { describe, expect, test } from "vitest";
import type { EffectOutcome, JsonObject, MessageDraft } from "../../../../engine/plugin-api.ts";
import { contextData, runNode } from "../../../../engine/plugin-testing/node-context.ts";
import sms from "../../../../plugins/twilio/channels/sms.ts";
import whatsapp from "../../../../plugins/twilio/channels/whatsapp.ts";
import sendMessage from "../../../../plugins/twilio/nodes/send-message.ts";
import { outbound } from "../channels/outbound.ts";
import { emulated } from "../emulated.ts";

const { emulator, context } = emulated();
const TO = "+573001110055";
const SERVICE = `MG${"a".repeat(32)}`;
const CONTENT = `HX${"b".repeat(32)}`;

const run = (params: JsonObject, outcome?: EffectOutcome) =>
  runNode(sendMessage, params, {
    contact: { phone: TO },
    data: contextData(outcome ? { outcomes: { message: outcome } } : {}),
  });

/** As the engine does, but without one: the draft goes to the channel, and so to the emulator. */
async function through(params: JsonObject) {
  const seen: MessageDraft[] = [];
  const send = async (_part: string, channel: string, draft: MessageDraft) => {
    seen.push(draft);
    return (channel === "sms" ? sms : whatsapp).send(outbound(draft), context());
  };
  const result = await runNode(sendMessage, params, {
    now: new Date(),
    contact: { phone: TO },
    send,
  });
  const entry = emulator()
    .ledger()
    .findLast(({ kind }) => kind === "message");
  return { result, entry, draft: seen[0] };
}

describe("ports", () => {
  test.each<[EffectOutcome, string, object]>([
    [
      { state: "accepted", ref: "SM1", status: "queued", effectId: "eff_1" },
      "sent",
      { sid: "SM1", effectId: "eff_1" },
    ],
    [{ state: "accepted", ref: "SM1", status: "failed" }, "failed", { code: "not_delivered" }],
    [
      { state: "refused", reason: "opted_out", vendorCode: "21610", message: "No." },
      "failed",
      { reason: "opted_out", code: "21610", message: "No.", until: null },
    ],
    [
      { state: "quiet_hours", until: "2026-11-22T13:00:00.000Z" },
      "failed",
      { code: "quiet_hours", until: "2026-11-22T13:00:00.000Z" },
    ],
    [{ state: "insufficient_credits", meter: "sms" }, "insufficient_credits", { meter: "sms" }],
  ])("%j", async (outcome, port, output) => {
    expect(await run({ body: "hola" }, outcome)).toMatchObject({ kind: "next", port, output });
  });

  test("a message that may have left is in doubt, for nobody to send again", async () => {
    const lost = run({ body: "hola" }, { state: "unresolved", effectId: "eff_1" });
    await expect(lost).rejects.toMatchObject({ code: "EFFECT_IN_DOUBT" });
  });

  test("parameters that do not go together are refused before anything is sent", async () => {
    const data = contextData();
    const params = { body: "hola", sendAt: "2026-11-22T15:00:00Z" };
    const result = await runNode(sendMessage, params, { contact: { phone: TO }, data });
    expect(result).toMatchObject({ port: "failed", output: { reason: "bad_content", code: "35118" } });
    expect(result).toHaveProperty(
      "output.message",
      expect.stringMatching(/^node_1: .*servicio de mensajería/),
    );
    expect(data.sent).toEqual([]);
  });

  test("a hidden number, and a moment that is none", async () => {
    expect(await runNode(sendMessage, { body: "x" }, { contact: { phone: null } })).toMatchObject({
      port: "failed",
      output: { code: "21604" },
    });
    await expect(run({ body: "x", sendAt: "tomorrow" })).rejects.toMatchObject({ code: "PARAMS_INVALID" });
  });
});

describe("through the emulator", () => {
  test("a service schedules it, and every option reaches Twilio", async () => {
    const sendAt = new Date(Date.now() + 3_600_000).toISOString().replace(/\.\d+Z/, "Z");
    const { result, entry } = await through({
      body: "“Hola”",
      messagingServiceSid: SERVICE,
      sendAt,
      validityPeriod: 600,
      smartEncoded: true,
      riskCheck: "disable",
      contentRetention: "discard",
      addressRetention: "obfuscate",
      provideFeedback: true,
    });
    expect(result).toMatchObject({ port: "sent", output: { status: "queued" } });
    expect(entry).toMatchObject({
      to: TO,
      status: "scheduled",
      // As it was counted.
      body: '"Hola"',
      details: { messagingServiceSid: SERVICE, sendAt },
    });
  });

  test("a content template goes by its SID, without a text, and needs no open window", async () => {
    const { result, entry, draft } = await through({
      channel: "whatsapp",
      contentSid: CONTENT,
      contentVariables: { 1: "Ada", 2: "9:30" },
    });
    expect(result).toMatchObject({ port: "sent", output: { channel: "whatsapp" } });
    expect(entry).toMatchObject({
      channel: "whatsapp",
      body: "",
      details: { contentSid: CONTENT, contentVariables: '{"1":"Ada","2":"9:30"}' },
    });
    expect(draft).toMatchObject({ vendorTemplate: true });
  });

  test("a messaging service chooses the sender", async () => {
    const { result, entry } = await through({
      body: "hola",
      messagingServiceSid: SERVICE,
      smartEncoded: true,
    });
    expect(result).toMatchObject({ port: "sent" });
    expect(entry).toMatchObject({ details: { messagingServiceSid: SERVICE } });
  });

  test("what Twilio refuses leaves by failed with its code", async () => {
    expect((await through({ to: "+573001119904", body: "hola" })).result).toMatchObject({
      port: "failed",
      output: { reason: "opted_out", code: "21610" },
    });
  });
});
