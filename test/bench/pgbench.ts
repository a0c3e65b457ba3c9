import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import type { Connection } from "../../engine/store/database.ts";

export interface PgbenchLoad {
  readonly perSecond: number;
  readonly averageMs: number;
}

/**
 * PostgreSQL's own load generator doing the same bare insert, one a transaction: what the server gives a client that costs
 * next to nothing. Null where `pgbench` is not installed.
 */
export async function pgbenchInserts(
  connection: Connection,
  load: { readonly body: string; readonly clients: number; readonly seconds: number },
): Promise<PgbenchLoad | null> {
  const folder = await mkdtemp(path.join(tmpdir(), "centralita-pgbench-"));
  try {
    const script = path.join(folder, "insert.sql");
    await writeFile(script, `insert into bare (body) values (${quoted(load.body)});\n`);
    return await run(connection, script, load);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A colon would begin a variable of pgbench, also inside quotes. */
function quoted(body: string): string {
  const escaped = body.replaceAll("\\", "\\\\").replaceAll("'", "''").replaceAll(":", "\\x3a");
  return `E'${escaped}'`;
}

async function run(
  { host, port, user, password, database }: Connection,
  script: string,
  { clients, seconds }: { readonly clients: number; readonly seconds: number },
): Promise<PgbenchLoad | null> {
  const args = ["-n", "-M", "prepared", "-f", script, "-c", clients, "-j", 2, "-T", seconds].map(String);
  const child = spawn("pgbench", [...args, "-h", host, "-p", String(port), "-U", user, database], {
    env: { ...process.env, PGPASSWORD: password },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const ended = once(child, "close").then(
    ([code]) => code as number,
    () => null,
  );
  const [said, complained, code] = await Promise.all([text(child.stdout), text(child.stderr), ended]);
  // Not installed.
  if (code === null) return null;
  const perSecond = /^tps = ([\d.]+)/m.exec(said)?.[1];
  const averageMs = /^latency average = ([\d.]+) ms/m.exec(said)?.[1];
  if (code !== 0 || perSecond === undefined || averageMs === undefined)
    throw new Error(`pgbench ended with ${code}: ${complained || said}`);
  return { perSecond: Number(perSecond), averageMs: Number(averageMs) };
}
