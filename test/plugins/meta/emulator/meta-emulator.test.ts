import { appendFileSync, mkdtempSync, rmSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Agent } from "undici";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Delivery, JsonObject, OutboundMessage } from "../../../../engine/plugin-api.ts";
import whatsapp from "../../../../plugins/meta/channels/whatsapp.ts";
import credential from "../../../../plugins/meta/credentials.ts";
import { MAGIC } from "../../../../plugins/meta/emulator/magic.ts";
import {
  type MetaEmulator,
  type MetaEmulatorOptions,
  startMetaEmulator,
} from "../../../../plugins/meta/emulator/meta-emulator.ts";
import { type EngineStandIn, startEngineStandIn } from "../support/engine-stand-in.ts";
import { startOf } from "../support/meta-webhook.ts";
import { APP, channelContext, EFFECT_ID, outbound, template } from "../support/outbound.ts";
import { undiciFetch } from "../support/undici-fetch.ts";

const NUMBER = { phoneNumberId: "100000000000001", displayPhoneNumber: "15550001111" };
const LUCIA = "+34600111222";

let engine: EngineStandIn;
let emulator: MetaEmulator;
let agent: Agent;
const open = new Set<MetaEmulator>();

async function start(options: Partial<MetaEmulatorOptions> = {}): Promise<MetaEmulator> {
  const started = await startMetaEmulator({
    accounts: [APP],
    publicUrl: engine.url,
    paceMs: 0,
    window: "off",
    ...options,
  });
  open.add(started);
  return started;
}

const send = (message: OutboundMessage = outbound(), to = emulator, app: JsonObject = APP) =>
  whatsapp.send(message, channelContext(undiciFetch(agent), to.url, app));

/** One send, and all that is reported about it. */
async function sendAndWait(message?: OutboundMessage) {
  const outcome = await send(message);
  await emulator.idle();
  return outcome;
}

const statuses = () =>
  engine.deliveries.filter(
    (delivery): delivery is Extract<Delivery, { kind: "status" }> => delivery.kind === "status",
  );
const words = () => statuses().map(({ status }) => status);

beforeEach(async () => {
  agent = new Agent();
  engine = await startEngineStandIn(APP);
  emulator = await start();
});

afterEach(async () => {
  for (const one of open) await one.close();
  open.clear();
  await engine.close();
  await agent.destroy();
});

describe("sending through the channel", () => {
  test("a text is accepted, then reported sent and delivered with our effect id", async () => {
    const outcome = await sendAndWait();
    expect(outcome).toMatchObject({
      state: "accepted",
      status: "queued",
      ref: expect.stringMatching(/^wamid\./),
      data: { waId: "34600111222" },
    });
    const ref = outcome.state === "accepted" ? outcome.ref : "";
    const said = {
      kind: "status",
      effectId: EFFECT_ID,
      ref,
      providerId: NUMBER.phoneNumberId,
      channel: "whatsapp",
    };
    const pricing = { type: "free_customer_service", category: "service", model: "PMP" };
    const at = expect.any(String);
    expect(statuses()).toEqual([
      { ...said, at, pricing, status: "sent", dedupeKey: `status:${ref}:sent` },
      { ...said, at, pricing, status: "delivered", dedupeKey: `status:${ref}:delivered` },
    ]);
    expect(emulator.ledger()).toMatchObject([
      { kind: "message", ref, channel: "whatsapp", to: LUCIA, body: "Hola", status: "delivered" },
    ]);
  });

  test("files and templates are taken as well", async () => {
    expect(await sendAndWait(outbound({ media: ["https://x.test/a.pdf"], text: "Factura" }))).toMatchObject({
      state: "accepted",
    });
    expect(
      await sendAndWait(outbound({ template: template({ name: "Lucía", time: "21:00" }) })),
    ).toMatchObject({
      state: "accepted",
      data: { messageStatus: "accepted" },
    });
    expect(emulator.ledger().map(({ body }) => body)).toEqual(["Factura", "booking_ready · Lucía · 21:00"]);
  });

  test("somebody without a phone is reached by user id", async () => {
    expect(await sendAndWait(outbound({ to: "ES.2000" }))).toMatchObject({
      state: "accepted",
      data: { userId: "ES.2000" },
    });
    expect(words()).toEqual(["sent", "delivered"]);
  });

  test("templates are checked once they are registered", async () => {
    emulator.registerTemplate({ name: "booking_ready", language: "es", parameters: 2 });
    const [two, one] = [
      template({ name: "L", time: "9" }),
      { ...template({ name: "L" }), variables: ["name"] },
    ];
    expect(await send(outbound({ template: two }))).toMatchObject({ state: "accepted" });
    expect(await send(outbound({ template: one }))).toMatchObject({
      state: "refused",
      vendorCode: "132000",
      reason: "bad_content",
    });
    const other = template({ name: "L", time: "9" }, { name: "booking_ready", language: "en" });
    expect(await send(outbound({ template: other }))).toMatchObject({
      state: "refused",
      vendorCode: "132001",
    });
  });

  test("the statuses carry Meta's price: a thousand free, templates never", async () => {
    await sendAndWait();
    await sendAndWait(outbound({ template: template({ name: "L", time: "9" }) }));
    const pricing = { pricing_model: "PMP" };
    const reported = engine.bodies.map((body) => JSON.stringify(body));
    expect(engine.bodies[0]).toMatchObject({
      entry: [
        {
          changes: [
            {
              value: {
                statuses: [
                  {
                    pricing: {
                      ...pricing,
                      billable: false,
                      type: "free_customer_service",
                      category: "service",
                    },
                  },
                ],
              },
            },
          ],
        },
      ],
    });
    expect(reported.at(-1)).toContain(
      '"pricing":{"billable":true,"pricing_model":"PMP","type":"regular","category":"utility"}',
    );
  });

  test("a wrong token is told to the operator", async () => {
    await expect(send(outbound(), emulator, { ...APP, accessToken: "wrong" })).rejects.toMatchObject({
      code: "VENDOR_REFUSED",
    });
    expect(
      await credential.test(
        { ...APP, accessToken: "wrong", baseUrl: emulator.url },
        { fetch: undiciFetch(agent) },
      ),
    ).toMatchObject({ ok: false });
    expect(
      await credential.test({ ...APP, baseUrl: emulator.url }, { fetch: undiciFetch(agent) }),
    ).toMatchObject({ ok: true });
  });

  test("a number of somebody else's is refused", async () => {
    const strict = await start({
      accounts: [{ ...APP, phoneNumbers: [{ id: "7", displayPhoneNumber: "+1 555 000 7777" }] }],
    });
    expect(await send(outbound(), strict)).toMatchObject({
      state: "refused",
      reason: "bad_sender",
      vendorCode: "33",
    });
    const from = { ...outbound().from, providerId: "7" };
    expect(await send(outbound({ from }), strict)).toMatchObject({ state: "accepted" });
    expect(await send(outbound({ from, to: "+15550007777" }), strict)).toMatchObject({
      state: "refused",
      vendorCode: "131021",
    });
  });

  test("a server that is not there took nothing", async () => {
    const gone = createServer();
    await new Promise<void>((resolve) => gone.listen(0, "127.0.0.1", resolve));
    const { port } = gone.address() as AddressInfo;
    await new Promise((resolve) => gone.close(resolve));
    const context = channelContext(undiciFetch(agent), `http://127.0.0.1:${port}`);
    await expect(whatsapp.send(outbound(), context)).rejects.toMatchObject({ code: "VENDOR_UNAVAILABLE" });
  });

  test("a message can be marked as read", async () => {
    const post = (body: object) =>
      undiciFetch(agent)(`${emulator.url}/v26.0/${NUMBER.phoneNumberId}/messages`, {
        method: "POST",
        headers: { authorization: `Bearer ${APP.accessToken}` },
        body: JSON.stringify({ messaging_product: "whatsapp", ...body }),
      });
    expect(await post({ status: "read", message_id: "wamid.IN" })).toMatchObject({
      status: 200,
      text: '{"success":true}',
    });
    await post({ status: "read", message_id: "wamid.IN", typing_indicator: { type: "text" } });
    expect(emulator.ledger().map(({ kind }) => kind)).toEqual(["mark-read", "typing"]);
    expect((await post({ status: "read" })).status).toBe(400);
  });
});

describe("magic recipients", () => {
  const to = ({ suffix }: { readonly suffix: string }) => outbound({ to: `+3460011${suffix}` });
  const all = Object.values(MAGIC);

  test("have suffixes of their own", () =>
    expect(new Set(all.map(({ suffix }) => suffix)).size).toBe(all.length));

  test.each(Object.entries(MAGIC).filter(([, magic]) => magic.arrives === "async"))(
    "%s fails later",
    async (_name, magic) => {
      expect(await sendAndWait(to(magic))).toMatchObject({ state: "accepted" });
      expect(statuses()).toMatchObject([
        { status: "failed", effectId: EFFECT_ID, vendorCode: "code" in magic ? String(magic.code) : "" },
      ]);
      expect(emulator.ledger()).toMatchObject([{ status: "failed" }]);
      expect(JSON.stringify(engine.bodies)).not.toContain("contacts");
      expect(JSON.stringify(engine.bodies)).not.toContain("recipient_user_id");
    },
  );

  test("not on WhatsApp is told in our words", async () => {
    await sendAndWait(to(MAGIC.notOnWhatsApp));
    expect(statuses()).toMatchObject([{ refusal: "not_on_channel", vendorCode: "131026" }]);
  });

  test.each([MAGIC.notOnTestList, MAGIC.accountLocked, MAGIC.countryRestricted])(
    "$suffix is refused at once",
    async (magic) => {
      expect(await sendAndWait(to(magic))).toMatchObject({
        state: "refused",
        vendorCode: String(magic.code),
      });
      expect(emulator.ledger()).toEqual([]);
    },
  );

  test.each([
    [MAGIC.pairRate, "VENDOR_RATE_LIMITED"],
    [MAGIC.throughput, "VENDOR_RATE_LIMITED"],
    [MAGIC.unavailable, "VENDOR_UNAVAILABLE"],
  ])("$suffix may pass later", async (magic, code) => {
    await expect(send(to(magic))).rejects.toMatchObject({ code });
    expect(emulator.ledger()).toEqual([]);
  });

  test.each([
    [MAGIC.readAtOnce, ["sent", "delivered", "read"]],
    [MAGIC.phoneOff, ["sent"]],
    [MAGIC.neverReported, []],
  ])("$suffix is reported its own way", async (magic, expected) => {
    await sendAndWait(to(magic));
    expect(words()).toEqual(expected);
  });
});

describe("the 24-hour window", () => {
  const HOUR = 3_600_000;

  test("fails free text to strangers, later or at once, and never a template", async () => {
    emulator = await start({ window: "async" });
    expect(await sendAndWait()).toMatchObject({ state: "accepted" });
    expect(statuses()).toMatchObject([{ status: "failed", vendorCode: "131047", refusal: "outside_window" }]);
    emulator = await start({ window: "sync" });
    expect(await send()).toMatchObject({ state: "refused", reason: "outside_window" });
    expect(await send(outbound({ template: template({ name: "L", time: "9" }) }))).toMatchObject({
      state: "accepted",
    });
  });

  test("opens when the person writes and closes a day later", async () => {
    let time = Date.UTC(2026, 9, 10, 12);
    emulator = await start({ window: "sync", now: () => new Date(time) });
    await emulator.receiveMessage({ ...NUMBER, from: LUCIA, text: "hola" });
    time += 23 * HOUR;
    expect(await send()).toMatchObject({ state: "accepted" });
    time += 2 * HOUR;
    expect(await send()).toMatchObject({ state: "refused", reason: "outside_window" });
  });

  test("is each person's own with each number", async () => {
    emulator = await start({ window: "sync" });
    await emulator.receiveMessage({ ...NUMBER, from: LUCIA, text: "hola" });
    expect(await send(outbound({ to: "+34600111333" }))).toMatchObject({ state: "refused" });
    const from = { ...outbound().from, providerId: "2" };
    expect(await send(outbound({ from }))).toMatchObject({ state: "refused" });
  });
});

describe("people who write", () => {
  test("arrive signed and complete", async () => {
    const { ref, status } = await emulator.receiveMessage({
      ...NUMBER,
      from: LUCIA,
      text: "¿Está abierto? 🍷",
      profileName: "Lucía",
    });
    expect(status).toBe(200);
    expect(startOf(engine.deliveries)).toMatchObject({
      to: "+15550001111",
      providerId: NUMBER.phoneNumberId,
      dedupeKey: `msg:${NUMBER.phoneNumberId}:${ref}`,
      contact: { phone: LUCIA, name: "Lucía", channelUserId: expect.stringMatching(/^US\./) },
      message: { body: "¿Está abierto? 🍷" },
    });
  });

  test("may tap, send files, and hide their number", async () => {
    const taps = { type: "button_reply", button_reply: { id: "yes", title: "Sí" } };
    await emulator.receiveMessage({
      ...NUMBER,
      from: LUCIA,
      button: { payload: "ok", text: "Vale" },
      repliesTo: "wamid.OUT",
    });
    await emulator.receiveMessage({ ...NUMBER, from: LUCIA, interactive: taps });
    await emulator.receiveMessage({
      ...NUMBER,
      userId: "ES.2000",
      media: { type: "audio", mimeType: "audio/ogg", voice: true },
    });
    expect(engine.deliveries).toMatchObject([
      { resume: { event: "choice:ok" }, input: { message: { repliesTo: "wamid.OUT" } } },
      { resume: { event: "choice:yes" } },
      {
        contact: { phone: null, channelUserId: "ES.2000" },
        input: { message: { media: [{ voice: true }] } },
      },
    ]);
  });

  test("come in one webhook when they write at once", async () => {
    const other = { phoneNumberId: "2", displayPhoneNumber: "15550002222" };
    const { refs } = await emulator.receiveBatch([
      { ...NUMBER, from: LUCIA, text: "a" },
      { ...other, from: LUCIA, text: "b" },
      { ...NUMBER, from: "+34600111333", text: "c" },
    ]);
    expect(engine.bodies).toHaveLength(1);
    expect(refs).toHaveLength(3);
    expect(engine.deliveries).toMatchObject([
      { to: "+15550001111", message: { body: "a" } },
      { to: "+15550001111", message: { body: "c" }, contact: { phone: "+34600111333" } },
      { to: "+15550002222", message: { body: "b" } },
    ]);
  });

  test("have the same key when they are delivered twice", async () => {
    const draft = { ...NUMBER, from: LUCIA, text: "hola", ref: "wamid.SAME" };
    await emulator.receiveMessage(draft);
    await emulator.receiveMessage(draft);
    expect(engine.deliveries.map(({ dedupeKey }) => dedupeKey)).toEqual(
      Array(2).fill(`msg:${NUMBER.phoneNumberId}:wamid.SAME`),
    );
  });

  test("need a sender and something to say", async () => {
    await expect(emulator.receiveMessage({ ...NUMBER, text: "x" })).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
    await expect(emulator.receiveMessage({ ...NUMBER, from: LUCIA })).rejects.toMatchObject({
      code: "INPUT_INVALID",
    });
  });
});

describe("the webhook's address", () => {
  test("is verified with the token agreed upon", async () => {
    expect(await emulator.handshake()).toMatchObject({ ok: true, status: 200 });
    const stranger = await start({ accounts: [{ ...APP, verifyToken: "other" }] });
    expect(await stranger.handshake()).toMatchObject({ ok: false, status: 403 });
  });

  test("may be told later: what happened until then is reported then", async () => {
    const early = await startMetaEmulator({ accounts: [APP], paceMs: 0, window: "off" });
    open.add(early);
    await send(outbound(), early);
    await early.idle();
    expect(words()).toEqual([]);
    await expect(early.handshake()).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    early.pointAt(`${engine.url}/`);
    await early.idle();
    expect(words()).toEqual(["sent", "delivered"]);
  });

  test("is tried again until somebody takes the webhook", async () => {
    engine.failNext(2);
    await sendAndWait();
    expect(words()).toEqual(["sent", "delivered"]);
  });
});

describe("ordered faults", () => {
  test("a status with a code and a delay", async () => {
    emulator.faults.next({ to: LUCIA }, { kind: "status", status: 429, code: 130429, retryAfter: 3 });
    await expect(send()).rejects.toMatchObject({
      code: "VENDOR_RATE_LIMITED",
      details: { retryAfterMs: 3000, vendorCode: "130429" },
    });
    expect(await send()).toMatchObject({ state: "accepted" });
    expect(emulator.ledger()).toHaveLength(1);
  });

  test("a server error leaves the effect in doubt, a declared outage does not", async () => {
    emulator.faults.next({}, { kind: "status", status: 500 });
    emulator.faults.next({}, { kind: "status", status: 503, code: 131016 });
    await expect(send()).rejects.toMatchObject({ code: "EFFECT_IN_DOUBT" });
    await expect(send()).rejects.toMatchObject({ code: "VENDOR_UNAVAILABLE" });
    expect(emulator.ledger()).toEqual([]);
  });

  test("a reset before: in doubt, and nothing was sent", async () => {
    emulator.faults.next({}, { kind: "reset-before" });
    await expect(sendAndWait()).rejects.toMatchObject({ code: "EFFECT_IN_DOUBT" });
    expect(emulator.ledger()).toEqual([]);
  });

  test("a reset after: in doubt, and the status brings the effect id back", async () => {
    emulator.faults.next({}, { kind: "reset-after-accept" });
    await expect(send()).rejects.toMatchObject({ code: "EFFECT_IN_DOUBT" });
    await emulator.idle();
    expect(emulator.ledger()).toHaveLength(1);
    expect(statuses()).toMatchObject([
      { effectId: EFFECT_ID, status: "sent" },
      { effectId: EFFECT_ID, status: "delivered" },
    ]);
  });

  test("silence after: the caller gives up, the message is on its way", async () => {
    emulator.faults.next({}, { kind: "timeout-after-accept" });
    const impatient = channelContext(undiciFetch(agent), emulator.url);
    const giveUp = new AbortController();
    const sending = whatsapp.send(outbound(), { ...impatient, signal: giveUp.signal });
    const settled = expect(sending).rejects.toMatchObject({ code: "EFFECT_IN_DOUBT" });
    await expect.poll(words).toEqual(["sent", "delivered"]);
    giveUp.abort();
    await settled;
  });

  test("a slow answer comes after the statuses", async () => {
    emulator.faults.next({}, { kind: "slow", ms: 30 });
    const sending = send();
    await expect.poll(words).toEqual(["sent", "delivered"]);
    expect(await sending).toMatchObject({ state: "accepted" });
  });

  test.each([
    ["duplicate-callbacks", ["sent", "sent", "delivered", "delivered"]],
    ["reorder-callbacks", ["delivered", "sent"]],
    ["lose-callbacks", []],
  ] as const)("%s", async (kind, expected) => {
    emulator.faults.next({}, { kind });
    await sendAndWait();
    expect(words()).toEqual(expected);
    expect(emulator.ledger()).toMatchObject([{ status: "delivered" }]);
  });

  test("duplicates have equal keys", async () => {
    emulator.faults.next({}, { kind: "duplicate-callbacks" });
    await sendAndWait();
    expect(new Set(statuses().map(({ dedupeKey }) => dedupeKey)).size).toBe(2);
  });

  test("wait for their own send, and one of the answer may meet one of the callbacks", async () => {
    emulator.faults.next({ to: "+34600111333" }, { kind: "status", status: 400, code: 131026 });
    emulator.faults.next({ type: "text" }, { kind: "reset-after-accept" });
    emulator.faults.next({ phoneNumberId: NUMBER.phoneNumberId }, { kind: "lose-callbacks" });
    await expect(send()).rejects.toMatchObject({ code: "EFFECT_IN_DOUBT" });
    await emulator.idle();
    expect(words()).toEqual([]);
    expect(emulator.faults.pending()).toBe(1);
    expect(await send(outbound({ to: "+34600111333" }))).toMatchObject({
      state: "refused",
      reason: "not_on_channel",
    });
  });
});

describe("reading", () => {
  test("is reported when asked for", async () => {
    const outcome = await sendAndWait();
    const ref = outcome.state === "accepted" ? outcome.ref : "";
    emulator.markRead(ref);
    await emulator.idle();
    expect(words()).toEqual(["sent", "delivered", "read"]);
    expect(emulator.ledger()).toMatchObject([{ status: "read" }]);
    expect(() => emulator.markRead("wamid.NONE")).toThrowError(
      expect.objectContaining({ code: "NOT_FOUND" }),
    );
  });
});

describe("the ledger file", () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "meta-ledger-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  test("brings everything back, and reports go on where they stopped", async () => {
    const ledgerFile = join(folder, "meta.jsonl");
    const first = await startMetaEmulator({ accounts: [APP], ledgerFile, paceMs: 0, window: "off" });
    await send(outbound(), first);
    const before = first.ledger();
    await first.close();
    expect(words()).toEqual([]);

    const second = await start({ ledgerFile });
    expect(second.ledger()).toEqual(before);
    await second.idle();
    expect(words()).toEqual(["sent", "delivered"]);
    await second.close();

    const third = await start({ ledgerFile });
    await third.idle();
    expect(words()).toEqual(["sent", "delivered"]);
    expect(third.ledger()).toMatchObject([{ ref: before[0]?.ref, status: "delivered" }]);
  });

  test("remembers who has written, and survives half a line", async () => {
    const ledgerFile = join(folder, "meta.jsonl");
    const first = await start({ ledgerFile, window: "sync" });
    await first.receiveMessage({ ...NUMBER, from: LUCIA, text: "hola" });
    await first.close();
    appendFileSync(ledgerFile, '{"record":"sent","mess');

    const second = await start({ ledgerFile, window: "sync" });
    expect(await send(outbound(), second)).toMatchObject({ state: "accepted" });
    await second.idle();
    await second.close();
    expect((await start({ ledgerFile })).ledger()).toHaveLength(1);
  });
});

test("a webhook signed with another secret is not believed", async () => {
  const stranger = await start({ accounts: [{ ...APP, appSecret: "guess" }] });
  await send(outbound(), stranger);
  await expect.poll(engine.refused).toBeGreaterThan(0);
  expect(engine.deliveries).toEqual([]);
});
