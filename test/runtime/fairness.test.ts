import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { openDatabase } from "../../engine/store/database.ts";
import { commitRuns } from "../../engine/store/runs.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { newRunItem, STATE } from "../support/commit-item.ts";
import { cloneDatabase, inspect, type TestDatabase } from "../support/database.ts";
import { openAdmin, seedBareTenant, type TenantIds } from "../support/seed-tenant.ts";
import { type SlowVendor, slowVendor } from "../support/slow-vendor.ts";
import { flowOf } from "../support/small-flow.ts";
import { callForm, twilioRequest } from "../support/twilio-request.ts";
import { until } from "../support/until.ts";

const { shared, landline } = DEMO.numbers;
const HELD = /<Redirect method="POST">([^<]+)<\/Redirect>/;

let database: TestDatabase;
let vendor: SlowVendor;
let first: TestEngine;
let caller = 0;

beforeAll(async () => {
  database = await cloneDatabase();
  vendor = await slowVendor();
  first = await engineOf({});
  await first.publish(
    flowOf("ask-vendor", [
      ["api", "api.run"],
      ["ask", "http.request", { method: "GET", url: `${vendor.url}/{{ trigger.input.n }}` }],
      ["done", "core.end"],
    ]),
  );
  await first.publish(
    flowOf(
      "slow-call",
      [
        ["call", "twilio.incoming-call"],
        ["ask", "http.request", { method: "GET", url: `${vendor.url}/call` }],
        ["thanks", "twilio.say", { text: "Gracias por esperar" }],
      ],
      [
        ["call", "next", "ask"],
        ["ask", "success", "thanks"],
      ],
    ),
    { number: shared, channel: "voice" },
  );
  await first.publish(
    flowOf(
      "menu-call",
      [
        ["call", "twilio.incoming-call"],
        ["menu", "twilio.gather", { prompt: { text: "Marque uno" }, digitPorts: ["1"] }],
        ["ask", "http.request", { method: "GET", url: `${vendor.url}/menu` }],
        ["thanks", "twilio.say", { text: "Gracias por elegir" }],
      ],
      [
        ["call", "next", "menu"],
        ["menu", "1", "ask"],
        ["ask", "success", "thanks"],
      ],
    ),
    { number: landline, channel: "voice" },
  );
});
afterAll(async () => {
  await first.stop();
  await vendor.close();
  await database.drop();
});

test("[F1] a tenant's cap holds over two processes, as its rows and as the vendor sees it", async () => {
  const second = await engineOf({});
  const full = await engineOf({ role: "web", maxInFlight: 0 });
  try {
    await cap(3);
    const ids = await Promise.all(Array.from({ length: 60 }, (_, n) => start(full, n)));
    let most = 0;
    await until("all of them to end", async () => {
      const [row] = await inspect<{ running: number; ended: number }>(
        database.connection,
        `select count(*) filter (where status = 'running')::int as running,
                count(*) filter (where status = 'succeeded')::int as ended from runs where id = any($1)`,
        [ids],
      );
      most = Math.max(most, row?.running ?? 0);
      return row?.ended === 60;
    });
    expect(most).toBeLessThanOrEqual(3);
    expect(vendor.most).toBeLessThanOrEqual(3);
    expect(vendor.asked).toHaveLength(60);
    const owners = await inspect(
      database.connection,
      "select 1 from runs where id = any($1) and lease_epoch <> 2",
      [ids],
    );
    expect(owners).toEqual([]);
  } finally {
    await cap(100);
    await full.app.stop();
    await second.app.stop();
  }
});

test("[F2] a flood of one tenant does not keep another from starting", async () => {
  const flood = await engineOf({ own: true, maxInFlight: 100 });
  const db = openDatabase({ connection: flood.connection, enginePool: 2, apiPool: 1 });
  const admin = await openAdmin(flood.connection);
  try {
    const [a, b] = [await seedBareTenant(admin, "a"), await seedBareTenant(admin, "b")];
    await admin.query("update flow_versions set document = $1 where tenant_id = any($2)", [
      JSON.stringify(flowOf("flow_a", [["done", "core.end"]])),
      [a.tenant, b.tenant],
    ]);
    await admin.query("update tenants set max_in_flight = 20 where id = $1", [a.tenant]);
    const store = (of: TenantIds, howMany: number) =>
      commitRuns(
        db,
        Array.from({ length: howMany }, (_, n) =>
          newRunItem(of, `run_${of.tenant}_${String(n).padStart(6, "0")}`, {
            status: "queued",
            priority: 2,
            state: { ...STATE, cursor: { nodeId: "done", visit: 1 } },
          }),
        ),
      );
    await store(a, 5_000);
    await until("the flood to be under way", async () => (await begun(flood, a)) > 200);
    await store(b, 50);
    await until("the others to end", async () => (await ended(flood, b)) === 50);
    // B's turn comes with every claim: of A started as many meanwhile as of B, and what was in flight.
    expect(await endedDuring(flood, a, b)).toBeLessThan(50 + 5 * 20);
    expect(await ended(flood, a)).toBeLessThan(5_000);
  } finally {
    await Promise.all([db.close(), admin.end()]);
    await flood.stop();
  }
});

describe("[F3] a process that is full", () => {
  test("keeps a call it cannot drive, and the caller hears the answer another gives", async () => {
    const full = await engineOf({ role: "web", maxInFlight: 0 });
    try {
      const answer = await twilioRequest(full, "/hooks/twilio/voice", newCall(shared));
      expect(answer.body).toContain("Gracias por esperar");
    } finally {
      await full.app.stop();
    }
  });

  test("keeps what a caller chose, puts the caller on hold, and nothing is lost", async () => {
    const full = await engineOf({ own: true, role: "web", maxInFlight: 0, answerWithinMs: 200 });
    const open = await engineOf({ on: full, role: "web" });
    try {
      await open.publish(
        flowOf(
          "menu-call",
          [
            ["call", "twilio.incoming-call"],
            ["menu", "twilio.gather", { prompt: { text: "Marque uno" }, digitPorts: ["1"] }],
            ["thanks", "twilio.say", { text: "Gracias por elegir" }],
          ],
          [
            ["call", "next", "menu"],
            ["menu", "1", "thanks"],
          ],
        ),
        { number: landline, channel: "voice" },
      );
      const call = newCall(landline);
      const asked = await twilioRequest(open, "/hooks/twilio/voice", call);
      const step = new URL(/action="([^"]+)"/.exec(asked.body)?.[1] ?? "").pathname;
      const held = await twilioRequest(full, step, { ...call, Digits: "1" });
      const hold = HELD.exec(held.body)?.[1] ?? "";
      const rows = await inspect(full.connection, "select status, priority from runs");
      expect(rows).toEqual([{ status: "queued", priority: 0 }]);
      const worker = await engineOf({ on: full });
      try {
        const { pathname, search } = new URL(hold.replaceAll("&amp;", "&"));
        const answer = await until("the answer", async () => {
          const { body } = await twilioRequest(full, pathname + search, call);
          return HELD.test(body) ? null : body;
        });
        expect(answer).toContain("Gracias por elegir");
      } finally {
        await worker.app.stop();
      }
    } finally {
      await open.app.stop();
      await full.stop();
    }
  });
});

test("[F3] a tenant at its cap keeps its callers on hold, and answers them all", async () => {
  const impatient = await engineOf({ answerWithinMs: 200 });
  try {
    await cap(1);
    vendor.hold();
    const calls = [newCall(shared), newCall(shared), newCall(shared)];
    const held = await Promise.all(
      calls.map((call) => twilioRequest(impatient, "/hooks/twilio/voice", call)),
    );
    const holds = held.map(({ body }) => new URL(HELD.exec(body)?.[1]?.replaceAll("&amp;", "&") ?? ""));
    expect(vendor.open).toBe(1);
    vendor.release();
    for (const [index, { pathname, search }] of holds.entries()) {
      const answer = await until("the answer", async () => {
        const { body } = await twilioRequest(impatient, pathname + search, calls[index] ?? {});
        return HELD.test(body) ? null : body;
      });
      expect(answer).toContain("Gracias por esperar");
    }
  } finally {
    await cap(100);
    await impatient.app.stop();
  }
});

test("[F3] a choice that comes while the tenant is at its cap is kept, and heard when its turn comes", async () => {
  const impatient = await engineOf({ answerWithinMs: 200 });
  try {
    const call = newCall(landline);
    const asked = await twilioRequest(impatient, "/hooks/twilio/voice", call);
    await cap(1);
    vendor.hold();
    const busy = await start(impatient, 1_000);
    await until("the one place to be taken", () => vendor.open === 1);
    const step = new URL(/action="([^"]+)"/.exec(asked.body)?.[1] ?? "").pathname;
    const held = await twilioRequest(impatient, step, { ...call, Digits: "1" });
    const { pathname, search } = new URL(HELD.exec(held.body)?.[1]?.replaceAll("&amp;", "&") ?? "");
    const queued = await inspect(
      database.connection,
      "select state #>> '{cursor,nodeId}' as node from runs where status = 'queued'",
    );
    expect(queued).toEqual([{ node: "ask" }]);
    vendor.release();
    const answer = await until("the answer", async () => {
      const { body } = await twilioRequest(impatient, pathname + search, call);
      return HELD.test(body) ? null : body;
    });
    expect(answer).toContain("Gracias por elegir");
    await until("the other to end", async () => (await statusOf(busy)) === "succeeded");
  } finally {
    await cap(100);
    await impatient.app.stop();
  }
});

test("[F2] bulk is queued whatever room there is, and announced, not left to the next look", async () => {
  const [id, normal] = [await start(first, 2_000, "bulk"), await start(first, 2_001)];
  const rows = await inspect<{ id: string; priority: number }>(
    database.connection,
    "select id, priority from runs where id = any($1) order by priority",
    [[id, normal]],
  );
  expect(rows).toEqual([
    { id: normal, priority: 1 },
    { id, priority: 2 },
  ]);
  await until("it to end", async () => (await statusOf(id)) === "succeeded");
  expect(
    await inspect(database.connection, "select 1 from pgboss.job where singleton_key = $1", [id]),
  ).toEqual([]);
});

interface Options {
  /** A database of its own. */
  readonly own?: boolean;
  /** On the database of this one. */
  readonly on?: TestEngine;
  readonly role?: "web" | "all";
  readonly maxInFlight?: number;
  readonly answerWithinMs?: number;
}

function engineOf({ own, on, role = "all", ...settings }: Options): Promise<TestEngine> {
  const connection = on?.connection ?? database.connection;
  return buildEngine({
    ...(own ? {} : { connection }),
    settings,
    config: { role, operator: { "test.vendor": { baseUrl: vendor.url } } },
  });
}

async function cap(runs: number): Promise<void> {
  await inspect(database.connection, "update tenants set max_in_flight = $2 where id = $1", [
    first.tenantId,
    runs,
  ]);
}

async function start(on: TestEngine, n: number, priority?: "bulk"): Promise<string> {
  const answer = await fetch(`${on.url}/api/v1/flows/ask-vendor/runs`, {
    method: "POST",
    headers: { authorization: `Bearer ${first.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify({ input: { n }, ...(priority ? { priority } : {}) }),
  });
  const { runId } = (await answer.json()) as { runId?: string };
  if (!runId) throw new Error(`starting was answered with ${answer.status}`);
  return runId;
}

async function statusOf(id: string): Promise<string | undefined> {
  const [row] = await inspect<{ status: string }>(
    database.connection,
    "select status from runs where id = $1",
    [id],
  );
  return row?.status;
}

function newCall(to: string) {
  caller += 1;
  return callForm(`CA${String(caller).padStart(32, "0")}`, `+57300777${String(1000 + caller)}`, to);
}

async function begun(engine: TestEngine, of: TenantIds): Promise<number> {
  const [row] = await inspect<{ count: number }>(
    engine.connection,
    "select count(*)::int as count from runs where tenant_id = $1 and status <> 'queued'",
    [of.tenant],
  );
  return row?.count ?? 0;
}

async function ended(engine: TestEngine, of: TenantIds): Promise<number> {
  const [row] = await inspect<{ count: number }>(
    engine.connection,
    "select count(*)::int as count from runs where tenant_id = $1 and ended_at is not null",
    [of.tenant],
  );
  return row?.count ?? 0;
}

/** How many of `of` ended between the arrival of the first of `other` and the end of its last. */
async function endedDuring(engine: TestEngine, of: TenantIds, other: TenantIds): Promise<number> {
  const [row] = await inspect<{ count: number }>(
    engine.connection,
    `select count(*)::int as count from runs r,
       (select min(started_at) as arrived, max(ended_at) as over from runs where tenant_id = $2) o
     where r.tenant_id = $1 and r.ended_at between o.arrived and o.over`,
    [of.tenant, other.tenant],
  );
  return row?.count ?? 0;
}
