import { describe, expect, test } from "vitest";
import { runNode } from "../../../../engine/plugin-testing/node-context.ts";
import enqueue from "../../../../plugins/twilio/nodes/voice/enqueue.ts";
import { renderTwiml } from "../../../../plugins/twilio/twiml.ts";

const trigger = { call: { sid: "CA1", from: "+573001112233", to: "+576011112222" } };
const ACTION = 'action="https://flow.test/hooks/twilio/voice/step/run_1%3Anode_1%3A1" method="POST"';
const WAIT_URL = "https://flow.test/hooks/twilio/voice/queue-wait/run_1%3Anode_1%3A1";

async function queued(params: object, overrides: object = {}) {
  const result = await runNode(enqueue, { queue: "ventas", ...params }, { trigger, ...overrides });
  if (result.kind !== "wait") throw new Error(`expected a wait, got ${result.kind}`);
  return { ...result, xml: renderTwiml(result.reply ?? []) };
}

test("a queue that tells position and wait", async () => {
  const { xml, wait } = await queued({});
  expect(xml).toContain(
    `<Response><Enqueue ${ACTION} waitUrl="${WAIT_URL}?voice=Polly.Mia-Neural&amp;language=es-MX&amp;position=1&amp;wait=1&amp;silence=20" waitUrlMethod="POST">ventas</Enqueue></Response>`,
  );
  expect(wait).toMatchObject({
    keys: ["step:run_1:node_1:1", "call-ended:CA1"],
    events: { bridged: "bridged", left: "left", callback: "callback", full: "full", hangup: "hung_up" },
    timeoutPort: "failed",
  });
});

test("music, an end, an offer and own words travel in the URL", async () => {
  const { xml } = await queued({
    maxSize: 5,
    music: ["https://x.test/a.mp3", "https://x.test/b.mp3"],
    maxWaitSeconds: 120,
    announcement: "Lugar {position}",
    callback: true,
    callbackKey: "9",
  });
  expect(xml).toContain('maxQueueSize="5"');
  expect(xml).toContain(
    "music=https%3A%2F%2Fx.test%2Fa.mp3%20https%3A%2F%2Fx.test%2Fb.mp3&amp;max=120&amp;key=9",
  );
  expect(xml).toContain("text=Lugar%20%7Bposition%7D");
  expect(xml).toContain("offer=Si%20lo%20prefiere%2C%20pulse%209");
});

test("nothing to tell, offer or end: Twilio's own music", async () => {
  const { xml } = await queued({ announcePosition: false, announceWait: false });
  expect(xml).toContain(`<Enqueue ${ACTION}>ventas</Enqueue>`);
});

test("the wait outlasts waiting and talking", async () => {
  const { wait } = await queued({ maxWaitSeconds: 600 });
  const seconds = (Date.parse(wait.until) - Date.parse("2026-11-21T15:00:00Z")) / 1000;
  expect(seconds).toBe(600 + 14_400 + 300);
});

test("a TaskRouter workflow is given a task", async () => {
  const workflowSid = `WW${"a".repeat(32)}`;
  const { xml } = await queued({
    target: "workflow",
    workflowSid,
    taskAttributes: '{"skill": "ventas & más"}',
    priority: 0,
    taskTimeoutSeconds: 600,
  });
  expect(xml).toContain(`workflowSid="${workflowSid}"`);
  expect(xml).toContain('<Task priority="0" timeout="600">{"skill": "ventas &amp; más"}</Task>');
});

describe("refuses, in the flow's language", () => {
  test.each([
    ["a queue without a name", { queue: " " }, "La cola no tiene nombre", "The queue has no name"],
    [
      "no workflow",
      { target: "workflow", workflowSid: "WW1" },
      "no es un workflow",
      "is no TaskRouter workflow",
    ],
    [
      "attributes that are no object",
      { target: "workflow", workflowSid: `WW${"a".repeat(32)}`, taskAttributes: "[1]" },
      "no son un objeto JSON",
      "are no JSON object",
    ],
    ["music that is none", { music: ["a.mp3"] }, "URL de una música", "URL of a music file"],
  ])("%s", async (_what, params, spanish, english) => {
    await expect(queued(params)).rejects.toThrow(spanish);
    await expect(queued(params, { locale: "en" })).rejects.toThrow(english);
  });
});
