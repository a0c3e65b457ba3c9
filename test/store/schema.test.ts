import { readFileSync } from "node:fs";
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";
import { dumpSchema, SCHEMA_FILE } from "../support/dump-schema.ts";
import { openAdmin } from "../support/seed-tenant.ts";

let database: TestDatabase;
let admin: pg.Client;
let unchanged: string;

beforeAll(async () => {
  database = await cloneDatabase();
  admin = await openAdmin(database.connection);
  unchanged = await dumpSchema(admin);
});

afterAll(async () => {
  await admin.end();
  await database.drop();
});

test("the migrations give the schema that test/schema.sql shows", async () => {
  const written = readFileSync(SCHEMA_FILE, "utf8");
  expect(
    unchanged,
    "The schema has changed. Refresh test/schema.sql with `npm run schema:dump` and review the difference.",
  ).toBe(written);
});

test.each([
  ["a column", "alter table contacts add column shoe_size integer not null default 42"],
  ["a null", "alter table contacts alter column name set not null"],
  ["an index", "create index extra_idx on contacts (name) where name is not null"],
  ["a constraint", "alter table contacts add constraint extra check (name <> '')"],
  ["a policy", "drop policy tenant_wall on contacts"],
  ["a wall", "alter table contacts no force row level security"],
  ["a trigger", "drop trigger subscriptions_sync_credits on subscriptions"],
  [
    "a function's body",
    "create or replace function engine_tenant_of_run(p_run text) returns text language sql stable security definer set search_path = public, pg_temp as 'select null'",
  ],
  ["a function's rights", "alter function engine_tenant_of_run security invoker"],
  ["a grant", "grant select on contacts to app_engine"],
  ["a grant on a column", "grant update (name) on tenants to app_engine"],
  ["a right of everybody", "grant execute on function engine_due to public"],
])("the dump shows a change of %s", async (_what, sql) => {
  await admin.query("begin");
  await admin.query(sql);
  expect(await dumpSchema(admin)).not.toBe(unchanged);
  await admin.query("rollback");
});
