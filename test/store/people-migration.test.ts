import { readdirSync } from "node:fs";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Knex } from "knex";
import type pg from "pg";
import { afterAll, beforeAll, expect, inject, test } from "vitest";
import type { Connection } from "../../engine/store/database.ts";
import { asOwner } from "../../engine/store/migrate.ts";
import { openAdmin } from "../support/seed-tenant.ts";

const FOLDER = path.join(import.meta.dirname, "../../migrations");
const PEOPLE = "0025-people.ts";
const connection: Connection = { ...inject("database"), database: "test_people_migration" };

let server: pg.Client;
let admin: pg.Client;

beforeAll(async () => {
  server = await openAdmin(inject("database"));
  await server.query(`create database ${connection.database}`);
  admin = await openAdmin(connection);
  const files = readdirSync(FOLDER).sort();
  await apply(files.filter((file) => file < PEOPLE));
  await admin.query(BEFORE);
  await apply([PEOPLE]);
});

afterAll(async () => {
  await admin.end();
  await server.query(`drop database ${connection.database} with (force)`);
  await server.end();
});

// Ana was written down by both tenants, and by one of them twice.
const BEFORE = `
insert into tenants (id, name, country, timezone, locale)
  values ('ten_a', 'A', 'CO', 'UTC', 'es'), ('ten_b', 'B', 'CO', 'UTC', 'es');
insert into users (id, tenant_id, email, name, role, created_at) values
  ('usr_1', 'ten_a', 'Ana@Example.com', 'Ana', 'owner', '2026-01-01'),
  ('usr_2', 'ten_a', 'ana@example.com ', 'Ana again', 'viewer', '2026-01-02'),
  ('usr_3', 'ten_b', 'ana@example.com', 'Ana elsewhere', 'agent', '2026-01-03'),
  ('usr_4', 'ten_b', 'luz@example.com', 'Luz', 'editor', '2026-01-04');
insert into conversations (id, tenant_id, channel, number_e164, contact, assigned_to) values
  ('cnv_1', 'ten_b', 'sms', '+573000000001', '+573000000002', 'usr_3'),
  ('cnv_2', 'ten_b', 'sms', '+573000000001', '+573000000003', 'usr_4');
`;

test("people who were written down once per tenant are one each, with all they had", async () => {
  expect(await rows("select id, email, name, password_hash, locale, demo from users order by id")).toEqual([
    { id: "usr_1", email: "ana@example.com", name: "Ana", password_hash: null, locale: null, demo: false },
    { id: "usr_4", email: "luz@example.com", name: "Luz", password_hash: null, locale: null, demo: false },
  ]);
  expect(await rows("select tenant_id, user_id, role from memberships order by 1, 2")).toEqual([
    { tenant_id: "ten_a", user_id: "usr_1", role: "owner" },
    { tenant_id: "ten_b", user_id: "usr_1", role: "agent" },
    { tenant_id: "ten_b", user_id: "usr_4", role: "editor" },
  ]);
  expect(await rows("select id, assigned_to from conversations order by id")).toEqual([
    { id: "cnv_1", assigned_to: "usr_1" },
    { id: "cnv_2", assigned_to: "usr_4" },
  ]);
});

async function rows(sql: string): Promise<unknown[]> {
  return (await admin.query(sql)).rows;
}

function apply(files: readonly string[]): Promise<void> {
  return asOwner(connection, async (knex) => {
    for (const file of files) {
      const { up }: { up: (sql: Knex) => Promise<void> } = await import(
        pathToFileURL(path.join(FOLDER, file)).href
      );
      await knex.transaction(up);
    }
  });
}
