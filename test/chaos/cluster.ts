import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import path from "node:path";
import { migrateDatabase } from "../../engine/store/migrate.ts";
import type { Books } from "./books.ts";
import { createEngineHost, type EngineHost } from "./engine-host.ts";
import { type PostgresServer, startPostgresServer } from "./postgres-server.ts";
import { startTcpProxy, type TcpProxy } from "./tcp-proxy.ts";
import { type ChaosTenant, seedChaosTenants } from "./tenants.ts";
import { startVendors, type Vendors } from "./vendors.ts";

/** An engine process, and the wire between it and the database. */
export interface Member {
  readonly engine: EngineHost;
  readonly wire: TcpProxy;
}

/** Everything under test: one PostgreSQL, several engines behind one public address, two vendors. */
export interface Cluster {
  readonly url: string;
  readonly postgres: PostgresServer;
  readonly members: readonly Member[];
  readonly vendors: Vendors;
  readonly tenants: readonly ChaosTenant[];
  /** Holds the logs of the engines while the cluster lives. */
  readonly folder: string;
  /** Ends every process and removes every folder; safe at any time, also twice. */
  close(): Promise<void>;
}

export interface ClusterOptions {
  readonly engines: number;
  readonly tenants: number;
  readonly leaseMs: number;
  readonly doubtGraceMs: number;
  readonly books: Books;
}

/** Starts it all. What was started is stopped again when a later part fails. */
export async function startCluster(options: ClusterOptions): Promise<Cluster> {
  const undo: (() => Promise<unknown>)[] = [];
  const close = async () => {
    const failures: unknown[] = [];
    for (const step of undo.splice(0).reverse()) await step().catch((error) => failures.push(error));
    // Whatever else could be ended has been; the first failure is told.
    if (failures.length > 0) throw failures[0];
  };
  try {
    return await assemble(options, undo, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function assemble(
  options: ClusterOptions,
  undo: (() => Promise<unknown>)[],
  close: () => Promise<void>,
): Promise<Cluster> {
  const folder = await mkdtemp(path.join(tmpdir(), "centralita-chaos-logs-"));
  undo.push(() => rm(folder, { recursive: true, force: true }));
  const postgres = await startPostgresServer();
  undo.push(postgres.close);
  await migrateDatabase(postgres.connection);
  const tenants = await seedChaosTenants(postgres.connection, options.tenants);
  const ports = await Promise.all(Array.from({ length: options.engines }, freePort));
  const front = await startTcpProxy(ports.map((port) => ({ host: "127.0.0.1", port })));
  undo.push(front.close);
  const url = `http://127.0.0.1:${front.port}`;
  const vendors = await startVendors(url, options.books);
  undo.push(vendors.close);
  const members: Member[] = [];
  for (const [index, port] of ports.entries()) {
    const wire = await startTcpProxy([postgres.target]);
    undo.push(wire.close);
    const engine = createEngineHost({
      name: `engine-${index + 1}`,
      logFile: path.join(folder, `engine-${index + 1}.log`),
      env: engineEnvironment(options, { url, port, vendors, database: throughProxy(postgres, wire) }),
      onFence: (count) => options.books.count("commits refused by the fence", count),
      onUnexpectedExit: (name, how) => options.books.died(`${name} ended by itself: ${how}`),
    });
    undo.push(engine.close);
    members.push({ engine, wire });
  }
  await Promise.all(members.map(({ engine }) => engine.start()));
  return { url, postgres, members, vendors, tenants, folder, close };
}

function throughProxy({ connection }: PostgresServer, wire: TcpProxy): string {
  const { user, password, database } = connection;
  return `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@127.0.0.1:${wire.port}/${database}`;
}

function engineEnvironment(
  options: ClusterOptions,
  place: {
    readonly url: string;
    readonly port: number;
    readonly vendors: Vendors;
    readonly database: string;
  },
): NodeJS.ProcessEnv {
  return {
    ...process.env,
    ...place.vendors.env,
    PORT: String(place.port),
    PUBLIC_URL: place.url,
    DATABASE_URL: place.database,
    MASTER_KEY: Buffer.alloc(32, 7).toString("base64"),
    LOG_LEVEL: "warn",
    CHAOS_LEASE_MS: String(options.leaseMs),
    CHAOS_DOUBT_GRACE_MS: String(options.doubtGraceMs),
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const probe = createServer().listen(0, "127.0.0.1", () => {
      const address = probe.address();
      probe.close(() => resolve(typeof address === "object" && address ? address.port : 0));
    });
  });
}
