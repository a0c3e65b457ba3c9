import { afterAll, beforeAll, expect, test } from "vitest";
import { flowOf } from "../support/small-flow.ts";
import { until } from "../support/until.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  for (const [key, params] of [
    ["confirmed", { module: "pms", event: "reservation.confirmed" }],
    ["any-of-pms", { module: "pms" }],
    ["of-pos", { module: "pos", event: "reservation.confirmed" }],
  ] as const)
    await api.publish(
      flowOf(key, [
        ["event", "data.event", params],
        ["done", "core.end", { output: { code: "{{ trigger.payload.code }}", who: "{{ contact.phone }}" } }],
      ]),
    );
});
afterAll(() => api.stop());

const EVENT = {
  module: "pms",
  event: "reservation.confirmed",
  payload: { code: "R-1042" },
  contact: { phone: "+573001112233", name: "Lucía" },
};
const report = (json: object, key?: string, call = api.call) =>
  call("POST", "/api/v1/events", { json, headers: key === undefined ? {} : { "idempotency-key": key } });
const flowsOf = (body: { runs: { flow: string }[] }) => body.runs.map(({ flow }) => flow);

test("an event starts every published flow that listens to it or to its module, with what it tells", async () => {
  const { status, body } = await report(EVENT);
  expect([status, flowsOf(body)]).toEqual([202, ["any-of-pms", "confirmed"]]);
  for (const { runId } of body.runs) {
    const run = await until("its end", async () => {
      const { body: seen } = await api.call("GET", `/api/v1/runs/${runId}`);
      return seen.endedAt === null ? null : seen;
    });
    expect(run.outcome.output).toEqual({ code: "R-1042", who: "+573001112233" });
    expect(run.trigger).toBe("data.event");
  }
});

test("another event of the module starts only who listens to all of them, and an unknown one nobody", async () => {
  expect(flowsOf((await report({ module: "pms", event: "checkout.done" })).body)).toEqual(["any-of-pms"]);
  expect((await report({ module: "gym", event: "class.soon" })).body).toEqual({ runs: [] });
});

test("[D2] the same key and event start nothing again; the same key for another event is refused", async () => {
  const [first, again] = [await report(EVENT, "e-1"), await report(EVENT, "e-1")];
  expect(again.body).toEqual(first.body);
  const other = await report({ ...EVENT, payload: { code: "R-7" } }, "e-1");
  expect([other.status, other.body.error.code]).toEqual([409, "IDEMPOTENCY_CONFLICT"]);
});

test.each([
  [{ event: "reservation.confirmed" }, "module"],
  [{ ...EVENT, module: "P M S" }, "module"],
  [{ ...EVENT, payload: [] }, "payload"],
  [{ ...EVENT, contact: { phone: "300" } }, "phone"],
])("an event that is not one is refused with the field: %j", async (json, field) => {
  const { status, body } = await report(json);
  expect([status, body.error.code]).toEqual([422, "INPUT_INVALID"]);
  expect(JSON.stringify(body.error)).toContain(field);
});

test("another tenant's flows do not hear of it, and a key without the scope may not report", async () => {
  const other = await api.otherTenant();
  expect((await report(EVENT, undefined, other.call)).body).toEqual({ runs: [] });
  const reader = await api.withScopes(["runs:read"]);
  expect((await report(EVENT, undefined, reader)).status).toBe(403);
  const suspended = await api.otherTenant("suspended");
  expect((await report(EVENT, undefined, suspended.call)).body.error.code).toBe("SCOPE_MISSING");
});
