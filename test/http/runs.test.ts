import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { until } from "../support/until.ts";
import type { Answer } from "./api-client.ts";
import { chain, failing, greeting, silent, sleepy } from "./small-flows.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
  for (const flow of [greeting(), silent(), sleepy(), failing()]) await api.publish(flow);
});
afterAll(() => api.stop());

const start = (
  key: string,
  json: unknown,
  options: { query?: string; headers?: Record<string, string> } = {},
) =>
  api.call("POST", `/api/v1/flows/${key}/runs${options.query ?? ""}`, {
    json,
    headers: options.headers ?? {},
  });
const read = (runId: string) => api.call("GET", `/api/v1/runs/${runId}`);
const ended = (runId: string) =>
  until(`the end of ${runId}`, async () => {
    const { body } = await read(runId);
    return body.endedAt === null ? null : body;
  });
const waiting = (runId: string) =>
  until(`${runId} to wait`, async () => {
    const { body } = await read(runId);
    return body.status === "waiting" ? body : null;
  });
const runsOf = async (flow: string): Promise<number> =>
  (await api.call("GET", `/api/v1/runs?flow=${flow}&limit=200`)).body.items.length;
const refusal = ({ status, body }: Answer) => [status, body.error.code];

describe("starting", () => {
  test("without waiting, the caller gets the run and can look it up", async () => {
    const { status, body, headers } = await start("silent", { input: { party: 4 } });
    expect([status, body]).toEqual([
      202,
      { runId: expect.stringMatching(/^run_/), status: expect.any(String) },
    ]);
    expect(headers.get("location")).toBe(`/api/v1/runs/${body.runId}`);
    const run = await ended(body.runId);
    expect(run).toMatchObject({
      flow: "silent",
      version: 1,
      status: "succeeded",
      trigger: "api.run",
      input: { input: { party: 4 } },
    });
    expect(run.outcome).toEqual({ name: "confirmed", output: { party: 4 } });
    expect(run.steps.map((step: { nodeId: string }) => step.nodeId)).toEqual(["done"]);
  });

  test("waiting, the caller gets what the flow answers, less what a flow may not say", async () => {
    const { status, body, headers } = await start(
      "greeting",
      { input: { name: "Ana" } },
      { query: "?wait=10" },
    );
    expect([status, body]).toEqual([201, { hello: "Ana" }]);
    expect(headers.get("x-shop")).toBe("7");
    expect(headers.has("set-cookie")).toBe(false);
    expect(headers.get("content-security-policy")).toMatch(/^sandbox/);
    expect((await read(headers.get("x-run-id") ?? "")).body.status).toBe("succeeded");
  });

  test("waiting for a flow that says nothing, the outcome", async () => {
    const { status, body } = await start("silent", { input: { party: 2 } }, { query: "?wait=10" });
    expect([status, body]).toEqual([
      200,
      { runId: expect.any(String), status: "succeeded", outcome: "confirmed", output: { party: 2 } },
    ]);
  });

  test("waiting for a flow that fails, its error", async () => {
    const { status, body } = await start("failing", { input: { when: "noon" } }, { query: "?wait=10" });
    expect(status).toBe(200);
    expect(body).toMatchObject({
      status: "failed",
      outcome: "PARAMS_INVALID",
      error: { code: "PARAMS_INVALID", nodeId: "wrong" },
    });
  });

  test("waiting for a flow that sleeps, patience ends and the run goes on", async () => {
    const { status, body } = await start("sleepy", {}, { query: "?wait=1" });
    expect([status, body]).toEqual([202, { runId: expect.any(String), status: "waiting" }]);
    expect((await read(body.runId)).body.waits).toHaveLength(1);
  });

  test.each(["?wait=31", "?wait=-1", "?wait=x", "?weit=3"])("%s is refused", async (query) => {
    expect(refusal(await start("silent", {}, { query }))).toEqual([422, "INPUT_INVALID"]);
  });
});

describe("input", () => {
  test("is held against the trigger's schema, and the place is named", async () => {
    const { status, body } = await start("greeting", { input: { party: "four" } });
    expect(status).toBe(422);
    expect(body.error.code).toBe("INPUT_INVALID");
    const paths = body.error.details.violations.map((violation: { path: string }) => violation.path);
    expect(paths.toSorted()).toEqual(["/input/name", "/input/party"]);
  });

  test("an empty body will do where nothing is required", async () => {
    const answer = await api.call("POST", "/api/v1/flows/silent/runs?wait=10");
    expect(answer.status).toBe(200);
  });

  test.each([
    { input: [] },
    { input: "x" },
    { contact: { phone: "3001234567" } },
    { contact: { phone: "+57 300" } },
    { contact: { age: 3 } },
    { version: 0 },
    { extra: 1 },
  ])("%j is refused", async (json) => {
    expect(refusal(await start("silent", json))).toEqual([422, "INPUT_INVALID"]);
  });

  test("a flow without an api.run trigger cannot be started", async () => {
    await api.publish(chain("hooked", ["hook", "http.webhook"], ["done", "core.end", {}]));
    expect(refusal(await start("hooked", {}))).toEqual([422, "INPUT_INVALID"]);
  });

  test("a flow or version that is not there is not found", async () => {
    await api.call("POST", "/api/v1/flows", { json: silent("draft-only") });
    expect(refusal(await start("draft-only", {}))).toEqual([404, "NOT_FOUND"]);
    expect(refusal(await start("nowhere", {}))).toEqual([404, "NOT_FOUND"]);
    expect(refusal(await start("silent", { version: 9 }))).toEqual([404, "NOT_FOUND"]);
  });

  test("a version can be named", async () => {
    await api.publish(silent("aged"));
    await api.call("PUT", "/api/v1/flows/aged", { json: greeting("aged"), headers: { "if-match": "1" } });
    await api.call("POST", "/api/v1/flows/aged/publish", { json: {} });
    const old = await start("aged", { version: 1 }, { query: "?wait=10" });
    expect(old.body).toMatchObject({ outcome: "confirmed" });
    expect((await read(old.body.runId)).body.version).toBe(1);
    const current = await start("aged", { version: 2, input: { name: "Ana" } }, { query: "?wait=10" });
    expect(current.body).toEqual({ hello: "Ana" });
  });

  test("a contact is the same person each time", async () => {
    const contact = { phone: "+573009998877", name: "Ana" };
    const [first, second] = [
      await start("sleepy", { contact }),
      await start("sleepy", { contact: { phone: contact.phone } }),
    ];
    await waiting(first.body.runId);
    await waiting(second.body.runId);
    const listed = await api.call("GET", `/api/v1/runs?contact=${encodeURIComponent(contact.phone)}`);
    expect(listed.body.items.map((run: { id: string }) => run.id)).toEqual([
      second.body.runId,
      first.body.runId,
    ]);
  });

  test("a suspended tenant starts nothing", async () => {
    const { call } = await api.otherTenant("suspended");
    await api.publish(silent("idle"), call);
    expect(refusal(await call("POST", "/api/v1/flows/idle/runs", { json: {} }))).toEqual([
      403,
      "SCOPE_MISSING",
    ]);
  });
});

describe("idempotency", () => {
  test("the same key and request give the same run and the same answer", async () => {
    await api.publish(greeting("once"));
    const send = () =>
      start("once", { input: { name: "Ana" } }, { query: "?wait=10", headers: { "idempotency-key": "k1" } });
    const answers = [await send(), ...(await Promise.all([send(), send(), send()]))];
    expect(
      new Set(answers.map((answer) => `${answer.status} ${answer.text} ${answer.headers.get("x-run-id")}`))
        .size,
    ).toBe(1);
    expect(await runsOf("once")).toBe(1);
  });

  test("at the same moment, too, and without waiting", async () => {
    await api.publish(silent("once-at-once"));
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => start("once-at-once", { idempotencyKey: "k" })),
    );
    expect(answers.map((answer) => answer.status)).toEqual(Array(8).fill(202));
    expect(new Set(answers.map((answer) => answer.body.runId)).size).toBe(1);
    expect(await runsOf("once-at-once")).toBe(1);
  });

  test("who waits for a run that was started without waiting gets its outcome", async () => {
    const first = await start("silent", { input: { party: 5 }, idempotencyKey: "late" });
    const second = await start(
      "silent",
      { input: { party: 5 }, idempotencyKey: "late" },
      { query: "?wait=10" },
    );
    expect(second.body).toEqual({
      runId: first.body.runId,
      status: "succeeded",
      outcome: "confirmed",
      output: { party: 5 },
    });
  });

  test("the same key for another request is a conflict", async () => {
    const first = await start("silent", { input: { party: 1 }, idempotencyKey: "k2" });
    const other = await start("silent", { input: { party: 2 }, idempotencyKey: "k2" });
    expect([...refusal(other), other.body.error.details]).toEqual([
      409,
      "IDEMPOTENCY_CONFLICT",
      { runId: first.body.runId },
    ]);
    const waited = await start(
      "silent",
      { input: { party: 2 } },
      { query: "?wait=5", headers: { "idempotency-key": "k2" } },
    );
    expect(refusal(waited)).toEqual([409, "IDEMPOTENCY_CONFLICT"]);
  });

  test("header and body name the same key, or the request is refused", async () => {
    const agreed = await start("silent", { idempotencyKey: "k3" }, { headers: { "idempotency-key": "k3" } });
    expect(agreed.status).toBe(202);
    expect(
      refusal(await start("silent", { idempotencyKey: "k3" }, { headers: { "idempotency-key": "k4" } })),
    ).toEqual([422, "INPUT_INVALID"]);
    expect(refusal(await start("silent", {}, { headers: { "idempotency-key": "x".repeat(256) } }))).toEqual([
      422,
      "INPUT_INVALID",
    ]);
  });

  test("a key belongs to one flow of one tenant", async () => {
    const { call } = await api.otherTenant();
    await api.publish(silent(), call);
    const ids = [
      (await start("silent", { idempotencyKey: "k5" })).body.runId,
      (await start("sleepy", { idempotencyKey: "k5" })).body.runId,
      (await call("POST", "/api/v1/flows/silent/runs", { json: { idempotencyKey: "k5" } })).body.runId,
    ];
    expect(new Set(ids).size).toBe(3);
  });

  test("without a key every request is one of its own", async () => {
    const [first, second] = [await start("silent", {}), await start("silent", {})];
    expect(first.body.runId).not.toBe(second.body.runId);
  });
});

describe("looking up", () => {
  test("lists filter and page, newest first", async () => {
    await api.publish(silent("listed"));
    const ids: string[] = [];
    for (let n = 0; n < 5; n++) ids.unshift((await start("listed", {}, { query: "?wait=10" })).body.runId);
    const seen: string[] = [];
    for (let cursor: string | null = ""; cursor !== null; ) {
      const page: Answer = await api.call(
        "GET",
        `/api/v1/runs?flow=listed&status=succeeded&limit=2${cursor ? `&cursor=${cursor}` : ""}`,
      );
      seen.push(...page.body.items.map((run: { id: string }) => run.id));
      cursor = page.body.nextCursor;
    }
    expect(seen).toEqual(ids);
    expect((await api.call("GET", "/api/v1/runs?flow=listed&status=failed")).body.items).toEqual([]);
    expect((await api.call("GET", "/api/v1/runs?flow=listed&from=2999-01-01")).body.items).toEqual([]);
    expect((await api.call("GET", "/api/v1/runs?flow=listed&to=2000-01-01T00:00:00Z")).body.items).toEqual(
      [],
    );
    expect(
      (await api.call("GET", "/api/v1/runs?flow=listed&from=2000-01-01T00:00:00%2B05:00&to=2999-01-01")).body
        .items,
    ).toHaveLength(5);
  });

  test.each(["status=done", "contact=123", "from=yesterday", "from=2026-13-45", "cursor=x", "limit=1000"])(
    "the filter %s is refused",
    async (query) => {
      expect(refusal(await api.call("GET", `/api/v1/runs?${query}`))).toEqual([422, "INPUT_INVALID"]);
    },
  );

  test("a run that sent a message shows the effect, the message and what it cost", async () => {
    const input = {
      nombre: "Ana",
      telefono: "+573001112233",
      codigo: "R-7",
      fecha: "sábado 20:00",
      lugar: "Chapinero",
      idioma: "es",
    };
    const { body } = await start("reservation-confirmation", { input });
    const run = await until("a message on record", async () => {
      const answer = await read(body.runId);
      return answer.body.messages.length > 0 && answer.body.effects.length > 0 ? answer.body : null;
    });
    expect(run.effects[0]).toMatchObject({ simulated: true, to: "+573001112233" });
    expect(run.messages[0]).toMatchObject({
      direction: "outbound",
      contact: "+573001112233",
      simulated: true,
    });
  });

  test.each(["run_x", "x", "%00", `run_${"0".repeat(32)}`])("run %s is not there", async (id) => {
    expect(refusal(await read(id))).toEqual([404, "NOT_FOUND"]);
  });

  test("another tenant's runs are not there", async () => {
    const { body } = await start("sleepy", {});
    const { call } = await api.otherTenant();
    expect(refusal(await call("GET", `/api/v1/runs/${body.runId}`))).toEqual([404, "NOT_FOUND"]);
    expect(refusal(await call("POST", `/api/v1/runs/${body.runId}/cancel`))).toEqual([404, "NOT_FOUND"]);
    expect((await call("GET", "/api/v1/runs")).body.items).toEqual([]);
  });
});

describe("cancelling", () => {
  test("a run that waits is over at once; one that is over stays as it is", async () => {
    const { body } = await start("sleepy", {});
    await waiting(body.runId);
    const cancelled = await api.call("POST", `/api/v1/runs/${body.runId}/cancel`);
    expect([cancelled.status, cancelled.body]).toEqual([202, { runId: body.runId, status: "cancelled" }]);
    expect((await read(body.runId)).body).toMatchObject({ status: "cancelled", waits: [] });
    expect(refusal(await api.call("POST", `/api/v1/runs/${body.runId}/cancel`))).toEqual([409, "RUN_ENDED"]);
  });
});
