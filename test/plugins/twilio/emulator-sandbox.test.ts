import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { ACCOUNT, type Bench, OTHER_ACCOUNT, sdkAccepts, startBench } from "./emulator-webhook-server.ts";

const SANDBOX = "+14155238886";
const PERSON = "+34600123456";
const HOUR_MS = 3_600_000;

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

const write = (body: string, at: Bench = bench) =>
  at.emulator.receiveMessage({ from: PERSON, to: SANDBOX, channel: "whatsapp", body });
const join = () => write(`join ${bench.emulator.sandboxWords()}`);
const reports = (at: Bench) =>
  at.hooks.at("/estado").map(({ params: { MessageStatus, ErrorCode } }) => [MessageStatus, ErrorCode]);

/** What becomes of a message from the sandbox to the person. */
async function sent(more: object = {}, at: Bench = bench) {
  const { sid, status } = await at.client.messages.create({
    from: `whatsapp:${SANDBOX}`,
    to: `whatsapp:${PERSON}`,
    body: "hola",
    statusCallback: `${at.hooks.url}/estado`,
    ...more,
  });
  expect(status).toBe("queued");
  await at.emulator.idle();
  const { status: end, errorCode } = await at.client.messages(sid).fetch();
  return { end, errorCode };
}

describe("who has not joined", () => {
  test("is sent nothing: 63015, as a status", async () => {
    expect(await sent()).toEqual({ end: "failed", errorCode: 63015 });
    expect(reports(bench).at(-1)).toEqual(["failed", "63015"]);
    expect(await sent({ contentSid: `HX${"1".repeat(32)}`, body: undefined })).toMatchObject({
      errorCode: 63015,
    });
  });

  test("hears how to join, and the webhook hears nothing", async () => {
    expect(await write("hola")).toMatchObject({
      answer: { status: 0 },
      sandbox: expect.stringContaining("join"),
    });
    expect((await write("join nobody-here")).sandbox).toContain("no sandbox of that name");
    expect((await write("stop")).sandbox).toContain("join");
    expect(bench.hooks.requests).toEqual([]);
  });
});

describe("who has joined", () => {
  test("is told so, is sent messages, and is heard by the webhook", async () => {
    expect((await join()).sandbox).toContain("all set");
    expect(bench.hooks.requests).toEqual([]);
    expect(await sent()).toMatchObject({ end: "delivered" });
    const { sandbox } = await write("¿Abren hoy?");
    expect(sandbox).toBeUndefined();
    const [heard] = bench.hooks.at("/hooks/twilio/messages");
    expect(heard?.params).toMatchObject({ Body: "¿Abren hoy?", To: `whatsapp:${SANDBOX}` });
    expect(heard && sdkAccepts(heard)).toBe(true);
  });

  test.each(["JOIN", "  Join"])("may write %s", async (word) => {
    expect((await write(`${word} ${bench.emulator.sandboxWords().toUpperCase()} `)).sandbox).toContain(
      "all set",
    );
  });

  test("leaves with stop", async () => {
    await join();
    expect((await write("STOP")).sandbox).toContain("left");
    expect(await sent()).toMatchObject({ errorCode: 63015 });
  });

  test("hears from the account whose words they sent, and from no other", async () => {
    await join();
    const words = bench.emulator.sandboxWords(OTHER_ACCOUNT.accountSid);
    expect(words).not.toBe(bench.emulator.sandboxWords(ACCOUNT.accountSid));
    await write(`join ${words}`);
    expect(await sent()).toMatchObject({ errorCode: 63015 });
    await write("hola");
    expect(bench.hooks.at("/hooks/twilio/messages")[0]?.params.AccountSid).toBe(OTHER_ACCOUNT.accountSid);
  });

  test("has nothing to do with other senders", async () => {
    expect(await sent({ from: "whatsapp:+34910000001" })).toMatchObject({ end: "delivered" });
  });
});

describe("in time", () => {
  /** A bench whose person joined and last wrote so long ago. */
  async function joinedAgo(joined: number, wrote: number): Promise<Bench> {
    const folder = mkdtempSync(path.join(tmpdir(), "twilio-sandbox-"));
    const ledgerFile = path.join(folder, "ledger.jsonl");
    const entry = (body: string, hours: number) => ({
      kind: "inbound-message",
      ref: `SM${hours}`,
      at: new Date(Date.now() - hours * HOUR_MS).toISOString(),
      channel: "whatsapp",
      from: PERSON,
      to: SANDBOX,
      body,
      status: "received",
      details: { accountSid: ACCOUNT.accountSid },
    });
    const said = [entry(`join ${bench.emulator.sandboxWords()}`, joined), entry("hola", wrote)];
    writeFileSync(ledgerFile, said.map((one) => `${JSON.stringify(one)}\n`).join(""));
    const started = await startBench({ ledgerFile });
    const close = async () => {
      await started.close();
      rmSync(folder, { recursive: true });
    };
    return { ...started, close };
  }

  test.each([
    [71, 1, {}, undefined],
    [73, 1, {}, 63015],
    [71, 25, {}, 63016],
    [71, 25, { contentSid: `HX${"1".repeat(32)}`, body: undefined }, undefined],
  ])("joined %i h ago, wrote %i h ago, sent %j: %s", async (joined, wrote, message, code) => {
    const later = await joinedAgo(joined, wrote);
    try {
      const expected = code === undefined ? { end: "delivered" } : { end: "failed", errorCode: code };
      expect(await sent(message, later)).toMatchObject(expected);
    } finally {
      await later.close();
    }
  });
});
