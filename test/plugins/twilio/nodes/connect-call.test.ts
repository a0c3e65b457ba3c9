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
  return { ...result, xml: renderTwiml(result.reply ?? []) };
}

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
    ["no number", { to: [] }, "PARAMS_INVALID"],
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

  test("a store without that phone; the other one is not tried", async () => {
    const overrides = { trigger, store: { ...store, mobile: null } };
    await expect(runNode(connectCall, { target: "store_mobile" }, overrides)).rejects.toMatchObject({
      code: "STORE_MISSING",
      message: expect.stringContaining("Centro"),
    });
  });
});
