import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { startTwilioEmulator } from "../../../plugins/twilio/emulator/emulator.ts";
import {
  ACCOUNT,
  type Bench,
  OTHER_ACCOUNT,
  sdkAccepts,
  sdkClient,
  startBench,
} from "./emulator-webhook-server.ts";

const PERSON = "+34600123456";
const NUMBER = "+13055550150";

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

const accounts = () => bench.client.api.v2010.accounts;
const below = async (friendlyName = "Tienda") => {
  const made = await accounts().create({ friendlyName });
  const client = sdkClient(bench.emulator.url, made.sid, made.authToken).api.v2010.accounts(made.sid);
  return { made, client, byOwner: accounts()(made.sid) };
};

describe("a subaccount", () => {
  test("has a sid and a token of its own, and an owner", async () => {
    const { made } = await below();
    expect(made).toMatchObject({
      sid: expect.stringMatching(/^AC[0-9a-f]{32}$/),
      authToken: expect.stringMatching(/^[0-9a-f]{32}$/),
      ownerAccountSid: ACCOUNT.accountSid,
      friendlyName: "Tienda",
      status: "active",
      type: "Full",
    });
    expect(await accounts()(made.sid).fetch()).toMatchObject({ authToken: made.authToken });
    expect((await accounts().create()).friendlyName).toMatch(/^SubAccount Created at \d/);
  });

  test("is listed beside its owner, by name and by status", async () => {
    const { made, byOwner } = await below();
    await below("Otra");
    expect((await accounts().list()).map(({ friendlyName }) => friendlyName)).toEqual([
      "Emulated account",
      "Tienda",
      "Otra",
    ]);
    expect((await accounts().list({ friendlyName: "Tienda" })).map(({ sid }) => sid)).toEqual([made.sid]);
    await byOwner.update({ status: "suspended" });
    expect((await accounts().list({ status: "suspended" })).map(({ sid }) => sid)).toEqual([made.sid]);
  });

  test("is acted for by its owner, and by nobody else", async () => {
    const { made, client, byOwner } = await below();
    await byOwner.messages.create({ to: PERSON, from: "+15005550006", body: "de la tienda" });
    expect((await client.messages.list()).map(({ accountSid }) => accountSid)).toEqual([made.sid]);
    expect(await bench.client.messages.list()).toEqual([]);
    const stranger = sdkClient(bench.emulator.url, OTHER_ACCOUNT.accountSid, OTHER_ACCOUNT.authToken);
    await expect(stranger.api.v2010.accounts(made.sid).fetch()).rejects.toMatchObject({
      status: 404,
      code: 20404,
    });
    const upward = sdkClient(bench.emulator.url, made.sid, made.authToken);
    await expect(upward.api.v2010.accounts(ACCOUNT.accountSid).messages.list()).rejects.toMatchObject({
      code: 20404,
    });
  });

  test("has its webhooks signed with its own token", async () => {
    const { made, byOwner } = await below();
    const statusCallback = `${bench.hooks.url}/estado`;
    await byOwner.incomingPhoneNumbers.create({
      phoneNumber: NUMBER,
      voiceUrl: `${bench.hooks.url}/voz`,
      smsUrl: `${bench.hooks.url}/texto`,
      statusCallback,
    });
    bench.hooks.on("/voz", "<Response><Say>Tienda</Say></Response>");
    await bench.emulator.ring({ from: PERSON, to: NUMBER }).done;
    await bench.emulator.receiveMessage({ from: PERSON, to: NUMBER, body: "hola" });
    await byOwner.messages.create({ to: PERSON, from: NUMBER, body: "hola", statusCallback });
    await bench.emulator.idle();
    expect(new Set(bench.hooks.requests.map(({ path }) => path))).toEqual(
      new Set(["/voz", "/texto", "/estado"]),
    );
    for (const request of bench.hooks.requests) {
      expect(request.params.AccountSid).toBe(made.sid);
      expect([sdkAccepts(request, made.authToken), sdkAccepts(request)]).toEqual([true, false]);
    }
  });

  test("is given a number of its owner's, with its own addresses", async () => {
    const { made, client, byOwner } = await below();
    const { sid } = await bench.client.incomingPhoneNumbers.create({ phoneNumber: NUMBER });
    await bench.client.incomingPhoneNumbers(sid).update({ accountSid: made.sid });
    expect((await client.incomingPhoneNumbers.list()).map(({ phoneNumber }) => phoneNumber)).toEqual([
      NUMBER,
    ]);
    await expect(
      byOwner.incomingPhoneNumbers(sid).update({ accountSid: OTHER_ACCOUNT.accountSid }),
    ).rejects.toMatchObject({ status: 403, code: 20006 });
  });
});

describe("suspended", () => {
  test("it can do nothing and nobody can for it, until it is active again", async () => {
    const { client, byOwner } = await below();
    await byOwner.incomingPhoneNumbers.create({ phoneNumber: NUMBER });
    expect((await byOwner.update({ status: "suspended" })).status).toBe("suspended");
    const message = { to: PERSON, from: NUMBER, body: "hola" };
    for (const refused of [client.fetch(), client.messages.create(message), byOwner.messages.create(message)])
      await expect(refused).rejects.toMatchObject({ status: 403, code: 20005 });
    const call = await bench.emulator.ring({ from: PERSON, to: NUMBER }).done;
    expect(call).toMatchObject({ status: "failed", errors: [{ code: 10003 }] });
    const received = await bench.emulator.receiveMessage({ from: PERSON, to: NUMBER, body: "hola" });
    expect(received.answer.status).toBe(0);
    expect(bench.hooks.requests).toEqual([]);
    await byOwner.update({ status: "active" });
    expect(await client.fetch()).toMatchObject({ status: "active" });
  });
});

describe("closed", () => {
  test("it stays so, and its numbers are free", async () => {
    const { byOwner } = await below();
    await byOwner.incomingPhoneNumbers.create({ phoneNumber: NUMBER });
    await byOwner.update({ status: "closed" });
    await expect(byOwner.update({ status: "active" })).rejects.toMatchObject({ status: 403, code: 20005 });
    await bench.client.incomingPhoneNumbers.create({ phoneNumber: NUMBER });
    expect((await byOwner.fetch()).status).toBe("closed");
  });
});

describe("refused", () => {
  test("an unknown status, and a name that is too long", async () => {
    const { byOwner } = await below();
    await expect(byOwner.update({ status: "asleep" as "active" })).rejects.toMatchObject({ code: 20422 });
    await expect(accounts().create({ friendlyName: "x".repeat(65) })).rejects.toMatchObject({ code: 20422 });
  });

  test("a subaccount below a subaccount, and whoever suspends themselves", async () => {
    const { made, client } = await below();
    const own = sdkClient(bench.emulator.url, made.sid, made.authToken);
    await expect(own.api.v2010.accounts.create()).rejects.toMatchObject({ status: 403, code: 20006 });
    await expect(client.update({ status: "closed" })).rejects.toMatchObject({ status: 403, code: 20006 });
    expect((await client.update({ friendlyName: "Nombre" })).friendlyName).toBe("Nombre");
  });
});

test("subaccounts and numbers outlive the process", async () => {
  const folder = mkdtempSync(path.join(tmpdir(), "twilio-accounts-"));
  const options = { accounts: [ACCOUNT], ledgerFile: path.join(folder, "ledger.jsonl"), paceMs: 0 };
  try {
    const before = await startTwilioEmulator(options);
    const owner = sdkClient(before.url).api.v2010;
    const made = await owner.accounts.create({ friendlyName: "Tienda" });
    await owner
      .accounts(made.sid)
      .incomingPhoneNumbers.create({ phoneNumber: NUMBER, voiceUrl: "https://a.test" });
    const { sid } = await owner
      .accounts(made.sid)
      .incomingPhoneNumbers.create({ phoneNumber: "+13055550151" });
    await owner.accounts(made.sid).incomingPhoneNumbers(sid).remove();
    await before.close();
    const after = await startTwilioEmulator(options);
    const client = sdkClient(after.url, made.sid, made.authToken).api.v2010.accounts(made.sid);
    expect(await client.fetch()).toMatchObject({
      friendlyName: "Tienda",
      ownerAccountSid: ACCOUNT.accountSid,
    });
    expect(await client.incomingPhoneNumbers.list()).toMatchObject([
      { phoneNumber: NUMBER, voiceUrl: "https://a.test" },
    ]);
    await after.close();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
