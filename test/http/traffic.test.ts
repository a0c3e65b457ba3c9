import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Flow } from "../../engine/core/flow.ts";
import { flowOf } from "../support/small-flow.ts";
import { until } from "../support/until.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await api.publish(approval("first"));
  const [told, untold] = [await start(), await start()];
  await signal(told);
  await inStatus(told, "succeeded");
  await inStatus(untold, "waiting");
  await api.engine.publish(approval("second"));
  api.engine.app.runtime.versions.forget(api.engine.tenantId, "approval");
  await inStatus(await start(), "waiting");
  const failed = await start({ when: "noon" });
  await signal(failed);
  await inStatus(failed, "failed");
});
afterAll(() => api.stop());

/** Waits for a signal; then ends, or fails where its input says no moment. */
function approval(outcome: string): Flow {
  return flowOf(
    "approval",
    [
      ["api", "api.run"],
      ["ask", "core.wait-for-signal", { signal: "approved" }],
      ["until", "core.wait", { until: "{{ trigger.input.when | default: '2020-01-01T00:00:00Z' }}" }],
      ["done", "core.end", { outcome }],
    ],
    [
      ["api", "next", "ask"],
      ["ask", "received", "until"],
      ["until", "next", "done"],
    ],
  );
}

async function start(input: object = {}): Promise<string> {
  const started = await api.call("POST", "/api/v1/flows/approval/runs", { json: { input } });
  expect(started.status, started.text).toBe(202);
  return started.body.runId;
}

const signal = async (runId: string) => {
  await inStatus(runId, "waiting");
  await api.call("POST", `/api/v1/runs/${runId}/signal`, { json: { key: "approved" } });
};

const inStatus = (runId: string, status: string) =>
  until(`${runId} to be ${status}`, async () => {
    const { body } = await api.call("GET", `/api/v1/runs/${runId}`);
    return body.status === status;
  });

const traffic = (query = "", call = api.call) => call("GET", `/api/v1/flows/approval/traffic${query}`);

const NOTHING = { passed: 0, failed: 0, ended: 0, ports: {}, standing: 0 };

describe("the traffic of a flow", () => {
  test("says how many passed each node, by which port, and how many stand there now", async () => {
    const { status, body } = await traffic();
    expect(status).toBe(200);
    expect(body.nodes).toEqual([
      { ...NOTHING, nodeId: "ask", passed: 2, ports: { received: 2 }, standing: 2 },
      { ...NOTHING, nodeId: "done", passed: 1, ended: 1 },
      { ...NOTHING, nodeId: "until", passed: 2, failed: 1, ports: { next: 1 } },
    ]);
    expect(body.underWay).toEqual(
      expect.arrayContaining([
        { version: 1, runs: 1 },
        { version: 2, runs: 1 },
      ]),
    );
  });

  test("of one version is that version's alone; what is under way is told of all", async () => {
    const { body } = await traffic("?version=2");
    expect(body.nodes).toEqual([
      { ...NOTHING, nodeId: "ask", passed: 1, ports: { received: 1 }, standing: 1 },
      { ...NOTHING, nodeId: "until", passed: 1, failed: 1 },
    ]);
    expect(body.underWay).toHaveLength(2);
  });

  test("of another time counts what passed then, and what stands now", async () => {
    const { body } = await traffic("?from=2025-01-01T00:00:00Z&to=2025-01-08T00:00:00Z");
    expect(body).toMatchObject({ from: "2025-01-01T00:00:00.000Z", to: "2025-01-08T00:00:00.000Z" });
    expect(body.nodes).toEqual([{ ...NOTHING, nodeId: "ask", standing: 2 }]);
  });

  test.each([
    "?from=2025-01-08T00:00:00Z&to=2025-01-01T00:00:00Z",
    "?from=2025-01-01T00:00:00Z&to=2025-03-01T00:00:00Z",
    "?from=yesterday",
    "?version=0",
  ])("%s is refused", async (query) => {
    const { status, body } = await traffic(query);
    expect([status, body.error.code]).toEqual([422, "INPUT_INVALID"]);
  });

  test("nobody else's is shown", async () => {
    const { call } = await api.otherTenant();
    expect((await traffic("", call)).body.error.code).toBe("NOT_FOUND");
    expect((await traffic("", await api.withScopes(["flows:read"]))).status).toBe(403);
  });
});
