import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import { createAdmitCall, type RateLimits } from "../../engine/http/rate-limits.ts";
import { pruneRates } from "../../engine/store/call-rates.ts";
import { type Database, openDatabase } from "../../engine/store/database.ts";
import { inspect } from "../support/database.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

// A minute has so few that no machine is slow enough to get one more.
const PER_CALLER = 2;
const LIMITS = { perCaller: PER_CALLER, perTenant: 0, perAddress: 0 };
let api: TestApi;
let stores: Database[];

beforeAll(async () => {
  api = await startTestApi({ config: { rateLimits: LIMITS } });
  stores = Array.from({ length: 3 }, () => openDatabase({ connection: api.engine.connection }));
});
afterAll(async () => {
  await Promise.all(stores.map((store) => store.close()));
  await api.stop();
});
beforeEach(() => inspect(api.engine.connection, "delete from call_rates"));

test("[S43] a key that calls too often is told so, how long to wait, and of which limit", async () => {
  for (let n = 0; n < PER_CALLER; n++) expect((await api.call("GET", "/api/v1/me")).status).toBe(200);
  const refused = await api.call("GET", "/api/v1/me");
  expect([refused.status, refused.body.error.code]).toEqual([429, "RATE_LIMITED"]);
  expect(refused.body.error.details).toMatchObject({ limit: "caller", perMinute: PER_CALLER });
  const after = Number(refused.headers.get("retry-after"));
  expect(after).toBeGreaterThan(0);
  expect(after).toBeLessThanOrEqual(60 / PER_CALLER);
  const other = await api.withScopes(["runs:read"]);
  expect((await other("GET", "/api/v1/runs")).status).toBe(200);
});

/** How many of so many calls at once go through three gates that, like those of three processes, share only the database. */
async function admitted(limits: RateLimits, calls: number, by: (n: number) => string, ip: string) {
  const gates = stores.map((store) => createAdmitCall(store, limits));
  const before = performance.now();
  const outcomes = await Promise.allSettled(
    Array.from({ length: calls }, (_, n) => gates[n % gates.length]?.({ by: by(n), tenantId: "ten_x" }, ip)),
  );
  const minutes = (performance.now() - before) / 60_000;
  return { count: outcomes.filter(({ status }) => status === "fulfilled").length, minutes };
}

test.each([
  ["a caller", { perCaller: 60, perTenant: 0, perAddress: 0 }, () => "key_a"],
  ["a tenant", { perCaller: 0, perTenant: 60, perAddress: 0 }, (n: number) => `key_${n}`],
  ["an address", { perCaller: 0, perTenant: 0, perAddress: 60 }, (n: number) => `key_${n}`],
] as const)("[S43] three gates together let %s through as often as one would", async (_, limits, by) => {
  const { count, minutes } = await admitted(limits, 300, by, "203.0.113.9");
  // One more for each second it took, and one for where a second ends.
  expect(count).toBeGreaterThanOrEqual(60);
  expect(count).toBeLessThanOrEqual(60 + Math.ceil(minutes * 60));
});

test("[S43] who is refused by one limit is not counted by the others", async () => {
  const limits = { perCaller: 2, perTenant: 10, perAddress: 0 };
  expect((await admitted(limits, 30, () => "key_a", "203.0.113.9")).count).toBe(2);
  // The tenant has eight left, for others.
  expect((await admitted(limits, 30, (n) => `key_b${n}`, "203.0.113.9")).count).toBeGreaterThanOrEqual(8);
});

test("[S43] what is over is forgotten, what still counts is not", async () => {
  await admitted({ ...LIMITS, perTenant: 9 }, 1, () => "key_a", "203.0.113.9");
  const rows = () => inspect(api.engine.connection, "select key from call_rates");
  expect(await rows()).toHaveLength(2);
  expect(await pruneRates(stores[0] as Database, 100)).toBe(0);
  await inspect(api.engine.connection, "update call_rates set even_at = now() - interval '1 second'");
  expect(await pruneRates(stores[0] as Database, 100)).toBe(2);
  expect(await rows()).toEqual([]);
});
