import { afterEach, beforeEach, describe, expect, test } from "vitest";
import segments from "../../vectors/twilio-segments.json" with { type: "json" };
import { ACCOUNT, type Bench, OTHER_ACCOUNT, sdkClient, startBench } from "./emulator-webhook-server.ts";

const OURS = "+15005550006";
const MOBILE = "+34600123456";
const SERVICE = `MG${"a".repeat(32)}`;
const TEMPLATE = `HX${"b".repeat(32)}`;

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

const create = (fields: object) =>
  bench.client.messages.create({ to: MOBILE, from: OURS, body: "hola", ...fields });
const createWhatsApp = (fields: object) =>
  create({ to: `whatsapp:${MOBILE}`, from: `whatsapp:${OURS}`, ...fields });
const post = (form: Record<string, string>) =>
  fetch(`${bench.emulator.url}/2010-04-01/Accounts/${ACCOUNT.accountSid}/Messages.json`, {
    method: "POST",
    headers: { authorization: `Basic ${btoa(`${ACCOUNT.accountSid}:${ACCOUNT.authToken}`)}` },
    body: new URLSearchParams(form),
  });

describe("authentication", () => {
  test("takes the auth token and the API key", async () => {
    const byKey = sdkClient(bench.emulator.url, ACCOUNT.apiKeySid, ACCOUNT.apiKeySecret);
    expect(await byKey.messages.list()).toEqual([]);
    expect(await bench.client.messages.list()).toEqual([]);
  });

  test("refuses anything else with 401/20003 in Twilio's envelope", async () => {
    const wrong = sdkClient(bench.emulator.url, ACCOUNT.accountSid, "wrong");
    await expect(wrong.messages.list()).rejects.toMatchObject({ status: 401, code: 20003 });
    const answer = await fetch(
      `${bench.emulator.url}/2010-04-01/Accounts/${ACCOUNT.accountSid}/Messages.json`,
    );
    expect(await answer.json()).toEqual({
      code: 20003,
      message: "Authenticate",
      more_info: "https://www.twilio.com/docs/errors/20003",
      status: 401,
    });
  });

  test("another account, an unknown message and an unknown path are 404/20404", async () => {
    const other = sdkClient(bench.emulator.url, OTHER_ACCOUNT.accountSid, OTHER_ACCOUNT.authToken);
    await expect(other.messages.list()).rejects.toMatchObject({ status: 404, code: 20404 });
    const unknown = bench.client.messages(`SM${"0".repeat(32)}`).fetch();
    await expect(unknown).rejects.toMatchObject({ status: 404, code: 20404 });
    await expect(bench.client.applications.list()).rejects.toMatchObject({ status: 404, code: 20404 });
  });

  test("a method the resource does not have is 405/20004", async () => {
    const url = `${bench.emulator.url}/2010-04-01/Accounts/${ACCOUNT.accountSid}/Messages.json`;
    const authorization = `Basic ${btoa(`${ACCOUNT.accountSid}:${ACCOUNT.authToken}`)}`;
    const answer = await fetch(url, { method: "DELETE", headers: { authorization } });
    expect([answer.status, await answer.json()]).toMatchObject([405, { code: 20004 }]);
  });
});

describe("creating a message", () => {
  test("answers with every key Twilio has", async () => {
    const answer = await post({ To: MOBILE, From: OURS, Body: "hola" });
    expect(answer.status).toBe(201);
    expect(await answer.json()).toEqual({
      account_sid: ACCOUNT.accountSid,
      api_version: "2010-04-01",
      body: "hola",
      date_created: expect.stringMatching(/^\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000$/),
      date_sent: null,
      date_updated: expect.stringMatching(/ \+0000$/),
      direction: "outbound-api",
      error_code: null,
      error_message: null,
      from: OURS,
      messaging_service_sid: null,
      num_media: "0",
      num_segments: "1",
      price: null,
      price_unit: "USD",
      sid: expect.stringMatching(/^SM[0-9a-f]{32}$/),
      status: "queued",
      subresource_uris: { media: expect.stringMatching(/\/Media\.json$/) },
      to: MOBILE,
      uri: expect.stringMatching(/^\/2010-04-01\/Accounts\/AC1+\/Messages\/SM\w+\.json$/),
    });
  });

  test("is parsed by the SDK, and on the ledger", async () => {
    const message = await create({ body: "ñ".repeat(161) });
    expect(message).toMatchObject({
      to: MOBILE,
      numSegments: "2",
      direction: "outbound-api",
      errorCode: null,
    });
    expect(message.dateCreated).toBeInstanceOf(Date);
    expect(bench.emulator.ledger()).toMatchObject([
      { kind: "message", ref: message.sid, channel: "sms", from: OURS, to: MOBILE },
    ]);
  });

  test("with media is an MM", async () => {
    const message = await create({ mediaUrl: ["https://h.test/a.png", "https://h.test/b.png"] });
    expect(message).toMatchObject({ sid: expect.stringMatching(/^MM/), numMedia: "2" });
  });

  test("through a service has no sender until one was chosen", async () => {
    const message = await bench.client.messages.create({
      to: MOBILE,
      body: "x",
      messagingServiceSid: SERVICE,
    });
    expect(message).toMatchObject({
      from: null,
      status: "accepted",
      numSegments: "0",
      messagingServiceSid: SERVICE,
    });
    await bench.emulator.idle();
    expect(await bench.client.messages(message.sid).fetch()).toMatchObject({
      from: OURS,
      status: "delivered",
      numSegments: "1",
    });
  });

  test("sends WhatsApp text and templates", async () => {
    const text = await createWhatsApp({ body: "ñ".repeat(200) });
    expect(text).toMatchObject({ to: `whatsapp:${MOBILE}`, from: `whatsapp:${OURS}`, numSegments: "1" });
    await createWhatsApp({ body: undefined, contentSid: TEMPLATE, contentVariables: '{"1":"Ada"}' });
    expect(bench.emulator.ledger()).toMatchObject([
      { channel: "whatsapp", to: MOBILE },
      { channel: "whatsapp", to: MOBILE, details: { contentSid: TEMPLATE, contentVariables: '{"1":"Ada"}' } },
    ]);
  });

  test.each(segments.segmentation.filter((one) => one.text !== "" && one.text.length <= 1600))(
    "counts the segments of $id",
    async ({ text, segments }) => {
      expect((await create({ body: text })).numSegments).toBe(String(segments));
    },
  );

  test("accepts unknown numbers of plausible length and alphanumeric senders", async () => {
    await expect(create({ from: "Hotel Sol" })).resolves.toMatchObject({ from: "Hotel Sol" });
    await expect(create({ to: "+15557770001" })).resolves.toMatchObject({ status: "queued" });
  });
});

describe("what Twilio refuses at once", () => {
  test.each([
    ["no To, before no From", { Body: "x" }, 21604],
    ["a bad To, before no From", { To: "+1555" }, 21211],
    ["no From, before no Body", { To: MOBILE }, 21603],
    ["a bad From", { To: MOBILE, From: "+1", Body: "x" }, 21212],
    ["no content", { To: MOBILE, From: OURS }, 21602],
    ["an unknown parameter", { To: MOBILE, From: OURS, Body: "x", Bodyy: "y" }, 20001],
    ["a sender of another channel", { To: `whatsapp:${MOBILE}`, From: OURS, Body: "x" }, 21612],
    ["a long body", { To: MOBILE, From: OURS, Body: "x".repeat(1601) }, 21617],
    ["a callback that is no URL", { To: MOBILE, From: OURS, Body: "x", StatusCallback: "hook" }, 21609],
    [
      "a callback with _ in its host",
      { To: MOBILE, From: OURS, Body: "x", StatusCallback: "https://a_b.test/" },
      21609,
    ],
    ["variables without template", { To: MOBILE, From: OURS, Body: "x", ContentVariables: "{}" }, 21654],
    [
      "variables that are no JSON",
      { To: MOBILE, From: OURS, ContentSid: TEMPLATE, ContentVariables: "{1" },
      21656,
    ],
    ["a ContentSid that is none", { To: MOBILE, From: OURS, ContentSid: "HX1" }, 21655],
    ["a media URL that is none", { To: MOBILE, From: OURS, MediaUrl: "a.png" }, 21620],
    ["a validity out of range", { To: MOBILE, From: OURS, Body: "x", ValidityPeriod: "36001" }, 21624],
    ["a schedule without SendAt", { To: MOBILE, From: OURS, Body: "x", ScheduleType: "fixed" }, 35111],
    ["an opted-out person", { To: "+34600129904", From: OURS, Body: "x" }, 21610],
    ["a region without permission", { To: "+34600129905", From: OURS, Body: "x" }, 21408],
  ])("%s", async (_what, form, code) => {
    const answer = await post(form as Record<string, string>);
    expect([answer.status, await answer.json()]).toMatchObject([400, { code, status: 400 }]);
    expect(bench.emulator.ledger()).toEqual([]);
  });

  test.each([
    ["from", "+15005550001", 21212],
    ["from", "+15005550007", 21606],
    ["from", "+15005550008", 21611],
    ["to", "+15005550001", 21211],
    ["to", "+15005550002", 21612],
    ["to", "+15005550003", 21408],
    ["to", "+15005550004", 21610],
    ["to", "+15005550009", 21614],
  ])("the test number %s %s", async (side, number, code) => {
    await expect(create({ [side]: number })).rejects.toMatchObject({ status: 400, code });
  });

  test("more than ten media files", async () => {
    const mediaUrl = Array.from({ length: 11 }, (_, index) => `https://h.test/${index}.png`);
    await expect(create({ mediaUrl })).rejects.toMatchObject({ code: 21623 });
  });
});

describe("scheduled messages", () => {
  const inHours = (hours: number) => new Date(Date.now() + hours * 3_600_000);
  const schedule = (sendAt: Date) =>
    create({ from: undefined, messagingServiceSid: SERVICE, scheduleType: "fixed", sendAt });

  test("need a service and a moment within the window", async () => {
    const bare = create({ scheduleType: "fixed", sendAt: inHours(1) });
    await expect(bare).rejects.toMatchObject({ code: 35118 });
    await expect(schedule(inHours(0.1))).rejects.toMatchObject({ code: 35114 });
    await expect(schedule(inHours(24 * 36))).rejects.toMatchObject({ code: 35114 });
  });

  test("wait until they are released or canceled", async () => {
    const kept = await schedule(inHours(1));
    const dropped = await schedule(inHours(1));
    expect(kept.status).toBe("scheduled");
    expect((await bench.client.messages(dropped.sid).update({ status: "canceled" })).status).toBe("canceled");
    bench.emulator.releaseScheduled(inHours(0.5));
    expect((await bench.client.messages(kept.sid).fetch()).status).toBe("scheduled");
    bench.emulator.releaseScheduled(inHours(2));
    await bench.emulator.idle();
    expect((await bench.client.messages(kept.sid).fetch()).status).toBe("delivered");
    expect((await bench.client.messages(dropped.sid).fetch()).status).toBe("canceled");
  });
});

describe("fetch, update and delete", () => {
  test("redacts, refuses another body", async () => {
    const message = await create({});
    await bench.emulator.idle();
    expect((await bench.client.messages(message.sid).update({ body: "" })).body).toBe("");
    await expect(bench.client.messages(message.sid).update({ body: "other" })).rejects.toMatchObject({
      status: 400,
    });
  });

  test("cannot cancel what was sent", async () => {
    const message = await create({});
    await bench.emulator.idle();
    await expect(bench.client.messages(message.sid).update({ status: "canceled" })).rejects.toMatchObject({
      status: 409,
      code: 20409,
    });
  });

  test("deletes for the API, not for the ledger", async () => {
    const message = await create({});
    await bench.emulator.idle();
    expect(await bench.client.messages(message.sid).remove()).toBe(true);
    await expect(bench.client.messages(message.sid).fetch()).rejects.toMatchObject({ status: 404 });
    expect(await bench.client.messages.list()).toEqual([]);
    expect(bench.emulator.ledger()).toHaveLength(1);
  });
});

describe("listing", () => {
  test("newest first, by recipient, sender and date", async () => {
    const first = await create({});
    const second = await create({ to: "+34600123457" });
    await createWhatsApp({});
    const { messages } = bench.client;
    expect((await messages.list()).map((one) => one.sid).slice(1)).toEqual([second.sid, first.sid]);
    expect((await messages.list({ to: MOBILE })).map((one) => one.sid)).toEqual([first.sid]);
    expect(await messages.list({ to: `whatsapp:${MOBILE}` })).toHaveLength(1);
    expect(await messages.list({ from: "+15005550001" })).toEqual([]);
    const minute = 60_000;
    expect(await messages.list({ dateSentAfter: new Date(Date.now() - minute) })).toHaveLength(3);
    expect(await messages.list({ dateSentAfter: new Date(Date.now() + minute) })).toEqual([]);
    expect(await messages.list({ dateSentBefore: new Date(Date.now() - minute) })).toEqual([]);
    expect(await messages.list({ dateSentBefore: new Date(Date.now() + minute) })).toHaveLength(3);
  });

  test("pages by token, so that new messages do not shift what follows", async () => {
    const sids = [];
    for (let count = 0; count < 5; count++) sids.unshift((await create({})).sid);
    const first = await bench.client.messages.page({ pageSize: 2 });
    await create({});
    const second = await first.nextPage();
    const third = await second?.nextPage();
    const seen = [first, second, third].flatMap((page) => page?.instances.map((one) => one.sid) ?? []);
    expect(seen).toEqual(sids);
    expect(await third?.nextPage()).toBeUndefined();
    expect((await second?.previousPage())?.instances.map((one) => one.sid)).toEqual(sids.slice(0, 2));
    expect(await bench.client.messages.list({ pageSize: 2 })).toHaveLength(6);
  });

  test("an empty page has Twilio's envelope", async () => {
    const { body } = await bench.client.messages.pageWithHttpInfo({ pageSize: 20 });
    expect(body.instances).toEqual([]);
    const answer = await fetch(
      `${bench.emulator.url}/2010-04-01/Accounts/${ACCOUNT.accountSid}/Messages.json?PageSize=20`,
      {
        headers: { authorization: `Basic ${btoa(`${ACCOUNT.accountSid}:${ACCOUNT.authToken}`)}` },
      },
    );
    expect(await answer.json()).toMatchObject({
      messages: [],
      page: 0,
      page_size: 20,
      start: 0,
      end: 0,
      next_page_uri: null,
      previous_page_uri: null,
    });
  });
});
