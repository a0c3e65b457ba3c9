import { randomBytes } from "node:crypto";
import pg from "pg";
import { inject } from "vitest";
import type { Connection } from "../../engine/store/database.ts";
import { TEMPLATE } from "./global-database.ts";

export interface TestDatabase {
  readonly connection: Connection;
  drop(): Promise<void>;
}

/** A fresh database of one's own, cloned from the migrated template. */
export async function cloneDatabase(): Promise<TestDatabase> {
  const server = inject("database");
  const database = `test_${randomBytes(6).toString("hex")}`;
  await asAdmin(server, `create database ${database} template ${TEMPLATE}`);
  return {
    connection: { ...server, database },
    async drop() {
      await inspectors.get(database)?.end();
      inspectors.delete(database);
      await asAdmin(server, `drop database if exists ${database} with (force)`);
    },
  };
}

/** Looks at the database from outside the engine, past every wall. */
export async function inspect<T extends object>(
  connection: Connection,
  sql: string,
  values: readonly unknown[] = [],
): Promise<T[]> {
  const { rows } = await inspectorOf(connection).query(sql, [...values]);
  return rows;
}

// Tests look often, and a new connection costs more than the look. Kept until the database is dropped.
const inspectors = new Map<string, pg.Pool>();

function inspectorOf(connection: Connection): pg.Pool {
  const known = inspectors.get(connection.database);
  if (known) return known;
  const pool = new pg.Pool({ ...connection, max: 2, idleTimeoutMillis: 1_000, allowExitOnIdle: true });
  // The server was stopped or killed: whoever looks next is told.
  pool.on("error", () => undefined);
  inspectors.set(connection.database, pool);
  return pool;
}

async function asAdmin(server: Connection, sql: string): Promise<void> {
  const client = new pg.Client({ ...server });
  await client.connect();
  try {
    await client.query(sql);
  } finally {
    await client.end();
  }
}
