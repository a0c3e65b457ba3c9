import { afterEach, beforeEach, describe, expect, test } from "vitest";
import {
  ACCOUNT,
  type Bench,
  OTHER_ACCOUNT,
  sdkAccepts,
  sdkClient,
  startBench,
} from "./emulator-webhook-server.ts";

const PERSON = "+34600123456";
const MADRID = "+34912340150";
const MIAMI = "+13055550150";

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

const numbers = () => bench.client.incomingPhoneNumbers;
const offered = () => bench.client.availablePhoneNumbers;
const buy = (phoneNumber: string, more: object = {}) => numbers().create({ phoneNumber, ...more });

/** Lists of each kind are types of their own in the SDK. */
interface Offers {
  list(options: object): Promise<readonly { readonly phoneNumber: string; readonly isoCountry: string }[]>;
}

describe("numbers on offer", () => {
  test.each([
    ["US", "local", { areaCode: 212 }, /^\+1212/],
    ["US", "local", { inRegion: "FL" }, /^\+1305/],
    ["US", "local", { contains: "+1415****15*" }, /^\+141555501/],
    ["US", "tollFree", {}, /^\+1833/],
    ["ES", "mobile", { smsEnabled: true }, /^\+346/],
    ["ES", "local", { inLocality: "Madrid" }, /^\+3491/],
    ["GB", "mobile", {}, /^\+447/],
    ["CO", "mobile", { voiceEnabled: true }, /^\+573/],
  ] as const)("%s %s %j", async (country, kind, filter, expected) => {
    const offers: Offers = offered()(country)[kind];
    const found = await offers.list({ ...filter, limit: 20 });
    expect(found.length).toBeGreaterThan(0);
    for (const { phoneNumber, isoCountry } of found) {
      expect(phoneNumber).toMatch(expected);
      expect(isoCountry).toBe(country);
    }
  });

  test("what nobody offers is an empty list; a kind a country does not have is not there", async () => {
    expect(await offered()("US").local.list({ areaCode: 533 })).toEqual([]);
    expect(await offered()("ES").local.list({ smsEnabled: true })).toEqual([]);
    await expect(offered()("US").mobile.list()).rejects.toMatchObject({ status: 404, code: 20404 });
    await expect(offered()("ZZ").local.list()).rejects.toMatchObject({ status: 404, code: 20404 });
  });

  test.each([{ contains: "1" }, { contains: "(305)" }, { distance: 501 }])(
    "%j is refused",
    async (filter) => {
      await expect(offered()("US").local.list(filter)).rejects.toMatchObject({ status: 400, code: 20422 });
    },
  );

  test("a number that was bought is offered to nobody", async () => {
    const [first] = await offered()("ES").mobile.list({ limit: 1 });
    await buy(first?.phoneNumber ?? "");
    const after = await offered()("ES").mobile.list({ limit: 100 });
    expect(after.map(({ phoneNumber }) => phoneNumber)).not.toContain(first?.phoneNumber);
  });
});

describe("buying", () => {
  test("gives a number with what it is set to", async () => {
    const bought = await buy(MADRID, {
      voiceUrl: "https://a.test/voz",
      statusCallback: "https://a.test/fin",
    });
    expect(bought).toMatchObject({
      sid: expect.stringMatching(/^PN[0-9a-f]{32}$/),
      accountSid: ACCOUNT.accountSid,
      phoneNumber: MADRID,
      friendlyName: "912 34 01 50",
      voiceUrl: "https://a.test/voz",
      voiceMethod: "POST",
      statusCallback: "https://a.test/fin",
      smsUrl: null,
      capabilities: { voice: true, sms: false, mms: false },
      status: "in-use",
      type: "local",
    });
    expect(await numbers()(bought.sid).fetch()).toMatchObject({ phoneNumber: MADRID });
  });

  test("by area code, or of one kind", async () => {
    expect((await numbers().create({ areaCode: "305" })).phoneNumber).toMatch(/^\+1305/);
    const { sid } = await numbers().mobile.create({ phoneNumber: "+34600010155" });
    expect((await numbers()(sid).fetch()).type).toBe("mobile");
    await expect(numbers().tollFree.create({ phoneNumber: MIAMI })).rejects.toMatchObject({ code: 21422 });
  });

  test.each([
    [{ phoneNumber: "+15005550000" }, 21422],
    [{ phoneNumber: "+15005550001" }, 21421],
    [{ phoneNumber: "305" }, 21421],
    [{}, 21421],
    [{ areaCode: "533" }, 21452],
    [{ phoneNumber: MIAMI, voiceUrl: "nowhere" }, 21402],
    [{ phoneNumber: MIAMI, smsUrl: "https://a_b.test" }, 21402],
    [{ phoneNumber: MIAMI, voiceMethod: "PUT" }, 21403],
    [{ phoneNumber: MIAMI, voiceFallbackUrl: "https://a.test" }, 21405],
    [{ phoneNumber: MIAMI, smsFallbackUrl: "https://a.test" }, 21406],
    [{ phoneNumber: MADRID, smsUrl: "https://a.test" }, 21407],
    [{ phoneNumber: MIAMI, voiceApplicationSid: `AP${"1".repeat(32)}` }, 21218],
    [{ phoneNumber: MIAMI, trunkSid: `TK${"1".repeat(32)}` }, 20404],
    [{ phoneNumber: MIAMI, friendlyName: "x".repeat(65) }, 20422],
    [{ phoneNumber: MIAMI, voiceReceiveMode: "telex" }, 20422],
    [{ phoneNumber: MIAMI, emergencyStatus: "Maybe" }, 20422],
  ])("%j is refused with %i", async (order, code) => {
    await expect(numbers().create(order as object)).rejects.toMatchObject({ code });
    expect(await numbers().list()).toEqual([]);
  });

  test("a number somebody has is nobody else's", async () => {
    await buy(MIAMI);
    await expect(buy(MIAMI)).rejects.toMatchObject({ status: 400, code: 21422 });
    const other = sdkClient(bench.emulator.url, OTHER_ACCOUNT.accountSid, OTHER_ACCOUNT.authToken);
    const theirs = other.api.v2010.accounts(OTHER_ACCOUNT.accountSid).incomingPhoneNumbers;
    await expect(theirs.create({ phoneNumber: MIAMI })).rejects.toMatchObject({ code: 21422 });
    expect(await theirs.list()).toEqual([]);
  });

  test("an unknown parameter is named", async () => {
    const response = await bench.client.request({
      method: "post",
      uri: `${bench.emulator.url}/2010-04-01/Accounts/${ACCOUNT.accountSid}/IncomingPhoneNumbers.json`,
      data: { PhoneNumber: MIAMI, VoiceURL: "https://a.test" },
    });
    expect(response).toMatchObject({ statusCode: 400, body: { code: 20001 } });
    expect(JSON.stringify(response.body)).toContain("VoiceURL");
  });
});

describe("a number one has", () => {
  test("is listed by what it is, page by page, and found by a pattern", async () => {
    for (const number of [MIAMI, "+13055550151", MADRID]) await buy(number, { friendlyName: number });
    expect(await numbers().list({ pageSize: 2 })).toHaveLength(3);
    const found = async (filter: object) =>
      (await numbers().list(filter)).map(({ phoneNumber }) => phoneNumber);
    expect(await found({ phoneNumber: "+1305555015*" })).toEqual([MIAMI, "+13055550151"]);
    expect(await found({ friendlyName: MADRID })).toEqual([MADRID]);
    expect(await found({ origin: "hosted" })).toEqual([]);
    expect((await numbers().local.list()).length).toBe(3);
    expect(await numbers().mobile.list()).toEqual([]);
  });

  test("is changed: what is left out stays, what is empty goes", async () => {
    const { sid } = await buy(MIAMI, { voiceUrl: "https://a.test/1", smsUrl: "https://a.test/2" });
    const changed = await numbers()(sid).update({ smsUrl: "", friendlyName: "Tienda" });
    expect(changed).toMatchObject({ friendlyName: "Tienda", voiceUrl: "https://a.test/1", smsUrl: null });
    await expect(numbers()(sid).update({ voiceUrl: "x" })).rejects.toMatchObject({ code: 21402 });
  });

  test("is released, also from the service it is in, and can be bought again", async () => {
    const { sid } = await buy(MIAMI);
    const service = await bench.client.messaging.v1.services.create({ friendlyName: "Avisos" });
    const pool = bench.client.messaging.v1.services(service.sid).phoneNumbers;
    await pool.create({ phoneNumberSid: sid });
    expect(await numbers()(sid).remove()).toBe(true);
    expect(await pool.list()).toEqual([]);
    await expect(numbers()(sid).fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
    expect((await buy(MIAMI)).sid).not.toBe(sid);
  });
});

describe("who calls or writes to it", () => {
  const at = (path: string) => `${bench.hooks.url}${path}`;

  test("reaches its own addresses", async () => {
    bench.hooks.on("/voz", "<Response><Say>Hola</Say></Response>");
    bench.hooks.on("/texto", "<Response><Message>Recibido</Message></Response>");
    await buy(MIAMI, { voiceUrl: at("/voz"), statusCallback: at("/fin"), smsUrl: at("/texto") });
    const call = await bench.emulator.ring({ from: PERSON, to: MIAMI }).done;
    const { answer } = await bench.emulator.receiveMessage({ from: PERSON, to: MIAMI, body: "hola" });
    expect(call.spoken).toEqual(["Hola"]);
    expect(answer.body).toContain("Recibido");
    expect(bench.hooks.at("/fin")[0]?.params).toMatchObject({ CallStatus: "completed", To: MIAMI });
    expect(bench.hooks.requests.every((request) => sdkAccepts(request))).toBe(true);
    expect(bench.hooks.at("/hooks/twilio/voice")).toEqual([]);
  });

  test("reaches the engine where it has none", async () => {
    bench.hooks.on("/hooks/twilio/voice", "<Response><Say>Motor</Say></Response>");
    await buy(MIAMI);
    expect((await bench.emulator.ring({ from: PERSON, to: MIAMI }).done).spoken).toEqual(["Motor"]);
    await bench.emulator.receiveMessage({ from: PERSON, to: MIAMI, body: "hola" });
    expect(bench.hooks.at("/hooks/twilio/messages")).toHaveLength(1);
  });

  test("by the method it is set to, and by the address behind it where the first fails", async () => {
    bench.hooks.on("/roto", { status: 500 });
    bench.hooks.on("/otro", "<Response><Say>Otro</Say></Response>");
    const voice = { voiceUrl: at("/roto"), voiceMethod: "GET", voiceFallbackUrl: at("/otro") };
    await buy(MIAMI, { ...voice, smsUrl: at("/roto"), smsFallbackUrl: at("/otro") });
    expect((await bench.emulator.ring({ from: PERSON, to: MIAMI }).done).spoken).toEqual(["Otro"]);
    await bench.emulator.receiveMessage({ from: PERSON, to: MIAMI, body: "hola" });
    expect(bench.hooks.at("/roto").map(({ method }) => method)).toEqual(["GET", "POST"]);
    for (const { params } of bench.hooks.at("/otro"))
      expect(params).toMatchObject({ ErrorCode: "11200", ErrorUrl: at("/roto") });
  });

  test.each([
    [{ inboundRequestUrl: true }, ["/servicio"]],
    [{}, []],
    [{ inboundRequestUrl: true, useInboundWebhookOnNumber: true }, ["/texto"]],
  ] as const)(
    "in a service with %j is told at %j",
    async (options: { inboundRequestUrl?: boolean }, paths) => {
      const { sid } = await buy(MIAMI, { smsUrl: at("/texto") });
      const service = await bench.client.messaging.v1.services.create({
        friendlyName: "Avisos",
        ...options,
        inboundRequestUrl: options.inboundRequestUrl ? at("/servicio") : "",
      });
      await bench.client.messaging.v1.services(service.sid).phoneNumbers.create({ phoneNumberSid: sid });
      const { sid: ref } = await bench.emulator.receiveMessage({ from: PERSON, to: MIAMI, body: "hola" });
      expect(bench.hooks.requests.map(({ path }) => path)).toEqual(paths);
      for (const { params } of bench.hooks.requests)
        expect(params).toMatchObject({ MessagingServiceSid: service.sid });
      expect(await bench.client.messages(ref).fetch()).toMatchObject({ status: "received" });
    },
  );
});
