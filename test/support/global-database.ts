import { readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { PgBoss } from "pg-boss";
import type { TestProject } from "vitest/node";
import type { Connection } from "../../engine/store/database.ts";
import { startEmbeddedPostgres } from "../../engine/store/embedded-postgres.ts";
import { migrateDatabase } from "../../engine/store/migrate.ts";

declare module "vitest" {
  export interface ProvidedContext {
    database: Connection;
  }
}

export const TEMPLATE = "centralita_template";

/**
 * One PostgreSQL for the whole test run, with a migrated template that each test file clones. `TEST_DATABASE_URL` names
 * a server of your own instead; its login must be allowed to create databases and roles.
 */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const server = process.env.TEST_DATABASE_URL
    ? { connection: parse(process.env.TEST_DATABASE_URL), stop: async () => undefined }
    : await embedded();
  await makeTemplate(server.connection);
  project.provide("database", server.connection);
  return server.stop;
}

// The projects of one run share the server.
async function embedded() {
  const dataDir = path.join(tmpdir(), `centralita-tests-${process.pid}`);
  const settings = {
    fsync: "off",
    synchronous_commit: "off",
    full_page_writes: "off",
    max_connections: "200",
  };
  const postgres = await startEmbeddedPostgres({ dataDir, settings });
  const stop = async () => {
    await postgres.stop();
    // The last project to leave takes the folder along.
    const users = await readdir(path.join(dataDir, "postgres.users")).catch(() => []);
    if (users.length === 0) await rm(dataDir, { recursive: true, force: true });
  };
  return { connection: postgres.connection, stop };
}

async function makeTemplate(connection: Connection): Promise<void> {
  const admin = new pg.Client(connection);
  await admin.connect();
  try {
    await admin.query("select pg_advisory_lock(42)");
    if (process.env.TEST_DATABASE_URL) await admin.query(`drop database if exists ${TEMPLATE}`);
    const { rowCount } = await admin.query("select 1 from pg_database where datname = $1", [TEMPLATE]);
    if (rowCount) return;
    await admin.query(`create database ${TEMPLATE}`);
    const template = { ...connection, database: TEMPLATE };
    await migrateDatabase(template);
    // The queue makes its schema on first use; a clone should not pay for that.
    const boss = new PgBoss({ ...template, schema: "pgboss" });
    await boss.start();
    await boss.stop({ graceful: false });
  } finally {
    await admin.end();
  }
}

function parse(address: string): Connection {
  const url = new URL(address);
  return {
    host: url.searchParams.get("host") ?? url.hostname,
    port: Number(url.port || 5432),
    user: decodeURIComponent(url.username),
    password: decodeURIComponent(url.password),
    database: url.pathname.slice(1) || "postgres",
  };
}
