import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../support/until.ts";
import { chain, sleepy } from "./small-flows.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await api.publish(sleepy());
  await api.publish(chain("quick", ["api", "api.run"], ["done", "core.end", {}]));
});
afterAll(() => api.stop());

async function start(flow: string): Promise<string> {
  return (await api.call("POST", `/api/v1/flows/${flow}/runs`, { json: {} })).body.runId;
}

const read = async (runId: string) => (await api.call("GET", `/api/v1/runs/${runId}`)).body;
const wake = (runId: string, call = api.call) => call("POST", `/api/v1/runs/${runId}/wake`);
const inStatus = (runId: string, status: string) =>
  until(`${runId} to be ${status}`, async () => {
    const run = await read(runId);
    return run.status === status && run;
  });

describe("waking a run", () => {
  test("[T15] a wait of two hours is over now, and the run goes on", async () => {
    const id = await start("sleepy");
    await inStatus(id, "waiting");
    const answer = await wake(id);
    expect([answer.status, answer.body.runId]).toEqual([202, id]);
    const run = await inStatus(id, "succeeded");
    expect(run.steps).toContainEqual(
      expect.objectContaining({ nodeId: "sleep", kind: "left", port: "next", cause: "timeout" }),
    );
    expect(run.waits).toEqual([]);
  });

  test("[T15, E13] one that is paused stands still before its next step", async () => {
    const id = await start("sleepy");
    await inStatus(id, "waiting");
    await api.call("POST", `/api/v1/runs/${id}/pause`);
    expect((await wake(id)).body).toEqual({ runId: id, status: "waiting" });
    expect(await read(id)).toMatchObject({ status: "waiting", node: "done" });
    expect((await wake(id)).body).toEqual({ runId: id, status: "waiting" });
    await api.call("POST", `/api/v1/runs/${id}/resume`);
    await inStatus(id, "succeeded");
  });

  test("one that is over, or of another tenant, is refused; so is a key that may only read", async () => {
    const over = await start("quick");
    await inStatus(over, "succeeded");
    const late = await wake(over);
    expect([late.status, late.body.error.code, late.body.error.details]).toEqual([
      409,
      "RUN_ENDED",
      { status: "succeeded" },
    ]);
    const id = await start("sleepy");
    await inStatus(id, "waiting");
    const { call } = await api.otherTenant();
    expect((await wake(id, call)).body.error.code).toBe("NOT_FOUND");
    const refused = await wake(id, await api.withScopes(["runs:read"]));
    expect([refused.status, refused.body.error.code]).toEqual([403, "SCOPE_MISSING"]);
    expect((await read(id)).status).toBe("waiting");
  });
});
