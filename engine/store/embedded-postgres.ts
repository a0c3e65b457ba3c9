import { mkdir, realpath } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { AppError } from "../errors.ts";
import { type Account, serverAccount } from "./embedded-account.ts";
import { locateBinaries, prepareBinaries } from "./embedded-binaries.ts";
import { openCluster, SYSTEM_HOME } from "./embedded-cluster.ts";
import { withLock } from "./embedded-lock.ts";
import { errorCode } from "./embedded-process.ts";
import { type Connection, ensureServer, type ServerPlan, stopServer } from "./embedded-server.ts";
import { joinUsers, type Membership } from "./embedded-users.ts";

export interface EmbeddedPostgres {
  /** How to connect as the database superuser `postgres`. */
  readonly connection: Connection;
  /** A live server of another start was taken over. */
  readonly adopted: boolean;
  /** Stops the server unless another live process uses it. Calling it again does no harm. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** Made unless it exists; holds `postgres` (the data), `postgres.json` (the password) and `postgres.log`. */
  readonly dataDir: string;
  /** Gets one sentence for each thing worth telling the operator; default: nothing. */
  readonly log?: (message: string) => void;
  /** PostgreSQL settings that replace our own, such as `{ fsync: "off" }` in a test. Not for addresses. */
  readonly settings?: Readonly<Record<string, string>>;
}

const SETTINGS = {
  fsync: "on",
  synchronous_commit: "on",
  max_connections: "60",
  shared_buffers: "128MB",
  wal_compression: "on",
  timezone: "UTC",
  log_timezone: "UTC",
};

// Longer than a holder may take: waiting for a server that recovers, or that stops.
const LOCK_TIMEOUT_MS = 180_000;

/**
 * Starts the PostgreSQL that npm brought, on the data in `<dataDir>/postgres`, or adopts the one that already runs
 * there. It listens on a Unix-domain socket only (Windows: on 127.0.0.1 and a random port) and is used by any number
 * of processes: the last to stop it ends it. When the last one is killed, a watchdog ends it; there is none on
 * Windows, where the server then runs on until the next start adopts it. Works as root too: the server then runs as
 * the account `postgres` or `nobody`, and what that account cannot reach is put below /var/lib/centralita.
 * @throws AppError DATABASE_VERSION when the data belongs to another major version of PostgreSQL.
 * @throws AppError DATABASE_SETUP when there are no binaries for this platform or the server does not start.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const log = options.log ?? (() => {});
  try {
    const dataDir = await makeDataDir(options.dataDir);
    return await joinAndStart({ ...options, dataDir, log });
  } catch (error) {
    if (error instanceof AppError) throw error;
    throw unexpected(options.dataDir, error);
  }
}

type Start = EmbeddedPostgresOptions & { readonly log: (message: string) => void };

/** Root opens the folder for entering (not for listing), because the server's account has to pass through it. */
async function makeDataDir(dataDir: string): Promise<string> {
  const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
  await mkdir(dataDir, { recursive: true, mode });
  return realpath(dataDir);
}

async function joinAndStart(start: Start): Promise<EmbeddedPostgres> {
  const lockFile = path.join(start.dataDir, "postgres.lock");
  const membership = await joinUsers(start.dataDir);
  try {
    return await withLock(lockFile, LOCK_TIMEOUT_MS, async () => {
      const plan = await planServer(start);
      const { connection, adopted } = await ensureServer(plan);
      if (adopted) start.log(`Using the PostgreSQL that already runs on ${plan.cluster.folder}.`);
      return { connection, adopted, stop: once(() => stop(lockFile, membership, plan)) };
    });
  } catch (error) {
    await membership.leave().catch(() => undefined);
    membership.dismissWatchdog();
    throw error;
  }
}

async function planServer(start: Start): Promise<ServerPlan> {
  const { dataDir, log } = start;
  const account = await serverAccount(path.join(dataDir, "postgres"));
  const found = await locateBinaries(process.platform, process.arch);
  const binaries = await prepareBinaries(found, { account, homes: copyHomes(dataDir, account), log });
  const cluster = await openCluster({ dataDir, binaries, account, log });
  const settings = { ...SETTINGS, ...start.settings };
  return { cluster, binaries, account, settings, logFile: path.join(dataDir, "postgres.log"), log };
}

function copyHomes(dataDir: string, account: Account | undefined): string[] {
  return account === undefined ? [dataDir] : [SYSTEM_HOME, path.join(tmpdir(), "centralita-root")];
}

/** The watchdog goes last, so that being killed while stopping leaves no server behind. */
async function stop(lockFile: string, membership: Membership, plan: ServerPlan): Promise<void> {
  await withLock(lockFile, LOCK_TIMEOUT_MS, async () => {
    const { othersRemain } = await membership.leave();
    if (!othersRemain) await stopServer(plan);
  });
  membership.dismissWatchdog();
}

function once(work: () => Promise<void>): () => Promise<void> {
  let running: Promise<void> | undefined;
  return () => {
    running ??= work();
    return running;
  };
}

function unexpected(dataDir: string, error: unknown): AppError {
  const reason = error instanceof Error ? error.message : String(error);
  const hint =
    errorCode(error) === "ENOENT" && reason.includes("spawn")
      ? " The PostgreSQL from npm needs glibc, which this system may lack (Alpine, musl): set DATABASE_URL instead."
      : "";
  return new AppError(
    "DATABASE_SETUP",
    `The embedded PostgreSQL in ${dataDir} cannot run: ${reason}.${hint}`,
    {},
    error,
  );
}
