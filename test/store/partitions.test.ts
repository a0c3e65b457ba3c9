import { randomBytes } from "node:crypto";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { Knex } from "knex";
import type pg from "pg";
import { afterAll, beforeAll, describe, expect, inject, test } from "vitest";
import { type Connection, type Database, openDatabase } from "../../engine/store/database.ts";
import { asOwner, migrateDatabase } from "../../engine/store/migrate.ts";
import { journalSince, keepPartitions } from "../../engine/store/partitions.ts";
import { messagesOfRun, readJournal, readRun } from "../../engine/store/run-history.ts";
import { loadRun } from "../../engine/store/runs.ts";
import { commitItem, commitRun, leftEvent, messageIntent, newRunItem } from "../support/commit-item.ts";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";
import { idsOf, openAdmin, seedBareTenant, type TenantIds } from "../support/seed-tenant.ts";

const WISH = { daysAhead: 7, journalDays: 30, messageDays: 365 };

let database: TestDatabase;
let db: Database;
let admin: pg.Client;
let of: TenantIds;

beforeAll(async () => {
  database = await cloneDatabase();
  db = openDatabase({ connection: database.connection, enginePool: 5, apiPool: 1 });
  admin = await openAdmin(database.connection);
  of = await seedBareTenant(admin, "p");
});

afterAll(async () => {
  await Promise.all([db.close(), admin.end()]);
  await database.drop();
});

describe("[R1] upkeep", () => {
  test("makes the partitions of today and the coming days, once", async () => {
    await keepPartitions(db, WISH);
    const before = await partitionsOf("journal");
    expect(before).toEqual(await names("journal", 0, 7));
    expect(await keepPartitions(db, { ...WISH, daysAhead: 9 })).toEqual({ made: 4, dropped: 0, late: 0 });
    expect(await partitionsOf("journal")).toEqual([...before, ...(await names("journal", 8, 9))]);
    expect(await keepPartitions(db, WISH)).toEqual({ made: 0, dropped: 0, late: 0 });
  });

  test("drops what is older than the days to keep, and what is on record there with it", async () => {
    await makeDays("journal", [-32, -31, -30]);
    await makeDays("messages", [-40]);
    await admin.query(
      "insert into journal (tenant_id, run_id, seq, at, events) select $1, 'run_old', -d, now() + d * interval '1 day', '[]' from unnest(array[-31, -30]) d",
      [of.tenant],
    );
    expect(await keepPartitions(db, WISH)).toEqual({ made: 0, dropped: 2, late: 0 });
    expect((await partitionsOf("journal"))[0]).toBe((await names("journal", -30, -30))[0]);
    expect((await admin.query("select seq from journal where run_id = 'run_old'")).rows).toEqual([
      { seq: 30 },
    ]);
    expect(await keepPartitions(db, { ...WISH, messageDays: 39 })).toMatchObject({ dropped: 1 });
  });

  test("knows from when on the journal is there", async () => {
    const { rows } = await admin.query(
      "select (date_trunc('day', now() at time zone 'UTC') - interval '30 days') at time zone 'UTC' as day",
    );
    expect(await journalSince(db)).toEqual(rows[0].day);
  });

  test("refuses to keep nothing", async () => {
    await expect(keepPartitions(db, { ...WISH, journalDays: 0 })).rejects.toThrow(/days of 1 or more/);
  });

  test("a row of a day that has no partition is refused: nothing is swallowed in silence", async () => {
    const insert = admin.query(
      "insert into journal (tenant_id, run_id, seq, at, events) values ($1, 'run_far', 1, now() + interval '60 days', '[]')",
      [of.tenant],
    );
    await expect(insert).rejects.toMatchObject({ code: "23514" });
  });
});

describe("[R3] several processes at once", () => {
  test("make and drop each partition once", async () => {
    await makeDays("journal", [-50, -51]);
    const wish = { ...WISH, daysAhead: 12 };
    const results = await Promise.all(Array.from({ length: 5 }, () => keepPartitions(db, wish)));
    const done = results.filter((result) => result !== null);
    expect(done.reduce((sum, { made }) => sum + made, 0)).toBe(6);
    expect(done.reduce((sum, { dropped }) => sum + dropped, 0)).toBe(2);
    expect(done.every(({ late }) => late === 0)).toBe(true);
  });

  test("one that is at it sends the others away", async () => {
    await admin.query("begin");
    await admin.query("select pg_advisory_xact_lock(hashtextextended('engine_keep_partitions', 0))");
    expect(await keepPartitions(db, WISH)).toBeNull();
    await admin.query("rollback");
    expect(await keepPartitions(db, WISH)).not.toBeNull();
  });

  test("what somebody reads stays for the next time, and does not hold up the rest", async () => {
    await makeDays("journal", [-60]);
    await makeDays("messages", [-400]);
    await admin.query("begin");
    await admin.query(`select * from ${(await names("journal", -60, -60))[0]}`);
    expect(await keepPartitions(db, WISH)).toEqual({ made: 0, dropped: 1, late: 1 });
    await admin.query("rollback");
    expect(await keepPartitions(db, WISH)).toEqual({ made: 0, dropped: 1, late: 0 });
  });
});

describe("[R4] of all days", () => {
  beforeAll(() => Promise.all([makeDays("journal", [-5, -4, -3, -2]), makeDays("messages", [-20, -9, -3])]));

  test("a run's steps and messages are looked for in those of its life", async () => {
    const run = "run_p_short";
    await commitRun(db, newRunItem(of, run, { events: [leftEvent("start")], intents: [intentOf("eff_p1")] }));
    const { rows } = await admin.query("select id, started_at, ended_at from runs where id = $1", [run]);
    const [span] = rows;
    const found = await db.asTenant(of.tenant, async (scope) => {
      const journal = await readJournal(scope, span);
      const messages = await messagesOfRun(scope, span);
      return { journal, messages, locked: (await scope.sql.raw(LOCKED)).rows };
    });
    expect(found.journal).toEqual([leftEvent("start")]);
    expect(found.messages.map(({ id }) => id)).toEqual(["msg_eff_p1"]);
    // The last hour of a day looks into the next one, too.
    const days = found.locked.map(({ name }: { name: string }) => name);
    expect(days).toEqual(
      expect.arrayContaining([...(await names("journal", 0, 0)), ...(await names("messages", 0, 0))]),
    );
    expect(days.length).toBeLessThanOrEqual(4);
  });

  test("the message of an effect is noted on in the effect's own", async () => {
    const run = "run_p_noted";
    await commitRun(db, newRunItem(of, run, { intents: [intentOf("eff_p2")] }));
    const { rows: effects } = await admin.query(
      "select created_at::text as at from effects where id = 'eff_p2'",
    );
    const locked = await asTableOwner(async () => {
      for (const change of [
        { ref: "SM1", sent: true, status: null, rank: null, error: { reason: "late" } },
        { ref: "SM2", status: "failed", rank: 9, error: { reason: "other" } },
        { ref: null },
      ]) {
        await admin.query("select engine_note_message($1, 'eff_p2', $2, $3)", [
          of.tenant,
          effects[0].at,
          change,
        ]);
      }
      return (await admin.query(LOCKED)).rows.map(({ name }) => name);
    });
    expect(locked).toEqual(await names("messages", 0, 0));
    const { rows } = await admin.query(
      "select provider_ref, status, status_rank, error, sent_at is not null as sent from messages where effect_id = 'eff_p2'",
    );
    const expected = { status: "failed", status_rank: 9, error: { reason: "other" }, sent: true };
    expect(rows).toEqual([{ ...expected, provider_ref: "SM1" }]);
  });
});

describe("[R1] a database from before there were partitions", () => {
  let old: Connection;
  let server: pg.Client;
  let visitor: pg.Client;

  beforeAll(async () => {
    server = await openAdmin(inject("database"));
    old = { ...inject("database"), database: `test_${randomBytes(6).toString("hex")}` };
    await server.query(`create database ${old.database}`);
    await asOwner(old, (knex) =>
      knex.migrate.latest({ migrationSource: upTo("0004"), tableName: "schema_migrations" }),
    );
    visitor = await openAdmin(old);
  });

  afterAll(async () => {
    await visitor.end();
    await server.query(`drop database ${old.database} with (force)`);
    await server.end();
  });

  test("keeps every row of every tenant, each in the partition of its day", async () => {
    for (const letter of ["x", "y"]) await fillOldTables(visitor, await seedBareTenant(visitor, letter));
    const before = await allRows();
    expect(before.map(({ count }) => count)).toEqual([8, 8]);
    await migrateDatabase(old);
    // Later migrations add columns of their own.
    expect(await allRows()).toMatchObject(before);
    const { rows } = await visitor.query(
      `select tableoid::regclass::text = 'journal_p' || to_char(at at time zone 'UTC', 'YYYYMMDD') as fits from journal
       union select tableoid::regclass::text = 'messages_p' || to_char(created_at at time zone 'UTC', 'YYYYMMDD') from messages`,
    );
    expect(rows).toEqual([{ fits: true }]);
  });

  test("goes on where it was: a run of then is found, and its next line joins the others", async () => {
    const later = openDatabase({ connection: old, enginePool: 1, apiPool: 1 });
    try {
      const run = await loadRun(later, "run_x");
      expect(run).toMatchObject({ status: "waiting", seq: 4 });
      const next = commitItem(idsOf("x"), "run_x", {
        expect: "waiting",
        seq: 4,
        events: [leftEvent("menu")],
      });
      expect(await commitRun(later, next)).toMatchObject({ ok: true, seq: 5 });
      const journal = await later.asTenant("ten_x", async (scope) => {
        const row = await readRun(scope, "run_x");
        return row ? readJournal(scope, row) : [];
      });
      expect(journal).toEqual([{ step: 1 }, { step: 2 }, { step: 3 }, { step: 4 }, leftEvent("menu")]);
      const { rows } = await visitor.query("select started_at from runs where id = 'run_x'");
      expect((await journalSince(later)).getTime()).toBeLessThanOrEqual(rows[0].started_at.getTime());
    } finally {
      await later.close();
    }
  });

  async function allRows(): Promise<{ count: number }[]> {
    const { rows } = await visitor.query(
      `select count(*)::integer, jsonb_agg(to_jsonb(j) order by run_id, seq) as rows from journal j
       union all select count(*)::integer, jsonb_agg(to_jsonb(m) order by id) from messages m`,
    );
    return rows;
  }
});

describe("[R4] the functions of the database", () => {
  test("name the day wherever they look for messages or lines of the journal", async () => {
    const { rows } = await admin.query(
      "select proname as name, prosrc as source from pg_proc where pronamespace = 'public'::regnamespace order by 1",
    );
    const found = rows.filter(({ source }: { source: string }) => source.split(";").some(looksEverywhere));
    expect(found.map(({ name }: { name: string }) => name)).toEqual([]);
  });

  test("are caught when they do not", () => {
    expect(looksEverywhere("update messages m set status = 'x' where m.effect_id = v_id")).toBe(true);
    expect(looksEverywhere("select 1 from journal where run_id = v_run")).toBe(true);
    expect(looksEverywhere("select 1 from messages where effect_id = v_id and created_at = v_at")).toBe(
      false,
    );
    expect(looksEverywhere("insert into messages (id) values (v_id)")).toBe(false);
  });
});

function looksEverywhere(statement: string): boolean {
  return (
    (/\b(update|from|join)\s+messages\b/.test(statement) && !/\bcreated_at\b/.test(statement)) ||
    (/\b(update|from|join)\s+journal\b/.test(statement) && !/\bat\b/.test(statement))
  );
}

const LOCKED = `
  select distinct c.relname as name from pg_locks l join pg_class c on c.oid = l.relation
  where l.pid = pg_backend_pid() and c.relispartition and c.relkind = 'r' and c.relname ~ '^(journal|messages)_p'
  order by 1`;

function intentOf(id: string) {
  return messageIntent(id, { message: { id: `msg_${id}` } });
}

/** On the admin's connection, as whoever the engine's functions run as. */
async function asTableOwner<T>(work: () => Promise<T>): Promise<T> {
  await admin.query("begin; set local role app_owner");
  await admin.query("select set_config('app.tenant_id', $1, true)", [of.tenant]);
  try {
    return await work();
  } finally {
    await admin.query("commit");
  }
}

async function makeDays(table: string, days: readonly number[]): Promise<void> {
  await asOwner(database.connection, (knex) =>
    knex.raw("select partition_for_day(?, (now() at time zone 'UTC')::date + d) from unnest(?::int[]) d", [
      table,
      [...days],
    ]),
  );
}

async function partitionsOf(table: string): Promise<string[]> {
  const { rows } = await admin.query("select name from partitions_of($1)", [table]);
  return rows.map(({ name }) => name);
}

/** Of the days from today `from` to today `to`. */
async function names(table: string, from: number, to: number): Promise<string[]> {
  const { rows } = await admin.query(
    "select $1 || '_p' || to_char((now() at time zone 'UTC')::date + d, 'YYYYMMDD') as name from generate_series($2::int, $3::int) d",
    [table, from, to],
  );
  return rows.map(({ name }) => name);
}

/** The migrations as they were when `last` was the newest. */
function upTo(last: string): Knex.MigrationSource<string> {
  const known = ["0001-tables", "0002-tenant-walls", "0003-credits", "0004-runtime"];
  return {
    getMigrations: async () => known.filter((name) => name.slice(0, 4) <= last),
    getMigrationName: (name) => name,
    async getMigration(name) {
      const file = path.join(import.meta.dirname, "../../migrations", `${name}.ts`);
      const module: { up: Knex.Migration["up"] } = await import(pathToFileURL(file).href);
      return { up: module.up, down: async () => undefined };
    },
  };
}

/** A run that has been waiting for forty days, and what came of it on four of them. */
async function fillOldTables(client: pg.Client, tenant: TenantIds): Promise<void> {
  await client.query(
    `insert into runs (id, tenant_id, flow_key, flow_version_id, status, seq, state, trigger_type, started_at)
     values ($1, $2, $3, $4, 'waiting', 4, '{}', 'call', now() - interval '40 days')`,
    [tenant.run, tenant.tenant, tenant.flowKey, tenant.version],
  );
  await client.query(
    `insert into journal (tenant_id, run_id, seq, at, events)
     select $1, $2, n, now() - (40 - 13 * (n - 1)) * interval '1 day', jsonb_build_array(jsonb_build_object('step', n))
     from generate_series(1, 4) n`,
    [tenant.tenant, tenant.run],
  );
  await client.query(
    `insert into messages (id, tenant_id, direction, channel, number_e164, body, status, provider, run_id, effect_id, provider_ref, media,
                           created_at, updated_at)
     select $3 || n, $1, 'outbound', 'whatsapp', '+1', 'día ' || n, 'sent', 'meta', $2, $4 || n, 'wamid' || n, '[{"kind": "image"}]',
            now() - n * interval '100 days', now() from generate_series(1, 4) n`,
    [tenant.tenant, tenant.run, tenant.message, tenant.effect],
  );
}
