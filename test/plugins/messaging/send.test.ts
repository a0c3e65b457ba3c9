import { describe, expect, test } from "vitest";
import { AppError, type EffectOutcome, type JsonObject, type Refusal } from "../../../engine/plugin-api.ts";
import {
  type ContextOverrides,
  contextData,
  nodeContext,
  runNode,
} from "../../../engine/plugin-testing/node-context.ts";
import send from "../../../plugins/messaging/nodes/send.ts";

const TO = "+573001112233";
const NOW = new Date("2026-11-21T15:00:00Z");

type Accepted = Extract<EffectOutcome, { state: "accepted" }>;

const accepted = (given: Partial<Accepted> = {}): Accepted => ({
  state: "accepted",
  ref: "SM1",
  status: "queued",
  effectId: "eff_1",
  reportedAt: NOW.toISOString(),
  ...given,
});
const refused = (reason: Refusal): EffectOutcome => ({
  state: "refused",
  reason,
  vendorCode: "63016",
  message: "No",
});
const noCredits: EffectOutcome = { state: "insufficient_credits", meter: "sms" };

/** Runs the node on outcomes by channel, and tells what was sent too. */
async function run(
  outcomes: Record<string, EffectOutcome>,
  params: JsonObject = {},
  overrides: ContextOverrides = {},
) {
  const data = contextData({ outcomes });
  const context = { now: NOW, contact: { phone: TO }, data, ...overrides };
  return { data, result: await runNode(send, { text: "Hola", ...params }, context) };
}

const line = (channel: string, result: string, reason: string | null = null, code: string | null = null) => ({
  channel,
  result,
  reason,
  code,
});

describe("the channel order", () => {
  test("the first channel that takes it ends the search", async () => {
    const { data, result } = await run({ whatsapp: accepted({ ref: "wamid.1" }) });
    expect(result).toEqual({
      kind: "next",
      port: "sent",
      output: {
        channel: "whatsapp",
        messageId: "eff_1",
        ref: "wamid.1",
        status: "queued",
        text: "Hola",
        attempts: [line("whatsapp", "accepted")],
      },
    });
    expect(data.sent).toEqual([
      { part: "whatsapp", channel: "whatsapp", message: { to: TO, text: "Hola", purpose: "service" } },
    ]);
  });

  test.each<Refusal>([
    "not_on_channel",
    "outside_window",
    "bad_content",
    "bad_recipient",
    "bad_sender",
    "not_permitted",
    "opted_out",
    "other",
  ])("a refusal for %s goes on to the next channel", async (reason) => {
    const { result } = await run({ whatsapp: refused(reason), sms: accepted() });
    const attempts = [line("whatsapp", "refused", reason, "63016"), line("sms", "accepted")];
    expect(result).toMatchObject({ port: "sent", output: { channel: "sms", attempts } });
  });

  test("a message that was accepted and then failed goes on to the next channel", async () => {
    const { result } = await run({ whatsapp: accepted({ status: "failed" }), sms: accepted() });
    const attempts = [line("whatsapp", "failed", "not_delivered"), line("sms", "accepted")];
    expect(result).toMatchObject({ port: "sent", output: { channel: "sms", attempts } });
  });

  test("a channel without a sender goes on to the next", async () => {
    const sender = nodeContext({ data: contextData() });
    const { result } = await run(
      {},
      {},
      {
        send: async (part, channel, message) => {
          if (channel === "whatsapp") throw new AppError("SENDER_MISSING", "No WhatsApp number");
          return sender.send(part, channel, message);
        },
      },
    );
    const attempts = [line("whatsapp", "no_sender", "no_sender", "SENDER_MISSING"), line("sms", "accepted")];
    expect(result).toMatchObject({ port: "sent", output: { channel: "sms", attempts } });
  });

  test("any other error is the step's", async () => {
    const down = new AppError("VENDOR_UNAVAILABLE", "Down");
    await expect(run({}, {}, { send: () => Promise.reject(down) })).rejects.toBe(down);
  });

  test("the author's order is kept, and a channel named once", async () => {
    const { data } = await run(
      { sms: refused("other"), whatsapp: accepted() },
      { channels: ["sms", "whatsapp"] },
    );
    expect(data.sent.map(({ channel }) => channel)).toEqual(["sms", "whatsapp"]);
  });
});

describe("when nothing was sent", () => {
  test.each<[string, EffectOutcome, EffectOutcome, string]>([
    ["both refuse", refused("not_on_channel"), refused("bad_recipient"), "undeliverable"],
    ["both fail later", accepted({ status: "failed" }), accepted({ status: "failed" }), "undeliverable"],
    ["both are opted out", refused("opted_out"), refused("opted_out"), "opted_out"],
    ["one is opted out", refused("opted_out"), refused("bad_recipient"), "undeliverable"],
    ["no credits on the last", refused("not_on_channel"), noCredits, "insufficient_credits"],
    ["no credits on the first", noCredits, refused("opted_out"), "insufficient_credits"],
  ])("%s: leaves by the port for it", async (_case, whatsapp, sms, port) => {
    const { result } = await run({ whatsapp, sms });
    expect(result).toMatchObject({
      kind: "next",
      port,
      output: { text: "Hola", attempts: [{ channel: "whatsapp" }, { channel: "sms" }] },
    });
  });

  test("no credits on the first channel is no obstacle to the second", async () => {
    expect((await run({ whatsapp: noCredits, sms: accepted() })).result).toMatchObject({ port: "sent" });
  });

  test("quiet hours end the search, for they hold on every channel", async () => {
    const until = "2026-11-22T13:00:00.000Z";
    const { data, result } = await run(
      { whatsapp: { state: "quiet_hours", until } },
      { purpose: "marketing" },
    );
    expect(result).toEqual({
      kind: "next",
      port: "quiet_hours",
      output: { text: "Hola", attempts: [], until },
    });
    expect(data.sent).toHaveLength(1);
  });

  test("[D4] a message that may have left is never followed by a second", async () => {
    const overrides = contextData({ outcomes: { whatsapp: { state: "unresolved", effectId: "eff_1" } } });
    const running = runNode(send, { text: "Hola" }, { contact: { phone: TO }, data: overrides });
    await expect(running).rejects.toMatchObject({
      code: "EFFECT_IN_DOUBT",
      details: { channel: "whatsapp" },
    });
    expect(overrides.sent.map(({ channel }) => channel)).toEqual(["whatsapp"]);
  });

  test("a hidden number is undeliverable, and nothing is tried", async () => {
    const { data, result } = await run({}, {}, { contact: { phone: null } });
    const attempts = [line("whatsapp", "refused", "no_recipient"), line("sms", "refused", "no_recipient")];
    expect(result).toEqual({ kind: "next", port: "undeliverable", output: { text: "Hola", attempts } });
    expect(data.sent).toEqual([]);
  });
});

describe("confirmation", () => {
  const at = (seconds: number) => ({ now: new Date(NOW.getTime() + seconds * 1000) });
  const wait = { kind: "again", until: "2026-11-21T15:00:05.000Z", keys: ["effect:eff_1"] };

  test("sleeps until the vendor reports, for five seconds", async () => {
    expect((await run({ whatsapp: accepted() }, { confirm: "sent" })).result).toEqual(wait);
    expect(
      (await run({ whatsapp: accepted({ status: "sent" }) }, { confirm: "delivered" }, at(4))).result,
    ).toEqual(wait);
  });

  test("an outcome without a moment counts from now", async () => {
    const { reportedAt: _unknown, ...fresh } = accepted();
    expect((await run({ whatsapp: fresh }, { confirm: "sent" })).result).toEqual(wait);
  });

  test("the author says for how long", async () => {
    const { result } = await run(
      { whatsapp: accepted() },
      { confirm: "sent", confirmWithinMs: 60_000 },
      at(30),
    );
    expect(result).toMatchObject({ until: "2026-11-21T15:01:00.000Z" });
  });

  test.each([
    ["accepted", "queued"],
    ["sent", "sent"],
    ["sent", "delivered"],
    ["delivered", "delivered"],
    ["delivered", "read"],
  ] as const)("wanted %s, reported %s: goes on at once", async (confirm, status) => {
    expect((await run({ whatsapp: accepted({ status }) }, { confirm })).result).toMatchObject({
      port: "sent",
      output: { status },
    });
  });

  test("a failure reported meanwhile goes on to the next channel", async () => {
    const outcomes = {
      whatsapp: accepted({ status: "failed" }),
      sms: accepted({ effectId: "eff_2", reportedAt: "2026-11-21T15:00:03.000Z" }),
    };
    const { result } = await run(outcomes, { confirm: "delivered" }, at(3));
    expect(result).toEqual({ kind: "again", until: "2026-11-21T15:00:08.000Z", keys: ["effect:eff_2"] });
  });

  test("silence counts as sent", async () => {
    const { data, result } = await run({ whatsapp: accepted() }, { confirm: "delivered" }, at(5));
    expect(result).toMatchObject({ port: "sent", output: { channel: "whatsapp", status: "queued" } });
    expect(data.sent).toHaveLength(1);
  });

  const onSilence = { confirm: "delivered", onSilence: "next_channel" };

  test("silence goes on to the next channel where the author wants that", async () => {
    const { result } = await run(
      { whatsapp: accepted(), sms: accepted({ status: "delivered", ref: "SM2" }) },
      onSilence,
      at(5),
    );
    const attempts = [line("whatsapp", "unconfirmed"), line("sms", "accepted")];
    expect(result).toMatchObject({ port: "sent", output: { channel: "sms", ref: "SM2", attempts } });
  });

  test("[D3] a silent message still counts when no other channel carried it", async () => {
    const { result } = await run(
      { whatsapp: accepted({ ref: "wamid.1" }), sms: noCredits },
      onSilence,
      at(5),
    );
    const attempts = [line("whatsapp", "unconfirmed"), line("sms", "insufficient_credits", "sms")];
    expect(result).toMatchObject({ port: "sent", output: { channel: "whatsapp", ref: "wamid.1", attempts } });
  });
});

describe("what is sent", () => {
  const sent = async (params: JsonObject, overrides: ContextOverrides = {}) => {
    const data = contextData();
    await runNode(send, params, { contact: { phone: TO }, data, ...overrides });
    return { message: data.sent[0]?.message, links: data.links };
  };

  test("to whom, from which number, with files and for what", async () => {
    const params = {
      to: " +34600111222 ",
      text: "Hola",
      media: ["https://a.example/1.jpg"],
      purpose: "notice",
      fromNumber: "num_1",
    };
    expect((await sent(params)).message).toEqual({
      to: "+34600111222",
      text: "Hola",
      media: ["https://a.example/1.jpg"],
      purpose: "notice",
      fromNumberId: "num_1",
    });
  });

  test("links are counted once each, and what follows them is no part of them", async () => {
    const text = "Mira https://a.example/x?b=1, (https://a.example/y) y https://a.example/x?b=1.";
    const { message, links } = await sent({ text, trackLinks: true });
    expect(links).toEqual(["https://a.example/x?b=1", "https://a.example/y"]);
    expect(message?.text).toBe(
      "Mira https://flow.test/t/1, (https://flow.test/t/2) y https://flow.test/t/1.",
    );
  });

  test("links stay as they are unless the author wants them counted", async () => {
    expect(await sent({ text: "https://a.example" })).toEqual({
      message: { to: TO, text: "https://a.example", purpose: "service" },
      links: [],
    });
  });

  test.each([{}, { text: "" }, { text: "Hola", template: { key: "hola" } }])(
    "refuses %j: either a text or a template",
    async (params) => {
      await expect(sent(params)).rejects.toMatchObject({ code: "PARAMS_INVALID" });
    },
  );
});
