import { describe, expect, test } from "vitest";
import type { EffectOutcome, JsonObject } from "../../../../engine/plugin-api.ts";
import { contextData, runNode } from "../../../../engine/plugin-testing/node-context.ts";
import { sendMessage } from "../../../../plugins/meta/client.ts";
import { metaAppOf } from "../../../../plugins/meta/credentials.ts";
import send from "../../../../plugins/meta/nodes/send.ts";
import { APP } from "../support/outbound.ts";
import { answering } from "../support/undici-fetch.ts";

const LUCIA = "+34600111222";
const text = { to: LUCIA, type: "text", text: "Hola" };

/** Runs the node where the message comes out like this. */
function sending(outcome: EffectOutcome, params: JsonObject = text, locale = "es") {
  return runNode(send, params, { data: contextData({ outcomes: { send: outcome } }), locale });
}

// What Meta answered, as it was recorded.
const RECORDED = {
  accepted: {
    messaging_product: "whatsapp",
    contacts: [{ input: LUCIA, wa_id: "34600111222" }],
    messages: [{ id: "wamid.HBgLMzQ2MDAxMTEyMjIVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA" }],
  },
  toUserId: {
    messaging_product: "whatsapp",
    contacts: [{ input: "ES.20000000000000000002", user_id: "ES.20000000000000000002" }],
    messages: [{ id: "wamid.HBgX" }],
  },
  closed: {
    error: {
      message: "(#131047) Re-engagement message",
      type: "OAuthException",
      code: 131047,
      error_data: {
        messaging_product: "whatsapp",
        details: "Message failed to send because more than 24 hours have passed.",
      },
      error_subcode: 2494055,
      fbtrace_id: "Az8",
    },
  },
};

const answered = (status: number, json: object) =>
  sendMessage(
    metaAppOf(APP),
    "1",
    {},
    { fetch: answering({ status, json }), signal: AbortSignal.timeout(1000) },
  );

describe("recorded answers", () => {
  test("accepted: by sent, with the wamid and the person's number", async () => {
    const outcome = await answered(200, RECORDED.accepted);
    expect(await sending(outcome)).toMatchObject({
      port: "sent",
      output: {
        wamid: RECORDED.accepted.messages[0]?.id,
        waId: "34600111222",
        userId: null,
        to: LUCIA,
        status: "queued",
      },
    });
  });

  test("accepted for a user id: with that", async () => {
    const outcome = await answered(200, RECORDED.toUserId);
    const to = "ES.20000000000000000002";
    expect(await sending(outcome, { ...text, to })).toMatchObject({
      port: "sent",
      output: { to, userId: to, waId: null },
    });
  });

  test.each([
    ["es", /^Han pasado más de 24 horas/],
    ["en-US", /^More than 24 hours/],
  ])("a closed window has a port of its own, told in %s", async (locale, words) => {
    const outcome = await answered(400, RECORDED.closed);
    expect(await sending(outcome, text, locale)).toMatchObject({
      port: "window_closed",
      output: {
        reason: "outside_window",
        code: "131047",
        message: expect.stringMatching(words),
        to: LUCIA,
        type: "text",
      },
    });
  });
});

describe("ports", () => {
  test("a closed window is the same when the engine knows it, or when Meta reports it later", async () => {
    const known = {
      state: "refused",
      reason: "outside_window",
      vendorCode: "",
      message: "not within 24 hours",
    } as const;
    expect(await sending(known)).toMatchObject({
      port: "window_closed",
      output: { code: null, message: known.message },
    });
    const failure = { reason: "outside_window", vendorCode: "131047", message: "x" };
    const later = { state: "accepted", ref: "wamid.1", status: "failed", data: { failure } } as const;
    expect(await sending(later)).toMatchObject({ port: "window_closed", output: { code: "131047" } });
  });

  test.each<[EffectOutcome, object]>([
    [
      { state: "refused", reason: "not_on_channel", vendorCode: "131026", message: "x" },
      { reason: "not_on_channel", code: "131026" },
    ],
    [
      { state: "refused", reason: "opted_out", vendorCode: "", message: "asked not to" },
      { reason: "opted_out", message: "asked not to" },
    ],
    [
      { state: "quiet_hours", until: "08:00" },
      { reason: "quiet_hours", message: "Las horas de descanso duran hasta las 08:00." },
    ],
    [
      {
        state: "accepted",
        ref: "wamid.1",
        status: "failed",
        data: { failure: { reason: "other", vendorCode: "131000" } },
      },
      { code: "131000" },
    ],
  ])("failed: %o", async (outcome, output) => {
    expect(await sending(outcome)).toMatchObject({ port: "failed", output });
  });

  test("no credits left", async () => {
    expect(await sending({ state: "insufficient_credits", meter: "whatsapp" })).toMatchObject({
      port: "insufficient_credits",
      output: { message: "No quedan créditos de WhatsApp." },
    });
  });

  test("what nobody knows is an error, never a second message", async () => {
    await expect(sending({ state: "unresolved", effectId: "eff_1" })).rejects.toMatchObject({
      code: "EFFECT_IN_DOUBT",
    });
  });

  test("waits for the report where it should, and goes on when the time is up", async () => {
    const outcome = {
      state: "accepted",
      ref: "wamid.1",
      status: "sent",
      effectId: "eff_1",
      reportedAt: "2026-11-21T15:00:00Z",
    } as const;
    const params = { ...text, confirm: "delivered", confirmWithinMs: 4000 };
    expect(await sending(outcome, params)).toEqual({
      kind: "again",
      until: "2026-11-21T15:00:04.000Z",
      keys: ["effect:eff_1"],
    });
    expect(await sending({ ...outcome, reportedAt: "2026-11-21T14:59:00Z" }, params)).toMatchObject({
      port: "sent",
      output: { status: "sent" },
    });
    expect(await sending({ ...outcome, status: "read" }, params)).toMatchObject({
      port: "sent",
      output: { status: "read" },
    });
  });
});

describe("what is sent", () => {
  const drafted = async (params: JsonObject, contact: JsonObject = {}) => {
    const data = contextData();
    await runNode(send, params, { data, contact });
    return data.sent[0]?.message;
  };

  test("is Meta's own body, kept as text, and charged as one", async () => {
    expect(
      await drafted({ ...text, quote: "wamid.Q", purpose: "notice", fromNumber: "num_2", onDoubt: "resend" }),
    ).toEqual({
      to: LUCIA,
      native: {
        provider: "meta",
        body: {
          context: { message_id: "wamid.Q" },
          type: "text",
          text: { body: "Hola", preview_url: false },
        },
        text: "Hola",
        anyTime: false,
        units: 1,
      },
      purpose: "notice",
      fromNumberId: "num_2",
      onDoubt: "resend",
    });
  });

  test("a reaction costs nothing; a template goes at any time", async () => {
    const reaction = { to: LUCIA, type: "reaction", messageId: "wamid.1", emoji: "🙏" };
    expect(await drafted(reaction)).toMatchObject({ native: { units: 0, anyTime: false } });
    const template = { to: LUCIA, type: "template", template: { name: "a", language: "es" } };
    expect(await drafted(template)).toMatchObject({ native: { units: 1, anyTime: true } });
  });

  test("goes to the flow's contact: by phone, else by the id WhatsApp gave", async () => {
    const hello = { type: "text", text: "Hola" };
    expect(await drafted(hello, { phone: LUCIA, userId: "ES.2" })).toMatchObject({ to: LUCIA });
    expect(await drafted(hello, { phone: null, userId: "ES.20000000000000000002" })).toMatchObject({
      to: "ES.20000000000000000002",
    });
  });

  test.each(["Lucía", "600 111 222", ""])("%j is nobody", async (to) => {
    await expect(drafted({ type: "text", text: "x", to })).rejects.toMatchObject({
      code: "PARAMS_INVALID",
      details: { field: "to" },
    });
  });
});
