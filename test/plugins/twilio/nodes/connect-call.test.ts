import { describe, expect, test } from "vitest";
import {
  type ContextOverrides,
  contextData,
  runNode,
} from "../../../../engine/plugin-testing/node-context.ts";
import connectCall from "../../../../plugins/twilio/nodes/voice/connect-call.ts";
import { renderTwiml } from "../../../../plugins/twilio/twiml.ts";

const trigger = { call: { sid: "CA1", from: "+573001112233", to: "+576011112222" } };
const store = {
  id: "sto_1",
  name: "Centro",
  groupId: null,
  address: null,
  city: null,
  region: null,
  country: "CO",
  postalCode: null,
  lat: null,
  lon: null,
  timezone: "America/Bogota",
  landline: "+57 601 555 0000",
  mobile: "+573005550000",
  website: null,
  hours: {},
};

async function dialled(params: object, overrides: ContextOverrides = {}) {
  const result = await runNode(connectCall, { ...params }, { trigger, ...overrides });
  if (result.kind !== "wait") throw new Error(`expected a wait, got ${JSON.stringify(result)}`);
  return { ...result, xml: renderTwiml(result.reply ?? []).replaceAll(LEG, "") };
}

/** Every line that rings tells us who takes it. */
const LEG =
  ' statusCallback="https://flow.test/hooks/twilio/voice/leg/run_1%3Anode_1%3A1" statusCallbackEvent="answered" statusCallbackMethod="POST"';

const ALL_DAY = [{ from: "00:00", to: "24:00" }];
const ACTION = 'action="https://flow.test/hooks/twilio/voice/step/run_1%3Anode_1%3A1" method="POST"';

describe("what Twilio is told", () => {
  test("one number", async () => {
    const { xml, wait } = await dialled({ to: ["+57 300 999 0000"] });
    expect(xml).toContain(
      `<Response><Dial ${ACTION} timeout="30"><Number>+573009990000</Number></Dial></Response>`,
    );
    expect(wait.keys).toEqual(["step:run_1:node_1:1", expect.stringMatching(/^call-ended:CA/)]);
    expect(wait.events.hangup).toBe("caller_hung_up");
    expect(wait.eventData?.hangup?.usage).toEqual({ part: "dial", amount: 0 });
    expect(wait.timeoutPort).toBe("failed");
  });

  test("several numbers, one after the other", async () => {
    const { xml } = await dialled({
      to: ["+573009990000,+573009990001", "", "+573009990000"],
      strategy: "sequential",
    });
    expect(xml).toContain(
      'sequential="true"><Number>+573009990000</Number><Number>+573009990001</Number></Dial>',
    );
  });

  test.each([
    ["store_mobile", "+573005550000"],
    ["store_landline", "+576015550000"],
  ])("%s rings the store", async (target, number) => {
    expect((await dialled({ target }, { store })).xml).toContain(`<Number>${number}</Number>`);
  });

  test.each([
    ["sip", "sip:a@b.test", "<Sip>sip:a@b.test</Sip>"],
    ["client", "ana", "<Client>ana</Client>"],
    ["conference", "sala & 1", "<Conference>sala &amp; 1</Conference>"],
    ["queue", "ventas", "<Queue>ventas</Queue>"],
  ])("%s", async (target, to, noun) => {
    expect((await dialled({ target, to: [to] })).xml).toContain(noun);
  });

  test("every option has its attribute", async () => {
    const { xml } = await dialled({
      to: ["+573009990000"],
      callerId: "+576011112222",
      timeoutSeconds: 20,
      timeLimitSeconds: 600,
      record: "record-from-answer-dual",
      recordingTrack: "outbound",
      hangupOnStar: true,
      answerOnBridge: true,
      ringTone: "mx",
    });
    expect(xml).toContain(
      'timeout="20" timeLimit="600" callerId="+576011112222" record="record-from-answer-dual" recordingTrack="outbound" hangupOnStar="true" answerOnBridge="true" ringTone="mx">',
    );
  });

  test("the whisper travels in the noun's URL", async () => {
    const { xml } = await dialled({ to: ["+573009990000"], whisper: "L'avi & tú" });
    expect(xml).toContain(
      '<Number url="https://flow.test/hooks/twilio/voice/whisper/run_1%3Anode_1%3A1?text=L%27avi%20%26%20t%C3%BA&amp;voice=Polly.Mia-Neural&amp;language=es-MX" method="POST">',
    );
    expect((await dialled({ target: "queue", to: ["v"], whisper: "Hola" })).xml).not.toContain("whisper");
  });

  test("a hidden caller is shown as our number, which Twilio accepts", async () => {
    const hidden = { call: { ...trigger.call, from: "anonymous" } };
    expect((await dialled({ to: ["+573009990000"] }, { trigger: hidden })).xml).toContain(
      'callerId="+576011112222"',
    );
  });
});

describe("credits", () => {
  test("a minute is reserved before anything rings", async () => {
    const data = contextData();
    await dialled({ to: ["+573009990000"] }, { data });
    expect(data.effects).toEqual([
      {
        part: "dial",
        intent: {
          kind: "dial",
          provider: "twilio",
          to: "+573009990000",
          from: "+573001112233",
          channel: "voice",
          charge: { meter: "voice", amount: 1 },
          leavesWithAnswer: true,
        },
      },
    ]);
  });

  test("none left: its own port, and nothing rings", async () => {
    const data = contextData({ balances: { voice: 0 } });
    const result = await runNode(connectCall, { to: ["+573009990000"] }, { trigger, data });
    expect(result).toEqual({ kind: "next", port: "insufficient_credits", output: {} });
    expect(data.effects).toEqual([]);
  });

  test.each([
    [3, {}, 'timeLimit="180"'],
    [3, { timeLimitSeconds: 60 }, 'timeLimit="60"'],
    [1000, {}, 'timeLimit="14400"'],
  ])("%i minutes left and %j: %s", async (voice, params, attribute) => {
    const data = contextData({ balances: { voice } });
    expect((await dialled({ to: ["+573009990000"], ...params }, { data })).xml).toContain(attribute);
  });

  test("unlimited credits limit nothing", async () => {
    expect((await dialled({ to: ["+573009990000"] })).xml).not.toContain("timeLimit");
  });
});

test("a dial that may have happened before is not repeated", async () => {
  const data = contextData({ outcomes: { dial: { state: "unresolved", effectId: "eff_1" } } });
  const result = await runNode(connectCall, { to: ["+573009990000"] }, { trigger, data });
  expect(result).toMatchObject({ kind: "next", port: "failed" });
});

describe("refused before anything is reserved", () => {
  test.each([
    ["no number", { to: [","] }, "PARAMS_INVALID"],
    ["not a number", { to: ["ventas"] }, "PARAMS_INVALID"],
    ["two queues", { target: "queue", to: ["a", "b"] }, "PARAMS_INVALID"],
    [
      "more than ten",
      { to: [Array.from({ length: 11 }, (_, i) => `+57300999000${i}`).join(",")] },
      "PARAMS_INVALID",
    ],
    ["a store, but the run has none", { target: "store_mobile" }, "STORE_MISSING"],
  ])("%s", async (_what, params, code) => {
    const data = contextData();
    await expect(runNode(connectCall, { ...params }, { trigger, data })).rejects.toMatchObject({ code });
    expect(data.effects).toEqual([]);
  });

  test.each([
    ["a number nobody has", { to: ["+5712"] }, "«+5712»", '"+5712" cannot be called'],
    ["no SIP address", { target: "sip", to: ["ana"] }, "no es una dirección SIP", "is no SIP address"],
    ["no app user", { target: "client", to: ["ana maría"] }, "no es un usuario", "is no app user"],
    ["a room's name too long", { target: "queue", to: ["x".repeat(65)] }, "64 caracteres", "64 characters"],
    [
      "a name as caller id",
      { to: ["+573009990000"], callerId: "Ventas" },
      "mostrar como",
      "shown as the caller",
    ],
    [
      "a language nobody speaks",
      { to: ["+573009990000"], whisper: "x", calleeLanguage: "xx" },
      "«xx»",
      '"xx"',
    ],
    [
      "nobody to coach",
      { target: "conference", to: ["s"], conference: { coach: "CA1" } },
      "asesorar",
      "coach",
    ],
    [
      "a coach who listens only",
      { target: "conference", to: ["s"], conference: { coach: `CA${"a".repeat(32)}`, muted: true } },
      "solo escucha",
      "listens only",
    ],
    [
      "own music without an address",
      { target: "conference", to: ["s"], conference: { wait: "own_music" } },
      "URL de una música",
      "URL of a music file",
    ],
    [
      "a place for recordings that is none",
      { to: ["+573009990000"], record: "record-from-answer", recordingStatusUrl: "x" },
      "«x» no es la URL",
      '"x" is not the URL',
    ],
  ])("%s, in the flow's language", async (_what, params, spanish, english) => {
    const data = contextData();
    await expect(runNode(connectCall, { ...params }, { trigger, data })).rejects.toThrow(spanish);
    const inEnglish = runNode(connectCall, { ...params }, { trigger, data, locale: "en" });
    await expect(inEnglish).rejects.toThrow(english);
    expect(data.effects).toEqual([]);
  });

  test("a store without that phone; the other one is not tried", async () => {
    const overrides = { trigger, store: { ...store, mobile: null } };
    await expect(runNode(connectCall, { target: "store_mobile" }, overrides)).rejects.toMatchObject({
      code: "STORE_MISSING",
      message: expect.stringContaining("Centro"),
    });
  });
});

describe("who takes a leg", () => {
  test.each([
    ["numbers", "+573009990000"],
    ["sip", "sip:a@b.test"],
    ["client", "ana"],
  ])("is told for %s", async (target, to) => {
    const result = await runNode(connectCall, { target, to: [to] }, { trigger });
    expect(renderTwiml("reply" in result ? (result.reply ?? []) : [])).toContain(LEG);
  });

  test("is not asked for rooms, which ring nobody", async () => {
    const result = await runNode(connectCall, { target: "queue", to: ["v"] }, { trigger });
    expect(JSON.stringify(result)).not.toContain("statusCallback");
  });
});

describe("lines from store data", () => {
  const numbersIn = (xml: string) => [...xml.matchAll(/<Number[^>]*>([^<]+)</g)].map(([, number]) => number);
  const shop = (id: string, more: object = {}) => ({ ...store, id, name: id, groupId: "grp_1", ...more });
  const open = {
    weekly: Object.fromEntries("mon tue wed thu fri sat sun".split(" ").map((day) => [day, ALL_DAY])),
  };
  const closed = { weekly: {} };

  test("both phones of the store, but for the one that was called", async () => {
    const both = await dialled({ target: "store_lines", strategy: "sequential" }, { store });
    expect(numbersIn(both.xml)).toEqual(["+573005550000", "+576015550000"]);
    expect(both.xml).toContain('sequential="true"');
    const forwarded = { call: { ...trigger.call, forwardedFrom: "+576015550000" } };
    const one = await dialled({ target: "store_lines" }, { store, trigger: forwarded });
    expect(numbersIn(one.xml)).toEqual(["+573005550000"]);
  });

  test("the stores of the group that are open, the call's own first", async () => {
    const data = contextData({
      stores: [
        shop("norte", { mobile: "+573005550001", hours: open }),
        shop("sur", { mobile: "+573005550002", hours: closed }),
        shop("centro", { mobile: null, hours: open }),
      ],
    });
    const own = shop("centro", { mobile: null, hours: open });
    const { xml } = await dialled({ target: "group_stores" }, { store: own, data });
    expect(numbersIn(xml)).toEqual(["+576015550000", "+573005550001"]);
    const all = await dialled({ target: "group_stores", onlyOpen: false }, { store: own, data });
    expect(numbersIn(all.xml)).toEqual(["+576015550000", "+573005550001", "+573005550002"]);
  });

  test("none open: a sentence, and nothing rings", async () => {
    const own = shop("centro", { hours: closed });
    const run = runNode(
      connectCall,
      { target: "group_stores" },
      { trigger, store: own, data: contextData({ stores: [own] }) },
    );
    await expect(run).rejects.toMatchObject({
      code: "STORE_MISSING",
      message: expect.stringContaining("abierta"),
    });
  });

  test("least recent: who has not taken a call for longest rings first", async () => {
    const data = contextData({
      lastAnswered: { "+573009990000": "2026-11-21T14:00:00Z", "+573009990001": "2026-11-20T14:00:00Z" },
    });
    const { xml } = await dialled(
      { to: ["+573009990000", "+573009990001", "+573009990002"], strategy: "least_recent" },
      { data },
    );
    expect(numbersIn(xml)).toEqual(["+573009990002", "+573009990001", "+573009990000"]);
    expect(xml).toContain('sequential="true"');
  });

  const agents = { target: "client", to: ["ana", "eva"], strategy: "least_recent" };
  test("app users are known by their address", async () => {
    const data = contextData({ lastAnswered: { "client:ana": "2026-11-21T14:00:00Z" } });
    expect((await dialled(agents, { data })).xml).toMatch(/>eva<.*>ana</);
  });
});

describe("caller id", () => {
  test("the number that was called, where the author wants it", async () => {
    const { xml } = await dialled({ to: ["+573009990000"], showOurNumber: true });
    expect(xml).toContain('callerId="+576011112222"');
  });

  test("on a call the flow placed, ours is the one it was placed from", async () => {
    const line = { sid: "CA2", from: "+576013334444", to: "+573001112233", direction: "outbound" } as const;
    const { xml } = await dialled({ to: ["+573009990000"], showOurNumber: true }, { line });
    expect(xml).toContain('callerId="+576013334444"');
  });

  test("written for people it is still a number; an app may show any client", async () => {
    const { xml } = await dialled({ to: ["+573009990000"], callerId: "+57 (601) 111-2222" });
    expect(xml).toContain('callerId="+576011112222"');
    const app = await dialled({ target: "client", to: ["ana"], callerId: "client:recepcion" });
    expect(app.xml).toContain('callerId="client:recepcion"');
  });
});

describe("SIP", () => {
  const trunk = { domain: "pbx.test:5061", transport: "tls", username: "ana", password: "s3cr3t" };
  const data = () => contextData({ credentials: { "twilio.sip-trunk": trunk } });

  test("a plain number goes through the trunk, which signs in; headers travel along", async () => {
    const params = {
      target: "sip",
      to: ["300 999 0000"],
      trunk: "crd_1",
      sipHeaders: [{ name: "X-Store", value: "Centro & Norte" }],
    };
    expect((await dialled(params, { data: data() })).xml).toContain(
      '<Sip username="ana" password="s3cr3t">sip:+573009990000@pbx.test:5061;transport=tls?X-Store=Centro%20%26%20Norte</Sip>',
    );
  });

  test("an address is called as it is", async () => {
    expect((await dialled({ target: "sip", to: ["sip:eva@b.test"] })).xml).toContain(
      "<Sip>sip:eva@b.test</Sip>",
    );
  });
});

test("an app user is given data", async () => {
  const params = { target: "client", to: ["ana"], clientParameters: [{ name: "pedido", value: "A 1" }] };
  expect((await dialled(params)).xml).toContain(
    '<Client><Identity>ana</Identity><Parameter name="pedido" value="A 1"/></Client>',
  );
});

describe("a conference", () => {
  test("as Twilio has it needs nothing", async () => {
    const { xml } = await dialled({ target: "conference", to: ["sala"], conference: {} });
    expect(xml).toContain("<Conference>sala</Conference>");
  });

  test("every option has its attribute", async () => {
    const conference = {
      muted: true,
      beep: "onEnter",
      startOnEnter: false,
      endOnExit: true,
      label: "ana",
      wait: "silence",
      maxParticipants: 5,
      record: true,
      trim: false,
      region: "br1",
      jitterBufferSize: "small",
      statusUrl: "https://x.test/s",
      statusEvents: ["join", "leave"],
      recordingStatusUrl: "https://x.test/r",
    };
    const { xml } = await dialled({ target: "conference", to: ["sala"], conference });
    expect(xml).toContain(
      '<Conference muted="true" beep="onEnter" startConferenceOnEnter="false" endConferenceOnExit="true" participantLabel="ana" waitUrl="" maxParticipants="5" record="record-from-start" trim="do-not-trim" region="br1" jitterBufferSize="small" statusCallback="https://x.test/s" statusCallbackEvent="join leave" statusCallbackMethod="POST" recordingStatusCallback="https://x.test/r" recordingStatusCallbackMethod="POST">sala</Conference>',
    );
  });

  test("own music is played by a document of ours", async () => {
    const conference = { wait: "own_music", waitMusicUrl: "https://x.test/a.mp3" };
    const { xml } = await dialled({ target: "conference", to: ["sala"], conference });
    expect(xml).toContain(
      'waitUrl="https://flow.test/hooks/twilio/voice/wait-music/run_1%3Anode_1%3A1?audio=https%3A%2F%2Fx.test%2Fa.mp3" waitMethod="POST"',
    );
  });
});

test("who waited in a queue is greeted before being connected", async () => {
  const { xml } = await dialled({ target: "queue", to: ["ventas"], queueGreeting: "Le atiende Ana." });
  expect(xml).toMatch(/<Queue url="[^"]*whisper[^"]*text=Le%20atiende%20Ana\.[^"]*" method="POST">ventas</);
});

describe("screening", () => {
  test("asks in the language of whoever answers, for a key and not for long", async () => {
    const params = { to: ["+573009990000"], whisper: "Ventas.", screening: true, screeningSeconds: 5 };
    expect((await dialled(params)).xml).toMatch(
      /text=Ventas\.%20Pulse%201%20para%20tomar%20la%20llamada\.&amp;voice=Polly\.Mia-Neural&amp;language=es-MX&amp;key=1&amp;within=5"/,
    );
    const english = await dialled({ ...params, whisper: "", calleeLanguage: "en-GB", screeningKey: "*" });
    expect(english.xml).toMatch(/text=Press%20star%20to%20take%20the%20call\.&amp;voice=Polly\.Amy/);
    expect((await dialled({ ...params, screeningText: "¿La toma?" })).xml).toContain("%C2%BFLa%20toma%3F");
  });

  test("gives the dial the time it takes, for each who rings", async () => {
    const to = ["+573009990000", "+573009990001"];
    const quick = await dialled({ to, strategy: "sequential" });
    const asked = await dialled({ to, strategy: "sequential", screening: true, screeningSeconds: 10 });
    expect(Date.parse(asked.wait.until) - Date.parse(quick.wait.until)).toBe(2 * 10 * 1000);
  });
});

test("the rest of the options", async () => {
  const { xml } = await dialled({
    to: ["+573009990000"],
    extension: "ww12",
    callReason: "Pedido listo",
    record: "record-from-ringing",
    recordingTrim: true,
    recordingStatusUrl: "https://x.test/r",
    recordingStatusEvents: ["in-progress", "completed"],
  });
  expect(xml).toContain('<Number sendDigits="ww12">');
  expect(xml).toContain(
    'record="record-from-ringing" trim="trim-silence" recordingStatusCallback="https://x.test/r" recordingStatusCallbackEvent="in-progress completed" recordingStatusCallbackMethod="POST" callReason="Pedido listo"',
  );
});
