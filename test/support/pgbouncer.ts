import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type { Connection } from "../../engine/store/database.ts";
import { freePort } from "./free-port.ts";

/** Why PgBouncer cannot be tested here; null: it can. */
export function pgBouncerMissing(): string | null {
  const { error, status } = spawnSync(PROGRAM, ["--version"], { stdio: "ignore" });
  if (error || status !== 0) return "pgbouncer is not installed";
  const byAddress = process.env.TEST_DATABASE_URL && process.getuid?.() === 0;
  return byAddress ? "it refuses to run as root, and no socket says as whom to run it" : null;
}

/** PgBouncer in transaction mode before this database, with fewer connections to it than the engine opens. */
export interface PgBouncer {
  readonly url: string;
  close(): Promise<void>;
}

const PROGRAM = "pgbouncer";
const SERVER_CONNECTIONS = 4;

export async function startPgBouncer(to: Connection): Promise<PgBouncer> {
  const folder = await mkdtemp(path.join(tmpdir(), "centralita-pgbouncer-"));
  await chmod(folder, 0o755);
  const port = await freePort();
  const file = path.join(folder, "pgbouncer.ini");
  await writeFile(file, configuration(to, port));
  await chmod(file, 0o644);
  // It refuses to run as root; the account PostgreSQL runs as may use its socket.
  const account = process.getuid?.() === 0 ? await stat(to.host) : null;
  const child = spawn(PROGRAM, [file], {
    stdio: ["ignore", "ignore", "pipe"],
    ...(account ? { uid: account.uid, gid: account.gid } : {}),
  });
  await listening(child);
  return {
    url: `postgres://${encodeURIComponent(to.user)}@127.0.0.1:${port}/${to.database}`,
    async close() {
      const exit = once(child, "exit");
      child.kill("SIGKILL");
      await exit;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function configuration(to: Connection, port: number): string {
  const { host, user, password, database } = to;
  const quoted = (text: string) => `'${text.replaceAll("'", "''")}'`;
  return `[databases]
${database} = host=${host} port=${to.port} dbname=${database} user=${quoted(user)} password=${quoted(password)}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = ${port}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = ${SERVER_CONNECTIONS}
max_client_conn = 200
`;
}

/** Its log, on stderr, says when it serves. */
function listening(child: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let log = "";
    child.stderr?.on("data", (chunk: Buffer) => {
      log += chunk.toString("utf8");
      if (/process up/.test(log)) resolve();
    });
    child.once("error", reject);
    child.once("exit", (code) => reject(new Error(`pgbouncer ended with ${code}: ${log}`)));
  });
}
