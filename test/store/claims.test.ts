import type pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Database, openDatabase } from "../../engine/store/database.ts";
import {
  type ClaimedRuns,
  type CommitItem,
  claimNext,
  claimRun,
  commitRuns,
  requestCancel,
} from "../../engine/store/runs.ts";
import { commitItem, commitRun, newRunItem, OWNER } from "../support/commit-item.ts";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";
import { openAdmin, seedBareTenant, type TenantIds } from "../support/seed-tenant.ts";

let database: TestDatabase;
let db: Database;
let admin: pg.Client;
let a: TenantIds;
let b: TenantIds;
let c: TenantIds;
let count = 0;

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDatabase({ connection: database.connection, enginePool: 4, apiPool: 1 });
  admin = await openAdmin(database.connection);
  a = await seedBareTenant(admin, "a");
  b = await seedBareTenant(admin, "b");
  c = await seedBareTenant(admin, "c");
});
beforeEach(() => admin.query("truncate runs, journal, waits, inbox, effects"));
afterAll(async () => {
  await Promise.all([db.close(), admin.end()]);
  await database.drop();
});

describe("[F2] a claim", () => {
  test("takes the tenants in turn, whoever has more", async () => {
    await queue(a, 30);
    await queue(b, 2);
    await queue(c, 5);
    const { runs, more } = await claim(12);
    expect(perTenant(runs)).toEqual({ [a.tenant]: 5, [b.tenant]: 2, [c.tenant]: 5 });
    expect(more).toBe(true);
  });

  test("of one run at a time goes on behind the tenant that was last", async () => {
    for (const of of [a, b, c]) await queue(of, 2);
    const order: string[] = [];
    let after = "";
    for (let turn = 0; turn < 6; turn++) {
      const claimed = await claim(1, after);
      after = claimed.after;
      order.push(...claimed.runs.map((run) => run.tenantId));
    }
    expect(order).toEqual([a, b, c, a, b, c].map((of) => of.tenant));
    expect(await claim(1, after)).toMatchObject({ runs: [], more: false });
  });

  test("gives runs that are ours, ready to drive, and no two processes the same", async () => {
    await queue(a, 40);
    const claims = await Promise.all(
      Array.from({ length: 8 }, (_, index) => claim(10, "", `owner_${index % 2}`)),
    );
    const ids = claims.flatMap(({ runs }) => runs.map((run) => run.id));
    expect(ids).toHaveLength(40);
    expect(new Set(ids).size).toBe(40);
    expect(claims[0]?.runs[0]).toMatchObject({ status: "running", epoch: 2, seq: 1, due: false });
  });

  test("takes who is waited for first, then by age; bulk comes last", async () => {
    const bulk = await queue(a, 1, { priority: 2 });
    const old = await queue(a, 1);
    const young = await queue(a, 1);
    const awaited = await queue(a, 1, { priority: 0 });
    const { runs } = await claim(10);
    expect(runs.map((run) => run.id)).toEqual([...awaited, ...old, ...young, ...bulk]);
  });
});

describe("[F1] the cap of a tenant", () => {
  test("is never exceeded, by claims, by single claims and by new runs at the same moment", async () => {
    await admin.query("update tenants set max_in_flight = 3 where id = $1", [a.tenant]);
    const queued = await queue(a, 20);
    await queue(b, 5);
    const fresh = Array.from({ length: 5 }, () => newRunItem(a, nextRun()));
    await Promise.all([
      ...Array.from({ length: 4 }, () => claim(10)),
      ...queued.slice(0, 4).map((id) => claimRun(db, id, OWNER, 60_000)),
      ...fresh.map((item) => commitRun(db, item)),
    ]);
    expect(await running(a)).toBe(3);
    expect(await running(b)).toBe(5);
    await admin.query("update tenants set max_in_flight = 100 where id = $1", [a.tenant]);
  });

  test("of one tenant does not hold up another, and whatever is left is said to be left", async () => {
    await admin.query("update tenants set max_in_flight = 1 where id = $1", [a.tenant]);
    await queue(a, 3);
    await claim(10);
    const [first] = await queue(c, 1);
    expect(await claim(1)).toMatchObject({ runs: [{ id: first }], more: true });
    expect(await claim(1)).toMatchObject({ runs: [], more: true });
    await admin.query("update tenants set max_in_flight = 100 where id = $1", [a.tenant]);
  });
});

describe("[F4] a lane", () => {
  const lane = { key: "flow contact", policy: "queue" } as const;

  test("has one run at a time, the oldest first", async () => {
    const ids = await queue(a, 3, { lane });
    const order: string[] = [];
    for (let turn = 0; turn < 3; turn++) {
      const { runs } = await claim(10);
      expect(runs).toHaveLength(1);
      for (const run of runs) {
        order.push(run.id);
        expect(await claimRun(db, ids.at(-1) ?? "", OWNER, 60_000)).toBe(false);
        await commitRun(db, commitItem(a, run.id, { epoch: run.epoch, seq: run.seq, status: "succeeded" }));
      }
    }
    expect(order).toEqual(ids);
  });

  test("does not keep a run from being cancelled", async () => {
    const [first, second] = await queue(a, 2, { lane });
    await requestCancel(db, a.tenant, second ?? "");
    const { runs } = await claim(10);
    expect(runs.map((run) => [run.id, run.cancelRequested])).toEqual([
      [first, false],
      [second, true],
    ]);
  });

  test("of which two replace it in one batch goes to one after the other", async () => {
    const replace = { ...lane, policy: "replace" } as const;
    const items = [nextRun(), nextRun()].map((id) => newRunItem(a, id, { lane: replace }));
    const [one, two] = await commitRuns(db, items);
    expect([one, two]).toMatchObject([{ ok: true }, { ok: false, reason: "busy", runId: null }]);
    const [, second] = items;
    if (second) expect(await commitRun(db, second)).toMatchObject({ ok: true });
    const { rows } = await admin.query(
      "select cancel_requested_at is not null as stopping from runs order by id",
    );
    expect(rows).toEqual([{ stopping: true }, { stopping: false }]);
  });
});

test("[F2] a claim among 100,000 queued runs reads only what it takes", async () => {
  await admin.query(
    `insert into runs (id, tenant_id, flow_key, flow_version_id, status, state, trigger_type, priority)
     select 'run_flood_' || g, $1, $2, $3, 'queued', '{}', 'test.trigger', 2 from generate_series(1, 100000) g`,
    [a.tenant, a.flowKey, a.version],
  );
  const mine = await queue(b, 5);
  await admin.query("begin");
  const claimed = await admin.query("select engine_claim_next($1, 60000, 20, '') as result", [OWNER]);
  const { rows } = await admin.query(
    "select seq_tup_read + idx_tup_fetch as count from pg_stat_xact_user_tables where relname = 'runs'",
  );
  await admin.query("commit");
  const { runs } = claimed.rows[0].result as ClaimedRuns;
  expect(runs).toHaveLength(20);
  expect(runs.filter((run) => run.tenantId === b.tenant).map((run) => run.id)).toEqual(mine);
  expect(Number(rows[0]?.count)).toBeLessThan(1_000);
});

function nextRun(): string {
  count += 1;
  return `run_${String(count).padStart(6, "0")}`;
}

/** Stores runs as queued, one after the other, and gives their ids. */
async function queue(of: TenantIds, howMany: number, changes: Partial<CommitItem> = {}): Promise<string[]> {
  const ids = Array.from({ length: howMany }, nextRun);
  for (const id of ids) await commitRun(db, newRunItem(of, id, { status: "queued", ...changes }));
  return ids;
}

function claim(limit: number, after = "", owner = OWNER): Promise<ClaimedRuns> {
  return claimNext(db, { owner, leaseMs: 60_000, limit, after });
}

function perTenant(runs: ClaimedRuns["runs"]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const { tenantId } of runs) counts[tenantId] = (counts[tenantId] ?? 0) + 1;
  return counts;
}

async function running(of: TenantIds): Promise<number> {
  const { rows } = await admin.query(
    "select count(*)::int as count from runs where tenant_id = $1 and status = 'running'",
    [of.tenant],
  );
  return rows[0]?.count;
}
