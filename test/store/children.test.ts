import type pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { endedChildren } from "../../engine/store/children.ts";
import { type Database, openDatabase } from "../../engine/store/database.ts";
import { type ChildRow, type CommitItem, commitRuns, dueRuns, loadRun } from "../../engine/store/runs.ts";
import { commitItem, commitRun, newRunItem, STATE, sleepItem } from "../support/commit-item.ts";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";
import { openAdmin, seedBareTenant, type TenantIds } from "../support/seed-tenant.ts";

let database: TestDatabase;
let db: Database;
let admin: pg.Client;
let of: TenantIds;
let count = 0;

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDatabase({ connection: database.connection });
  admin = await openAdmin(database.connection);
  of = await seedBareTenant(admin, "a");
});

afterAll(async () => {
  await db.close();
  await admin.end();
  await database.drop();
});

describe("a parent that waits", () => {
  test("is due when one of its children ends, and not any more when it has seen that", async () => {
    const { parent, step, ids } = await family(2);
    const [first, second] = ids;
    expect(await endOf(first)).toMatchObject({ ok: true, wakes: [parent] });
    expect(await loadRun(db, parent)).toMatchObject({ status: "waiting", due: true });
    expect(await whyDue(parent)).toEqual(["wait"]);
    // The sweeper has looked, and it is due all the same.
    expect(await whyDue(parent)).toEqual(["wait"]);

    const again = await commitRun(db, sleepOf(parent, step, { expect: "waiting", seq: 2, childrenSeen: 1 }));
    expect(again).toMatchObject({ ok: true });
    expect(again).not.toHaveProperty("childEnded");
    expect(await loadRun(db, parent)).toMatchObject({ due: false });
    expect(await whyDue(parent)).toEqual([]);

    expect(await endOf(second)).toMatchObject({ wakes: [parent] });
    expect(await loadRun(db, parent)).toMatchObject({ due: true });
  });

  test("is told at once when one ended before it slept", async () => {
    const { parent, step, ids } = await family(1, "running");
    await endOf(ids[0]);
    expect(await commitRun(db, sleepOf(parent, step, { seq: 1, childrenSeen: 0 }))).toMatchObject({
      ok: true,
      childEnded: true,
    });
  });

  test("and all of its children end in one batch, in whatever order", async () => {
    const { parent, ids } = await family(20);
    for (const id of ids) await claim(id);
    const results = await commitRuns(
      db,
      ids.toReversed().map((id) => commitItem(of, id, { seq: 0, status: "succeeded" })),
    );
    expect(results.every((result) => result.ok)).toBe(true);
    expect(await loadRun(db, parent)).toMatchObject({ due: true });
  });

  test("[A13] can be ended while its children end: nobody blocks the other for good", async () => {
    for (let round = 0; round < 10; round++) {
      const { parent, ids } = await family(8);
      for (const id of ids) await claim(id);
      const [over] = await Promise.all([
        commitRun(db, commitItem(of, parent, { expect: "waiting", seq: 2, status: "cancelled" })),
        ...ids.map((id) => commitRun(db, commitItem(of, id, { seq: 0, status: "succeeded" }))),
      ]);
      expect(over).toMatchObject({ ok: true });
    }
    await admin.query("select pg_stat_force_next_flush()");
    const { rows } = await admin.query(
      "select deadlocks::int from pg_stat_database where datname = current_database()",
    );
    expect(rows).toEqual([{ deadlocks: 0 }]);
  });
});

describe("children", () => {
  test("are there once, however often their parent says so, with the depth of where they are", async () => {
    const { parent, step, ids } = await family(1, "running");
    await commitRun(db, commitItem(of, parent, { seq: 1, children: [childRow(step, ids[0] ?? "", "0")] }));
    const { rows } = await admin.query("select depth, branch, status from runs where parent_run_id = $1", [
      parent,
    ]);
    expect(rows).toEqual([{ depth: 1, branch: "0", status: "queued" }]);
  });

  test("[A13] that sleep are due when they are cancelled, and those of other steps are left alone", async () => {
    const { parent, step, ids } = await family(2, "running");
    const other = `run_other_${count}`;
    await commitRun(
      db,
      commitItem(of, parent, { seq: 1, children: [childRow(`${parent}:other:1`, other, "x")] }),
    );
    const [sleeping, queued] = ids;
    await claim(sleeping);
    await commitRun(db, sleepItem(of, sleeping ?? "", 0, []));
    const result = await commitRun(db, commitItem(of, parent, { seq: 2, cancelChildrenOf: step }));
    expect(result).toMatchObject({ wakes: [sleeping, queued].toSorted() });
    expect(await loadRun(db, sleeping ?? "")).toMatchObject({ cancelRequested: true, due: true });
    expect(await loadRun(db, other)).toMatchObject({ cancelRequested: false });
  });

  test("show what they gave and the steps they ran themselves, when they are over", async () => {
    const { step, ids } = await family(2);
    await endOf(ids[0], {
      state: {
        ...STATE,
        steps: { given: { old: true }, own: { n: 1 } },
        visits: { own: 1 },
        outcome: { status: "succeeded", name: "fine", output: { n: 1 } },
      },
    });
    expect(await endedChildren(db, of.tenant, step, null)).toEqual([
      {
        id: ids[0],
        branch: "0",
        status: "succeeded",
        outcome: { status: "succeeded", name: "fine", output: { n: 1 } },
        steps: { own: { n: 1 } },
        exchange: null,
        reply: [],
      },
    ]);
    expect(await endedChildren(db, of.tenant, step, ["1"])).toEqual([]);
    expect(await endedChildren(db, "ten_other", step, null)).toEqual([]);
  });
});

/** A parent and its queued children; asleep until one ends, unless it is still running. */
async function family(size: number, parentIs: "waiting" | "running" = "waiting") {
  const n = ++count;
  const parent = `run_parent_${n}`;
  const step = `${parent}:split:1`;
  const ids = Array.from({ length: size }, (_, index) => `run_child_${n}_${index}`);
  const children = ids.map((id, index) => childRow(step, id, String(index)));
  await commitRun(db, newRunItem(of, parent, { children }));
  if (parentIs === "waiting") await commitRun(db, sleepOf(parent, step, { seq: 1, childrenSeen: 0 }));
  return { parent, step, ids };
}

function sleepOf(parent: string, step: string, changes: Partial<CommitItem> & { seq: number }): CommitItem {
  return sleepItem(of, parent, changes.seq, [`children:${step}`], { childrenOf: step, ...changes });
}

function childRow(parentStep: string, id: string, branch: string): ChildRow {
  const { flowKey, version: flowVersionId } = of;
  return { id, flowKey, flowVersionId, triggerType: "test.trigger", parentStep, branch, state: STATE };
}

async function claim(id: string | undefined): Promise<void> {
  await admin.query(
    "update runs set status = 'running', lease_owner = 'owner_1', lease_epoch = 1, lease_until = now() + interval '1 minute' where id = $1",
    [id],
  );
}

async function endOf(id: string | undefined, changes: Partial<CommitItem> = {}) {
  await claim(id);
  return commitRun(db, commitItem(of, id ?? "", { seq: 0, status: "succeeded", ...changes }));
}

async function whyDue(runId: string): Promise<string[]> {
  return (await dueRuns(db, 100)).filter((row) => row.run_id === runId).map(({ why }) => why);
}
