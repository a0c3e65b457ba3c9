import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MAGIC } from "../../../plugins/twilio/emulator/numbers.ts";
import { ACCOUNT, type Bench, sdkAccepts, startBench } from "./emulator-webhook-server.ts";

const OURS = "+15005550006";
const PERSON = "+34600123456";
const ALL_EVENTS = ["initiated", "ringing", "answered", "completed"];

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(() => bench.close());

const create = (fields: object = {}) =>
  bench.client.calls.create({
    to: PERSON,
    from: OURS,
    url: `${bench.hooks.url}/doc`,
    statusCallback: `${bench.hooks.url}/st`,
    statusCallbackEvent: ALL_EVENTS,
    ...fields,
  });
const asked = (path: string) => bench.hooks.at(path).map((request) => request.params);
const trace = () => bench.emulator.ledger().at(-1)?.details?.trace;

describe("a call made through the API", () => {
  test("answers with every key Twilio has", async () => {
    const answer = await fetch(`${bench.emulator.url}/2010-04-01/Accounts/${ACCOUNT.accountSid}/Calls.json`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${ACCOUNT.accountSid}:${ACCOUNT.authToken}`)}` },
      body: new URLSearchParams({ To: PERSON, From: OURS, Twiml: "<Response/>" }),
    });
    expect(answer.status).toBe(201);
    const body = (await answer.json()) as Record<string, unknown>;
    expect(Object.keys(body).sort()).toEqual(
      [
        ..."sid date_created date_updated parent_call_sid account_sid to to_formatted from from_formatted".split(
          " ",
        ),
        ..."phone_number_sid status start_time end_time duration price price_unit direction answered_by".split(
          " ",
        ),
        ..."api_version forwarded_from group_sid caller_name queue_time trunk_sid uri subresource_uris".split(
          " ",
        ),
      ].sort(),
    );
    expect(body).toMatchObject({
      status: "queued",
      to_formatted: "600 12 34 56",
      duration: null,
      queue_time: "0",
    });
    expect(Object.keys(body.subresource_uris as object)).toHaveLength(9);
  });

  test("rings, plays the document and reports each event", async () => {
    bench.hooks.on(
      "/doc",
      '<Response><Gather numDigits="1" action="/key"><Say>Hola</Say></Gather></Response>',
    );
    bench.hooks.on("/key", "<Response><Say>Adiós</Say></Response>");
    bench.emulator.answerWith(PERSON, { status: "answered", inputs: ["1"] });
    const call = await create();
    await bench.emulator.idle();
    expect(asked("/doc")).toMatchObject([
      { CallSid: call.sid, CallStatus: "in-progress", Direction: "outbound-api", To: PERSON },
    ]);
    expect(asked("/st").map((params) => [params.CallStatus, params.SequenceNumber])).toEqual([
      ["initiated", "0"],
      ["ringing", "1"],
      ["in-progress", "2"],
      ["completed", "3"],
    ]);
    expect(asked("/st")[3]).toMatchObject({ CallDuration: "3", Duration: "1", SipResponseCode: "200" });
    expect(asked("/st")[2]).not.toHaveProperty("CallDuration");
    expect(bench.hooks.requests.every((request) => sdkAccepts(request))).toBe(true);
    const ended = await bench.client.calls(call.sid).fetch();
    expect(ended).toMatchObject({ status: "completed", duration: "3", direction: "outbound-api" });
    expect(ended.startTime).toBeInstanceOf(Date);
    expect(trace()).toMatchObject({ spoken: ["Hola", "Adiós"], gathered: ["1"] });
  });

  test("reports only the end unless asked for more, and plays inline TwiML", async () => {
    const call = await create({
      url: undefined,
      twiml: "<Response><Say>hola</Say></Response>",
      statusCallbackEvent: undefined,
    });
    await bench.emulator.idle();
    expect(asked("/st")).toMatchObject([{ CallSid: call.sid, CallStatus: "completed", SequenceNumber: "0" }]);
    expect(trace()).toMatchObject({ spoken: ["hola"], errors: [] });
  });

  test("inline TwiML has no base for relative URLs", async () => {
    await create({ url: undefined, twiml: "<Response><Redirect>/next</Redirect></Response>" });
    await bench.emulator.idle();
    expect(trace()).toMatchObject({ errors: [{ code: 11100 }] });
  });

  test.each([
    ["busy", MAGIC.busy],
    ["no-answer", MAGIC.noAnswer],
    ["failed", MAGIC.failed],
  ])("%s numbers are never asked a document", async (status, suffix) => {
    const call = await create({ to: `+3460055${suffix}` });
    await bench.emulator.idle();
    expect(asked("/st").map((params) => params.CallStatus)).toEqual(["initiated", "ringing", status]);
    expect(asked("/doc")).toEqual([]);
    expect(await bench.client.calls(call.sid).fetch()).toMatchObject({ status, duration: "0" });
  });

  test("who answered is told with the document, or by itself", async () => {
    bench.hooks.on("/doc", "<Response/>");
    const to = `+3460055${MAGIC.machine}`;
    await create({ to, machineDetection: "Enable" });
    await bench.emulator.idle();
    await create({
      to,
      machineDetection: "DetectMessageEnd",
      asyncAmd: "true",
      asyncAmdStatusCallback: `${bench.hooks.url}/amd`,
    });
    await bench.emulator.idle();
    await create({ machineDetection: "Enable" });
    await bench.emulator.idle();
    await create({ to });
    await bench.emulator.idle();
    expect(asked("/doc").map((params) => params.AnsweredBy)).toEqual([
      "machine_start",
      undefined,
      "human",
      undefined,
    ]);
    expect(asked("/amd")).toMatchObject([
      { AnsweredBy: "machine_end_beep", MachineDetectionDuration: "2000" },
    ]);
    expect((await bench.client.calls.list({ to })).map((call) => call.answeredBy)).toEqual([
      null,
      "machine_end_beep",
      "machine_start",
    ]);
  });

  test.each([
    [MAGIC.machine, "Enable", "machine_start"],
    [MAGIC.machine, "DetectMessageEnd", "machine_end_beep"],
    [MAGIC.machineNoBeep, "DetectMessageEnd", "machine_end_silence"],
    [MAGIC.fax, "Enable", "fax"],
    [MAGIC.unknownAnswer, "DetectMessageEnd", "unknown"],
  ])("whoever has …%s is, with %s, %s", async (suffix, machineDetection, answeredBy) => {
    bench.hooks.on("/doc", "<Response/>");
    await create({ to: `+3460055${suffix}`, machineDetection });
    await bench.emulator.idle();
    expect(asked("/doc")).toMatchObject([{ AnsweredBy: answeredBy }]);
  });

  test("key tones make Twilio forget to find out", async () => {
    bench.hooks.on("/doc", "<Response/>");
    await create({ machineDetection: "Enable", sendDigits: "1" });
    await bench.emulator.idle();
    expect(asked("/doc")[0]).not.toHaveProperty("AnsweredBy");
  });

  test.each([
    [{ from: "client:ana" }, 21210],
    [{ machineDetection: "Always" }, 20422],
    [{ machineDetectionSpeechThreshold: 10 }, 20422],
    [{ machineDetectionSilenceTimeout: 60_000 }, 20422],
    [{ asyncAmd: "yes" }, 20422],
    [{ asyncAmdStatusCallback: "nowhere" }, 21609],
    [{ recordingChannels: "stereo" }, 20422],
    [{ trim: "yes" }, 20422],
    [{ url: undefined, twiml: `<Response><Say>${"a".repeat(4000)}</Say></Response>` }, 20422],
  ])("%j is refused with %i", async (fields, code) => {
    await expect(create(fields)).rejects.toMatchObject({ status: 400, code });
  });

  test("the fallback document is asked once, with the error", async () => {
    bench.hooks.on("/doc", { status: 500 });
    bench.hooks.on("/fallback", "<Response><Say>perdone</Say></Response>");
    await create({ fallbackUrl: `${bench.hooks.url}/fallback` });
    await bench.emulator.idle();
    expect(asked("/fallback")).toMatchObject([{ ErrorCode: "11200", ErrorUrl: `${bench.hooks.url}/doc` }]);
    expect(trace()).toMatchObject({ spoken: ["perdone"], errors: [{ code: 11200 }] });
  });

  test("a recorded call names its recording at the end", async () => {
    bench.hooks.on("/doc", '<Response><Pause length="12"/></Response>');
    await create({ record: true, recordingStatusCallback: `${bench.hooks.url}/rec` });
    await bench.emulator.idle();
    expect(asked("/st").at(-1)).toMatchObject({
      RecordingDuration: "12",
      RecordingSid: expect.stringMatching(/^RE/),
    });
    expect(asked("/rec")).toMatchObject([{ RecordingSource: "OutboundAPI", RecordingStatus: "completed" }]);
  });

  test("timeLimit ends it, digits are sent", async () => {
    bench.hooks.on("/doc", '<Response><Pause length="100"/><Say>never</Say></Response>');
    const call = await create({ timeLimit: 30, sendDigits: "1ww2" });
    await bench.emulator.idle();
    expect((await bench.client.calls(call.sid).fetch()).duration).toBe("30");
    expect(trace()).toMatchObject({ played: ["dtmf:1ww2"], spoken: [] });
  });

  test("faults reach its callbacks", async () => {
    bench.hooks.on("/doc", "<Response/>");
    bench.emulator.faults.next({ path: /\/Calls\.json$/ }, { kind: "reorder-callbacks" });
    await create();
    await bench.emulator.idle();
    expect(asked("/st").map((params) => params.SequenceNumber)).toEqual(["3", "2", "1", "0"]);
  });
});

describe("what Twilio refuses at once", () => {
  test.each([
    [{ to: "" }, 21201],
    [{ to: "+1555" }, 21211],
    [{ from: "" }, 21213],
    [{ from: "Hotel" }, 21212],
    [{ url: undefined }, 21205],
    [{ url: "nowhere" }, 21205],
    [{ statusCallback: "https://a_b.test/" }, 21609],
    [{ statusCallbackEvent: ["busy"] }, 21626],
    [{ sendDigits: "abc!" }, 21206],
    [{ timeout: 601 }, 21208],
    [{ to: `+3460055${MAGIC.noPermission}` }, 21215],
    [{ from: "+15005550001" }, 21212],
    [{ from: "+15005550007" }, 21210],
    [{ to: "+15005550001" }, 21217],
    [{ to: "+15005550002" }, 21214],
    [{ to: "+15005550003" }, 21215],
    [{ to: "+15005550004" }, 21216],
  ])("%o: %i", async (fields, code) => {
    await expect(create(fields)).rejects.toMatchObject({ status: 400, code });
    expect(bench.emulator.ledger()).toEqual([]);
  });
});

describe("changing a live call", () => {
  /** Keeps the call's first document back until the call was changed. */
  const changeWhileWaiting = async (change: object) => {
    const asking = Promise.withResolvers<void>();
    const release = Promise.withResolvers<string>();
    bench.hooks.on("/doc", () => {
      asking.resolve();
      return release.promise;
    });
    const call = await create();
    await asking.promise;
    await bench.client.calls(call.sid).update(change);
    release.resolve("<Response><Say>never</Say></Response>");
    await bench.emulator.idle();
    return call.sid;
  };

  test("Status=completed hangs up", async () => {
    const sid = await changeWhileWaiting({ status: "completed" });
    expect((await bench.client.calls(sid).fetch()).status).toBe("completed");
    expect(trace()).toMatchObject({ spoken: [] });
  });

  test("Url and Twiml send it elsewhere", async () => {
    bench.hooks.on("/other", "<Response><Say>otra cosa</Say></Response>");
    await changeWhileWaiting({ url: `${bench.hooks.url}/other` });
    expect(trace()).toMatchObject({ spoken: ["otra cosa"] });
    await changeWhileWaiting({ twiml: "<Response><Say>en línea</Say></Response>" });
    expect(trace()).toMatchObject({ spoken: ["en línea"] });
  });

  test("Status=canceled ends it while it rings", async () => {
    const release = Promise.withResolvers<string>();
    const ringing = Promise.withResolvers<void>();
    bench.hooks.on("/st", async (request) => {
      if (request.params.CallStatus !== "ringing") return { status: 204 };
      ringing.resolve();
      return { status: 200, body: await release.promise };
    });
    const call = await create();
    await ringing.promise;
    await bench.client.calls(call.sid).update({ status: "canceled" });
    release.resolve("");
    await bench.emulator.idle();
    expect(asked("/st").map((params) => params.CallStatus)).toEqual(["initiated", "ringing", "canceled"]);
    expect((await bench.client.calls(call.sid).fetch()).status).toBe("canceled");
  });

  test("an ended call cannot be changed, only deleted", async () => {
    bench.hooks.on("/doc", "<Response/>");
    const { sid } = await create();
    await bench.emulator.idle();
    const call = bench.client.calls(sid);
    await expect(call.update({ twiml: "<Response/>" })).rejects.toMatchObject({ status: 400, code: 21220 });
    expect(await call.remove()).toBe(true);
    await expect(call.fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
  });
});

describe("listing calls", () => {
  test("by status, parties, parent and time", async () => {
    bench.hooks.on("/doc", `<Response><Dial>+34600555444</Dial></Response>`);
    const call = await create();
    await bench.emulator.idle();
    await create({ to: `+3460055${MAGIC.busy}` });
    await bench.emulator.idle();
    const { calls } = bench.client;
    expect(await calls.list()).toHaveLength(3);
    expect((await calls.list({ status: "busy" })).map((one) => one.to)).toEqual([`+3460055${MAGIC.busy}`]);
    expect((await calls.list({ parentCallSid: call.sid })).map((one) => one.to)).toEqual(["+34600555444"]);
    expect((await calls.list({ to: PERSON })).map((one) => one.sid)).toEqual([call.sid]);
    const minuteAgo = new Date(Date.now() - 60_000);
    expect(await calls.list({ startTimeAfter: minuteAgo })).toHaveLength(2);
    expect(await calls.list({ startTimeBefore: minuteAgo })).toEqual([]);
  });
});
