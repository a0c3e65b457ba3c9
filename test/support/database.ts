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
    drop: () => asAdmin(server, `drop database if exists ${database} with (force)`),
  };
}

/** Looks at the database from outside the engine, past every wall. */
export async function inspect<T extends object>(
  connection: Connection,
  sql: string,
  values: readonly unknown[] = [],
): Promise<T[]> {
  const client = new pg.Client({ ...connection });
  await client.connect();
  try {
    const { rows } = await client.query(sql, [...values]);
    return rows;
  } finally {
    await client.end();
  }
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
