import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { createLog } from "../../engine/log.ts";
import { createUpkeep } from "../../engine/runtime/upkeep.ts";
import { type Database, openDatabase } from "../../engine/store/database.ts";
import { buildEngine } from "../support/build-engine.ts";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";
import { openAdmin } from "../support/seed-tenant.ts";
import { until } from "../support/until.ts";

const RETENTION = { journalDays: 30, messageDays: 365 };

let database: TestDatabase;
let admin: pg.Client;
let db: Database;

beforeAll(async () => {
  database = await cloneDatabase();
  admin = await openAdmin(database.connection);
  db = openDatabase({ connection: database.connection, enginePool: 2, apiPool: 1 });
});

afterAll(async () => {
  await Promise.all([admin.end(), db.close()]);
  await database.drop();
});

test("[R1] a process that was away for long has its partitions before it serves", async () => {
  await dropAll();
  const engine = await buildEngine({ connection: database.connection });
  try {
    expect(await days()).toEqual([8, 8]);
  } finally {
    await engine.stop();
  }
});

test("[R3] a process waits for the one that is making the partitions it needs", async () => {
  await dropAll();
  let asked = 0;
  const counting: Database = {
    ...db,
    call(name, args) {
      asked += 1;
      return db.call(name, args);
    },
  };
  await admin.query("begin");
  await admin.query("select pg_advisory_xact_lock(hashtextextended('engine_keep_partitions', 0))");
  const upkeep = createUpkeep(counting, RETENTION, createLog("silent")).run();
  await until("a second try", () => asked > 1);
  expect(await days()).toEqual([0, 0]);
  await admin.query("commit");
  await upkeep;
  expect(await days()).toEqual([8, 8]);
});

async function dropAll(): Promise<void> {
  const { rows } = await admin.query(
    "select name from partitions_of('journal') union all select name from partitions_of('messages')",
  );
  for (const { name } of rows) await admin.query(`drop table ${name}`);
}

async function days(): Promise<number[]> {
  const { rows } = await admin.query(
    "select (select count(*)::int from partitions_of('journal')) as j, (select count(*)::int from partitions_of('messages')) as m",
  );
  return [rows[0].j, rows[0].m];
}
