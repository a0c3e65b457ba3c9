import { mkdtemp, readFile, rm } from "node:fs/promises";
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
  const dataDir = await mkdtemp(path.join(tmpdir(), "centralita-chaos-"));
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
  let admin: pg.Client | null = null;
  const forget = () => {
    void admin?.end().catch(() => undefined);
    admin = null;
  };
  return {
    connection,
    target: targetOf(connection),
    async query<T extends object>(sql: string, values: readonly unknown[] = []) {
      admin ??= await connect(connection);
      try {
        return (await admin.query(sql, [...values])).rows as T[];
      } catch (error) {
        forget();
        throw error;
      }
    },
    async crash(signal) {
      forget();
      const cluster = path.join(dataDir, "postgres");
      const pid = Number.parseInt(await readFile(path.join(cluster, "postmaster.pid"), "utf8"), 10);
      process.kill(pid, signal);
      await until("the postmaster to be gone", async () => !(await isServerOf("postgres", pid)));
    },
    restart: start,
    async close() {
      forget();
      for (const started of starts) await started.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function connect(connection: Connection): Promise<pg.Client> {
  const client = new pg.Client({ ...connection, connectionTimeoutMillis: 10_000 });
  client.on("error", () => undefined);
  await client.connect();
  return client;
}

function targetOf({ host, port }: Connection): NetConnectOpts {
  return host.startsWith("/") ? { path: path.join(host, `.s.PGSQL.${port}`) } : { host, port };
}
