import { spawn } from "node:child_process";
import { open, readFile, rename, rm, rmdir, stat } from "node:fs/promises";
import { createServer } from "node:net";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import { AppError } from "../errors.ts";
import type { Account } from "./embedded-account.ts";
import { type Binaries, program } from "./embedded-binaries.ts";
import { type Cluster, SOCKET_NAME } from "./embedded-cluster.ts";
import { errorCode, identityOf, isLive, isServerOf, runProgram, spawnOptions } from "./embedded-process.ts";

/** How to connect as the superuser. A `host` that starts with a slash is the folder of a Unix-domain socket. */
export interface Connection {
  readonly host: string;
  readonly port: number;
  readonly user: string;
  readonly password: string;
  readonly database: string;
}

export interface ServerPlan {
  readonly cluster: Cluster;
  readonly binaries: Binaries;
  readonly account: Account | undefined;
  readonly settings: Readonly<Record<string, string>>;
  readonly logFile: string;
  readonly log: (message: string) => void;
}

/** What a server writes about itself into postmaster.pid. */
export interface PostmasterFile {
  readonly pid: number;
  readonly port: number;
  /** Folder of the socket, or the address it listens on; "" until the server has got that far. */
  readonly host: string;
  /** `starting`, `ready`, `standby` or `stopping`; "" until known. */
  readonly status: string;
}

const POLL_MS = 20;
const LOG_MAX_BYTES = 8 * 1024 * 1024;
const LOG_TAIL_LINES = 15;
// Recovery after a crash reads the log since the last checkpoint, which may take a while on a slow disk.
const READY_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_S = 60;

/**
 * Makes sure a server runs on the cluster: adopts a live one, waits for one that is starting or stopping, starts one
 * otherwise. Call it under the lock.
 * @throws AppError DATABASE_SETUP when the server does not start or is not ours to use.
 */
export async function ensureServer(plan: ServerPlan): Promise<{ connection: Connection; adopted: boolean }> {
  const deadline = performance.now() + READY_TIMEOUT_MS;
  let started: StartedServer | undefined;
  try {
    while (performance.now() < deadline) {
      const file = await readPostmasterFile(plan.cluster.folder);
      const connection = file && (await readyConnection(file, plan));
      if (connection !== undefined) return { connection, adopted: started === undefined };
      if (started?.ended()) started = await retryOrThrow(plan, started);
      else if (started === undefined && (await mayStart(file, plan))) started = await startServer(plan);
      await delay(POLL_MS);
    }
    throw startFailed(
      plan,
      `it was not ready after ${READY_TIMEOUT_MS / 1000} s`,
      await logTail(plan.logFile, 0),
    );
  } catch (error) {
    started?.abort();
    throw error;
  }
}

/**
 * Stops the server (a fast shutdown: open transactions are rolled back, data is written). Does nothing when none runs.
 * @throws AppError DATABASE_UNAVAILABLE when it still runs after 60 s.
 */
export async function stopServer(plan: ServerPlan): Promise<void> {
  const { folder, socketDir } = plan.cluster;
  const file = await readPostmasterFile(folder);
  if (file === undefined || !(await isServerOf(folder, file.pid))) return;
  const identity = identityOf(file.pid) ?? "";
  const { code, output } = await runProgram(
    program(plan.binaries, "pg_ctl"),
    ["stop", "-D", folder, "-m", "fast", "-w", "-t", String(STOP_TIMEOUT_S)],
    plan.account,
  );
  // The pid file that pg_ctl looks at goes a moment before the process does.
  while (isLive(file.pid, identity)) {
    if (code !== 0) throw stopFailed(folder, output);
    await delay(POLL_MS);
  }
  if (socketDir !== folder) await rmdir(socketDir).catch(() => {});
}

function stopFailed(folder: string, output: string): AppError {
  return new AppError(
    "DATABASE_UNAVAILABLE",
    `PostgreSQL in ${folder} could not be stopped: ${output.trim()}`,
  );
}

/** Reads postmaster.pid; undefined when it does not begin with a pid. */
export function parsePostmasterFile(text: string): PostmasterFile | undefined {
  const lines = text.split("\n").map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid === 0) return undefined;
  // A server without postmaster (single-user mode) writes its pid as a negative number.
  return {
    pid: Math.abs(pid),
    port: Number(lines[3] ?? 0),
    host: lines[4] || lines[5] || "",
    status: lines[7] ?? "",
  };
}

async function readPostmasterFile(folder: string): Promise<PostmasterFile | undefined> {
  const text = await readFile(path.join(folder, "postmaster.pid"), "utf8").catch(() => "");
  return parsePostmasterFile(text);
}

async function readyConnection(file: PostmasterFile, plan: ServerPlan): Promise<Connection | undefined> {
  if (file.status !== "ready") return undefined;
  const { password } = plan.cluster;
  const connection = { host: file.host, port: file.port, user: "postgres", password, database: "postgres" };
  const failure = await tryConnecting(connection);
  // 53300: every connection is taken, so the server is there and others use it.
  if (failure === undefined || failure === "53300") return connection;
  if (failure !== "28P01") return undefined;
  throw new AppError(
    "DATABASE_SETUP",
    `A PostgreSQL (pid ${file.pid}) runs on ${plan.cluster.folder} and refuses the password in postgres.json. ` +
      "Put back the file that belongs to the data, or stop that server.",
  );
}

/** The error code of the failure, or "unknown"; undefined when it worked. */
async function tryConnecting(connection: Connection): Promise<string | undefined> {
  const client = new Client({ ...connection, connectionTimeoutMillis: 5_000 });
  client.on("error", () => {});
  try {
    await client.connect();
    return undefined;
  } catch (error) {
    return errorCode(error) ?? "unknown";
  } finally {
    await client.end().catch(() => {});
  }
}

/**
 * False while a server lives on the folder. Lock files of a dead server go first: their pid may belong to another
 * program by now, which PostgreSQL would take for itself. Should processes of the dead server still run, their shared
 * memory makes the new one refuse to start.
 */
async function mayStart(file: PostmasterFile | undefined, plan: ServerPlan): Promise<boolean> {
  const { folder, socketDir } = plan.cluster;
  if (file !== undefined && (await isServerOf(folder, file.pid))) return false;
  if (file !== undefined) {
    plan.log(`PostgreSQL was not stopped in order the last time (pid ${file.pid}); starting it again.`);
  }
  await rm(path.join(folder, "postmaster.pid"), { force: true });
  await rm(path.join(socketDir, `${SOCKET_NAME}.lock`), { force: true });
  return true;
}

interface StartedServer {
  /** Position in the log file where this server's messages begin. */
  readonly logFrom: number;
  ended(): boolean;
  abort(): void;
}

async function startServer(plan: ServerPlan): Promise<StartedServer> {
  await rotateLog(plan.logFile);
  const log = await open(plan.logFile, "a", 0o600);
  try {
    const { size: logFrom } = await log.stat();
    const settings = { ...(await addressSettings(plan.cluster)), ...plan.settings };
    if (process.platform === "win32") return await startOnWindows(plan, settings, logFrom);
    return await spawnServer(plan, settings, { fd: log.fd, logFrom });
  } finally {
    await log.close();
  }
}

async function rotateLog(logFile: string): Promise<void> {
  const found = await stat(logFile).catch(() => undefined);
  if (found !== undefined && found.size > LOG_MAX_BYTES) await rename(logFile, `${logFile}.old`);
}

async function addressSettings(cluster: Cluster): Promise<Record<string, string>> {
  if (process.platform === "win32") return { listen_addresses: "127.0.0.1", port: String(await freePort()) };
  const quoted = `"${cluster.socketDir.replaceAll('"', '""')}"`;
  return {
    listen_addresses: "",
    port: "5432",
    unix_socket_directories: quoted,
    unix_socket_permissions: "0700",
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });
}

/** The log is handed over open, so its folder need not be open to the account. */
function spawnServer(
  plan: ServerPlan,
  settings: Readonly<Record<string, string>>,
  log: { fd: number; logFrom: number },
): Promise<StartedServer> {
  const args = Object.entries(settings).flatMap(([name, value]) => ["-c", `${name}=${value}`]);
  return new Promise((resolve, reject) => {
    const child = spawn(program(plan.binaries, "postgres"), ["-D", plan.cluster.folder, ...args], {
      ...spawnOptions(plan.account),
      stdio: ["ignore", log.fd, log.fd],
    });
    child.on("error", reject);
    child.on("spawn", () => {
      child.unref();
      const ended = () => child.exitCode !== null || child.signalCode !== null;
      resolve({ logFrom: log.logFrom, ended, abort: () => void child.kill("SIGINT") });
    });
  });
}

/** Through pg_ctl, which gives up an administrator's rights: the server refuses them. */
async function startOnWindows(
  plan: ServerPlan,
  settings: Readonly<Record<string, string>>,
  logFrom: number,
): Promise<StartedServer> {
  const options = Object.entries(settings).map(([name, value]) => `-c "${name}=${value}"`);
  const { code, output } = await runProgram(
    program(plan.binaries, "pg_ctl"),
    ["start", "-D", plan.cluster.folder, "-l", plan.logFile, "-w", "-o", options.join(" ")],
    plan.account,
  );
  if (code !== 0) throw startFailed(plan, output.trim(), await logTail(plan.logFile, logFrom));
  return { logFrom, ended: () => false, abort: () => {} };
}

/** A server may find the last processes of a killed one, which end on their own: then another try is due. */
async function retryOrThrow(plan: ServerPlan, started: StartedServer): Promise<undefined> {
  const tail = await logTail(plan.logFile, started.logFrom);
  if (/pre-existing shared memory block|lock file "postmaster\.pid" already exists/.test(tail))
    return undefined;
  throw startFailed(plan, "it ended while starting", tail);
}

function startFailed(plan: ServerPlan, reason: string, tail: string): AppError {
  return new AppError(
    "DATABASE_SETUP",
    `PostgreSQL in ${plan.cluster.folder} did not start: ${reason}. The end of ${plan.logFile}:\n${tail}`,
  );
}

async function logTail(logFile: string, from: number): Promise<string> {
  const bytes = await readFile(logFile).catch(() => Buffer.alloc(0));
  return bytes.subarray(from).toString("utf8").trimEnd().split("\n").slice(-LOG_TAIL_LINES).join("\n");
}
