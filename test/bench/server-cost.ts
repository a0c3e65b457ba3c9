import { readdirSync, readFileSync } from "node:fs";
import pg from "pg";
import type { Connection } from "../../engine/store/database.ts";

/** What a PostgreSQL server has spent so far. */
export interface ServerCost {
  readonly walBytes: number;
  readonly commits: number;
  /** CPU milliseconds of all its processes; null where the operating system does not tell. */
  readonly cpuMs: number | null;
}

export async function serverCost(connection: Connection | string): Promise<ServerCost> {
  const client = new pg.Client(typeof connection === "string" ? connection : { ...connection });
  await client.connect();
  try {
    const { rows } = await client.query(
      `select (pg_current_wal_insert_lsn() - '0/0')::float8 as wal, pg_backend_pid() as pid,
         (select xact_commit::float8 from pg_stat_database where datname = current_database()) as commits`,
    );
    return { walBytes: rows[0].wal, commits: rows[0].commits, cpuMs: cpuOfServer(rows[0].pid) };
  } finally {
    await client.end();
  }
}

// Clock ticks of /proc are hundredths of a second on every Linux Node runs on.
const MS_PER_TICK = 10;

function cpuOfServer(backend: number): number | null {
  try {
    const postmaster = statOf(backend).parent;
    const family = readdirSync("/proc")
      .filter((name) => /^\d+$/.test(name))
      .map((name) => statOrNull(Number(name)))
      .filter((stat) => stat !== null && (stat.parent === postmaster || stat.pid === postmaster));
    return family.reduce((sum, stat) => sum + (stat?.ticks ?? 0), 0) * MS_PER_TICK;
  } catch {
    return null;
  }
}

function statOrNull(pid: number) {
  try {
    return statOf(pid);
  } catch {
    return null;
  }
}

function statOf(pid: number): { readonly pid: number; readonly parent: number; readonly ticks: number } {
  const fields = readFileSync(`/proc/${pid}/stat`, "utf8").split(") ").at(-1)?.split(" ") ?? [];
  // After the name: state, parent, …; user and system time, then those of children that have ended.
  return {
    pid,
    parent: Number(fields[1]),
    ticks: Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14]),
  };
}

/** What `count` pieces of work cost the server each, in words; the server's own background included. */
export function costInWords(before: ServerCost, after: ServerCost, count: number): string {
  const each = (total: number) => (total / count).toFixed(2);
  const cpu =
    before.cpuMs === null || after.cpuMs === null ? "?" : ((after.cpuMs - before.cpuMs) / count).toFixed(3);
  return `${each(after.commits - before.commits)} transactions, ${Math.round((after.walBytes - before.walBytes) / count)} bytes of WAL, ${cpu} ms PostgreSQL CPU`;
}
