import { randomBytes } from "node:crypto";
import { readFile, rm } from "node:fs/promises";
import type { NetConnectOpts } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import type { Connection } from "../../engine/store/database.ts";
import {
  type EmbeddedPostgres,
  type EmbeddedPostgresOptions,
  startEmbeddedPostgres,
} from "../../engine/store/embedded-postgres.ts";
import { isServerOf } from "../../engine/store/embedded-process.ts";
import { until } from "../support/until.ts";

/** A real PostgreSQL, durable as in production, that can be killed and started again. */
export interface PostgresServer {
  /** Past every proxy: for looking, never for the engines. */
  readonly connection: Connection;
  readonly target: NetConnectOpts;
  query<T extends object>(sql: string, values?: readonly unknown[]): Promise<T[]>;
  /** SIGQUIT is what `pg_ctl stop -m immediate` sends; SIGKILL takes the postmaster only, its children notice. */
  crash(signal: "SIGQUIT" | "SIGKILL"): Promise<void>;
  restart(): Promise<void>;
  /** Stops it and removes its folder. */
  close(): Promise<void>;
}

/** Starts it in a folder of its own, with fsync. */
export async function startPostgresServer(): Promise<PostgresServer> {
  // Made by the server's own start: as root it must be a folder the server's account may enter.
  const dataDir = path.join(tmpdir(), `centralita-chaos-${process.pid}-${randomBytes(4).toString("hex")}`);
  const options: EmbeddedPostgresOptions = {
    dataDir,
    settings: { fsync: "on", synchronous_commit: "on", max_connections: "150" },
  };
  // Each start is a membership of its own; the server goes with the last.
  const starts: EmbeddedPostgres[] = [];
  const start = async () => void starts.push(await startEmbeddedPostgres(options));
  await start().catch(async (error) => {
    await rm(dataDir, { recursive: true, force: true });
    throw error;
  });
  const connection = starts[0]?.connection;
  if (!connection) throw new TypeError("no connection");
  const admin = new pg.Pool({ ...connection, max: 4, connectionTimeoutMillis: 10_000 });
  // What breaks with the server is replaced by the pool.
  admin.on("error", () => undefined);
  return {
    connection,
    target: targetOf(connection),
    async query<T extends object>(sql: string, values: readonly unknown[] = []) {
      return (await admin.query(sql, [...values])).rows as T[];
    },
    async crash(signal) {
      const cluster = path.join(dataDir, "postgres");
      const pid = Number.parseInt(await readFile(path.join(cluster, "postmaster.pid"), "utf8"), 10);
      process.kill(pid, signal);
      await until("the postmaster to be gone", async () => !(await isServerOf("postgres", pid)));
    },
    restart: start,
    async close() {
      await admin.end();
      for (const started of starts) await started.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

function targetOf({ host, port }: Connection): NetConnectOpts {
  return host.startsWith("/") ? { path: path.join(host, `.s.PGSQL.${port}`) } : { host, port };
}
