import { afterAll, beforeAll, expect, test } from "vitest";
import { renewDue } from "../../engine/runtime/renewals.ts";
import { inspect } from "../support/database.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const read = async () => (await api.call("GET", "/api/v1/subscription")).body;
const change = (sql: string) => inspect(api.engine.connection, sql);

test("a tenant reads its plan, what that gives, and the period it is in", async () => {
  expect(await read()).toEqual({
    status: "active",
    periodStart: expect.any(String),
    periodEnd: expect.any(String),
    plan: {
      code: "business",
      name: "Business",
      voiceAgent: true,
      monthly: { sms: 200, whatsapp: 200, voice: 30, lookup: null, verify: null, ai: 300 },
    },
  });
});

test("[C40] a new period is told with the accounts that it fills", async () => {
  await change(
    "update subscriptions set period_start = period_start - interval '40 days', anchor_at = anchor_at - interval '40 days', period_end = period_start - interval '9 days'",
  );
  await renewDue(api.engine.app.runtime);
  const after = await read();
  expect(Date.parse(after.periodEnd)).toBeGreaterThan(Date.now());
  const { body } = await api.call("GET", "/api/v1/credits");
  const sms = body.items.find(({ meter }: { meter: string }) => meter === "sms");
  expect(sms.resetsAt).toBe(after.periodEnd);
});

test("who has no plan reads that there is none", async () => {
  await change("delete from subscriptions");
  expect(await read()).toBeNull();
});
