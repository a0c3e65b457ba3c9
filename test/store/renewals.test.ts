import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createLog } from "../../engine/log.ts";
import { renewDue } from "../../engine/runtime/renewals.ts";
import { type Database, openDatabase } from "../../engine/store/database.ts";
import { dueSubscriptions, renewSubscription } from "../../engine/store/subscriptions.ts";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";
import { openAdmin, seedBareTenant, type TenantIds } from "../support/seed-tenant.ts";

let database: TestDatabase;
let db: Database;
let admin: pg.Client;
let count = 0;
let of: TenantIds;

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDatabase({ connection: database.connection, enginePool: 8, apiPool: 1 });
  admin = await openAdmin(database.connection);
});

afterAll(async () => {
  await Promise.all([db.close(), admin.end()]);
  await database.drop();
});

beforeEach(async () => {
  await admin.query("delete from subscriptions");
  of = await newTenant();
});

const due = () => dueSubscriptions(db, 100);
const renew = () => renewSubscription(db, of.tenant);

describe("[C40] a month", () => {
  test.each([
    ["the anchor itself is its first moment", "2026-01-10T05:00Z", "2026-01-10T05:00Z", "2026-01-10T05:00Z"],
    [
      "the moment before the boundary is the old month's",
      "2026-01-10T05:00Z",
      "2026-02-10T04:59Z",
      "2026-01-10T05:00Z",
    ],
    ["the boundary is the new month's", "2026-01-10T05:00Z", "2026-02-10T05:00Z", "2026-02-10T05:00Z"],
    ["the 31st is the last day of February", "2026-01-31T12:00Z", "2026-02-28T12:00Z", "2026-02-28T12:00Z"],
    ["and the 31st again in March", "2026-01-31T12:00Z", "2026-04-01T00:00Z", "2026-03-31T12:00Z"],
    ["the 29th of a leap year", "2027-12-29T12:00Z", "2028-03-01T00:00Z", "2028-02-29T12:00Z"],
    ["years later", "2020-05-17T00:00Z", "2026-11-28T00:00Z", "2026-11-17T00:00Z"],
  ])("in Bogotá: %s", async (_what, anchor, at, start) => {
    expect((await monthOf(anchor, "America/Bogota", at)).start).toEqual(new Date(start));
  });

  test("begins at the same hour of the wall clock in summer and in winter", async () => {
    const { start, end } = await monthOf("2026-01-15T08:00Z", "Europe/Madrid", "2026-04-01T00:00Z");
    expect({ start, end }).toEqual({
      start: new Date("2026-03-15T08:00Z"),
      end: new Date("2026-04-15T07:00Z"),
    });
  });

  test("counts its days in the tenant's zone: late on the 31st is not the 1st", async () => {
    // 22:00 on January 31 in Bogotá
    const { start } = await monthOf("2026-02-01T03:00Z", "America/Bogota", "2026-03-01T10:00Z");
    expect(start).toEqual(new Date("2026-03-01T03:00Z"));
  });
});

describe("[C40] a period that is over", () => {
  test("gives way to the one that now is in, with the plan's credits", async () => {
    await subscribe("40 days");
    await deduct("sms", 20);
    expect(await due()).toEqual([of.tenant]);
    expect(await renew()).toBe(true);
    expect(await credits()).toEqual({ sms: 50, voice: 10, whatsapp: 20 });
    expect(await periodHoldsNow()).toBe(true);
    expect(await due()).toEqual([]);
  });

  test("brings its credits once, however many were missed", async () => {
    await subscribe("6 years");
    await deduct("sms", 20);
    expect(await renew()).toBe(true);
    expect(await renew()).toBe(false);
    expect(await grantsOf("sms")).toEqual([50, 20]);
    expect(await periodHoldsNow()).toBe(true);
  });

  test("is renewed by one of many processes that try at once", async () => {
    await subscribe("40 days");
    await deduct("sms", 20);
    const results = await Promise.all(Array.from({ length: 6 }, renew));
    expect(results.filter(Boolean)).toEqual([true]);
    expect(await grantsOf("sms")).toEqual([50, 20]);
  });

  test("never leaves less than what remained", async () => {
    await subscribe("40 days", { plan: "pln_large" });
    await admin.query("update subscriptions set plan_id = 'pln_small'");
    await renew();
    expect(await credits()).toEqual({ sms: 200, voice: 60, whatsapp: 100 });
  });

  test("leaves unlimited credits unlimited, and writes no entry", async () => {
    await subscribe("40 days", { plan: "pln_open" });
    expect(await renew()).toBe(true);
    expect(await credits()).toEqual({ sms: null, voice: null, whatsapp: null });
    expect(await grantsOf("sms")).toEqual([]);
  });

  test("goes on for who is on trial, not for who owes or has left", async () => {
    await subscribe("40 days", { status: "trialing" });
    expect(await due()).toEqual([of.tenant]);
    for (const status of ["past_due", "cancelled"]) {
      await admin.query("update subscriptions set status = $1", [status]);
      expect(await due()).toEqual([]);
      expect(await renew()).toBe(false);
    }
  });

  test("is told by the tenant's own clock, which a sandbox may move", async () => {
    await subscribe("1 hour");
    expect(await due()).toEqual([]);
    const days = 40 * 86_400_000;
    await admin.query("update tenants set sandbox = true, clock_offset_ms = $2 where id = $1", [
      of.tenant,
      days,
    ]);
    expect(await due()).toEqual([of.tenant]);
    expect(await renew()).toBe(true);
    expect(await renew()).toBe(false);
  });

  test("is no business of a simulation", async () => {
    const twin = `ten_twin_r${count}`;
    await admin.query(
      `insert into tenants (id, name, country, timezone, locale, sandbox, twin_of, twin_until)
       select $2, name, country, timezone, locale, true, id, now() from tenants where id = $1`,
      [of.tenant, twin],
    );
    of = { ...of, tenant: twin };
    await subscribe("40 days");
    expect(await due()).toEqual([]);
    expect(await renew()).toBe(false);
  });

  test("is not followed by one of an hour where the zone has changed", async () => {
    await subscribe("40 days");
    await withoutTriggers(
      "update subscriptions set period_end = now() - interval '1 hour', anchor_at = now() + interval '1 hour' - interval '2 years'",
    );
    expect(await renew()).toBe(true);
    const { rows } = await admin.query(
      "select period_end > now() + interval '20 days' as long from subscriptions",
    );
    expect(rows).toEqual([{ long: true }]);
  });

  test("that cannot be renewed keeps nobody else waiting", async () => {
    await subscribe("50 days");
    await admin.query("update tenants set timezone = 'Nowhere' where id = $1", [of.tenant]);
    of = await newTenant();
    await subscribe("40 days");
    await renewDue({ db, log: createLog("silent") });
    expect(await periodHoldsNow()).toBe(true);
    expect(await due()).toHaveLength(1);
  });
});

describe("[C40] the anchor", () => {
  test("is where the first period begins", async () => {
    await subscribe("1 hour");
    const { rows } = await admin.query("select anchor_at = period_start as same from subscriptions");
    expect(rows).toEqual([{ same: true }]);
  });

  test("moves to an end that another system writes, so that what follows is a whole month", async () => {
    await subscribe("1 hour");
    await admin.query("update subscriptions set period_end = '2031-03-09T10:00Z'");
    expect(await anchor()).toEqual(new Date("2031-03-09T10:00Z"));
  });

  test("stays when the period goes on by itself", async () => {
    await subscribe("40 days");
    const before = await anchor();
    await renew();
    expect(await anchor()).toEqual(before);
  });
});

async function newTenant(): Promise<TenantIds> {
  count += 1;
  return seedBareTenant(admin, `r${count}`);
}

async function subscribe(ago: string, { plan = "pln_small", status = "active" } = {}): Promise<void> {
  await admin.query(
    `insert into subscriptions (id, tenant_id, plan_id, status, period_start)
     values ($1, $2, $3, $4, now() - $5::interval)`,
    [of.subscription, of.tenant, plan, status, ago],
  );
}

async function monthOf(anchorAt: string, zone: string, at: string): Promise<{ start: Date; end: Date }> {
  const { rows } = await admin.query(
    "select lower(m) as start, upper(m) as end from subscription_month($1, $2, $3) m",
    [anchorAt, zone, at],
  );
  return rows[0];
}

async function deduct(channel: string, amount: number): Promise<void> {
  expect(await db.call("deduct_comm_credits" as "engine_", [of.tenant, channel, amount])).toBe(true);
}

async function credits(): Promise<Record<string, number | null>> {
  const { rows } = await admin.query(
    "select meter, balance from credit_accounts where tenant_id = $1 and meter in ('sms', 'voice', 'whatsapp') order by 1",
    [of.tenant],
  );
  return Object.fromEntries(
    rows.map((row: { meter: string; balance: number | null }) => [row.meter, row.balance]),
  );
}

async function grantsOf(meter: string): Promise<number[]> {
  const { rows } = await admin.query(
    "select amount from credit_entries where tenant_id = $1 and meter = $2 and kind = 'grant' order by id",
    [of.tenant, meter],
  );
  return rows.map((row: { amount: number }) => row.amount);
}

async function periodHoldsNow(): Promise<boolean> {
  const { rows } = await admin.query(
    `select period_start <= now() and period_end > now() and period_end - period_start between '28 days' and '31 days 2 hours'
       as holds from subscriptions where tenant_id = $1`,
    [of.tenant],
  );
  return rows[0].holds;
}

async function anchor(): Promise<Date> {
  const { rows } = await admin.query("select anchor_at from subscriptions where tenant_id = $1", [of.tenant]);
  return rows[0].anchor_at;
}

async function withoutTriggers(sql: string): Promise<void> {
  await admin.query("set session_replication_role = replica");
  await admin.query(sql);
  await admin.query("set session_replication_role = default");
}
