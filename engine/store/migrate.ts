import { readdir } from "node:fs/promises";
import path from "node:path";
import { pathToFileURL } from "node:url";
import createKnex, { type Knex } from "knex";
import { AppError } from "../errors.ts";
import type { Connection, Database } from "./database.ts";

// One number for everybody who migrates the same database.
const MIGRATION_LOCK = 704_331_225;
const MIGRATIONS = path.join(import.meta.dirname, "..", "..", "migrations");
const MINIMUM_VERSION = 150_000;

/**
 * Brings the database up to date, as its owner: roles, then the numbered files. Safe to call from several processes at
 * once; the others wait.
 * @throws AppError DATABASE_VERSION below PostgreSQL 15, DATABASE_SETUP when the login may not create the roles
 */
export async function migrateDatabase(connection: Connection | string): Promise<void> {
  await asOwner(connection, async (knex) => {
    await knex.migrate.forceFreeMigrationsLock(migrationConfig());
    await knex.migrate.latest(migrationConfig());
  });
}

/** False where this program knows migrations that the database has not seen. */
export async function hasAllMigrations(db: Database): Promise<boolean> {
  const source = new FolderSource();
  const [files, seen] = await Promise.all([
    source.getMigrations(),
    db.call<readonly string[]>("engine_migrations", []),
  ]);
  const names = new Set(seen);
  return files.every((file) => names.has(source.getMigrationName(file)));
}

/** Runs work as the owner of the tables (migrations, seeds). The owner, too, sees one tenant at a time. */
export async function asOwner<T>(
  connection: Connection | string,
  work: (knex: Knex) => Promise<T>,
): Promise<T> {
  const knex = createKnex({
    client: "pg",
    connection: typeof connection === "string" ? connection : { ...connection },
    // One connection, so that role, lock and work share a session.
    pool: { min: 1, max: 1 },
  });
  try {
    await checkVersion(knex);
    await knex.raw("select pg_advisory_lock(?)", [MIGRATION_LOCK]);
    await ensureRoles(knex);
    await knex.raw("set role app_owner");
    return await work(knex);
  } finally {
    await knex.destroy();
  }
}

async function checkVersion(knex: Knex): Promise<void> {
  const { rows } = await knex.raw("select current_setting('server_version_num')::int as version");
  refuseOldServer(rows[0].version);
}

/** @throws AppError DATABASE_VERSION when `server_version_num` is below PostgreSQL 15 */
export function refuseOldServer(version: number): void {
  if (version >= MINIMUM_VERSION) return;
  throw new AppError(
    "DATABASE_VERSION",
    `PostgreSQL ${Math.floor(version / 10_000)} is too old: 15 or newer is needed. Upgrade the server, or leave DATABASE_URL unset to use the built-in one.`,
  );
}

async function ensureRoles(knex: Knex): Promise<void> {
  try {
    await knex.raw(ROLES_SQL);
  } catch (error) {
    const { rows } = await knex.raw("select quote_ident(current_user) as login");
    throw new AppError(
      "DATABASE_SETUP",
      `The database login ${rows[0].login} may not set up the roles app_owner, app_api and app_engine: ${(error as Error).message}. Let an administrator run once: create role app_owner; create role app_api; create role app_engine; grant app_owner, app_api, app_engine to ${rows[0].login}; grant create, usage on schema public to app_owner; grant usage on schema public to app_api, app_engine;`,
      {},
      error,
    );
  }
}

// From PostgreSQL 16 on, a login that created a role may grant it but not act as it, until it grants it to itself. And a
// grant of rights one does not have is only a warning: what was granted is looked at again.
const ROLES_SQL = `
do $$
declare
  r text;
  acting text := case when current_setting('server_version_num')::int >= 160000 then 'set' else 'member' end;
begin
  foreach r in array array['app_owner', 'app_api', 'app_engine'] loop
    if not exists (select 1 from pg_roles where rolname = r) then
      begin
        execute format('create role %I nologin nosuperuser nobypassrls', r);
      exception when duplicate_object or unique_violation then null;
      end;
    end if;
    if not pg_has_role(current_user, r, acting) then execute format('grant %I to %I', r, current_user); end if;
  end loop;
  if not has_schema_privilege('app_owner', 'public', 'create') then
    grant create, usage on schema public to app_owner;
  end if;
  if not has_schema_privilege('app_api', 'public', 'usage') then
    grant usage on schema public to app_api, app_engine;
  end if;
  if not has_schema_privilege('app_owner', 'public', 'create') then
    raise exception 'it may not let app_owner create tables in schema public';
  end if;
end $$`;

function migrationConfig(): Knex.MigratorConfig {
  return { migrationSource: new FolderSource(), tableName: "schema_migrations" };
}

/** Knex's own folder source cannot load `.ts` through the runtime's type stripping. */
class FolderSource implements Knex.MigrationSource<string> {
  async getMigrations(): Promise<string[]> {
    const files = await readdir(MIGRATIONS);
    return files.filter((file) => /^\d{4}-.*\.ts$/.test(file)).sort();
  }

  getMigrationName(file: string): string {
    return file.replace(/\.ts$/, "");
  }

  async getMigration(file: string): Promise<Knex.Migration> {
    const module: { up: Knex.Migration["up"] } = await import(
      pathToFileURL(path.join(MIGRATIONS, file)).href
    );
    return { up: module.up, down: async () => undefined };
  }
}
