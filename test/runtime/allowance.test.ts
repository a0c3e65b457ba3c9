import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { createLog } from "../../engine/log.ts";
import { apiClient, type Call } from "../http/api-client.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { inspect } from "../support/database.ts";
import { META_NUMBER, metaWebhook, postMeta } from "../support/meta-request.ts";
import { flowOf } from "../support/small-flow.ts";

const ALLOWANCE = "/api/v1/numbers/num_demo_meta/allowance";
const PORTS = ["sent", "failed", "window_closed", "insufficient_credits"] as const;
let engine: TestEngine;
let call: Call;
let people = 0;

beforeAll(async () => {
  engine = await buildEngine({ log: createLog("silent") });
  call = apiClient(engine.url, engine.apiKey);
  const write = flowOf(
    "write",
    [
      ["ask", "api.run", { input: { type: "object" } }],
      [
        "send",
        "meta.send",
        { to: "{{ trigger.input.to }}", type: "text", text: "Hola", fromNumber: "num_demo_meta" },
      ],
      ["settle", "credits.deduct", { mode: "settle" }],
      ["reply", "core.reply", { status: 200, json: { send: "{{ steps.send }}" } }],
    ],
    [
      ["ask", "next", "send"],
      ...PORTS.map((port) => ["send", port, "settle"] as const),
      ["settle", "deducted", "reply"],
      ["settle", "insufficient_credits", "reply"],
    ],
  );
  await engine.publish(write);
});
afterAll(() => engine.stop());
beforeEach(async () => {
  await inspect(engine.connection, "delete from number_usage; delete from number_events");
  await inspect(
    engine.connection,
    "update numbers set free_messages = null, account_ref = '900'; delete from vendor_accounts",
  );
  await setBalance(100);
  engine.app.runtime.directory.forget(engine.tenantId);
});

/** With its entry, so that the ledger still adds up. */
async function setBalance(balance: number): Promise<void> {
  await inspect(
    engine.connection,
    `insert into credit_entries (tenant_id, meter, amount, kind, ref)
     select tenant_id, meter, $1::int + held - (select coalesce(sum(amount), 0) from credit_entries e
       where e.tenant_id = a.tenant_id and e.meter = a.meter), 'adjustment', gen_random_uuid()
     from credit_accounts a where meter = 'whatsapp'`,
    [balance],
  );
  await inspect(
    engine.connection,
    "update credit_accounts set balance = $1::int + held where meter = 'whatsapp'",
    [balance],
  );
}

/** Writes to somebody who has just written. Gives how it came out, when all is reported. */
async function write(): Promise<{ wamid?: string; reason?: string }> {
  people += 1;
  const to = `+3460099${String(people).padStart(4, "0")}`;
  await engine.meta.receiveMessage({ ...META_NUMBER, from: to, text: "hola" });
  const { body } = await call("POST", "/api/v1/flows/write/runs?wait=10", { json: { input: { to } } });
  await engine.meta.idle();
  return body.send;
}

const left = async () => {
  const [row] = await inspect<{ left: number }>(
    engine.connection,
    "select balance - held as left from credit_accounts where meter = 'whatsapp'",
  );
  return row?.left;
};
const allowance = async () => (await call("GET", ALLOWANCE)).body;

/** Says again of a message what Meta said, or something else. */
const report = (
  wamid: string | undefined,
  status: string,
  pricing: object | null,
  timestamp = "1795700000",
) =>
  postMeta(
    engine,
    metaWebhook({ statuses: [{ id: wamid, status, timestamp, ...(pricing ? { pricing } : {}) }] }),
  );
const price = (type: string, category = "service") => ({
  billable: type === "regular",
  pricing_model: "PMP",
  type,
  category,
});

describe("what Meta reports is counted", () => {
  test("each delivered message once, by what it costs, however often it is said", async () => {
    await write();
    const { wamid } = await write();
    for (const status of ["delivered", "sent", "delivered", "read"])
      expect(await report(wamid, status, price("free_customer_service"))).toBe(200);
    await engine.meta.replay(20);
    expect(await allowance()).toMatchObject({
      amount: 1000,
      used: 2,
      underWay: 0,
      freeLeft: 998,
      exhaustedAt: null,
      delivered: [{ category: "service", type: "free_customer_service", count: 2, billed: false }],
    });
  });

  test("the price is kept with the message", async () => {
    const { wamid } = await write();
    const [row] = await inspect(engine.connection, "select pricing from messages where provider_ref = $1", [
      wamid,
    ]);
    expect(row).toEqual({ pricing: { type: "free_customer_service", category: "service", model: "PMP" } });
  });

  test("the first billed message says that nothing is left, whatever we counted: others send from the number, too", async () => {
    await inspect(
      engine.connection,
      `insert into number_usage (tenant_id, number_id, month, category, pricing_type, delivered, first_at, last_at)
       values ('ten_demo', 'num_demo_meta', date_trunc('month', now() at time zone 'America/Bogota'), 'service', 'regular', 1, '2026-11-20T10:00:00Z', now())`,
    );
    expect(await allowance()).toMatchObject({
      used: 0,
      freeLeft: 0,
      exhaustedAt: "2026-11-20T10:00:00.000Z",
    });
  });

  test("at 70, 90 and 100 % somebody is told, once", async () => {
    await inspect(
      engine.connection,
      `insert into number_usage (tenant_id, number_id, month, category, pricing_type, delivered, first_at, last_at)
       values ('ten_demo', 'num_demo_meta', date_trunc('month', now() at time zone 'America/Bogota'), 'service', 'free_customer_service', 699, now(), now())`,
    );
    await write();
    await write();
    await inspect(engine.connection, "update number_usage set delivered = 999");
    await write();
    const events = await call("GET", "/api/v1/numbers/num_demo_meta/events?field=allowance");
    expect(
      events.body.items.map(({ event, severity }: { event: string; severity: string }) => [event, severity]),
    ).toEqual([
      ["used_100", "warning"],
      ["used_70", "info"],
    ]);
  });

  test("a price that comes with the read, or before the delivery, counts all the same", async () => {
    // Never reported by the emulator itself.
    const to = "+34600999000";
    await engine.meta.receiveMessage({ ...META_NUMBER, from: to, text: "hola" });
    const { body } = await call("POST", "/api/v1/flows/write/runs?wait=10", { json: { input: { to } } });
    const { wamid } = body.send;
    expect(await allowance()).toMatchObject({ used: 0, underWay: 1, freeLeft: 999 });
    await report(wamid, "sent", price("free_customer_service"));
    expect(await allowance()).toMatchObject({ used: 0, underWay: 1 });
    await report(wamid, "read", null);
    expect(await allowance()).toMatchObject({ used: 1, underWay: 0 });
  });
});

describe("months", () => {
  test("begin at midnight of the account's zone, by when it was delivered", async () => {
    const zone = await call("PUT", ALLOWANCE, { json: { timezone: "Pacific/Auckland" } });
    expect([zone.status, zone.body.timezone]).toEqual([200, "Pacific/Auckland"]);
    const to = "+34600989000";
    await engine.meta.receiveMessage({ ...META_NUMBER, from: to, text: "hola" });
    const { body } = await call("POST", "/api/v1/flows/write/runs?wait=10", { json: { input: { to } } });
    // Half past eleven in the morning of 30 November in UTC is half past midnight of 1 December there.
    const at = String(Date.parse("2026-11-30T11:30:00Z") / 1000);
    await report(body.send.wamid, "delivered", price("free_customer_service"), at);
    const [row] = await inspect(engine.connection, "select month::text from number_usage");
    expect(row).toEqual({ month: "2026-12-01" });
  });

  test("the answer says when the next one begins", async () => {
    await call("PUT", ALLOWANCE, { json: { timezone: "America/Bogota" } });
    const { month, resetsAt } = await allowance();
    const next = new Date(`${month}T05:00:00Z`);
    next.setUTCMonth(next.getUTCMonth() + 1);
    expect(resetsAt).toBe(next.toISOString());
  });
});

describe("credits", () => {
  test("[C9] by default a free message costs credits like the rest", async () => {
    await write();
    expect([await left(), (await allowance()).charging]).toEqual([99, "charge"]);
  });

  test("[C9] where what Meta does not bill is free, it costs nothing, not even with no credits left", async () => {
    expect((await call("PUT", ALLOWANCE, { json: { charging: "free" } })).body.charging).toBe("free");
    await setBalance(0);
    expect((await write()).wamid).toMatch(/^wamid/);
    expect(await left()).toBe(0);
  });

  test("[C9] one that was taken for free and is billed is charged when Meta says so, once", async () => {
    await call("PUT", ALLOWANCE, { json: { charging: "free" } });
    const to = "+34600979000";
    await engine.meta.receiveMessage({ ...META_NUMBER, from: to, text: "hola" });
    const { body } = await call("POST", "/api/v1/flows/write/runs?wait=10", { json: { input: { to } } });
    expect(await left()).toBe(100);
    for (const status of ["delivered", "delivered", "read"])
      await report(body.send.wamid, status, price("regular"));
    expect(await left()).toBe(99);
  });

  test("[C9] one that was charged and is not billed gives its credit back, once; the ledger adds up", async () => {
    await call("PUT", ALLOWANCE, { json: { charging: "free" } });
    // Our count says that nothing is left: the message is charged.
    await inspect(
      engine.connection,
      `insert into number_usage (tenant_id, number_id, month, category, pricing_type, delivered, first_at, last_at)
       values ('ten_demo', 'num_demo_meta', date_trunc('month', now() at time zone 'America/Bogota'), 'service', 'free_customer_service', 1000, now(), now())`,
    );
    const to = "+34600969000";
    await engine.meta.receiveMessage({ ...META_NUMBER, from: to, text: "hola" });
    const { body } = await call("POST", "/api/v1/flows/write/runs?wait=10", { json: { input: { to } } });
    expect(await left()).toBe(99);
    for (const status of ["delivered", "read"])
      await report(body.send.wamid, status, price("free_entry_point"));
    expect(await left()).toBe(100);
    const [books] = await inspect(
      engine.connection,
      `select a.balance = sum(e.amount) as adds_up from credit_accounts a join credit_entries e using (tenant_id, meter)
       where a.meter = 'whatsapp' group by a.balance`,
    );
    expect(books).toEqual({ adds_up: true });
  });

  test("[C9] the tenant's settings say it for all numbers that say nothing themselves", async () => {
    await inspect(engine.connection, `update tenants set settings = settings || '{"freeMessages": "free"}'`);
    engine.app.runtime.directory.forget(engine.tenantId);
    expect((await allowance()).charging).toBe("free");
    await write();
    expect(await left()).toBe(100);
    expect((await call("PUT", ALLOWANCE, { json: { charging: "charge" } })).body.charging).toBe("charge");
    await inspect(engine.connection, "update tenants set settings = settings - 'freeMessages'");
  });
});

describe("asking wrongly", () => {
  test.each([
    ["a zone that is none", "num_demo_meta", { timezone: "Mars/Olympus" }, 422, "INPUT_INVALID"],
    ["a word that is none", "num_demo_meta", { charging: "sometimes" }, 422, "INPUT_INVALID"],
    ["a number of nobody", "num_nothing", { charging: "free" }, 404, "NOT_FOUND"],
    ["a number whose vendor gives nothing away", "num_demo_shared", { charging: "free" }, 404, "NOT_FOUND"],
  ])("%s", async (_what, id, json, status, code) => {
    const answer = await call("PUT", `/api/v1/numbers/${id}/allowance`, { json });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });
});
