import { afterAll, beforeAll, expect, test } from "vitest";
import { startTestApi, type TestApi } from "./test-api.ts";

const PREFIX = "/api/integrations/twilio";
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const sentTo = (to: string) =>
  api.engine.twilio.ledger().filter((entry) => entry.kind === "message" && entry.to === to);

test("send-sms sends as POST /messages does, by SMS", async () => {
  const to = "+573009220001";
  const json = { orgId: 12, to, body: "Su pedido #1234 está listo", module: "pos", recordId: "1234" };
  const { status, body, text } = await api.call("POST", `${PREFIX}/send-sms`, { json });
  expect(status, text).toBe(201);
  expect(body).toMatchObject({ channel: "sms", to, body: json.body, module: "pos", recordId: "1234" });
  expect(sentTo(to)).toHaveLength(1);
  const known = await api.call("GET", `/api/v1/messages/${body.id}`);
  expect(known.body.id).toBe(body.id);
});

test("send-whatsapp keeps the window, and the idempotency key", async () => {
  const to = "+573009220002";
  const closed = await api.call("POST", `${PREFIX}/send-whatsapp`, { json: { to, body: "Hola" } });
  expect([closed.status, closed.body.error.code]).toEqual([409, "WINDOW_CLOSED"]);
  const json = { to, body: "Hola" };
  const headers = { "idempotency-key": "alias-1" };
  const [first, again] = [
    await api.call("POST", `${PREFIX}/send-sms`, { json, headers }),
    await api.call("POST", `${PREFIX}/send-sms`, { json, headers }),
  ];
  expect(again.body.id).toBe(first.body.id);
  expect(sentTo(to)).toHaveLength(1);
});

test("credits and usage answer what the routes they stand for answer", async () => {
  for (const name of ["credits", "usage"]) {
    const [alias, itself] = [
      await api.call("GET", `${PREFIX}/${name}`),
      await api.call("GET", `/api/v1/${name}`),
    ];
    expect([alias.status, alias.body], name).toEqual([200, itself.body]);
    expect(alias.body.items.length, name).toBeGreaterThan(0);
  }
});

test("verify/send and verify/check send a code and check it", async () => {
  const to = "+573009220003";
  const sent = await api.call("POST", `${PREFIX}/verify/send`, { json: { to, channel: "sms" } });
  expect([sent.status, sent.body.status], sent.text).toEqual([201, "pending"]);
  const checked = await api.call("POST", `${PREFIX}/verify/check`, { json: { to, code: "000000" } });
  expect([checked.status, checked.body.valid], checked.text).toEqual([200, false]);
});

test("an alias needs the scope of what it stands for, and says what it is", async () => {
  const reader = await api.withScopes(["runs:read"]);
  for (const [method, path, json] of [
    ["POST", "send-sms", { to: "+573009220004", body: "x" }],
    ["GET", "credits", undefined],
    ["POST", "verify/send", { to: "+573009220004" }],
  ] as const)
    expect((await reader(method, `${PREFIX}/${path}`, { json })).status, path).toBe(403);
  const { paths } = (await api.anonymous("GET", "/api/openapi.json")).body;
  const aliases = Object.entries<Record<string, { summary: string }>>(paths).filter(([path]) =>
    path.startsWith(PREFIX),
  );
  expect(aliases).toHaveLength(6);
  for (const [path, operations] of aliases)
    for (const { summary } of Object.values(operations)) expect(summary, path).toMatch(/^Alias of /);
});

test.each([
  [{ to: "300", body: "x" }, "/to"],
  [{ to: "+573009220005" }, "body"],
  [{ to: "+573009220005", body: "x", channel: "sms" }, "channel"],
])("what is wrong is said: %j", async (json, words) => {
  const { status, body } = await api.call("POST", `${PREFIX}/send-sms`, { json });
  expect([status, body.error.code]).toEqual([422, "INPUT_INVALID"]);
  expect(JSON.stringify(body.error)).toContain(words);
});
