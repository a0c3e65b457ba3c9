import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { newId } from "../../engine/ids.ts";
import { insertCredential } from "../../engine/store/credentials.ts";
import { until } from "../support/until.ts";
import { chain, echo, silent, sleepy } from "./small-flows.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ settings: { answerWithinMs: 300 } });
});
afterAll(() => api.stop());

async function keepCredential(name: string, fields: Readonly<Record<string, string>>): Promise<void> {
  const { db, keys } = api.engine.app.runtime;
  const id = newId("credential");
  const { tenantId } = api.engine;
  const sealed = keys.seal({ tenantId, table: "credentials", row: id }, fields);
  await db.asTenant(tenantId, (scope) =>
    insertCredential(scope, { id, type: "http.auth", name, account: null, sealed }),
  );
}

describe("a hook that replies", () => {
  let path = "";
  beforeAll(async () => {
    path = await api.publish(echo("echo", { respond: "reply" }));
  });

  test("hears JSON as data", async () => {
    const answer = await api.anonymous("POST", path, { json: { sku: "pan", left: [1, 2] } });
    expect([answer.status, answer.body]).toEqual([
      200,
      expect.objectContaining({ method: "POST", body: { sku: "pan", left: [1, 2] } }),
    ]);
  });

  test("hears forms as data and text as text", async () => {
    const form = { "content-type": "application/x-www-form-urlencoded" };
    const answer = await api.anonymous("POST", path, { raw: "a=1+2&b=x&b=y&empty=", headers: form });
    expect(answer.body.body).toEqual({ a: "1 2", b: ["x", "y"], empty: "" });
    const text = await api.anonymous("PUT", path, { raw: "hola", headers: { "content-type": "text/plain" } });
    expect(text.body).toMatchObject({ method: "PUT", body: "hola" });
  });

  test("hears the query, and headers but for secrets", async () => {
    const headers = { authorization: "Bearer secret", cookie: "s=1", "x-shop": "7" };
    const answer = await api.anonymous("GET", `${path}?q=a%20b&q=c`, { headers });
    expect(answer.body).toMatchObject({
      method: "GET",
      query: { q: ["a b", "c"] },
      headers: { "x-shop": "7" },
    });
    expect(Object.keys(answer.body.headers)).not.toContain("authorization");
    expect(Object.keys(answer.body.headers)).not.toContain("cookie");
  });

  test("answers a repeated delivery as it did the first time", async () => {
    const send = (body: string, headers: Record<string, string>) =>
      api.anonymous("POST", path, { raw: body, headers: { "content-type": "text/plain", ...headers } });
    const first = await send("one", { "idempotency-key": "d1" });
    const again = await send("two", { "idempotency-key": "d1" });
    expect([again.body.body, again.headers.get("x-run-id")]).toEqual(["one", first.headers.get("x-run-id")]);
    const byRequest = await send("three", { "x-request-id": "r1" });
    const byRequestAgain = await send("four", { "x-request-id": "r1" });
    expect(byRequestAgain.headers.get("x-run-id")).toBe(byRequest.headers.get("x-run-id"));
    const other = await send("one", {});
    expect(other.headers.get("x-run-id")).not.toBe(first.headers.get("x-run-id"));
  });

  test.each([
    ["application/json", "{"],
    ["application/json", '{"constructor":1}'],
    ["text/plain", "a\0b"],
  ])("refuses %s that cannot be kept", async (type, raw) => {
    const answer = await api.anonymous("POST", path, { raw, headers: { "content-type": type } });
    expect([answer.status, answer.body.error.code]).toEqual([400, "BODY_MALFORMED"]);
  });

  test("does not wait for ever: a flow that is still busy is told by its run", async () => {
    const slow = await api.publish(
      chain(
        "slow",
        ["hook", "http.webhook", { respond: "reply" }],
        ["sleep", "core.wait", { for: { amount: 2, unit: "hours" } }],
        ["done", "core.end", {}],
      ),
    );
    const answer = await api.anonymous("POST", slow);
    expect([answer.status, answer.body]).toEqual([
      202,
      { runId: expect.stringMatching(/^run_/), status: "waiting" },
    ]);
  });

  test("says how a flow without an answer ended", async () => {
    const mute = await api.publish(
      chain("mute", ["hook", "http.webhook", { respond: "reply" }], ["done", "core.end", {}]),
    );
    const answer = await api.anonymous("POST", mute);
    expect([answer.status, answer.body]).toEqual([200, { runId: expect.any(String), status: "succeeded" }]);
  });
});

test("a hook that only acknowledges answers with the run, which then goes on", async () => {
  const path = await api.publish(echo("acked", {}));
  const answer = await api.anonymous("POST", path, { json: { sku: "pan" } });
  expect([answer.status, answer.body]).toEqual([202, { runId: expect.stringMatching(/^run_/) }]);
  const run = await until("the run's end", async () => {
    const { body } = await api.call("GET", `/api/v1/runs/${answer.body.runId}`);
    return body.endedAt === null ? null : body;
  });
  expect(run).toMatchObject({
    status: "succeeded",
    trigger: "http.webhook",
    input: { method: "POST", body: { sku: "pan" } },
  });
});

describe("a hook that asks for proof", () => {
  const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString("base64")}` });
  const signed = (secret: string, body: string) => ({
    "x-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
  });

  test.each([
    ["basic", { type: "basic", username: "erp", password: "p" }, basic("erp:p"), basic("erp:q")],
    ["bearer", { type: "bearer", token: "t" }, { authorization: "Bearer t" }, { authorization: "Bearer u" }],
    ["hmac", { type: "hmac", secret: "s" }, signed("s", "hola"), signed("s", "adios")],
  ])(
    "%s: lets in who has it, nobody else, and starts nothing for them",
    async (auth, fields, right, wrong) => {
      await keepCredential(`own-${auth}`, fields);
      const path = await api.publish(echo(`proof-${auth}`, { auth, credential: `own-${auth}` }));
      const send = (headers: Record<string, string>) =>
        api.anonymous("POST", path, { raw: "hola", headers: { "content-type": "text/plain", ...headers } });
      expect((await send(right)).status).toBe(202);
      for (const headers of [wrong, {}]) {
        const refused = await send(headers);
        expect([refused.status, refused.body.error.code]).toEqual([403, "SIGNATURE_INVALID"]);
      }
      expect((await api.call("GET", `/api/v1/runs?flow=proof-${auth}`)).body.items).toHaveLength(1);
    },
  );

  test("a credential of another kind lets nobody in", async () => {
    await keepCredential("mixed", { type: "bearer", token: "t" });
    const path = await api.publish(echo("proof-mixed", { auth: "basic", credential: "mixed" }));
    expect((await api.anonymous("POST", path, { headers: { authorization: "Bearer t" } })).status).toBe(403);
  });

  test("refusals are counted", async () => {
    const { text } = await api.anonymous("GET", "/metrics");
    expect(
      Number(/refused_signatures_total\{webhook="in\/:hookKey"\} (\d+)/.exec(text)?.[1]),
    ).toBeGreaterThanOrEqual(7);
  });
});

test("addresses where nothing listens look all alike", async () => {
  const { body } = await api.call("POST", "/api/v1/flows", { json: echo("unpublished", {}) });
  const unpublished = new URL(body.hookUrl).pathname;
  const withoutTrigger = await api.publish(silent("no-hook"));
  const suspended = await api.otherTenant("suspended");
  const asleep = await api.publish(echo("asleep", {}), suspended.call);
  const answers = await Promise.all(
    [unpublished, withoutTrigger, asleep, "/hooks/in/AAAAAAAAAAAAAAAAAAAAAAAA"].map((path) =>
      api.anonymous("POST", path),
    ),
  );
  const seen = answers.map(
    (answer) => `${answer.status} ${answer.body.error.code} ${answer.body.error.message}`,
  );
  expect(new Set(seen).size).toBe(1);
  expect(seen[0]).toMatch(/^404 NOT_FOUND/);
});

test("a body beyond the limit is refused", async () => {
  const path = await api.publish(sleepyHook());
  const answer = await api.anonymous("POST", path, {
    raw: "x".repeat(1024 * 1024 + 1),
    headers: { "content-type": "text/plain" },
  });
  expect([answer.status, answer.body.error.code]).toEqual([413, "BODY_TOO_LARGE"]);
});

function sleepyHook() {
  const flow = sleepy("large");
  return {
    ...flow,
    nodes: flow.nodes.map((node) => (node.id === "api" ? { ...node, type: "http.webhook" } : node)),
  };
}
