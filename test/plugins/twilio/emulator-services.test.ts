import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Bench, startBench } from "./emulator-webhook-server.ts";

const PERSON = "+34600123456";

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

const services = () => bench.client.messaging.v1.services;
const send = (messagingServiceSid: string, more: object = {}) =>
  bench.client.messages.create({ to: PERSON, messagingServiceSid, body: "hola", ...more });

async function serviceWith(...numbers: readonly string[]): Promise<string> {
  const { sid } = await services().create({ friendlyName: "Avisos" });
  for (const number of numbers)
    await services()(sid).phoneNumbers.create({ phoneNumberSid: bench.emulator.ownNumber(number) });
  return sid;
}

describe("a messaging service", () => {
  test("is made, read, listed and deleted", async () => {
    const made = await services().create({
      friendlyName: "Avisos",
      validityPeriod: 3600,
      smartEncoding: false,
    });
    expect(made).toMatchObject({
      sid: expect.stringMatching(/^MG[0-9a-f]{32}$/),
      friendlyName: "Avisos",
      validityPeriod: 3600,
      smartEncoding: false,
      stickySender: true,
      usecase: "undeclared",
    });
    expect(await services()(made.sid).fetch()).toMatchObject({ friendlyName: "Avisos" });
    expect((await services().list()).map(({ sid }) => sid)).toEqual([made.sid]);
    expect(await services()(made.sid).remove()).toBe(true);
    await expect(services()(made.sid).fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
  });

  test("is refused without a name, with an unknown field, and with an impossible validity", async () => {
    await expect(services().create({ friendlyName: "" })).rejects.toMatchObject({ code: 20001 });
    await expect(services().create({ friendlyName: "x", validityPeriod: 36_001 })).rejects.toMatchObject({
      code: 21624,
    });
  });

  test("lists are paged", async () => {
    for (let number = 0; number < 3; number++) await services().create({ friendlyName: `S${number}` });
    expect(await services().list({ pageSize: 1 })).toHaveLength(3);
  });
});

describe("its pool", () => {
  test("holds numbers of the account, each in one service at most", async () => {
    const sid = await serviceWith("+15005550106");
    const numberSid = bench.emulator.ownNumber("+15005550106");
    const pool = () => services()(sid).phoneNumbers;
    expect(await pool().list()).toMatchObject([{ sid: numberSid, phoneNumber: "+15005550106" }]);
    await expect(pool().create({ phoneNumberSid: numberSid })).rejects.toMatchObject({
      status: 409,
      code: 21710,
    });
    const other = await serviceWith();
    const add = services()(other).phoneNumbers.create({ phoneNumberSid: numberSid });
    await expect(add).rejects.toMatchObject({ status: 409, code: 21712 });
    const stranger = pool().create({ phoneNumberSid: `PN${"0".repeat(32)}` });
    await expect(stranger).rejects.toMatchObject({ status: 404, code: 20404 });
    expect(await pool()(numberSid).remove()).toBe(true);
    expect(await pool().list()).toEqual([]);
  });

  test("sends: one number of it, for the same person the same one", async () => {
    const sid = await serviceWith("+15005550106", "+15005550107", "+15005550108");
    const first = await send(sid);
    expect(first).toMatchObject({ status: "accepted", from: null, messagingServiceSid: sid });
    await send(sid);
    await bench.emulator.idle();
    const senders = (await bench.client.messages.list()).map(({ from }) => from);
    expect(new Set(senders).size).toBe(1);
    expect(senders[0]).toMatch(/^\+1500555010[678]$/);
  });

  test("that is empty, and a service that is not there, send nothing", async () => {
    const sid = await serviceWith();
    await expect(send(sid)).rejects.toMatchObject({ status: 400, code: 21704 });
    await expect(send(`MG${"0".repeat(32)}`)).rejects.toMatchObject({ status: 400, code: 21705 });
    expect(bench.emulator.ledger()).toEqual([]);
  });

  test("who told one of its numbers to stop hears from none of them", async () => {
    const sid = await serviceWith("+15005550106", "+15005550107");
    const write = (body: string) =>
      bench.emulator.receiveMessage({
        from: PERSON,
        to: "+15005550107",
        body,
        url: `${bench.hooks.url}/messages`,
      });
    await write("STOP");
    await expect(send(sid)).rejects.toMatchObject({ status: 400, code: 21610 });
    await write("START");
    expect(await send(sid)).toMatchObject({ status: "accepted" });
  });
});

describe("a message for later", () => {
  const later = (ms: number) => ({ scheduleType: "fixed" as const, sendAt: new Date(Date.now() + ms) });

  test("waits, is sent when it is due, and can be cancelled before that", async () => {
    const sid = await serviceWith("+15005550106");
    const [kept, dropped] = [await send(sid, later(3_600_000)), await send(sid, later(3_600_000))];
    expect([kept.status, dropped.status]).toEqual(["scheduled", "scheduled"]);
    expect(await bench.client.messages(dropped.sid).update({ status: "canceled" })).toMatchObject({
      status: "canceled",
    });
    bench.emulator.releaseScheduled(new Date(Date.now() + 7_200_000));
    await bench.emulator.idle();
    expect(await bench.client.messages(kept.sid).fetch()).toMatchObject({ status: "delivered" });
    expect(await bench.client.messages(dropped.sid).fetch()).toMatchObject({ status: "canceled" });
    const again = bench.client.messages(kept.sid).update({ status: "canceled" });
    await expect(again).rejects.toMatchObject({ status: 409, code: 20409 });
  });

  test("is refused too near and too far", async () => {
    const sid = await serviceWith("+15005550106");
    await expect(send(sid, later(60_000))).rejects.toMatchObject({ code: 35114 });
    await expect(send(sid, later(36 * 86_400_000))).rejects.toMatchObject({ code: 35114 });
  });
});
