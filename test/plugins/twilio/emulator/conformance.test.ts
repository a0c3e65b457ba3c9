/** Every answer and every request of the emulator, held against what Twilio writes; and the table that says so. */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { JsonObject } from "../../../../engine/plugin-api.ts";
import type { RingOptions } from "../../../../plugins/twilio/emulator/phone.ts";
import { until } from "../../../support/until.ts";
import type { Shape } from "../../shape-check.ts";
import { ACCOUNT, type Bench, sdkAccepts, startBench } from "../emulator-webhook-server.ts";
import { liveCall } from "../live-call.ts";
import { CALLBACKS, ERROR, LOOKUP_PACKAGES, metaPageOf, misfits, pageOf, RESOURCES } from "./shapes.ts";

const OURS = "+13055550150";
const PERSON = "+34600123456";
const API = `/2010-04-01/Accounts/${ACCOUNT.accountSid}`;

let bench: Bench;
const live = liveCall(() => bench.emulator);
beforeEach(async () => {
  bench = await startBench();
});
afterEach(async () => {
  await live.end();
  await bench.close();
});

interface Answer {
  readonly status: number;
  readonly body: JsonObject;
}

/** Asks the emulator without the SDK, which would hide what it does not know. Values of `json` make it a JSON request. */
async function rest(method: string, path: string, form?: object, json?: JsonObject): Promise<Answer> {
  const login = Buffer.from(`${ACCOUNT.accountSid}:${ACCOUNT.authToken}`).toString("base64");
  const response = await fetch(bench.emulator.url + path, {
    method,
    headers: {
      authorization: `Basic ${login}`,
      ...(json ? { "content-type": "application/json" } : {}),
    },
    ...(json ? { body: JSON.stringify(json) } : {}),
    ...(form ? { body: new URLSearchParams(form as Record<string, string>) } : {}),
  });
  const text = await response.text();
  return { status: response.status, body: text === "" ? {} : (JSON.parse(text) as JsonObject) };
}

const post = (path: string, form: object = {}) => rest("POST", path, form);
const sidOf = async (made: Promise<Answer>) => String((await made).body.sid);

/** A call that goes on while `during` looks at it: in a queue or conference whose music is not over. */
async function whileWaiting(verbs: string, during: (callSid: string) => Promise<Answer>): Promise<Answer> {
  const music = Promise.withResolvers<string>();
  const asked = Promise.withResolvers<void>();
  bench.hooks.on("/musica", () => {
    asked.resolve();
    return music.promise;
  });
  bench.hooks.on(
    "/hooks/twilio/voice",
    `<Response>${verbs.replace("MUSIC", `${bench.hooks.url}/musica`)}</Response>`,
  );
  const call = bench.emulator.ring({ from: PERSON, to: OURS });
  await asked.promise;
  try {
    return await during(call.sid);
  } finally {
    call.hangup();
    music.resolve("<Response/>");
    await call.done;
  }
}

const IN_QUEUE = '<Enqueue waitUrl="MUSIC">ventas</Enqueue>';
const IN_ROOM = '<Dial><Conference waitUrl="MUSIC" participantLabel="yo">sala</Conference></Dial>';
const firstIn = async (list: Promise<Answer>, key: string): Promise<string> =>
  String(((await list).body[key] as unknown as JsonObject[])[0]?.sid);
const queueSid = () => firstIn(rest("GET", `${API}/Queues.json`), "queues");
const roomSid = () => firstIn(rest("GET", `${API}/Conferences.json`), "conferences");

const messages = `${API}/Messages.json`;
const sms = { To: PERSON, From: OURS, Body: "hola" };
const calls = `${API}/Calls.json`;
const outbound = { To: PERSON, From: OURS, Twiml: "<Response><Say>Hola</Say></Response>" };
const numbers = `${API}/IncomingPhoneNumbers`;
const service = () => sidOf(post("/v1/Services", { FriendlyName: "Avisos" }));
const verifyService = () => sidOf(post("/v2/Services", { FriendlyName: "Tienda" }));
const verification = async () => {
  const of = await verifyService();
  const sid = await sidOf(post(`/v2/Services/${of}/Verifications`, { To: PERSON, Channel: "sms" }));
  return { of, sid };
};
const CONTENT: JsonObject = {
  friendly_name: "cita",
  language: "es",
  variables: { "1": "Ada" },
  types: { "twilio/text": { body: "Hola {{1}}" } },
};
const content = () => sidOf(rest("POST", "/v1/Content", undefined, CONTENT));
const APPROVAL: JsonObject = { name: "cita", category: "UTILITY" };
const askApproval = (sid: string) =>
  rest("POST", `/v1/Content/${sid}/ApprovalRequests/whatsapp`, undefined, APPROVAL);
async function recorded(): Promise<{ readonly call: string; readonly sid: string }> {
  const call = await live.begin();
  return { call, sid: await sidOf(post(`${API}/Calls/${call}/Recordings.json`)) };
}
async function overCall(): Promise<string> {
  const sid = await sidOf(post(calls, outbound));
  await bench.emulator.idle();
  return sid;
}

type Row = readonly [
  resource: string,
  request: string,
  status: number,
  shape: Shape,
  ask: () => Promise<Answer>,
];

/** One row for each request; the first word is the resource in the README's table. */
const ROWS: readonly Row[] = [
  [
    "Accounts",
    "create",
    201,
    RESOURCES.account,
    () => post("/2010-04-01/Accounts.json", { FriendlyName: "x" }),
  ],
  ["Accounts", "fetch", 200, RESOURCES.account, () => rest("GET", `${API}.json`)],
  ["Accounts", "update", 200, RESOURCES.account, () => post(`${API}.json`, { FriendlyName: "y" })],
  [
    "Accounts",
    "list",
    200,
    pageOf("accounts", RESOURCES.account),
    () => rest("GET", "/2010-04-01/Accounts.json"),
  ],
  [
    "AvailablePhoneNumbers",
    "list",
    200,
    { available_phone_numbers: [RESOURCES.availableNumber], uri: "path" },
    () => rest("GET", `${API}/AvailablePhoneNumbers/ES/Mobile.json?PageSize=3`),
  ],
  [
    "IncomingPhoneNumbers",
    "create",
    201,
    RESOURCES.number,
    () => post(`${numbers}.json`, { PhoneNumber: OURS }),
  ],
  [
    "IncomingPhoneNumbers",
    "update",
    200,
    RESOURCES.number,
    async () => {
      const sid = await sidOf(post(`${numbers}/Local.json`, { PhoneNumber: OURS }));
      return post(`${numbers}/${sid}.json`, { VoiceUrl: "https://a.test", EmergencyStatus: "Active" });
    },
  ],
  [
    "IncomingPhoneNumbers",
    "list",
    200,
    pageOf("incoming_phone_numbers", RESOURCES.number),
    async () => {
      for (const AreaCode of ["305", "212", "415"]) await post(`${numbers}.json`, { AreaCode });
      return rest("GET", `${numbers}.json?PageSize=2`);
    },
  ],
  ["Messages", "create", 201, RESOURCES.message, () => post(messages, sms)],
  [
    "Messages",
    "create through a service",
    201,
    RESOURCES.message,
    () => post(messages, { To: PERSON, Body: "x", MessagingServiceSid: `MG${"1".repeat(32)}` }),
  ],
  [
    "Messages",
    "fetch",
    200,
    RESOURCES.message,
    async () => {
      const sid = await sidOf(post(messages, { ...sms, To: "+34600009903" }));
      await bench.emulator.idle();
      return rest("GET", `${API}/Messages/${sid}.json`);
    },
  ],
  [
    "Messages",
    "list",
    200,
    pageOf("messages", RESOURCES.message),
    async () => {
      for (const body of ["a", "b", "c"]) await post(messages, { ...sms, Body: body });
      return rest("GET", `${messages}?PageSize=1&Page=1`);
    },
  ],
  ["Calls", "create", 201, RESOURCES.call, () => post(calls, outbound)],
  ["Calls", "fetch", 200, RESOURCES.call, async () => rest("GET", `${API}/Calls/${await overCall()}.json`)],
  [
    "Calls",
    "update",
    200,
    RESOURCES.call,
    async () => post(`${API}/Calls/${await live.begin()}.json`, { Status: "completed" }),
  ],
  [
    "Calls",
    "list",
    200,
    pageOf("calls", RESOURCES.call),
    async () => {
      await overCall();
      return rest("GET", calls);
    },
  ],
  [
    "Recordings",
    "create",
    201,
    RESOURCES.recording,
    async () => post(`${API}/Calls/${await live.begin()}/Recordings.json`),
  ],
  [
    "Recordings",
    "update",
    200,
    RESOURCES.recording,
    async () => {
      const { call, sid } = await recorded();
      return post(`${API}/Calls/${call}/Recordings/${sid}.json`, { Status: "stopped" });
    },
  ],
  [
    "Recordings",
    "list",
    200,
    pageOf("recordings", RESOURCES.recording),
    async () => {
      await recorded();
      return rest("GET", `${API}/Recordings.json`);
    },
  ],
  [
    "Streams",
    "create",
    201,
    RESOURCES.stream,
    async () => post(`${API}/Calls/${await live.begin()}/Streams.json`, { Url: "wss://a.test" }),
  ],
  [
    "Streams",
    "update",
    200,
    RESOURCES.stream,
    async () => {
      const call = await live.begin();
      await post(`${API}/Calls/${call}/Streams.json`, { Url: "wss://a.test", Name: "vivo" });
      return post(`${API}/Calls/${call}/Streams/vivo.json`, { Status: "stopped" });
    },
  ],
  [
    "Siprec",
    "create",
    201,
    RESOURCES.siprec,
    async () => post(`${API}/Calls/${await live.begin()}/Siprec.json`, { ConnectorName: "x" }),
  ],
  ["Queues", "create", 201, RESOURCES.queue, () => post(`${API}/Queues.json`, { FriendlyName: "ventas" })],
  [
    "Queues",
    "list",
    200,
    pageOf("queues", RESOURCES.queue),
    () => whileWaiting(IN_QUEUE, () => rest("GET", `${API}/Queues.json`)),
  ],
  [
    "Queues",
    "fetch a member",
    200,
    RESOURCES.member,
    () =>
      whileWaiting(IN_QUEUE, async () => rest("GET", `${API}/Queues/${await queueSid()}/Members/Front.json`)),
  ],
  [
    "Queues",
    "list members",
    200,
    pageOf("queue_members", RESOURCES.member),
    () => whileWaiting(IN_QUEUE, async () => rest("GET", `${API}/Queues/${await queueSid()}/Members.json`)),
  ],
  [
    "Conferences",
    "list",
    200,
    pageOf("conferences", RESOURCES.conference),
    () => whileWaiting(IN_ROOM, () => rest("GET", `${API}/Conferences.json`)),
  ],
  [
    "Conferences",
    "end",
    200,
    RESOURCES.conference,
    () =>
      whileWaiting(IN_ROOM, async () =>
        post(`${API}/Conferences/${await roomSid()}.json`, { Status: "completed" }),
      ),
  ],
  [
    "Conferences",
    "list participants",
    200,
    pageOf("participants", RESOURCES.participant),
    () =>
      whileWaiting(IN_ROOM, async () =>
        rest("GET", `${API}/Conferences/${await roomSid()}/Participants.json`),
      ),
  ],
  [
    "Conferences",
    "update a participant",
    200,
    RESOURCES.participant,
    () =>
      whileWaiting(IN_ROOM, async (call) =>
        post(`${API}/Conferences/${await roomSid()}/Participants/${call}.json`, { Muted: "true" }),
      ),
  ],
  [
    "Messaging services",
    "create",
    201,
    RESOURCES.messagingService,
    () => post("/v1/Services", { FriendlyName: "x" }),
  ],
  [
    "Messaging services",
    "list",
    200,
    metaPageOf("services", RESOURCES.messagingService),
    async () => {
      for (let made = 0; made < 3; made++) await service();
      return rest("GET", "/v1/Services?PageSize=1&Page=1");
    },
  ],
  [
    "Messaging services",
    "add a number",
    201,
    RESOURCES.poolNumber,
    async () =>
      post(`/v1/Services/${await service()}/PhoneNumbers`, {
        PhoneNumberSid: bench.emulator.ownNumber(OURS),
      }),
  ],
  [
    "Messaging services",
    "list numbers",
    200,
    metaPageOf("phone_numbers", RESOURCES.poolNumber),
    async () => {
      const path = `/v1/Services/${await service()}/PhoneNumbers`;
      await post(path, { PhoneNumberSid: bench.emulator.ownNumber(OURS) });
      return rest("GET", path);
    },
  ],
  [
    "Verify",
    "create a service",
    201,
    RESOURCES.verifyService,
    () => post("/v2/Services", { FriendlyName: "x" }),
  ],
  [
    "Verify",
    "list services",
    200,
    metaPageOf("services", RESOURCES.verifyService),
    async () => {
      await verifyService();
      return rest("GET", "/v2/Services");
    },
  ],
  [
    "Verify",
    "start",
    201,
    RESOURCES.verification,
    async () => post(`/v2/Services/${await verifyService()}/Verifications`, { To: PERSON, Channel: "sms" }),
  ],
  [
    "Verify",
    "check",
    200,
    RESOURCES.verificationCheck,
    async () =>
      post(`/v2/Services/${(await verification()).of}/VerificationCheck`, { To: PERSON, Code: "000" }),
  ],
  [
    "Verify",
    "list attempts",
    200,
    metaPageOf("attempts", RESOURCES.attempt),
    async () => {
      await verification();
      return rest("GET", "/v2/Attempts");
    },
  ],
  ["Lookup", "of nothing more", 200, RESOURCES.lookup, () => rest("GET", `/v2/PhoneNumbers/${PERSON}`)],
  ["Lookup", "of no number", 200, RESOURCES.lookup, () => rest("GET", "/v2/PhoneNumbers/12")],
  ["Content", "create", 201, RESOURCES.content, () => rest("POST", "/v1/Content", undefined, CONTENT)],
  [
    "Content",
    "list",
    200,
    metaPageOf("contents", RESOURCES.content),
    async () => {
      await content();
      return rest("GET", "/v1/Content");
    },
  ],
  [
    "Content",
    "list with approvals",
    200,
    metaPageOf("contents", RESOURCES.contentAndApproval),
    async () => {
      await askApproval(await content());
      return rest("GET", "/v1/ContentAndApprovals");
    },
  ],
  ["Content", "ask for approval", 201, RESOURCES.approval, async () => askApproval(await content())],
  [
    "Content",
    "fetch the approval",
    200,
    RESOURCES.approvals,
    async () => {
      const sid = await content();
      await askApproval(sid);
      return rest("GET", `/v1/Content/${sid}/ApprovalRequests`);
    },
  ],
];

describe("answers", () => {
  test.each(ROWS)("%s: %s", async (_resource, _request, status, shape, ask) => {
    const answer = await ask();
    expect({ ...answer, misfits: misfits(answer.body, shape) }).toMatchObject({ status, misfits: [] });
  });

  test.each(Object.entries(LOOKUP_PACKAGES))("Lookup: %s", async (name, shape) => {
    const { body } = await rest("GET", `/v2/PhoneNumbers/${PERSON}?Fields=${name}`);
    expect(misfits(body, { ...RESOURCES.lookup, [name]: shape })).toEqual([]);
  });
});

describe("deleted", () => {
  test.each<[string, () => Promise<string>]>([
    ["IncomingPhoneNumbers", async () => `${numbers}/${bench.emulator.ownNumber(OURS)}.json`],
    ["Calls", async () => `${API}/Calls/${await overCall()}.json`],
    [
      "Queues",
      async () => `${API}/Queues/${await sidOf(post(`${API}/Queues.json`, { FriendlyName: "x" }))}.json`,
    ],
    ["Messaging services", async () => `/v1/Services/${await service()}`],
    ["Verify", async () => `/v2/Services/${await verifyService()}`],
    ["Content", async () => `/v1/Content/${await content()}`],
  ])("%s: 204 without a body, then 404", async (_resource, make) => {
    const path = await make();
    expect(await rest("DELETE", path)).toEqual({ status: 204, body: {} });
    expect(await rest("GET", path)).toMatchObject({ status: 404, body: { code: 20404 } });
  });
});

describe("refusals", () => {
  test.each<[string, number, number, () => Promise<Answer>]>([
    ["nothing of that name", 404, 20404, () => rest("GET", `${API}/Nothing.json`)],
    ["a wrong method", 405, 20004, () => rest("PUT", messages)],
    ["an unknown parameter", 400, 20001, () => post(messages, { ...sms, Colour: "red" })],
    ["Messages: nobody to send to", 400, 21604, () => post(messages, { Body: "x" })],
    ["Calls: nobody to call", 400, 21201, () => post(calls, { From: OURS })],
    ["IncomingPhoneNumbers: no number", 400, 21421, () => post(`${numbers}.json`)],
    ["Accounts: no such status", 400, 20422, () => post(`${API}.json`, { Status: "asleep" })],
    [
      "Queues: too many places",
      400,
      20422,
      () => post(`${API}/Queues.json`, { FriendlyName: "x", MaxSize: "0" }),
    ],
    [
      "Verify: no channel",
      400,
      60200,
      async () => post(`/v2/Services/${await verifyService()}/Verifications`, { To: PERSON }),
    ],
    ["Lookup: no such package", 400, 60200, () => rest("GET", `/v2/PhoneNumbers/${PERSON}?Fields=x`)],
  ])("%s: %i/%i", async (_what, status, code, ask) => {
    const { body, ...answer } = await ask();
    expect(misfits(body, ERROR)).toEqual([]);
    expect({ ...answer, body }).toMatchObject({
      status,
      body: { code, status, more_info: `https://www.twilio.com/docs/errors/${code}` },
    });
  });

  test("too many requests: 429/20429, with how many there are and when to come again", async () => {
    bench.emulator.faults.next({}, { kind: "status", status: 429, retryAfter: 1 });
    const response = await fetch(bench.emulator.url + messages);
    expect(response.status).toBe(429);
    expect(response.headers.get("retry-after")).toBe("1");
    expect(response.headers.get("twilio-concurrent-requests")).toMatch(/^\d+$/);
    expect(misfits(await response.json(), ERROR)).toEqual([]);
  });

  test("a wrong password: 401/20003", async () => {
    const response = await fetch(bench.emulator.url + messages);
    expect([response.status, ((await response.json()) as JsonObject).code]).toEqual([401, 20003]);
  });
});

type Script = NonNullable<RingOptions["script"]>;

/** A call whose document is this; `HOOKS` is where its requests go. */
async function ringing(verbs: string, script: Script = {}): Promise<void> {
  const document = `<Response>${verbs}</Response>`.replaceAll("HOOKS", bench.hooks.url);
  bench.hooks.on("/hooks/twilio/voice", document);
  await bench.emulator.ring({ from: PERSON, to: OURS, script, forwardedFrom: "+34910000000" }).done;
}

async function calling(more: object): Promise<void> {
  const StatusCallback = `${bench.hooks.url}/oido`;
  bench.hooks.on("/doc", "<Response><Say>Hola</Say></Response>");
  await post(calls, { To: PERSON, From: OURS, Url: `${bench.hooks.url}/doc`, StatusCallback, ...more });
}

async function texting(more: object): Promise<void> {
  await post(messages, { ...sms, StatusCallback: `${bench.hooks.url}/oido`, ...more });
}

const receive = (more: object): Promise<unknown> =>
  bench.emulator.receiveMessage({ from: PERSON, to: OURS, body: "hola", ...more });
const WHATSAPP = { channel: "whatsapp" as const };
const VOICE = "/hooks/twilio/voice";
const SMS = "/hooks/twilio/messages";

type Callback = readonly [
  name: string,
  what: string,
  path: string,
  shape: Shape,
  happen: () => Promise<unknown>,
];

const CALLBACK_ROWS: readonly Callback[] = [
  ["Voice request", "inbound", VOICE, CALLBACKS.voice, () => ringing("<Say>Hola</Say>")],
  ["Voice request", "outbound", "/doc", CALLBACKS.voice, () => calling({})],
  ["Call status", "inbound", `${VOICE}/status`, CALLBACKS.callStatus, () => ringing("<Say>Hola</Say>")],
  [
    "Call status",
    "outbound, recorded",
    "/oido",
    CALLBACKS.callStatus,
    () => calling({ Record: "true", StatusCallbackEvent: "answered" }),
  ],
  ["Call status", "busy", "/oido", CALLBACKS.callStatus, () => calling({ To: "+34600009908" })],
  [
    "Machine detection",
    "async",
    "/amd",
    CALLBACKS.machine,
    () =>
      calling({
        To: "+34600009911",
        MachineDetection: "Enable",
        AsyncAmd: "true",
        AsyncAmdStatusCallback: `${bench.hooks.url}/amd`,
      }),
  ],
  [
    "Gather",
    "keys",
    "/oido",
    CALLBACKS.gather,
    () => ringing('<Gather action="/oido"/>', { inputs: ["12#"] }),
  ],
  [
    "Gather",
    "speech",
    "/oido",
    CALLBACKS.gather,
    () => ringing('<Gather input="speech" action="/oido"/>', { inputs: [{ speech: "ventas" }] }),
  ],
  [
    "Dial",
    "a number",
    "/oido",
    CALLBACKS.dial,
    () => ringing('<Dial action="/oido" record="true">+34910000001</Dial>'),
  ],
  [
    "Dial",
    "a conference",
    "/oido",
    CALLBACKS.dial,
    () =>
      ringing('<Dial action="/oido"><Conference>sala</Conference></Dial>', {
        answers: { "conference:sala": { status: "answered" } },
      }),
  ],
  [
    "Record",
    "the action",
    "/oido",
    CALLBACKS.record,
    () => ringing('<Record action="/oido"/>', { inputs: ["#"] }),
  ],
  [
    "Record",
    "the recording",
    "/oido",
    CALLBACKS.recordingStatus,
    () => ringing('<Record action="/fin" recordingStatusCallback="/oido"/>', { inputs: ["#"] }),
  ],
  [
    "Record",
    "the text",
    "/oido",
    CALLBACKS.transcript,
    () =>
      ringing('<Record action="/fin" transcribe="true" transcribeCallback="/oido"/>', {
        inputs: [{ speech: "hello" }],
      }),
  ],
  [
    "Transcription",
    "live",
    "/oido",
    CALLBACKS.liveTranscription,
    () =>
      ringing(
        '<Start><Transcription statusCallbackUrl="HOOKS/oido" partialResults="true"/></Start><Record action="/fin"/>',
        { inputs: [{ speech: "Hola. Adiós." }] },
      ),
  ],
  [
    "Stream",
    "its status",
    "/oido",
    CALLBACKS.stream,
    () =>
      ringing('<Start><Stream url="wss://a.test" name="s" statusCallback="HOOKS/oido"/></Start><Say>x</Say>'),
  ],
  [
    "Enqueue",
    "the wait",
    "/oido",
    CALLBACKS.queueWait,
    () => {
      bench.hooks.on("/oido", "<Response><Leave/></Response>");
      return ringing('<Enqueue waitUrl="/oido">ventas</Enqueue>');
    },
  ],
  [
    "Enqueue",
    "the end",
    "/oido",
    CALLBACKS.enqueue,
    () =>
      ringing('<Enqueue action="/oido">ventas</Enqueue>', {
        answers: { "queue:ventas": { status: "answered" } },
      }),
  ],
  [
    "Conference",
    "its status",
    "/oido",
    CALLBACKS.conference,
    () =>
      ringing(
        '<Dial><Conference statusCallback="HOOKS/oido" statusCallbackEvent="start end join leave" participantLabel="yo">sala</Conference></Dial>',
        { answers: { "conference:sala": { status: "answered" } } },
      ),
  ],
  ["Inbound message", "SMS", SMS, CALLBACKS.inboundSms, () => receive({})],
  [
    "Inbound message",
    "MMS",
    SMS,
    CALLBACKS.inboundSms,
    () => receive({ mediaUrls: ["https://a.test/a.png"] }),
  ],
  ["Inbound message", "STOP", SMS, CALLBACKS.inboundSms, () => receive({ body: "STOP" })],
  [
    "Inbound message",
    "WhatsApp",
    SMS,
    CALLBACKS.inboundWhatsApp,
    () => receive({ ...WHATSAPP, profileName: "Ada", buttonPayload: "si", repliesTo: `SM${"1".repeat(32)}` }),
  ],
  ["Message status", "SMS", "/oido", CALLBACKS.messageStatus, () => texting({})],
  ["Message status", "undelivered", "/oido", CALLBACKS.messageStatus, () => texting({ To: "+34600009903" })],
  [
    "Message status",
    "WhatsApp, read",
    "/oido",
    CALLBACKS.whatsAppStatus,
    () => texting({ From: `whatsapp:${OURS}`, To: "whatsapp:+34600009907" }),
  ],
];

describe("requests", () => {
  test.each(CALLBACK_ROWS)("%s: %s", async (_name, _what, path, shape, happen) => {
    await happen();
    await bench.emulator.idle();
    await until("the request", () => bench.hooks.at(path).length > 0);
    for (const request of bench.hooks.at(path)) {
      expect(misfits(request.params, shape)).toEqual([]);
      expect(sdkAccepts(request)).toBe(true);
      expect(request.headers).toMatchObject({ "i-twilio-idempotency-token": expect.any(String) });
    }
  });
});

test("the table of the README names what is checked here, and nothing else", () => {
  const page = readFileSync("plugins/twilio/README.md", "utf8");
  const table = page.slice(page.indexOf("### Conformance"));
  const names = [...table.matchAll(/^\| (.+?) +\|/gm)].map(([, name = ""]) => name.replaceAll("`", ""));
  const [_header, _rule, ...listed] = names;
  expect(listed).toEqual([...new Set([...ROWS, ...CALLBACK_ROWS].map(([name]) => name))]);
});
