import { afterAll, beforeAll, expect, test } from "vitest";
import { inspect } from "../support/database.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

test("the catalogue has every type of every plugin, with its schemas", async () => {
  const { items } = (await api.call("GET", "/api/v1/node-types")).body;
  const { registry } = api.engine.app.runtime;
  expect(items.map((item: { type: string }) => item.type).toSorted()).toEqual(registry.types);
  const reply = items.find((item: { type: string }) => item.type === "core.reply");
  expect(reply).toMatchObject({
    kind: "node",
    version: 1,
    ports: ["next"],
    effect: "none",
    simulated: false,
    params: { type: "object" },
  });
  const call = items.find((item: { type: string }) => item.type === "twilio.incoming-call");
  expect(call).toMatchObject({ kind: "trigger", ports: ["next"], simulated: true, answers: "reply" });
});

test("credits say what is left, and what is unlimited", async () => {
  const { tenantId, call } = await api.otherTenant();
  const sql =
    "insert into credit_accounts (tenant_id, meter, balance, held) values ($1, 'sms', 100, 30), ($1, 'whatsapp', null, 0) on conflict (tenant_id, meter) do update set balance = excluded.balance, held = excluded.held";
  await inspect(api.engine.connection, sql, [tenantId]);
  const { body } = await call("GET", "/api/v1/credits");
  expect(body.items).toEqual([
    { meter: "sms", unlimited: false, balance: 100, held: 30, remaining: 70, monthly: null, resetsAt: null },
    {
      meter: "whatsapp",
      unlimited: true,
      balance: null,
      held: 0,
      remaining: null,
      monthly: null,
      resetsAt: null,
    },
  ]);
});

test("a tracked link counts and leads on; an unknown one is not there", async () => {
  const { tenantId, connection } = api.engine;
  await inspect(
    connection,
    "insert into links (code, tenant_id, url) values ('abc', $1, 'https://example.com/carta?x=1')",
    [tenantId],
  );
  const clicked = await api.anonymous("GET", "/t/abc");
  expect([clicked.status, clicked.headers.get("location")]).toEqual([302, "https://example.com/carta?x=1"]);
  expect(await inspect(connection, "select clicks from links where code = 'abc'")).toEqual([{ clicks: 1 }]);
  for (const code of ["nope", "%00", "a".repeat(65)])
    expect((await api.anonymous("GET", `/t/${code}`)).status, code).toBe(404);
});

test("alive and ready", async () => {
  expect((await api.anonymous("GET", "/healthz")).body).toEqual({
    status: "ok",
    version: expect.any(String),
  });
  const ready = await api.anonymous("GET", "/readyz");
  expect([ready.status, ready.body]).toEqual([
    200,
    { ready: true, parts: expect.objectContaining({ database: true, running: true }) },
  ]);
});
