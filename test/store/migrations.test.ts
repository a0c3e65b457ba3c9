import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import path from "node:path";
import pg from "pg";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, inject, test } from "vitest";
import { AppError } from "../../engine/errors.ts";
import type { Connection } from "../../engine/store/database.ts";
import { asOwner, migrateDatabase, refuseOldServer } from "../../engine/store/migrate.ts";
import { dumpSchema } from "../support/dump-schema.ts";
import { openAdmin } from "../support/seed-tenant.ts";

const MIGRATIONS = readdirSync(path.join(import.meta.dirname, "../../migrations")).sort();
const ROLES = ["app_owner", "app_api", "app_engine"] as const;

let connection: Connection;
let server: pg.Client;
let logins: string[] = [];

beforeAll(async () => {
  server = await openAdmin(inject("database"));
});

afterAll(() => server.end());

describe("migrating an empty database", () => {
  beforeAll(createEmptyDatabase);
  afterAll(dropDatabase);

  test("from several sides at once succeeds for all, and applies each file once, in order", async () => {
    await Promise.all([
      migrateDatabase(connection),
      migrateDatabase(connection),
      migrateDatabase(connection),
    ]);
    expect(await applied()).toEqual(MIGRATIONS.map((file) => file.replace(/\.ts$/, "")));
  });

  test("again changes nothing", async () => {
    const before = { schema: await schema(), applied: await applied() };
    await migrateDatabase(connection);
    expect({ schema: await schema(), applied: await applied() }).toEqual(before);
  });

  test("goes on where another was killed in the middle of it", async () => {
    await asAdmin((admin) => admin.query("update schema_migrations_lock set is_locked = 1"));
    await migrateDatabase(connection);
    expect(await applied()).toHaveLength(MIGRATIONS.length);
  });

  test("waits for the one who is at it", async () => {
    const order: string[] = [];
    let second: Promise<unknown> = Promise.resolve();
    await asOwner(connection, async (knex) => {
      second = migrateDatabase(connection).then(() => order.push("second"));
      await somebodyInLine(knex);
      order.push("first");
    });
    await second;
    expect(order).toEqual(["first", "second"]);
  });

  test("makes everything the property of app_owner", async () => {
    const { rows } = await asAdmin((admin) =>
      admin.query(`
        select distinct r.rolname from (
          select relowner as owner from pg_class where relnamespace = 'public'::regnamespace
          union select proowner from pg_proc where pronamespace = 'public'::regnamespace) o
        join pg_roles r on r.oid = o.owner`),
    );
    expect(rows).toEqual([{ rolname: "app_owner" }]);
  });
});

describe("an old server", () => {
  test("is refused with what to do", () => {
    expect(() => refuseOldServer(140_012)).toThrow(/PostgreSQL 14 is too old: 15 or newer/);
    expect(() => refuseOldServer(140_012)).toThrow(expect.objectContaining({ code: "DATABASE_VERSION" }));
    expect(() => refuseOldServer(150_000)).not.toThrow();
  });
});

describe("a login that is no superuser", () => {
  beforeEach(createEmptyDatabase);
  afterEach(dropDatabase);

  test("and may not set things up is told what an administrator has to run, and that suffices", async () => {
    const login = await newLogin();
    const error = await failure(migrateDatabase(login));
    expect(error.code).toBe("DATABASE_SETUP");
    const sql = /run once: (.*)$/.exec(error.message)?.[1] ?? "";
    expect(sql).toContain(`grant app_owner, app_api, app_engine to ${login.user};`);

    // The roles alone are not enough: PostgreSQL only warns about rights one cannot grant.
    await runAsAdministrator(`grant app_owner, app_api, app_engine to ${login.user}`);
    const second = await failure(migrateDatabase(login));
    expect(second.code).toBe("DATABASE_SETUP");
    expect(second.message).toContain("it may not let app_owner create tables in schema public");

    await runAsAdministrator(sql);
    await migrateDatabase(login);
    expect(await applied()).toHaveLength(MIGRATIONS.length);
  });

  // From PostgreSQL 16 on, whoever creates a role may grant it, but may not act as it until it grants it to itself.
  test("and created the roles itself, as hosted databases allow, may act as them", async () => {
    const login = await newLogin("createrole");
    await runAsAdministrator(`alter database ${connection.database} owner to ${login.user}`);
    // From PostgreSQL 16 on a creator may grant a role without being able to act as it.
    const { rows } = await server.query(
      "select current_setting('server_version_num')::int >= 160000 as fine",
    );
    const how = rows[0].fine ? "admin true, inherit false, set false" : "admin option";
    for (const role of ROLES) await runAsAdministrator(`grant ${role} to ${login.user} with ${how}`);
    await migrateDatabase(login);
    expect(await applied()).toHaveLength(MIGRATIONS.length);
    await runAsAdministrator(`alter database ${connection.database} owner to ${inject("database").user}`);
  });
});

async function createEmptyDatabase(): Promise<void> {
  const database = `test_${randomBytes(6).toString("hex")}`;
  await server.query(`create database ${database}`);
  connection = { ...inject("database"), database };
}

async function dropDatabase(): Promise<void> {
  await server.query(`drop database ${connection.database} with (force)`);
  for (const login of logins) await server.query(`drop owned by ${login}; drop role ${login}`);
  logins = [];
}

async function asAdmin<T>(work: (admin: pg.Client) => Promise<T>): Promise<T> {
  const admin = await openAdmin(connection);
  try {
    return await work(admin);
  } finally {
    await admin.end();
  }
}

function schema(): Promise<string> {
  return asAdmin(dumpSchema);
}

async function applied(): Promise<string[]> {
  const { rows } = await asAdmin((admin) => admin.query("select name from schema_migrations order by id"));
  return rows.map((row: { name: string }) => row.name);
}

async function newLogin(rights = ""): Promise<Connection> {
  const user = `login_${randomBytes(4).toString("hex")}`;
  await server.query(`create role ${user} login password 'secret' nosuperuser ${rights}`);
  logins.push(user);
  return { ...connection, user, password: "secret" };
}

/** Roles belong to the server, so another database may have brought them already. */
async function runAsAdministrator(sql: string): Promise<void> {
  await asAdmin(async (admin) => {
    for (const statement of sql.split(";").filter((part) => part.trim() !== "")) {
      await admin.query(statement).catch((error: unknown) => {
        if (!(error instanceof pg.DatabaseError && error.code === "42710")) throw error;
      });
    }
  });
}

async function failure(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => null,
    (reason: unknown) => reason,
  );
  if (error instanceof AppError) return error;
  throw new Error(`expected an AppError, got ${String(error)}`);
}

/** Resolves when somebody stands in line for the migration lock of this database. */
async function somebodyInLine(knex: Parameters<Parameters<typeof asOwner>[1]>[0]): Promise<void> {
  for (;;) {
    const { rows } = await knex.raw(
      "select 1 from pg_locks where locktype = 'advisory' and not granted and database = (select oid from pg_database where datname = current_database())",
    );
    if (rows.length > 0) return;
  }
}
