import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { MAGIC } from "../../../plugins/twilio/emulator/numbers.ts";
import type { PhoneScript } from "../../../plugins/twilio/emulator/phone.ts";
import { ACCOUNT, type Bench, sdkAccepts, startBench } from "./emulator-webhook-server.ts";

const OURS = "+15005550006";
const CALLER = "+34600123456";
const SHOP = "+34600555444";
const VOICE = "/hooks/twilio/voice";
const STATUS = "/hooks/twilio/voice/status";

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
});
afterEach(async () => {
  // Whatever the test was about: everything the emulator sent was signed as the SDK expects.
  expect(bench.hooks.requests.filter((request) => !sdkAccepts(request))).toEqual([]);
  await bench.close();
});

const ring = (script: PhoneScript = {}, more: object = {}) =>
  bench.emulator.ring({ from: CALLER, to: OURS, script, ...more }).done;
const twiml = (path: string, verbs: string) =>
  bench.hooks.on(path, `<?xml version="1.0"?><Response>${verbs}</Response>`);
const asked = (path: string) => bench.hooks.at(path).map((request) => request.params);

describe("an inbound call", () => {
  test("asks with Twilio's parameters, plays, hangs up and reports", async () => {
    twiml(
      VOICE,
      "<!-- hi --><Say>Hola &amp; <prosody rate='slow'>buen&#237;simos</prosody>\n d&#xED;as</Say><Play>/a.mp3</Play>",
    );
    const geo = { city: "Madrid", state: "MD", zip: "28001" };
    const result = await ring({}, { geo, forwardedFrom: "+34911222333" });
    expect(result).toMatchObject({
      status: "completed",
      spoken: ["Hola & buenísimos días"],
      played: [`${bench.hooks.url}/a.mp3`],
      errors: [],
      durationSeconds: 7,
      requests: [
        { url: `${bench.hooks.url}${VOICE}`, status: 200, body: expect.stringContaining("<Response>") },
      ],
    });
    expect(asked(VOICE)[0]).toEqual({
      CallSid: result.sid,
      AccountSid: ACCOUNT.accountSid,
      ApiVersion: "2010-04-01",
      From: CALLER,
      To: OURS,
      Caller: CALLER,
      Called: OURS,
      CallStatus: "ringing",
      Direction: "inbound",
      ForwardedFrom: "+34911222333",
      FromCity: "Madrid",
      FromState: "MD",
      FromZip: "28001",
      FromCountry: "ES",
      CallerCity: "Madrid",
      CallerState: "MD",
      CallerZip: "28001",
      CallerCountry: "ES",
      ToCity: "",
      ToState: "",
      ToZip: "",
      ToCountry: "US",
      CalledCity: "",
      CalledState: "",
      CalledZip: "",
      CalledCountry: "US",
    });
    expect(asked(STATUS)).toMatchObject([
      {
        CallSid: result.sid,
        CallStatus: "completed",
        CallDuration: "7",
        Duration: "1",
        CallbackSource: "call-progress-events",
        SequenceNumber: "0",
        SipResponseCode: "200",
        Timestamp: expect.stringMatching(/ \+0000$/),
      },
    ]);
    expect(bench.emulator.ledger()).toMatchObject([
      {
        kind: "inbound-call",
        ref: result.sid,
        from: CALLER,
        to: OURS,
        status: "completed",
        details: { duration: 7 },
      },
    ]);
  });

  test("minutes are rounded up", async () => {
    twiml(VOICE, '<Pause length="61"/>');
    expect((await ring()).durationSeconds).toBe(61);
    expect(asked(STATUS)[0]).toMatchObject({ CallDuration: "61", Duration: "2" });
  });

  test("Play sends digits; loops take their time", async () => {
    twiml(VOICE, '<Play digits="ww12"/><Play loop="3">https://h.test/a.mp3</Play>');
    const result = await ring();
    expect(result.played).toEqual(["dtmf:ww12", "https://h.test/a.mp3"]);
    expect(result.durationSeconds).toBe(17);
  });

  test("Redirect goes on elsewhere, by GET where asked; what follows is not reached", async () => {
    twiml(VOICE, '<Redirect method="GET">next?step=2</Redirect><Say>never</Say>');
    twiml("/hooks/twilio/next", "<Say>dos</Say>");
    expect((await ring()).spoken).toEqual(["dos"]);
    const [request] = bench.hooks.at("/hooks/twilio/next");
    expect(request).toMatchObject({ method: "GET", params: { step: "2", CallStatus: "in-progress" } });
  });

  test("HTTP redirects become GET without parameters", async () => {
    bench.hooks.on(VOICE, { status: 302, headers: { location: "/moved" } });
    twiml("/moved", "<Say>aquí</Say>");
    expect((await ring()).spoken).toEqual(["aquí"]);
    expect(bench.hooks.at("/moved")[0]).toMatchObject({ method: "GET", params: {} });
  });

  test.each([
    ["", "no-answer"],
    ['reason="rejected"', "no-answer"],
    ['reason="busy"', "busy"],
  ])("Reject %s ends it as %s", async (attributes, status) => {
    twiml(VOICE, `<Reject ${attributes}/><Say>never</Say>`);
    expect(await ring()).toMatchObject({ status, spoken: [], durationSeconds: 0 });
    expect(asked(STATUS)[0]).toMatchObject({ CallStatus: status, CallDuration: "0", Duration: "0" });
  });

  test("Hangup and an empty document end it", async () => {
    twiml(VOICE, "<Say>adiós</Say><Hangup/><Say>never</Say>");
    expect(await ring()).toMatchObject({ status: "completed", spoken: ["adiós"] });
    twiml(VOICE, "");
    expect(await ring()).toMatchObject({ status: "completed", spoken: [], durationSeconds: 0 });
  });

  test("text is spoken, audio is played", async () => {
    bench.hooks.on(VOICE, { type: "text/plain", body: "solo texto" });
    expect((await ring()).spoken).toEqual(["solo texto"]);
    bench.hooks.on(VOICE, { type: "audio/mpeg", body: "ID3" });
    expect((await ring()).played).toEqual([`${bench.hooks.url}${VOICE}`]);
  });

  test("the caller may hang up at any moment", async () => {
    twiml(VOICE, '<Pause length="30"/><Say>never</Say>');
    expect(await ring({ hangupAfter: 10 })).toMatchObject({
      status: "completed",
      spoken: [],
      durationSeconds: 10,
    });
  });

  test("hangup() ends a call that is under way", async () => {
    const answered = Promise.withResolvers<string>();
    bench.hooks.on(VOICE, () => answered.promise);
    const call = bench.emulator.ring({ from: CALLER, to: OURS });
    call.hangup();
    answered.resolve("<Response><Say>never</Say></Response>");
    expect(await call.done).toMatchObject({ sid: call.sid, status: "completed", spoken: [] });
  });

  test("another account signs with its own token; faults reach the status callback", async () => {
    const { emulator, hooks } = bench;
    twiml(VOICE, "<Hangup/>");
    emulator.faults.next({ to: OURS }, { kind: "duplicate-callbacks" });
    await ring();
    expect(hooks.at(STATUS)).toHaveLength(2);
    const [other] = emulator.accounts().slice(1);
    await ring({}, { accountSid: other?.accountSid, url: `${hooks.url}/own`, statusUrl: `${hooks.url}/own` });
    const own = hooks.requests.filter((request) => request.path === "/own");
    expect(own.map((request) => sdkAccepts(request, other?.authToken))).toEqual([true, true]);
    hooks.requests.splice(0);
  });
});

describe("Gather", () => {
  const menu = (attributes: string, rest = "<Say>nadie</Say>") =>
    twiml(VOICE, `<Gather ${attributes}><Say>Pulse 1</Say><Pause/><Play>/beep.mp3</Play></Gather>${rest}`);
  beforeEach(() => twiml("/got", "<Say>gracias</Say>"));

  test.each([
    ["digits up to the count", 'numDigits="2"', "1234", { Digits: "12" }],
    ["digits up to #", "", "123#4", { Digits: "123", FinishedOnKey: "#" }],
    ["another finish key", 'finishOnKey="*"', "12#*", { Digits: "12#", FinishedOnKey: "*" }],
    ["no finish key", 'finishOnKey=""', "12#*", { Digits: "12#*" }],
    ["digits until the timeout", 'timeout="3"', "77", { Digits: "77" }],
    ["keys where speech is welcome too", 'input="dtmf speech" numDigits="1"', "5", { Digits: "5" }],
  ])("takes %s", async (_what, attributes, input, params) => {
    menu(`action="/got" ${attributes}`);
    const result = await ring({ inputs: [input] });
    expect(result).toMatchObject({ spoken: ["Pulse 1", "gracias"], gathered: [params.Digits] });
    expect(asked("/got")).toMatchObject([{ ...params, CallStatus: "in-progress" }]);
    if (!("FinishedOnKey" in params)) expect(asked("/got")[0]).not.toHaveProperty("FinishedOnKey");
  });

  test("takes speech with its confidence", async () => {
    menu('action="/got" input="speech"');
    const inputs = [{ speech: "una mesa para dos", confidence: 0.82 }];
    expect(await ring({ inputs })).toMatchObject({ gathered: ["una mesa para dos"] });
    expect(asked("/got")).toMatchObject([{ SpeechResult: "una mesa para dos", Confidence: "0.82" }]);
    expect(asked("/got")[0]).not.toHaveProperty("Digits");
  });

  test.each([
    ["silence", ['input="dtmf"', "silence"]],
    ["keys where only speech is taken", ['input="speech"', "1"]],
    ["only the finish key", ["", "#"]],
  ] as const)("without input goes on with the next verb: %s", async (_what, [attributes, input]) => {
    menu(`action="/got" ${attributes}`);
    expect(await ring({ inputs: [input] })).toMatchObject({ spoken: ["Pulse 1", "nadie"], gathered: [] });
    expect(asked("/got")).toEqual([]);
  });

  test("speech where only keys are taken is silence, and so is running out of inputs", async () => {
    menu('action="/got" timeout="9"');
    const result = await ring({ inputs: [{ speech: "uno" }] });
    expect(result).toMatchObject({ spoken: ["Pulse 1", "nadie"], durationSeconds: 1 + 1 + 5 + 9 + 1 });
    expect((await ring()).spoken).toEqual(["Pulse 1", "nadie"]);
  });

  test("actionOnEmptyResult asks even so", async () => {
    menu('action="/got" actionOnEmptyResult="true"');
    expect((await ring({ inputs: ["silence"] })).spoken).toEqual(["Pulse 1", "gracias"]);
    expect(asked("/got")).toMatchObject([{ Digits: "" }]);
  });

  test("without action asks for the same document again", async () => {
    let times = 0;
    bench.hooks.on(VOICE, (request) => {
      times++;
      return request.params.Digits
        ? "<Response><Say>fin</Say></Response>"
        : '<Response><Gather numDigits="1"/></Response>';
    });
    expect((await ring({ inputs: ["7"] })).spoken).toEqual(["fin"]);
    expect(times).toBe(2);
    expect(asked(VOICE)[1]).toMatchObject({ Digits: "7", CallStatus: "in-progress" });
  });

  test("a caller who hangs up makes no action request", async () => {
    menu('action="/got" actionOnEmptyResult="true"');
    expect(await ring({ inputs: ["hangup"] })).toMatchObject({ status: "completed", spoken: ["Pulse 1"] });
    expect(asked("/got")).toEqual([]);
    expect(asked(STATUS)).toMatchObject([{ CallStatus: "completed" }]);
  });

  test("a caller who hangs up during the prompt gives no input", async () => {
    menu('action="/got"');
    expect(await ring({ inputs: ["1"], hangupAfter: 2 })).toMatchObject({ gathered: [], durationSeconds: 2 });
    expect(asked("/got")).toEqual([]);
  });

  test("each Gather takes the next input", async () => {
    twiml(VOICE, '<Gather action="/again" numDigits="1"/>');
    twiml("/again", '<Gather action="/got" numDigits="4"/>');
    expect((await ring({ inputs: ["1", "2026"] })).gathered).toEqual(["1", "2026"]);
  });
});

describe("Dial", () => {
  const dial = (attributes: string, inside: string) =>
    twiml(VOICE, `<Dial ${attributes}>${inside}</Dial><Say>sin acción</Say>`);
  beforeEach(() => twiml("/dialed", "<Say>hecho</Say>"));

  test("connects the number and reports how it went", async () => {
    dial('action="/dialed"', SHOP);
    const result = await ring({ answers: { [SHOP]: { status: "answered", seconds: 42 } } });
    expect(result).toMatchObject({
      spoken: ["hecho"],
      dialed: [{ to: SHOP, status: "completed", seconds: 42 }],
    });
    expect(result.durationSeconds).toBe(4 + 42 + 1);
    const child = bench.emulator.ledger().find((entry) => entry.kind === "dial");
    expect(asked("/dialed")).toMatchObject([
      {
        DialCallStatus: "completed",
        DialCallSid: child?.ref,
        DialCallDuration: "42",
        DialBridged: "true",
        CallStatus: "in-progress",
      },
    ]);
    expect(child).toMatchObject({
      from: CALLER,
      to: SHOP,
      status: "completed",
      details: { parentCallSid: result.sid, duration: 42 },
    });
  });

  test("without action goes on with the next verb", async () => {
    dial("", SHOP);
    expect((await ring()).spoken).toEqual(["sin acción"]);
  });

  test.each([
    ["busy", MAGIC.busy, 1],
    ["no-answer", MAGIC.noAnswer, 15],
    ["failed", MAGIC.failed, 1],
  ])("%s by magic and by script", async (status, suffix, ringing) => {
    const magic = `+3460055${suffix}`;
    dial('action="/dialed" timeout="15"', magic);
    expect(await ring()).toMatchObject({
      dialed: [{ to: magic, status, seconds: 0 }],
      durationSeconds: ringing + 1,
    });
    dial('action="/dialed" timeout="15"', SHOP);
    await ring({ answers: { [SHOP]: { status: status as "busy" } } });
    for (const params of asked("/dialed"))
      expect(params).toMatchObject({ DialCallStatus: status, DialCallDuration: "0", DialBridged: "false" });
  });

  test("sequential tries one after the other until somebody answers", async () => {
    const [first, second, third] = ["+34600000001", "+34600000002", "+34600000003"];
    dial(
      'sequential="true" action="/dialed" timeout="10"',
      [first, second, third].map((n) => `<Number>${n}</Number>`).join(""),
    );
    const result = await ring({ answers: { [first as string]: { status: "no-answer" } } });
    expect(result.dialed).toMatchObject([
      { to: first, status: "no-answer" },
      { to: second, status: "completed", seconds: 20 },
    ]);
    expect(result.durationSeconds).toBe(10 + 4 + 20 + 1);
  });

  test("otherwise all ring at once, and the others stop when one answers", async () => {
    const [first, second, third] = ["+34600000001", "+34600000002", "+34600000003"];
    dial('action="/dialed"', [first, second, third].map((n) => `<Number>${n}</Number>`).join(""));
    const answers = { "+34600000001": { status: "busy" }, "+34600000003": { status: "no-answer" } } as const;
    const result = await ring({ answers });
    expect(Object.fromEntries(result.dialed.map((leg) => [leg.to, leg.status]))).toEqual({
      "+34600000001": "busy",
      "+34600000002": "completed",
      "+34600000003": "canceled",
    });
    const nobody = await ring({ answers: { ...answers, "+34600000002": { status: "failed" } } });
    expect(nobody.dialed).toHaveLength(3);
    expect(asked("/dialed").map((params) => params.DialCallStatus)).toEqual(["completed", "no-answer"]);
  });

  test("callerId is what the callee sees; timeLimit ends the talk", async () => {
    dial(`callerId="${OURS}" timeLimit="60"`, SHOP);
    const result = await ring({ answers: { [SHOP]: { status: "answered", seconds: 600 } } });
    expect(result.dialed).toMatchObject([{ seconds: 60 }]);
    expect(bench.emulator.ledger().find((entry) => entry.kind === "dial")?.from).toBe(OURS);
  });

  test("clients, SIP, conferences and queues are dialled by name", async () => {
    const nouns = {
      "client:ada": "<Client><Identity>ada</Identity><Parameter name='a' value='b'/></Client>",
      "client:bob": "<Client>bob</Client>",
      "sip:a@b.test": "<Sip>sip:a@b.test</Sip>",
      "queue:soporte": "<Queue>soporte</Queue>",
      "conference:sala 1": "<Conference>sala 1</Conference>",
    };
    for (const [to, noun] of Object.entries(nouns)) {
      dial('action="/dialed"', noun);
      const result = await ring({ answers: { [to]: { status: "answered", seconds: 9 } } });
      expect(result).toMatchObject({ dialed: [{ to, seconds: 9 }], errors: [] });
    }
    expect(asked("/dialed").map((params) => params.DialCallStatus)).toEqual([
      ...Array(4).fill("completed"),
      "answered",
    ]);
    expect(asked("/dialed").at(-1)).not.toHaveProperty("DialCallSid");
  });

  test("a whisper is played to the callee, who may decline", async () => {
    dial('action="/dialed"', `<Number url="/whisper">${SHOP}</Number>`);
    twiml(
      "/whisper",
      '<Gather numDigits="1" action="/accept"><Say>Pulse 1 para aceptar</Say></Gather><Hangup/>',
    );
    twiml("/accept", "<Say>Conectando</Say>");
    const accepted = await ring({ answers: { [SHOP]: { status: "answered", inputs: ["1"] } } });
    expect(accepted).toMatchObject({
      spoken: ["hecho"],
      dialed: [{ to: SHOP, status: "completed", whispered: ["Pulse 1 para aceptar", "Conectando"] }],
    });
    expect(asked("/whisper")[0]).toMatchObject({
      Direction: "outbound-dial",
      ParentCallSid: accepted.sid,
      CallStatus: "in-progress",
      To: SHOP,
    });
    expect(asked("/whisper")[0]?.CallSid).not.toBe(accepted.sid);
    await ring({ answers: { [SHOP]: { status: "answered" } } });
    expect(asked("/dialed").map((params) => params.DialBridged)).toEqual(["true", "false"]);
  });

  test("whoever answers and does not accept makes room for the next who answers", async () => {
    const [first, second, third] = ["+34600000001", "+34600000002", "+34600000003"];
    const nouns = [first, second, third].map((n) => `<Number url="/whisper">${n}</Number>`).join("");
    twiml("/whisper", '<Gather numDigits="1" action="/accept"/><Hangup/>');
    twiml("/accept", "");
    const answers = {
      [first as string]: { status: "answered" },
      [second as string]: { status: "answered", inputs: ["1"] },
    } as const;
    for (const order of ["", 'sequential="true"']) {
      dial(`action="/dialed" ${order}`, nouns);
      const { dialed } = await ring({ answers });
      expect(dialed.map(({ to, status }) => [to, status]).slice(0, 2)).toEqual([
        [first, "completed"],
        [second, "completed"],
      ]);
      expect(asked("/dialed").at(-1)).toMatchObject({ DialCallStatus: "completed", DialBridged: "true" });
    }
    const nobody = [first, second, third].map((n) => [n, { status: "answered", inputs: ["2"] }] as const);
    twiml("/accept", "<Hangup/>");
    await ring({ answers: Object.fromEntries(nobody) });
    expect(asked("/dialed").at(-1)).toMatchObject({ DialCallStatus: "completed", DialBridged: "false" });
  });

  test("unless a script says otherwise, a person accepts and a machine does not", async () => {
    twiml("/whisper", '<Gather numDigits="1" action="/accept"/><Hangup/>');
    twiml("/accept", "");
    for (const to of [SHOP, `+3460055${MAGIC.machine}`]) {
      dial('action="/dialed"', `<Number url="/whisper">${to}</Number>`);
      await ring();
    }
    expect(asked("/dialed").map(({ DialBridged }) => DialBridged)).toEqual(["true", "false"]);
  });

  test.each([
    ["a number that is none", "<Number>ventas</Number>", 13223],
    ["a caller id that is none", SHOP, 13214, 'callerId="Ventas"'],
    ["a queue beside a number", `<Queue>a</Queue><Number>${SHOP}</Number>`, 13000],
    ["more than ten", `<Number>${SHOP}</Number>`.repeat(11), 13000],
  ])("%s is not dialled", async (_what, inside, code, attributes = "") => {
    dial(`action="/dialed" ${attributes}`, inside);
    const result = await ring();
    expect(result).toMatchObject({ dialed: [], errors: [{ code }] });
    expect(asked("/dialed")).toMatchObject([{ DialCallStatus: "failed" }]);
  });

  test("SIP headers are no part of who is called; keys sound when a number answers", async () => {
    dial("", "<Sip username='a' password='b'>sip:ana@b.test;transport=tls?X-A=1</Sip>");
    expect((await ring()).dialed).toMatchObject([{ to: "sip:ana@b.test", status: "completed" }]);
  });

  test("values nobody knows are warned about", async () => {
    dial('ringTone="xx" record="always"', `<Number statusCallbackEvent="answered late">${SHOP}</Number>`);
    expect((await ring()).errors.map(({ code }) => code)).toEqual([12200, 12200, 12200]);
  });

  test("the child call reports what was asked for", async () => {
    const events = "initiated ringing answered completed";
    dial("", `<Number statusCallback="/leg" statusCallbackEvent="${events}">${SHOP}</Number>`);
    const result = await ring({ answers: { [SHOP]: { status: "answered", seconds: 5 } } });
    expect(asked("/leg").map((params) => [params.CallStatus, params.SequenceNumber])).toEqual([
      ["initiated", "0"],
      ["ringing", "1"],
      ["in-progress", "2"],
      ["completed", "3"],
    ]);
    expect(asked("/leg")[3]).toMatchObject({ ParentCallSid: result.sid, CallDuration: "5", Duration: "1" });
    dial("", `<Number statusCallback="/last">+3460055${MAGIC.busy}</Number>`);
    await ring();
    expect(asked("/last")).toMatchObject([{ CallStatus: "busy", SipResponseCode: "486" }]);
  });

  test("machines are told apart where asked", async () => {
    const to = `+3460055${MAGIC.machine}`;
    dial("", `<Number machineDetection="Enable" amdStatusCallback="/amd">${to}</Number>`);
    await ring();
    expect(asked("/amd")).toMatchObject([{ AnsweredBy: "machine_start" }]);
    const [leg] = await bench.client.calls.list({ to });
    expect(leg).toMatchObject({ answeredBy: "machine_start", direction: "outbound-dial" });
  });

  test("a recorded talk has its URL in the action, and a callback", async () => {
    dial('action="/dialed" record="record-from-answer" recordingStatusCallback="/rec"', SHOP);
    await ring();
    const [action] = asked("/dialed");
    expect(asked("/rec")).toMatchObject([
      {
        RecordingSource: "DialVerb",
        RecordingStatus: "completed",
        RecordingDuration: "20",
        RecordingUrl: action?.RecordingUrl,
      },
    ]);
  });

  test("a caller who hangs up while talking: action with CallStatus=completed, its answer is not played", async () => {
    dial('action="/dialed"', SHOP);
    const result = await ring({ hangupAfter: 14, answers: { [SHOP]: { status: "answered", seconds: 60 } } });
    expect(result).toMatchObject({
      status: "completed",
      spoken: [],
      dialed: [{ seconds: 10 }],
      durationSeconds: 14,
    });
    expect(asked("/dialed")).toMatchObject([
      { CallStatus: "completed", DialCallStatus: "completed", DialCallDuration: "10" },
    ]);
  });

  test("a caller who hangs up while it rings: the leg is canceled", async () => {
    dial('action="/dialed"', SHOP);
    await ring({ hangupAfter: 2 });
    expect(asked("/dialed")).toMatchObject([{ CallStatus: "completed", DialCallStatus: "canceled" }]);
  });
});

describe("Record", () => {
  const record = (attributes: string) => twiml(VOICE, `<Record ${attributes}/><Say>nada</Say>`);
  beforeEach(() => twiml("/rec", "<Say>guardado</Say>"));

  test("speech is recorded, reported and transcribed", async () => {
    record('action="/rec" recordingStatusCallback="/done" transcribe="true" transcribeCallback="/text"');
    const result = await ring({ inputs: [{ speech: "llámenme mañana por la tarde, por favor" }] });
    expect(result.spoken).toEqual(["guardado"]);
    const [action] = asked("/rec");
    expect(action).toMatchObject({
      RecordingDuration: "3",
      RecordingUrl: expect.stringMatching(/\/Recordings\/RE\w{32}$/),
    });
    expect(asked("/done")).toMatchObject([
      {
        CallSid: result.sid,
        RecordingStatus: "completed",
        RecordingSource: "RecordVerb",
        RecordingUrl: action?.RecordingUrl,
      },
    ]);
    expect(asked("/text")).toMatchObject([
      { TranscriptionStatus: "completed", TranscriptionText: "llámenme mañana por la tarde, por favor" },
    ]);
    const media = await fetch(action?.RecordingUrl ?? "");
    const bytes = Buffer.from(await media.arrayBuffer());
    expect(media.headers.get("content-type")).toBe("audio/x-wav");
    expect([bytes.toString("latin1", 0, 4), bytes.length]).toEqual(["RIFF", 44 + 3 * 8000]);
  });

  test("a key ends it", async () => {
    record('action="/rec" maxLength="2"');
    await ring({ inputs: ["#"] });
    expect(asked("/rec")).toMatchObject([{ Digits: "#", RecordingDuration: "2" }]);
  });

  test("hanging up ends it too; the answer is not played", async () => {
    record('action="/rec"');
    expect((await ring({ inputs: ["hangup"] })).spoken).toEqual([]);
    expect(asked("/rec")).toMatchObject([
      { Digits: "hangup", RecordingDuration: "5", CallStatus: "completed" },
    ]);
  });

  test("silence goes on with the next verb", async () => {
    record('action="/rec" timeout="8"');
    expect(await ring({ inputs: ["silence"] })).toMatchObject({ spoken: ["nada"], durationSeconds: 9 });
    expect(asked("/rec")).toEqual([]);
  });
});

describe("documents that are wrong", () => {
  const codes = (result: { errors: readonly { code: number }[] }) => result.errors.map((error) => error.code);

  test.each([
    ["no XML", { body: "hello <b" }, 12100],
    ["two roots", { body: "<Response/><Response/>" }, 12100],
    ["another root", { body: "<Answer><Say>x</Say></Answer>" }, 12102],
    ["over 64 kB", { body: `<Response><Say>${"x".repeat(66_000)}</Say></Response>` }, 11750],
    ["nothing", { body: "" }, 11770],
    ["a type nobody reads", { body: "{}", type: "application/json" }, 12300],
    ["an error status", { status: 500, body: "<Response/>" }, 11200],
  ])("%s ends the call as failed", async (_what, answer, code) => {
    bench.hooks.on(VOICE, answer);
    const result = await ring();
    expect([result.status, codes(result)]).toEqual(["failed", [code]]);
    expect(asked(STATUS)).toMatchObject([{ CallStatus: "failed" }]);
  });

  test("a server that cannot be reached, or does not answer in time", async () => {
    const refused = await ring({}, { url: "http://127.0.0.1:1/" });
    expect([refused.status, codes(refused)]).toEqual(["failed", [11205]]);
    const release = Promise.withResolvers<string>();
    bench.hooks.on("/slow", () => release.promise);
    const late = await ring({}, { url: `${bench.hooks.url}/slow#rt=100&tt=100` });
    release.resolve("<Response/>");
    expect([late.status, codes(late)]).toEqual(["failed", [11200]]);
  });

  test("unknown verbs, attributes and nesting are noted and ignored", async () => {
    twiml(
      VOICE,
      '<Dance/><Say colour="red">uno</Say><Gather timeout="1"><Dial>1</Dial></Gather><Say>dos</Say>',
    );
    const result = await ring();
    expect(result).toMatchObject({ status: "completed", spoken: ["uno", "dos"], dialed: [] });
    expect(codes(result)).toEqual([12200, 12200, 12200]);
    expect(result.errors.map((error) => error.message).join()).toMatch(
      /Dance.*colour.*<Dial> is not allowed inside <Gather>/,
    );
  });

  test("verbs this phone cannot play are named, not passed over in silence", async () => {
    twiml(VOICE, "<Connect><Room>sala</Room></Connect><Start/><Say>sigue</Say>");
    const result = await ring();
    expect([result.spoken, codes(result)]).toEqual([["sigue"], [12400]]);
  });

  test("documents that redirect for ever are stopped; waiting ones only by the longest call", async () => {
    twiml(VOICE, `<Redirect>${VOICE}</Redirect>`);
    const result = await ring();
    expect([result.status, codes(result)]).toEqual(["failed", [11215]]);
    twiml(VOICE, `<Pause length="600"/><Redirect>${VOICE}</Redirect>`);
    expect(await ring()).toMatchObject({ status: "completed", durationSeconds: 14_400, errors: [] });
  });

  test("too long a Say is not spoken", async () => {
    twiml(VOICE, `<Say>${"x".repeat(4097)}</Say><Say>corto</Say>`);
    const result = await ring();
    expect([result.spoken, codes(result)]).toEqual([["corto"], [13521]]);
  });
});
