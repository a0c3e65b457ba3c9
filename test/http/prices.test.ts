import { afterAll, beforeAll, expect, test } from "vitest";
import { inspect } from "../support/database.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const list = async (query = "", call = api.call) => (await call("GET", `/api/v1/prices${query}`)).body;
const set = (json: object, call = api.call) => call("PUT", "/api/v1/prices", { json });
const moneyOf = async (to: string) => {
  const sent = await api.call("POST", "/api/v1/messages", { json: { to, body: "Hola", channel: "sms" } });
  expect(sent.status, sent.text).toBe(201);
  return lastMoney(to);
};
const lastMoney = async (to: string) => {
  const { body } = await api.call("GET", "/api/v1/usage?channel=sms&limit=200");
  return body.items.find(({ recipient }: { recipient: string }) => recipient === to)?.money;
};

test("the operator's prices are read by channel and country, page by page, with the rate", async () => {
  const { items, counting } = await list("?channel=sms&country=CO&limit=200");
  expect(counting).toEqual({ currency: "COP", perUsd: 4000, validFrom: expect.any(String) });
  expect(items.length).toBeGreaterThan(0);
  for (const item of items) {
    expect(item).toMatchObject({ channel: "sms", source: "operator", unitPrice: expect.any(Number) });
    expect(["CO", "*"]).toContain(item.country);
  }
  const all = (await list("?limit=200")).items;
  const paged: unknown[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page = await list(`?limit=2${cursor === "" ? "" : `&cursor=${encodeURIComponent(cursor)}`}`);
    paged.push(...page.items);
    cursor = page.nextCursor;
  }
  expect(paged).toEqual(all);
  expect((await list("?at=2001-01-01")).items).toEqual([]);
});

test("[M2] what a tenant pays itself counts from now on, and gives way when it is taken back", async () => {
  const before = await moneyOf("+573009330001");
  const own = await set({ channel: "sms", country: "CO", unitPrice: 12.5 });
  expect([own.status, own.body], own.text).toEqual([
    200,
    {
      channel: "sms",
      country: "CO",
      currency: "COP",
      unitPrice: 12.5,
      source: "own",
      validFrom: expect.any(String),
    },
  ]);
  expect(await moneyOf("+573009330002")).toBe(12.5);
  expect(await lastMoney("+573009330001")).toBe(before);
  const shown = (await list("?channel=sms&country=CO")).items.map(({ source }: { source: string }) => source);
  expect(shown).toContain("own");
  await set({ channel: "sms", country: "CO", unitPrice: null });
  expect(await moneyOf("+573009330003")).toBe(before);
  expect(await lastMoney("+573009330002")).toBe(12.5);
  const after = (await list("?channel=sms&country=CO")).items.map(({ source }: { source: string }) => source);
  expect(after).not.toContain("own");
  const audit = await inspect(
    api.engine.connection,
    "select target, details from audit_log where action = 'price.set' order by id",
  );
  expect(audit).toEqual([
    { target: "sms CO COP", details: { unitPrice: 12.5 } },
    { target: "sms CO COP", details: { unitPrice: null } },
  ]);
});

test("dollars are converted, and any country has its price", async () => {
  await set({ channel: "sms", currency: "USD", unitPrice: 0.01 });
  expect(await moneyOf("+573009330004")).toBe(40);
  await set({ channel: "sms", currency: "USD", unitPrice: null });
});

test("it is one tenant's business, and needs its scope", async () => {
  const other = await api.otherTenant();
  await set({ channel: "voice", unitPrice: 7 }, other.call);
  expect((await list("?channel=voice", other.call)).items).toContainEqual(
    expect.objectContaining({ source: "own", currency: "EUR", unitPrice: 7 }),
  );
  const own = (await list("?channel=voice&limit=200")).items.filter(
    ({ source }: { source: string }) => source === "own",
  );
  expect(own).toEqual([]);
  const reader = await api.withScopes(["credits:read"]);
  expect((await set({ channel: "sms", unitPrice: 1 }, reader)).body.error.code).toBe("SCOPE_MISSING");
  const wrong = await set({ channel: "fax", unitPrice: -1 });
  expect([wrong.status, wrong.body.error.code]).toEqual([422, "INPUT_INVALID"]);
});
