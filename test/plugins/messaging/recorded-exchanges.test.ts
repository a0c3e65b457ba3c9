/**
 * What these nodes ask of the vendors and what those answer, exchange by exchange, through the plugins' own channels and
 * webhooks. The nodes know no vendor; this keeps what they say in the vendors' words.
 */
import { afterEach, describe, expect, test } from "vitest";
import { withNumbers } from "../../../engine/core/choices.ts";
import type { ChannelDefinition, Delivery, EffectOutcome, JsonObject } from "../../../engine/plugin-api.ts";
import { type ContextOverrides, contextData, runNode } from "../../../engine/plugin-testing/node-context.ts";
import { type Exchange, type RecordedVendor, replay } from "../../../engine/plugin-testing.ts";
import handoff from "../../../plugins/messaging/nodes/handoff.ts";
import sendAndWait from "../../../plugins/messaging/nodes/send-and-wait.ts";
import metaWhatsapp from "../../../plugins/meta/channels/whatsapp.ts";
import twilioSms from "../../../plugins/twilio/channels/sms.ts";
import twilioMessages from "../../../plugins/twilio/webhooks/messages.ts";
import { METADATA, parseMessage, startOf } from "../meta/support/meta-webhook.ts";
import { APP, channelContext, outbound as fromMeta } from "../meta/support/outbound.ts";
import { undiciFetch } from "../meta/support/undici-fetch.ts";
import { outbound as fromTwilio } from "../twilio/channels/outbound.ts";
import { ACCOUNT, TOKEN, twilioRequest } from "../twilio/webhooks/requests.ts";

const LUCIA = "+34600111222";
const NOW = new Date("2026-11-21T15:00:00Z");
const ASK = `ask_${"0".repeat(32)}`;
const CHOICES = [
  { id: "yes", title: "Sí, voy" },
  { id: "no", title: "No puedo" },
];
const QUESTION = { text: "¿Viene mañana?", choices: CHOICES, timeoutMinutes: 60 };

let vendor: RecordedVendor | null = null;
afterEach(async () => {
  await vendor?.close();
  vendor = null;
});

interface Line {
  readonly channel: ChannelDefinition;
  readonly credential: JsonObject;
  readonly outbound: typeof fromMeta;
}
const META: Line = { channel: metaWhatsapp, credential: APP, outbound: fromMeta };
const TWILIO: Line = {
  channel: twilioSms,
  credential: { accountSid: ACCOUNT, authToken: TOKEN },
  outbound: (given) => fromTwilio({ to: LUCIA, ...given }),
};

/** What the vendor makes of the question, by the recording; and that it was asked nothing else. */
async function ask(line: Line, exchanges: readonly Exchange[]): Promise<EffectOutcome> {
  const data = contextData();
  const { channel } = line.channel;
  await runNode(
    sendAndWait,
    { ...QUESTION, channels: [channel] },
    { data, now: NOW, contact: { phone: LUCIA } },
  );
  const [sent] = data.sent;
  if (!sent) throw new TypeError("the node sent nothing");
  return over(line, exchanges, { ...sent.message });
}

async function over(line: Line, exchanges: readonly Exchange[], draft: object): Promise<EffectOutcome> {
  vendor = await replay(exchanges);
  const message = line.outbound(draft);
  // As the engine does for a channel without buttons.
  const shown = line.channel.showsChoices?.(message)
    ? message
    : line.outbound({ ...draft, text: withNumbers(message.text ?? "", message.choices?.list ?? []) });
  const outcome = await line.channel
    .send(shown, channelContext(undiciFetch(), vendor.url, line.credential))
    .finally(() => expect(vendor?.mistakes()).toEqual([]));
  return outcome;
}

/** The node once the vendor has answered, or once the person has. */
const goOn = (channel: string, overrides: ContextOverrides) =>
  runNode(
    sendAndWait,
    { ...QUESTION, channels: [channel] as ("whatsapp" | "sms")[] },
    { now: NOW, contact: { phone: LUCIA }, ...overrides },
  );

/** What the engine tells the step of an answer that a webhook brought. */
function answerIn(delivery: Delivery | undefined): NonNullable<ContextOverrides["heard"]> {
  if (delivery?.kind !== "start" || !delivery.resume) throw new TypeError("that is no answer");
  return { name: "answer", output: { channel: delivery.channel, ...delivery.resume.output } };
}

const BUTTONS: Exchange = {
  request: {
    method: "POST",
    path: "/v26.0/100000000000001/messages",
    headers: { authorization: "Bearer EAAtoken" },
    body: {
      messaging_product: "whatsapp",
      recipient_type: "individual",
      to: LUCIA,
      type: "interactive",
      interactive: {
        type: "button",
        body: { text: "¿Viene mañana?" },
        action: {
          buttons: [
            { type: "reply", reply: { id: `${ASK}:yes`, title: "Sí, voy" } },
            { type: "reply", reply: { id: `${ASK}:no`, title: "No puedo" } },
          ],
        },
      },
      biz_opaque_callback_data: "eff_0199a1b2c3d4e5f60718293a4b5c6d7e",
    },
  },
  answer: {
    status: 200,
    body: {
      messaging_product: "whatsapp",
      contacts: [{ input: LUCIA, wa_id: "34600111222" }],
      messages: [{ id: "wamid.HBgLMzQ2MDAxMTEyMjIVAgARGBI5QTNDQTVCM0Q0Q0Q2RTY3RTcA" }],
    },
  },
};

const CLOSED: Exchange = {
  request: BUTTONS.request,
  answer: {
    status: 400,
    body: {
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
  },
};

const LINES: Exchange = {
  request: {
    method: "POST",
    path: `/2010-04-01/Accounts/${ACCOUNT}/Messages.json`,
    body: {
      To: LUCIA,
      From: "+15005550006",
      Body: "¿Viene mañana?\n1. Sí, voy\n2. No puedo",
      StatusCallback: "http://127.0.0.1:9/hooks/twilio/status/eff_1?s=signed",
    },
  },
  answer: {
    status: 201,
    body: {
      account_sid: ACCOUNT,
      api_version: "2010-04-01",
      body: "¿Viene mañana?\n1. Sí, voy\n2. No puedo",
      date_created: "Sat, 21 Nov 2026 15:00:00 +0000",
      direction: "outbound-api",
      error_code: null,
      from: "+15005550006",
      num_segments: "1",
      sid: "SM87105da94bff44b999e4e6eb90d8eb6a",
      status: "queued",
      to: LUCIA,
    },
  },
};

describe("messaging.send-and-wait", () => {
  test("Meta shows the choices as buttons that name the question, and a tap leaves by its choice", async () => {
    const outcome = await ask(META, [BUTTONS]);
    expect(outcome).toMatchObject({ state: "accepted", ref: expect.stringMatching(/^wamid\./) });
    const asked = await goOn("whatsapp", {
      data: contextData({ outcomes: { whatsapp: { ...outcome, effectId: "eff_1" } as EffectOutcome } }),
    });
    expect(asked).toMatchObject({ kind: "again", keys: [`ask:${ASK}`, "effect:eff_1"], hears: true });
    const tap = startOf(
      parseMessage({
        type: "interactive",
        interactive: { type: "button_reply", button_reply: { id: `${ASK}:no`, title: "No puedo" } },
        context: { from: "15550001111", id: "wamid.OUT9" },
      }),
    );
    const answered = await goOn("whatsapp", { heard: answerIn(tap) });
    expect(answered).toMatchObject({
      port: "no",
      output: { choice: "no", body: "No puedo", from: LUCIA, channel: "whatsapp", tries: 1 },
    });
  });

  test("a closed window at Meta leaves by undeliverable, with Meta's code", async () => {
    const outcome = await ask(META, [CLOSED]);
    const left = await goOn("whatsapp", { data: contextData({ outcomes: { whatsapp: outcome } }) });
    expect(left).toMatchObject({
      port: "undeliverable",
      output: {
        attempts: [{ channel: "whatsapp", result: "refused", reason: "outside_window", code: "131047" }],
      },
    });
  });

  test("Twilio sends numbered lines, and a number is an answer", async () => {
    const outcome = await ask(TWILIO, [LINES]);
    expect(outcome).toEqual({
      state: "accepted",
      ref: "SM87105da94bff44b999e4e6eb90d8eb6a",
      status: "queued",
    });
    const [reply] = twilioMessages.parse(
      twilioRequest("twilio/messages", {
        MessageSid: "SM2",
        SmsMessageSid: "SM2",
        From: LUCIA,
        To: "+15005550006",
        Body: "1",
        NumMedia: "0",
        NumSegments: "1",
        FromCountry: "ES",
        ApiVersion: "2010-04-01",
      }),
    );
    expect(await goOn("sms", { heard: answerIn(reply) })).toMatchObject({
      port: "yes",
      output: { choice: "yes", body: "1", from: LUCIA, to: "+15005550006", channel: "sms" },
    });
  });
});

describe("messaging.handoff", () => {
  test("a conversation at Meta is given to people, who answer in it, and closed", async () => {
    const start = startOf(parseMessage({ type: "text", text: { body: "Quiero hablar con una persona" } }));
    const conversation = {
      channel: "whatsapp",
      number: `+${METADATA.display_phone_number.replaceAll(/\D/g, "")}`,
      contact: start.contact.phone ?? "",
    } as const;
    const data = contextData({ conversation });
    const given = await runNode(handoff, { team: "Reservas", timeoutMinutes: 30 }, { data, now: NOW });
    expect(given).toMatchObject({ kind: "again", until: "2026-11-21T15:30:00.000Z" });
    expect(data.handoffs).toMatchObject([{ ...conversation, team: "Reservas" }]);

    const answer = { to: conversation.contact, text: "Hola, soy Eva" };
    const outcome = await over(META, [exchangeOfText(answer.text)], answer);
    expect(outcome).toMatchObject({ state: "accepted" });

    const said = [start.message?.body ?? "", answer.text];
    const closed = {
      conversationId: `cnv_${"0".repeat(32)}`,
      startedAt: NOW.toISOString(),
      until: "2026-11-21T15:30:00.000Z",
      outcome: "closed",
      endedAt: "2026-11-21T15:10:00.000Z",
      closedBy: "usr_eva",
      assignedTo: "usr_eva",
      messages: said.map((body, place) => ({
        direction: place === 0 ? ("inbound" as const) : ("outbound" as const),
        body,
        at: NOW.toISOString(),
      })),
    } as const;
    expect(await runNode(handoff, {}, { data: contextData({ handoff: closed }), now: NOW })).toMatchObject({
      port: "closed",
      output: {
        closedBy: "usr_eva",
        seconds: 600,
        messages: [{ body: "Quiero hablar con una persona" }, { body: "Hola, soy Eva" }],
      },
    });
  });
});

function exchangeOfText(body: string): Exchange {
  return {
    request: {
      ...BUTTONS.request,
      body: {
        messaging_product: "whatsapp",
        recipient_type: "individual",
        to: LUCIA,
        type: "text",
        text: { body, preview_url: false },
        biz_opaque_callback_data: "eff_0199a1b2c3d4e5f60718293a4b5c6d7e",
      },
    },
    answer: BUTTONS.answer,
  };
}
