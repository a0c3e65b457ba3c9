import pg from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";
import { openAdmin, seedTenant, tenantTables } from "../support/seed-tenant.ts";

let database: TestDatabase;
let admin: pg.Client;

beforeAll(async () => {
  database = await cloneDatabase();
  admin = await openAdmin(database.connection);
  await seedTenant(admin, "a");
  await seedTenant(admin, "b");
});

afterAll(async () => {
  await admin.end();
  await database.drop();
});

describe("every table of a tenant", () => {
  test("has forced row-level security and a policy that names the tenant", async () => {
    expect(await unwalled()).toEqual([]);
    expect((await tenantTables(admin)).length).toBeGreaterThan(20);
  });

  test("is found when it is made without a wall", async () => {
    await admin.query("begin");
    await admin.query("create table scratch (tenant_id text)");
    expect(await unwalled()).toEqual(["scratch"]);
    await admin.query("alter table scratch enable row level security");
    await admin.query(
      "create policy p on scratch using (tenant_id = (select current_setting('app.tenant_id')))",
    );
    expect(await unwalled()).toEqual(["scratch"]);
    await admin.query("alter table scratch force row level security");
    expect(await unwalled()).toEqual([]);
    await admin.query("alter policy p on scratch using (true)");
    expect(await unwalled()).toEqual(["scratch"]);
    await admin.query("rollback");
  });

  test("has no other policy but the owner's right to look", async () => {
    const found = await column(`
      select p.polrelid::regclass || '.' || p.polname from pg_policy p
      where pg_get_expr(p.polqual, p.polrelid) not like '%app.tenant_id%'
        and not (p.polcmd = 'r' and p.polroles = array['app_owner'::regrole::oid])`);
    expect(found).toEqual([]);
  });

  test("shows app_api one tenant, and none before one is named", async () => {
    const tables = await tenantTables(admin);
    const visible = await asRole("app_api", async (client) => {
      const before = await owners(client, tables);
      await client.query("begin; select set_config('app.tenant_id', 'ten_a', true)");
      const during = await owners(client, tables);
      await client.query("commit");
      return { before, during, after: await owners(client, tables) };
    });
    expect(visible).toEqual({
      before: tables.map((table) => [table, []]),
      during: tables.map((table) => [table, ["ten_a"]]),
      after: tables.map((table) => [table, []]),
    });
  });

  test("takes no row that app_api writes for another tenant", async () => {
    const writes = [
      "insert into api_keys (id, tenant_id, name, hash, scopes) values ('key_x', 'ten_b', 'x', 'x', '{*}')",
      "update contacts set tenant_id = 'ten_b'",
      "insert into credit_entries (tenant_id, meter, amount, kind, ref) values ('ten_b', 'sms', 99, 'grant', 'x')",
      "insert into journal (tenant_id, run_id, seq, events) values ('ten_b', 'run_b', 99, '[]')",
    ];
    const codes = await asRole("app_api", (client) => codesOf(client, "ten_a", writes));
    expect(codes).toEqual(writes.map(() => "42501"));
  });
});

describe("[S31] people and their sessions", () => {
  const seen = (sql: string) =>
    asRole("app_api", async (client) => {
      await client.query("begin; select set_config('app.tenant_id', 'ten_a', true)");
      const { rows } = await client.query({ text: sql, rowMode: "array" });
      await client.query("rollback");
      return rows.flat();
    });

  test("are seen by the tenants they work for, and by no other", async () => {
    expect(await seen("select id from users order by id")).toEqual(["usr_a"]);
    expect(await seen("select user_id from memberships")).toEqual(["usr_a"]);
    expect(await seen("select id from sessions")).toEqual(["ses_a"]);
    await admin.query(
      "insert into memberships (tenant_id, user_id, role) values ('ten_a', 'usr_b', 'viewer')",
    );
    expect(await seen("select id from users order by id")).toEqual(["usr_a", "usr_b"]);
    await admin.query("delete from memberships where tenant_id = 'ten_a' and user_id = 'usr_b'");
  });

  test("keep their hashes to themselves, and change by functions only", async () => {
    const statements = [
      "select password_hash from users",
      "select hash from sessions",
      "select * from sign_in_attempts",
      "update users set email = 'mine'",
      "insert into memberships (tenant_id, user_id, role) values ('ten_a', 'usr_b', 'owner')",
      "update sessions set expires_at = now() + interval '10 years'",
    ];
    const codes = await asRole("app_api", (client) => codesOf(client, "ten_a", statements));
    expect(codes).toEqual(statements.map(() => "42501"));
  });
});

describe("[R2] a partition", () => {
  test("has forced row-level security without a policy, and no grants: its own name is no way around the wall", async () => {
    const days = "relispartition and relkind = 'r' and relnamespace = 'public'::regnamespace";
    const partitions = await column(`
      select c.relname from pg_class c where ${days}
        and c.relrowsecurity and c.relforcerowsecurity
        and not exists (select 1 from pg_policy p where p.polrelid = c.oid)
        and not exists (select 1 from aclexplode(c.relacl) g where g.grantee <> c.relowner)`);
    const all = await column(`select relname from pg_class where ${days}`);
    expect(all.length).toBeGreaterThan(10);
    expect(partitions.sort()).toEqual(all.sort());
  });

  test("is refused to both roles, while the parent shows a tenant its own", async () => {
    const [partition = ""] = await column(
      "select tableoid::regclass::text from messages where tenant_id = 'ten_a' limit 1",
    );
    const reads = [`select * from ${partition}`, "select * from messages"];
    expect(await asRole("app_api", (client) => codesOf(client, "ten_a", reads))).toEqual(["42501", null]);
    expect(await asRole("app_engine", (client) => codesOf(client, "ten_a", reads))).toEqual([
      "42501",
      "42501",
    ]);
    const seen = await asRole("app_owner", async (client) => {
      await client.query("select set_config('app.tenant_id', 'ten_a', false)");
      const { rows } = await client.query(reads[0] ?? "");
      return rows;
    });
    expect(seen).toEqual([]);
  });
});

describe("app_engine", () => {
  test("has no right on any table or sequence", async () => {
    const found = await column(`
      select c.oid::regclass::text from pg_class c join pg_namespace n on n.oid = c.relnamespace
      where n.nspname = 'public' and case c.relkind
        when 'S' then has_sequence_privilege('app_engine', c.oid, 'select, usage, update')
        when 'i' then false
        else has_table_privilege('app_engine', c.oid, 'select, insert, update, delete, truncate, references, trigger')
          or has_any_column_privilege('app_engine', c.oid, 'select, insert, update, references') end`);
    expect(found).toEqual([]);
  });

  test("executes the engine's functions and nothing else of ours", async () => {
    const found = await executableBy("app_engine");
    expect(found.length).toBeGreaterThan(20);
    expect(found.filter((name) => !name.startsWith("engine_"))).toEqual(["deduct_comm_credits"]);
  });

  test("is refused a table and an inner function", async () => {
    const codes = await asRole("app_engine", (client) =>
      codesOf(client, "ten_a", [
        "select * from runs",
        "select credit_charge('ten_a', 'sms', -10, 'x', null, null)",
        "select credit_capture('ten_a', 'eff_a', null, null)",
      ]),
    );
    expect(codes).toEqual(["42501", "42501", "42501"]);
  });
});

describe("app_api", () => {
  test("cannot rewrite what is written once", async () => {
    const found = await column(`
      select t || ' ' || p from unnest(array['credit_entries', 'flow_versions', 'journal']) t,
        unnest(array['update', 'delete', 'truncate']) p
      where has_table_privilege('app_api', t, p) or (p = 'update' and has_any_column_privilege('app_api', t, p))`);
    expect(found).toEqual([]);
  });

  test("executes nothing but deduct_comm_credits", async () => {
    expect(await executableBy("app_api")).toEqual(["deduct_comm_credits"]);
  });

  test("cannot make tenants, plans or objects", async () => {
    const codes = await asRole("app_api", (client) =>
      codesOf(client, "ten_a", [
        "insert into tenants (id, name, country, timezone, locale) values ('ten_x', 'x', 'CO', 'UTC', 'es')",
        "update plans set sms_monthly = null",
        "create table mine (id text)",
        "truncate users",
        "alter table runs disable row level security",
      ]),
    );
    expect(codes).toEqual(["42501", "42501", "42501", "42501", "42501"]);
  });
});

describe("functions", () => {
  test("are not open to everybody", async () => {
    const found = await column(`
      select p.oid::regprocedure::text from pg_proc p,
        aclexplode(coalesce(p.proacl, acldefault('f', p.proowner))) acl
      where p.pronamespace = 'public'::regnamespace and acl.grantee = 0`);
    expect(found).toEqual([]);
  });

  test("have a fixed search path that ends in pg_temp, but for what reads no table and can be a part of its caller", async () => {
    const found = await column(`
      select p.oid::regprocedure::text from pg_proc p where p.pronamespace = 'public'::regnamespace
        and not coalesce(p.proconfig, '{}') @> array['search_path=public, pg_temp']
        and (p.prosecdef or p.provolatile <> 'i' or p.prolang <> (select oid from pg_language where lanname = 'sql'))`);
    expect(found).toEqual([]);
  });

  test("are SECURITY DEFINER of the tables' owner where a role may call them", async () => {
    const found = await column(`
      select p.oid::regprocedure::text from pg_proc p where p.pronamespace = 'public'::regnamespace
        and (has_function_privilege('app_engine', p.oid, 'execute') or has_function_privilege('app_api', p.oid, 'execute'))
        and not (p.prosecdef and p.proowner = 'app_owner'::regrole)`);
    expect(found).toEqual([]);
  });

  test("run as an owner who is no superuser and passes no wall", async () => {
    const found = await column(`
      select rolname from pg_roles where rolname in ('app_owner', 'app_api', 'app_engine')
        and (rolsuper or rolbypassrls or rolcreaterole or rolcreatedb or rolcanlogin)`);
    expect(found).toEqual([]);
  });
});

function unwalled(): Promise<string[]> {
  return column(`
    select c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname = 'public' and c.relkind in ('r', 'p') and not c.relispartition
      and (c.relname = 'tenants' or exists (select 1 from pg_attribute a
        where a.attrelid = c.oid and a.attname = 'tenant_id' and not a.attisdropped))
      and not (c.relrowsecurity and c.relforcerowsecurity and exists (select 1 from pg_policy p
        where p.polrelid = c.oid and p.polcmd = '*' and pg_get_expr(p.polqual, p.polrelid) like '%app.tenant_id%'))
    order by 1`);
}

function executableBy(role: string): Promise<string[]> {
  return column(`
    select p.proname from pg_proc p where p.pronamespace = 'public'::regnamespace
      and has_function_privilege('${role}', p.oid, 'execute') order by 1`);
}

async function column(sql: string): Promise<string[]> {
  const { rows } = await admin.query({ text: sql, rowMode: "array" });
  return rows.map((row: string[]) => row[0] ?? "");
}

async function asRole<T>(role: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = await openAdmin(database.connection);
  try {
    await client.query(`set role ${role}`);
    return await work(client);
  } finally {
    await client.end();
  }
}

async function owners(client: pg.Client, tables: readonly string[]): Promise<[string, string[]][]> {
  const found: [string, string[]][] = [];
  for (const table of tables) {
    const { rows } = await client.query(
      `select distinct ${table === "tenants" ? "id" : "tenant_id"} as owner from ${table}`,
    );
    found.push([table, rows.map((row: { owner: string }) => row.owner)]);
  }
  return found;
}

/** The error code each statement fails with when run for a tenant; null where it does not fail. */
async function codesOf(client: pg.Client, tenantId: string, statements: readonly string[]) {
  const codes: (string | null)[] = [];
  for (const statement of statements) {
    await client.query("begin");
    await client.query("select set_config('app.tenant_id', $1, true)", [tenantId]);
    codes.push(
      await client.query(statement).then(
        () => null,
        (error: unknown) => (error instanceof pg.DatabaseError ? (error.code ?? "") : String(error)),
      ),
    );
    await client.query("rollback");
  }
  return codes;
}
