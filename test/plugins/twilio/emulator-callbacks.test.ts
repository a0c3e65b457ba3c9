import { mkdtemp, readFile, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTwilioEmulator } from "../../../plugins/twilio/emulator/emulator.ts";
import { MAGIC } from "../../../plugins/twilio/emulator/numbers.ts";
import {
  ACCOUNT,
  type Bench,
  OTHER_ACCOUNT,
  sdkAccepts,
  sdkClient,
  startBench,
} from "./emulator-webhook-server.ts";

const OURS = "+15005550006";
const MOBILE = "+34600123456";

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

const create = (fields: object = {}) =>
  bench.client.messages.create({
    to: MOBILE,
    from: OURS,
    body: "hola",
    statusCallback: `${bench.hooks.url}/st?run=4`,
    ...fields,
  });
const createWhatsApp = (to: string, fields: object = {}) =>
  create({ to: `whatsapp:${to}`, from: `whatsapp:${OURS}`, ...fields });
const statuses = () => bench.hooks.at("/st").map((request) => request.params.MessageStatus);

describe("statuses of a message", () => {
  test("come in order, signed, with an idempotency token each", async () => {
    const message = await create();
    await bench.emulator.idle();
    const requests = bench.hooks.at("/st");
    expect(statuses()).toEqual(["queued", "sent", "delivered"]);
    expect(requests.every((request) => sdkAccepts(request))).toBe(true);
    expect(new Set(requests.map((request) => request.headers["i-twilio-idempotency-token"])).size).toBe(3);
    expect(requests[2]?.params).toEqual({
      AccountSid: ACCOUNT.accountSid,
      ApiVersion: "2010-04-01",
      From: OURS,
      To: MOBILE,
      MessageSid: message.sid,
      MessageStatus: "delivered",
      SmsSid: message.sid,
      SmsStatus: "delivered",
      RawDlrDoneDate: expect.stringMatching(/^\d{10}$/),
    });
    expect((await bench.client.messages(message.sid).fetch()).dateSent).toBeInstanceOf(Date);
  });

  test("are signed with the token of the account that sent", async () => {
    const client = sdkClient(bench.emulator.url, OTHER_ACCOUNT.accountSid, OTHER_ACCOUNT.authToken);
    await client.api.v2010
      .accounts(OTHER_ACCOUNT.accountSid)
      .messages.create({ to: MOBILE, from: OURS, body: "x", statusCallback: `${bench.hooks.url}/st` });
    await bench.emulator.idle();
    for (const request of bench.hooks.at("/st")) {
      expect(sdkAccepts(request, OTHER_ACCOUNT.authToken)).toBe(true);
      expect(sdkAccepts(request)).toBe(false);
    }
  });

  test("WhatsApp names its channel, and is read when asked", async () => {
    const message = await createWhatsApp(MOBILE);
    await bench.emulator.idle();
    await bench.emulator.readMessage(message.sid);
    const requests = bench.hooks.at("/st");
    expect(statuses()).toEqual(["queued", "sent", "delivered", "read"]);
    expect(requests[3]?.params).toMatchObject({
      ChannelPrefix: "whatsapp",
      EventType: "READ",
      To: `whatsapp:${MOBILE}`,
    });
    await expect(bench.emulator.readMessage(message.sid)).rejects.toMatchObject({ code: "INPUT_INVALID" });
  });

  test("an error status is not tried again, and an unreachable callback does not stop the message", async () => {
    let calls = 0;
    bench.hooks.on("/st", () => {
      calls++;
      return { status: 500 };
    });
    await create();
    await bench.emulator.idle();
    expect(calls).toBe(3);
    const message = await create({ statusCallback: "http://127.0.0.1:1/closed" });
    await bench.emulator.idle();
    expect((await bench.client.messages(message.sid).fetch()).status).toBe("delivered");
  });

  test("connection overrides are kept from the server and obeyed", async () => {
    bench.hooks.on("/st", { status: 503 });
    await create({ statusCallback: `${bench.hooks.url}/st#rc=2&rp=5xx` });
    await bench.emulator.idle();
    expect(bench.hooks.at("/st")).toHaveLength(9);
    expect(bench.hooks.requests.every((request) => sdkAccepts(request))).toBe(true);
  });
});

describe("magic recipients", () => {
  test.each([
    ["sms", MAGIC.noWhatsApp, ["queued", "sent", "delivered"], undefined],
    ["whatsapp", MAGIC.noWhatsApp, ["queued", "failed"], "63003"],
    ["sms", MAGIC.landline, ["queued", "sent", "undelivered"], "30006"],
    ["whatsapp", MAGIC.landline, ["queued", "failed"], "63003"],
    ["sms", MAGIC.unreachable, ["queued", "sent", "undelivered"], "30003"],
    ["whatsapp", MAGIC.unreachable, ["queued", "sent", "undelivered"], "30003"],
    ["whatsapp", MAGIC.outsideWindow, ["queued", "failed"], "63016"],
    ["whatsapp", MAGIC.reads, ["queued", "sent", "delivered", "read"], undefined],
  ])("%s to …%s", async (channel, suffix, expected, errorCode) => {
    for (const prefix of ["+3460012", "+1415555"]) {
      const to = prefix + suffix;
      const message = channel === "sms" ? await create({ to }) : await createWhatsApp(to);
      await bench.emulator.idle();
      expect(statuses()).toEqual(expected);
      expect(bench.hooks.at("/st").at(-1)?.params.ErrorCode).toBe(errorCode);
      expect((await bench.client.messages(message.sid).fetch()).errorCode).toBe(
        errorCode === undefined ? null : Number(errorCode),
      );
      bench.hooks.requests.splice(0);
    }
  });

  test("templates arrive outside the window", async () => {
    await createWhatsApp(`+3460012${MAGIC.outsideWindow}`, {
      body: undefined,
      contentSid: `HX${"b".repeat(32)}`,
    });
    await bench.emulator.idle();
    expect(statuses()).toEqual(["queued", "sent", "delivered"]);
  });

  test("numbers of a fixed-line range are landlines", async () => {
    await create({ to: "+34912345678" });
    await bench.emulator.idle();
    expect(bench.hooks.at("/st").at(-1)?.params).toMatchObject({
      MessageStatus: "undelivered",
      ErrorCode: "30006",
    });
  });
});

describe("faults", () => {
  const messages = /\/Messages\.json$/;

  test("are used once, in order, by the requests they fit", async () => {
    bench.emulator.faults.next({ path: messages }, { kind: "status", status: 429, retryAfter: 7 });
    bench.emulator.faults.next({ to: "+34600000000" }, { kind: "status", status: 503 });
    await expect(create()).rejects.toMatchObject({ status: 429, code: 20429, message: "Too many requests" });
    expect((await create()).status).toBe("queued");
    expect(bench.emulator.faults.pending()).toBe(1);
    await expect(createWhatsApp("+34600000000")).rejects.toMatchObject({ status: 503, code: 20503 });
    expect(bench.emulator.ledger()).toHaveLength(1);
  });

  test("429 names the delay", async () => {
    bench.emulator.faults.next({}, { kind: "status", status: 429, retryAfter: 7 });
    const answer = await fetch(
      `${bench.emulator.url}/2010-04-01/Accounts/${ACCOUNT.accountSid}/Messages.json`,
    );
    expect(answer.headers.get("retry-after")).toBe("7");
    expect(answer.headers.get("twilio-concurrent-requests")).toBe("1");
  });

  test("accept, then never answer", async () => {
    bench.emulator.faults.next({}, { kind: "timeout-after-accept" });
    await expect(create()).rejects.toMatchObject({ code: "ECONNABORTED" });
    await bench.emulator.idle();
    expect(bench.emulator.ledger()).toMatchObject([{ status: "delivered" }]);
    expect(statuses()).toEqual(["queued", "sent", "delivered"]);
  });

  test("accept, then cut the connection", async () => {
    bench.emulator.faults.next({}, { kind: "reset-after-accept" });
    await expect(create()).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect(bench.emulator.ledger()).toHaveLength(1);
  });

  test("cut the connection before anything was accepted", async () => {
    bench.emulator.faults.next({}, { kind: "reset-before" });
    await expect(create()).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect(bench.emulator.ledger()).toEqual([]);
  });

  test("a slow answer comes all the same", async () => {
    bench.emulator.faults.next({}, { kind: "slow", ms: 30 });
    expect((await create()).status).toBe("queued");
  });

  test("callbacks come twice, with the same token", async () => {
    bench.emulator.faults.next({}, { kind: "duplicate-callbacks" });
    await create();
    await bench.emulator.idle();
    expect(statuses()).toEqual(["queued", "queued", "sent", "sent", "delivered", "delivered"]);
    expect(new Set(bench.hooks.at("/st").map((one) => one.headers["i-twilio-idempotency-token"])).size).toBe(
      3,
    );
  });

  test("callbacks come out of order, or not at all", async () => {
    bench.emulator.faults.next({}, { kind: "reorder-callbacks" });
    await create();
    await bench.emulator.idle();
    expect(statuses()).toEqual(["delivered", "sent", "queued"]);
    bench.hooks.requests.splice(0);
    bench.emulator.faults.next({}, { kind: "lose-callbacks" });
    const message = await create();
    await bench.emulator.idle();
    expect(statuses()).toEqual([]);
    expect((await bench.client.messages(message.sid).fetch()).status).toBe("delivered");
  });
});

describe("a ledger file", () => {
  const newFile = async () => join(await mkdtemp(join(tmpdir(), "twilio-ledger-")), "deep", "ledger.jsonl");

  test("lets a later emulator list messages and go on with their statuses", async () => {
    const ledgerFile = await newFile();
    const options = { accounts: [ACCOUNT], ledgerFile, publicUrl: "http://127.0.0.1:9" };
    // Nothing moves in this one: its pace is longer than the test.
    const first = await startTwilioEmulator({ ...options, paceMs: 600_000 });
    const message = await sdkClient(first.url).messages.create({
      to: MOBILE,
      from: OURS,
      body: "hola",
      statusCallback: `${bench.hooks.url}/st`,
    });
    await first.close();
    const second = await startTwilioEmulator({ ...options, paceMs: 0 });
    await second.idle();
    expect(statuses()).toEqual(["queued", "sent", "delivered"]);
    expect(await sdkClient(second.url).messages(message.sid).fetch()).toMatchObject({
      body: "hola",
      status: "delivered",
    });
    await second.close();
    const third = await startTwilioEmulator({ ...options, paceMs: 0 });
    await third.idle();
    expect(third.ledger()).toMatchObject([{ ref: message.sid, status: "delivered" }]);
    expect(statuses()).toHaveLength(3);
    await third.close();
  });

  test("calls that were under way end as failed, and say so", async () => {
    const ledgerFile = await newFile();
    const options = { accounts: [ACCOUNT], ledgerFile, publicUrl: "http://127.0.0.1:9" };
    const first = await startTwilioEmulator({ ...options, paceMs: 600_000 });
    const call = await sdkClient(first.url).calls.create({
      to: MOBILE,
      from: OURS,
      twiml: "<Response/>",
      statusCallback: `${bench.hooks.url}/call`,
    });
    await first.close();
    const second = await startTwilioEmulator({ ...options, paceMs: 0 });
    await second.idle();
    expect((await sdkClient(second.url).calls(call.sid).fetch()).status).toBe("failed");
    expect(bench.hooks.at("/call").map((one) => one.params.CallStatus)).toEqual(["failed"]);
    await second.close();
  });

  test("a callback that was cut off by closing is sent again by the next emulator", async () => {
    const ledgerFile = await newFile();
    const options = { accounts: [ACCOUNT], ledgerFile, paceMs: 0, publicUrl: "http://127.0.0.1:9" };
    const asking = Promise.withResolvers<void>();
    const never = Promise.withResolvers<string>();
    bench.hooks.on("/st", () => {
      asking.resolve();
      return never.promise;
    });
    const first = await startTwilioEmulator(options);
    const form = { to: MOBILE, from: OURS, body: "hola", statusCallback: `${bench.hooks.url}/st` };
    await sdkClient(first.url).messages.create(form);
    await asking.promise;
    await first.close();
    bench.hooks.on("/st", { status: 204 });
    const second = await startTwilioEmulator(options);
    await second.idle();
    expect(statuses()).toEqual(["queued", "queued", "sent", "delivered"]);
    await second.close();
    never.resolve("");
  });

  test("survives a torn last line", async () => {
    const ledgerFile = await newFile();
    const options = { accounts: [ACCOUNT], ledgerFile, paceMs: 0, publicUrl: "http://127.0.0.1:9" };
    const first = await startTwilioEmulator(options);
    await sdkClient(first.url).messages.create({ to: MOBILE, from: OURS, body: "uno" });
    await first.idle();
    await first.close();
    await writeFile(ledgerFile, `${await readFile(ledgerFile, "utf8")}{"kind":"mess`);
    const second = await startTwilioEmulator(options);
    await sdkClient(second.url).messages.create({ to: MOBILE, from: OURS, body: "dos" });
    await second.idle();
    await second.close();
    const third = await startTwilioEmulator(options);
    expect(third.ledger().map((entry) => entry.body)).toEqual(["uno", "dos"]);
    await third.close();
  });
});

describe("starting", () => {
  test("refuses accounts it could not serve", async () => {
    await expect(startTwilioEmulator({ accounts: [] })).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    const incomplete = startTwilioEmulator({ accounts: [{ accountSid: "AC1" }] });
    await expect(incomplete).rejects.toMatchObject({ code: "CONFIG_INVALID" });
  });

  test("says when its port is taken", async () => {
    const port = Number(new URL(bench.emulator.url).port);
    const second = startTwilioEmulator({ accounts: [ACCOUNT], port });
    await expect(second).rejects.toMatchObject({ code: "PORT_IN_USE" });
  });

  test("needs to know where the engine is before anybody calls it", async () => {
    const lonely = await startTwilioEmulator({ accounts: [ACCOUNT] });
    expect(() => lonely.ring({ from: MOBILE, to: OURS })).toThrow(
      expect.objectContaining({ code: "CONFIG_INVALID" }),
    );
    const written = lonely.receiveMessage({ from: MOBILE, to: OURS, body: "x" });
    await expect(written).rejects.toMatchObject({ code: "CONFIG_INVALID" });
    lonely.pointAt(`${bench.hooks.url}/`);
    const { answer } = await lonely.receiveMessage({ from: MOBILE, to: OURS, body: "x" });
    expect(answer.status).toBe(204);
    await lonely.close();
  });

  test("signs for tests that post by hand", () => {
    const { emulator } = bench;
    expect(emulator.accounts().map((one) => one.accountSid)).toEqual([
      ACCOUNT.accountSid,
      OTHER_ACCOUNT.accountSid,
    ]);
    const own = emulator.sign("https://h.test/p", { A: "1" });
    expect(own).toBe(emulator.sign("https://h.test/p", { A: "1" }, ACCOUNT.accountSid));
    expect(own).not.toBe(emulator.sign("https://h.test/p", { A: "1" }, OTHER_ACCOUNT.accountSid));
  });
});
