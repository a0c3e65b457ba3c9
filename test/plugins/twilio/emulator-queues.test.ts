import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { PhoneScript } from "../../../plugins/twilio/emulator/phone.ts";
import { type Bench, sdkAccepts, startBench } from "./emulator-webhook-server.ts";

const OURS = "+15005550006";
const VOICE = "/hooks/twilio/voice";
const CALLER = "+34600123456";

let bench: Bench;
beforeEach(async () => {
  bench = await startBench();
  twiml("/queued", "<Say>fuera</Say>");
  twiml("/wait", '<Say>Espere</Say><Pause length="30"/>');
  twiml("/agent", '<Dial action="/agent-done" timeout="60"><Queue url="/greet">ventas</Queue></Dial>');
  twiml("/greet", "<Say>Le atiende Ana</Say>");
  twiml("/agent-done", "<Hangup/>");
});
afterEach(async () => {
  expect(bench.hooks.requests.filter((request) => !sdkAccepts(request))).toEqual([]);
  await bench.close();
});

const twiml = (path: string, verbs: string) => bench.hooks.on(path, `<Response>${verbs}</Response>`);
const asked = (path: string) => bench.hooks.at(path).map((request) => request.params);
const enqueue = (attributes = "", inside = "ventas") =>
  twiml(VOICE, `<Enqueue action="/queued" waitUrl="/wait" ${attributes}>${inside}</Enqueue><Say>never</Say>`);
const ring = (script: PhoneScript = {}, from = CALLER) => bench.emulator.ring({ from, to: OURS, script });
const agent = (script: PhoneScript = {}) =>
  bench.emulator.ring({ from: "+34600999999", to: OURS, script, url: `${bench.hooks.url}/agent` }).done;
const waiting = async (count: number) => {
  for (;;) {
    const [queue] = await bench.client.queues.list();
    if (queue?.currentSize === count) return queue;
  }
};

describe("waiting", () => {
  test("waitUrl is asked round after round, with the place; who leaves goes on at the action", async () => {
    enqueue();
    bench.hooks.on("/wait", ({ params }) =>
      Number(params.QueueTime) < 60
        ? '<Response><Pause length="30"/></Response>'
        : "<Response><Leave/><Say>never</Say></Response>",
    );
    const result = await ring().done;
    expect(result).toMatchObject({ spoken: ["fuera"], errors: [] });
    expect(asked("/wait").map(({ QueueTime }) => QueueTime)).toEqual(["0", "30", "60"]);
    expect(asked("/wait")[0]).toMatchObject({
      QueueSid: expect.stringMatching(/^QU\w{32}$/),
      QueuePosition: "1",
      AvgQueueTime: "0",
      CurrentQueueSize: "1",
      MaxQueueSize: "100",
    });
    expect(asked("/queued")).toMatchObject([
      { QueueResult: "leave", QueueTime: "60", CallStatus: "in-progress" },
    ]);
  });

  test("a caller who hangs up: the action is told, its answer is not played", async () => {
    enqueue();
    expect(await ring({ hangupAfter: 50 }).done).toMatchObject({ status: "completed", durationSeconds: 50 });
    expect(asked("/queued")).toMatchObject([
      { QueueResult: "hangup", QueueTime: "50", CallStatus: "completed" },
    ]);
  });

  test("a key is heard in the queue, and its action is played there too", async () => {
    enqueue();
    twiml("/wait", '<Gather numDigits="1" action="/key" timeout="9"><Say>Pulse 1</Say></Gather>');
    twiml("/key", "<Leave/>");
    await ring({ inputs: ["silence", "1"] }).done;
    expect(asked("/wait")).toHaveLength(2);
    expect(asked("/key")).toMatchObject([{ Digits: "1" }]);
    expect(asked("/queued")).toMatchObject([{ QueueResult: "leave" }]);
  });

  test("verbs that mean nothing in a queue are named and passed over; Leave means nothing outside", async () => {
    enqueue();
    twiml("/wait", "<Dial>+34600111222</Dial><Enqueue>otra</Enqueue><Leave/>");
    const result = await ring().done;
    expect(result.dialed).toEqual([]);
    expect(result.errors.map(({ code }) => code)).toEqual([12200, 12200]);
    twiml(VOICE, "<Leave/><Say>sigue</Say>");
    expect(await ring().done).toMatchObject({ spoken: ["sigue"], errors: [{ code: 12200 }] });
  });

  test("a document that is wrong ends the stay as an error; none at all is Twilio's music", async () => {
    enqueue();
    bench.hooks.on("/wait", { status: 500 });
    await ring().done;
    twiml(VOICE, '<Enqueue action="/queued">ventas</Enqueue>');
    await ring({ hangupAfter: 25 }).done;
    expect(asked("/queued").map(({ QueueResult }) => QueueResult)).toEqual(["error", "hangup"]);
  });

  test("a full queue takes nobody", async () => {
    enqueue('maxQueueSize="1"');
    const first = ring();
    await waiting(1);
    expect((await ring({}, "+34600123457").done).spoken).toEqual(["fuera"]);
    expect(asked("/queued")).toMatchObject([{ QueueResult: "queue-full", QueueTime: "0" }]);
    first.hangup();
    await first.done;
  });
});

describe("somebody takes the call", () => {
  test("a scripted agent, after a while", async () => {
    enqueue();
    const answers = { "queue:ventas": { status: "answered", seconds: 40, after: 60 } } as const;
    const result = await ring({ answers }).done;
    expect(asked("/queued")).toMatchObject([{ QueueResult: "bridged", QueueTime: "62" }]);
    expect(result.durationSeconds).toBe(62 + 40 + 1);
    const [queue] = await bench.client.queues.list();
    expect(queue).toMatchObject({ friendlyName: "ventas", currentSize: 0, averageWaitTime: 62 });
  });

  test("Dial Queue connects with who waits longest; both hear of the same talk", async () => {
    enqueue();
    const first = ring();
    await waiting(1);
    const second = ring({}, "+34600123457");
    await waiting(2);
    const taken = await agent({ answers: {} });
    expect(taken.dialed).toMatchObject([{ to: "queue:ventas", status: "completed", seconds: 20 }]);
    expect((await first.done).spoken.slice(-2)).toEqual(["Le atiende Ana", "fuera"]);
    expect(asked("/greet")).toMatchObject([{ CallSid: first.sid }]);
    expect(asked("/queued")).toMatchObject([{ CallSid: first.sid, QueueResult: "bridged" }]);
    expect(asked("/agent-done")).toMatchObject([
      { DialCallStatus: "completed", DialCallSid: first.sid, DialCallDuration: "20", DialBridged: "true" },
    ]);
    expect((await waiting(1)).averageWaitTime).toBeGreaterThanOrEqual(0);
    second.hangup();
    await second.done;
  });

  test("an agent waits for the first who comes, and not for ever", async () => {
    enqueue();
    const early = agent();
    const caller = ring();
    expect((await early).dialed).toMatchObject([{ status: "completed" }]);
    await caller.done;
    expect((await agent()).dialed).toMatchObject([{ to: "queue:ventas", status: "no-answer" }]);
    expect(asked("/agent-done").at(-1)).toMatchObject({ DialCallStatus: "no-answer", DialBridged: "false" });
  });
});

describe("REST", () => {
  test("queues are made, found, changed and deleted; a name is taken once", async () => {
    const { queues } = bench.client;
    const made = await queues.create({ friendlyName: "soporte", maxSize: 2 });
    expect(made).toMatchObject({ friendlyName: "soporte", maxSize: 2, currentSize: 0, averageWaitTime: 0 });
    await expect(queues.create({ friendlyName: "soporte" })).rejects.toMatchObject({
      status: 409,
      code: 20409,
    });
    await expect(queues.create({ friendlyName: "x", maxSize: 6000 })).rejects.toMatchObject({ code: 20422 });
    expect(await queues(made.sid).update({ maxSize: 9 })).toMatchObject({ maxSize: 9 });
    expect(await queues(made.sid).fetch()).toMatchObject({ sid: made.sid, maxSize: 9 });
    expect(await queues(made.sid).remove()).toBe(true);
    await expect(queues(made.sid).fetch()).rejects.toMatchObject({ status: 404, code: 20404 });
  });

  test("members are listed in order; one is taken out to another document", async () => {
    enqueue();
    twiml("/elsewhere", "<Say>aparte</Say>");
    const first = ring();
    await waiting(1);
    const second = ring({}, "+34600123457");
    const queue = await waiting(2);
    const members = await bench.client.queues(queue.sid).members.list();
    expect(members.map(({ callSid, position }) => [callSid, position])).toEqual([
      [first.sid, 1],
      [second.sid, 2],
    ]);
    await expect(bench.client.queues(queue.sid).remove()).rejects.toMatchObject({ status: 400, code: 20409 });
    await bench.client
      .queues(queue.sid)
      .members("Front")
      .update({ url: `${bench.hooks.url}/elsewhere` });
    expect((await first.done).spoken.at(-1)).toBe("aparte");
    expect(asked("/queued")).toMatchObject([{ CallSid: first.sid, QueueResult: "redirected" }]);
    expect(await bench.client.queues(queue.sid).members(second.sid).fetch()).toMatchObject({ position: 1 });
    await expect(bench.client.queues(queue.sid).members(first.sid).fetch()).rejects.toMatchObject({
      code: 20404,
    });
    second.hangup();
    await second.done;
  });

  test("a call that is sent elsewhere leaves its queue", async () => {
    enqueue();
    twiml("/elsewhere", "<Say>aparte</Say>");
    const call = ring();
    await waiting(1);
    await bench.client.calls(call.sid).update({ url: `${bench.hooks.url}/elsewhere` });
    expect((await call.done).spoken.at(-1)).toBe("aparte");
    expect(asked("/queued")).toMatchObject([{ QueueResult: "redirected" }]);
    expect(await waiting(0)).toBeDefined();
  });
});

test("a task waits in the queue of its workflow", async () => {
  const workflowSid = `WW${"a".repeat(32)}`;
  enqueue(`workflowSid="${workflowSid}"`, '<Task priority="5">{"skill":"ventas"}</Task>');
  const answers = { [`queue:${workflowSid}`]: { status: "answered" } } as const;
  expect((await ring({ answers }).done).errors).toEqual([]);
  expect(asked("/queued")).toMatchObject([{ QueueResult: "bridged" }]);
});
