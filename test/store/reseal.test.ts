import { randomBytes } from "node:crypto";
import type pg from "pg";
import { afterAll, beforeAll, expect, test } from "vitest";
import { reseal } from "../../engine/runtime/reseal.ts";
import { createKeys } from "../../engine/runtime/sealing.ts";
import { SEALED_COLUMNS } from "../../engine/store/sealed-columns.ts";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";
import { openAdmin, seedTenant } from "../support/seed-tenant.ts";

const [oldKey, newKey] = [randomBytes(32), randomBytes(32)];
const before = createKeys(oldKey);
const after = createKeys(newKey);
const during = createKeys(newKey, [oldKey]);

let database: TestDatabase;
let admin: pg.Client;

beforeAll(async () => {
  database = await cloneDatabase();
  admin = await openAdmin(database.connection);
  for (const name of ["a", "b"]) {
    await seedTenant(admin, name);
    await keep(name, "credentials", "sealed", `crd_${name}`);
    await admin.query(
      "update stores set webhook_url = 'https://x.example' , webhook_secret = '{}' where id = $1",
      [`sto_${name}`],
    );
    await keep(name, "stores", "webhook_secret", `sto_${name}`);
  }
});
afterAll(async () => {
  await admin.end();
  await database.drop();
});

const placeOf = (name: string, table: string, row: string) => ({ tenantId: `ten_${name}`, table, row });

async function keep(name: string, table: string, column: string, row: string): Promise<void> {
  const sealed = before.seal(placeOf(name, table, row), { secret: `${table} of ${name}` });
  await admin.query(`update ${table} set ${column} = $1 where id = $2`, [sealed, row]);
}

test("[S46] every sealed column is known", async () => {
  const { rows } = await admin.query(`
    select table_name as table, column_name as column from information_schema.columns
    where table_schema = 'public' and data_type = 'jsonb' and (column_name like '%sealed%' or column_name like '%secret%')
    order by 1`);
  expect(rows).toEqual([...SEALED_COLUMNS]);
});

test("[S46] secrets of all tenants are sealed with the new key, and open with it alone", async () => {
  expect(await reseal(database.connection, during)).toEqual({ changed: 4, kept: 0, unreadable: [] });
  for (const name of ["a", "b"]) {
    for (const [table, column, row] of [
      ["credentials", "sealed", `crd_${name}`],
      ["stores", "webhook_secret", `sto_${name}`],
    ] as const) {
      const { rows } = await admin.query(`select ${column} as sealed from ${table} where id = $1`, [row]);
      expect(after.open(placeOf(name, table, row), rows[0].sealed)).toEqual({
        secret: `${table} of ${name}`,
      });
      expect(() => before.open(placeOf(name, table, row), rows[0].sealed)).toThrow();
    }
  }
  expect(await reseal(database.connection, during)).toEqual({ changed: 0, kept: 4, unreadable: [] });
});

test("[S46] what a key that is gone sealed is named and left as it is", async () => {
  await keep("a", "credentials", "sealed", "crd_a");
  const look = () => admin.query("select sealed from credentials where id = 'crd_a'");
  const found = (await look()).rows;
  expect(await reseal(database.connection, after)).toEqual({
    changed: 0,
    kept: 3,
    unreadable: ["credentials crd_a"],
  });
  expect((await look()).rows).toEqual(found);
});
