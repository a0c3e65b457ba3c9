import pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type Database, openDatabase } from "../../engine/store/database.ts";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";
import { openAdmin, seedBareTenant } from "../support/seed-tenant.ts";

let database: TestDatabase;
let db: Database;
let admin: pg.Client;

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDatabase({ connection: database.connection });
  admin = await openAdmin(database.connection);
});

afterAll(async () => {
  await admin.end();
  await db.close();
  await database.drop();
});

test("a lock that somebody keeps holds up a call for a while, not for ever, and says that it may be tried again", async () => {
  const of = await seedBareTenant(admin, "l");
  const holder = new pg.Client({ ...database.connection });
  await holder.connect();
  await holder.query("begin");
  await holder.query("lock table credit_accounts in access exclusive mode");
  await expect(
    db.asTenant(of.tenant, ({ sql }) => sql("credit_accounts").select("meter")),
  ).rejects.toMatchObject({ code: "DATABASE_UNAVAILABLE", retryable: true });
  await holder.query("rollback");
  await holder.end();
  expect(await db.asTenant(of.tenant, ({ sql }) => sql("credit_accounts").select("meter"))).toBeInstanceOf(
    Array,
  );
});
