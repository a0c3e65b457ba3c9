import { afterAll, beforeAll, expect, test } from "vitest";
import { flowOf } from "../support/small-flow.ts";
import { until } from "../support/until.ts";
import { failing, silent, sleepy } from "./small-flows.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  for (const flow of [silent(), sleepy(), failing()]) await api.publish(flow);
  await api.publish(
    flowOf(
      "sends",
      [
        ["api", "api.run"],
        ["send", "messaging.send", { text: "Hola", channels: ["sms"] }],
        ["done", "core.end", { outcome: "told" }],
      ],
      [
        ["api", "next", "send"],
        ["send", "sent", "done"],
      ],
    ),
  );
});
afterAll(() => api.stop());

async function start(flow: string, json: object = {}): Promise<string> {
  return (await api.call("POST", `/api/v1/flows/${flow}/runs`, { json })).body.runId;
}

async function listed(runId: string) {
  const { body } = await api.call("GET", "/api/v1/runs?limit=200");
  return body.items.find((run: { id: string }) => run.id === runId);
}

const inStatus = (runId: string, status: string) =>
  until(`${runId} to be ${status}`, async () => {
    const run = await listed(runId);
    return run?.status === status && run;
  });

test("a run of the list says at which node it stands and until when it waits", async () => {
  const run = await inStatus(await start("sleepy"), "waiting");
  expect(run).toMatchObject({
    version: 1,
    node: "sleep",
    pausedAt: null,
    outcome: null,
    endedAt: null,
    credits: {},
  });
  const inMs = Date.parse(run.wakeAt) - Date.now();
  expect(inMs).toBeGreaterThan(110 * 60_000);
  expect(inMs).toBeLessThanOrEqual(120 * 60_000);
});

test("one that is over has the name of its end or the code of its error, and waits for nothing", async () => {
  const done = await inStatus(await start("silent"), "succeeded");
  expect(done).toMatchObject({ node: "done", outcome: "confirmed", wakeAt: null });
  const failed = await inStatus(await start("failing", { input: { when: "noon" } }), "failed");
  expect(failed).toMatchObject({ node: "wrong", outcome: "PARAMS_INVALID", wakeAt: null });
});

test("it names the person where their name is known, and says since when it is paused", async () => {
  const contact = { phone: "+573005560102", name: "Ana" };
  const id = await start("sleepy", { contact });
  await inStatus(id, "waiting");
  await api.call("POST", `/api/v1/runs/${id}/pause`);
  const known = { contact: contact.phone, contactName: "Ana", pausedAt: expect.any(String) };
  expect(await listed(id)).toMatchObject(known);
  expect((await api.call("GET", `/api/v1/runs/${id}`)).body).toMatchObject({ ...known, version: 1 });
});

test("it says what it cost, by meter, and its detail what each credit was for", async () => {
  const id = await start("sends", { contact: { phone: "+573005560101" } });
  expect(await inStatus(id, "succeeded")).toMatchObject({ outcome: "told", credits: { sms: 1 } });
  const { body } = await api.call("GET", `/api/v1/runs/${id}`);
  const [message] = body.messages;
  expect(body.charges).toEqual([
    {
      meter: "sms",
      units: 1,
      effectId: message.effectId,
      stepKey: `${id}:send:1`,
      at: expect.any(String),
    },
  ]);
  expect(body.effects).toEqual([expect.objectContaining({ id: message.effectId })]);
});
