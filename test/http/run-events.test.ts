import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { inspect } from "../support/database.ts";
import { MAKE_DUE } from "../support/make-due.ts";
import { flowOf } from "../support/small-flow.ts";
import { until } from "../support/until.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  await api.publish(
    flowOf(
      "approval",
      [
        ["api", "api.run"],
        ["first", "core.wait-for-signal", { signal: "approved" }],
        ["second", "core.wait-for-signal", { signal: "approved" }],
        ["done", "core.end", { output: { first: "{{ steps.first }}", second: "{{ steps.second }}" } }],
      ],
      [
        ["api", "next", "first"],
        ["first", "received", "second"],
        ["second", "received", "done"],
      ],
    ),
  );
  await api.publish(
    flowOf("fails", [
      ["api", "api.run"],
      ["note", "core.set", { values: { who: "{{ trigger.input.name }}" } }],
      ["wrong", "core.wait", { until: "{{ trigger.input.when }}" }],
      ["done", "core.end", { outcome: "well", output: { who: "{{ vars.who }}" } }],
    ]),
  );
});
afterAll(() => api.stop());

async function start(flow: string, input: object = {}): Promise<string> {
  const started = await api.call("POST", `/api/v1/flows/${flow}/runs`, { json: { input } });
  expect(started.status, started.text).toBe(202);
  return started.body.runId;
}

async function read(runId: string) {
  return (await api.call("GET", `/api/v1/runs/${runId}`)).body;
}

const waiting = (runId: string) =>
  until("the run to wait", async () => (await read(runId)).status === "waiting");

function ended(runId: string) {
  return until("the run's end", async () => {
    const run = await read(runId);
    return run.endedAt !== null && run;
  });
}

const signal = (runId: string, json: object, key?: string) =>
  api.call("POST", `/api/v1/runs/${runId}/signal`, {
    json,
    ...(key === undefined ? {} : { headers: { "idempotency-key": key } }),
  });

const retry = (runId: string, json: object = {}, key?: string) =>
  api.call("POST", `/api/v1/runs/${runId}/retry`, {
    json,
    ...(key === undefined ? {} : { headers: { "idempotency-key": key } }),
  });

describe("a signal", () => {
  test("[T13] wakes the run that waits for it, with its payload; two are taken in their order", async () => {
    const id = await start("approval");
    await waiting(id);
    expect((await signal(id, { key: "approved", payload: { by: "Ana" } })).status).toBe(202);
    expect((await signal(id, { key: "approved", payload: { by: "Luis" } })).status).toBe(202);
    expect((await ended(id)).outcome.output).toEqual({
      first: { signal: "approved", payload: { by: "Ana" } },
      second: { signal: "approved", payload: { by: "Luis" } },
    });
  });

  test("[T13, D10] one that comes before its wait is kept, and the same twice counts once", async () => {
    const id = await start("approval");
    await waiting(id);
    for (const n of [1, 1, 2]) expect((await signal(id, { key: "approved" }, `k${n}`)).status).toBe(202);
    expect((await ended(id)).status).toBe("succeeded");
    const other = await start("approval");
    await waiting(other);
    await signal(other, { key: "approved" }, "once");
    await signal(other, { key: "approved" }, "once");
    await until("the second wait", async () => (await read(other)).steps.some((s: Step) => left(s, "first")));
    await waiting(other);
    const conflict = await signal(other, { key: "approved", payload: 1 }, "once");
    expect([conflict.status, conflict.body.error.code]).toEqual([409, "IDEMPOTENCY_CONFLICT"]);
    expect((await read(other)).status).toBe("waiting");
  });

  test("[T13] of another name, or for another run, changes nothing", async () => {
    const id = await start("approval");
    await waiting(id);
    await signal(id, { key: "rejected" });
    await signal(await start("approval"), { key: "approved" });
    expect((await read(id)).steps.filter((step: Step) => left(step, "first"))).toEqual([]);
    expect((await read(id)).status).toBe("waiting");
  });

  test("[T13] for a run that is over, of another tenant, or too large is refused", async () => {
    const id = await start("approval");
    await waiting(id);
    const large = await signal(id, { key: "approved", payload: "x".repeat(300_000) });
    expect([large.status, large.body.error.code]).toEqual([413, "BODY_TOO_LARGE"]);
    const { call } = await api.otherTenant();
    const foreign = await call("POST", `/api/v1/runs/${id}/signal`, { json: { key: "approved" } });
    expect(foreign.body.error.code).toBe("NOT_FOUND");
    await api.call("POST", `/api/v1/runs/${id}/cancel`);
    const over = await signal(id, { key: "approved" });
    expect([over.status, over.body.error.code]).toEqual([409, "RUN_ENDED"]);
    const kept = "select 1 from inbox where run_id = $1 and source = 'signal'";
    expect(await inspect(api.engine.connection, kept, [id])).toEqual([]);
  });

  test("[A7] that never comes ends the wait by its timeout", async () => {
    const id = await start("approval");
    await waiting(id);
    await inspect(api.engine.connection, MAKE_DUE, [id]);
    expect((await ended(id)).steps).toContainEqual(
      expect.objectContaining({ nodeId: "first", port: "timeout" }),
    );
  });
});

interface Step {
  readonly nodeId: string;
  readonly kind: string;
}

const left = (step: Step, nodeId: string) => step.nodeId === nodeId && step.kind === "left";

describe("a retry", () => {
  test("[T11] goes on where it failed, as a new run that knows what the old one knew", async () => {
    const id = await start("fails", { name: "Ana", when: "never" });
    const failed = await ended(id);
    expect(failed).toMatchObject({ status: "failed", retryOf: null });
    const again = await retry(id);
    expect(again.status, again.text).toBe(202);
    const run = await ended(again.body.runId);
    expect(run).toMatchObject({
      status: "failed",
      retryOf: { runId: id, nodeId: "wrong" },
      vars: { who: "Ana" },
      input: failed.input,
    });
    expect(run.steps.map((step: Step) => step.nodeId)).toEqual(["wrong"]);
    expect(run.steps[0].stepKey).toBe(`${run.id}:wrong:1`);
    expect(await read(id)).toEqual(failed);
  });

  test("[T11] starts from the node that is named, a trigger among them", async () => {
    const id = await start("fails", { name: "Ana", when: "never" });
    await ended(id);
    const done = await ended((await retry(id, { fromNode: "done" })).body.runId);
    expect(done.outcome).toMatchObject({ name: "well", output: { who: "Ana" } });
    const anew = await ended((await retry(id, { fromNode: "api" })).body.runId);
    expect(anew.steps.map((step: Step) => step.nodeId)).toEqual(["note", "wrong"]);
    const missing = await retry(id, { fromNode: "nowhere" });
    expect([missing.status, missing.body.error.code]).toEqual([422, "NODE_UNKNOWN"]);
    expect(missing.body.error.details.nodes).toContain("wrong");
  });

  test("[T11] takes the same version, or the published one", async () => {
    const versioned = (outcome: string) =>
      flowOf("versioned", [
        ["api", "api.run"],
        ["done", "core.end", { outcome }],
      ]);
    await api.publish(versioned("old"));
    const id = await start("versioned");
    await ended(id);
    await api.engine.publish(versioned("new"));
    api.engine.app.runtime.versions.forget(api.engine.tenantId, "versioned");
    const same = await ended((await retry(id, { fromNode: "done" })).body.runId);
    const published = await retry(id, { fromNode: "done", version: "published" });
    expect([same.outcome.name, (await ended(published.body.runId)).outcome.name]).toEqual(["old", "new"]);
  });

  test("[T11] of a cancelled run goes on where it stood; of one that is not over is refused", async () => {
    const id = await start("approval");
    await waiting(id);
    const open = await retry(id);
    expect([open.status, open.body.error.code]).toEqual([409, "RUN_OPEN"]);
    await api.call("POST", `/api/v1/runs/${id}/cancel`);
    const again = (await retry(id)).body.runId;
    await waiting(again);
    expect((await read(again)).retryOf).toEqual({ runId: id, nodeId: "first" });
  });

  test("[T11, D4] the same key and request give the same run", async () => {
    const id = await start("fails", { name: "Ana", when: "never" });
    await ended(id);
    const key = randomUUID();
    const [one, two] = await Promise.all([retry(id, {}, key), retry(id, {}, key)]);
    expect(one.body.runId).toBe(two.body.runId);
    const other = await retry(id, { fromNode: "done" }, key);
    expect([other.status, other.body.error.code]).toEqual([409, "IDEMPOTENCY_CONFLICT"]);
    const { call } = await api.otherTenant();
    const foreign = await call("POST", `/api/v1/runs/${id}/retry`, { json: {} });
    expect(foreign.body.error.code).toBe("NOT_FOUND");
  });
});
