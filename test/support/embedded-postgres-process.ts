import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as delay } from "node:timers/promises";
import { Client } from "pg";
import type { Connection } from "../../engine/store/embedded-server.ts";

const SCRIPT = path.join(import.meta.dirname, "embedded-postgres-child.ts");

export interface ServerUser {
  readonly child: ChildProcess;
  readonly pid: number;
  readonly connection: Connection;
  readonly adopted: boolean;
  /** Lets the process stop its server in order and waits for its end. */
  stop(): Promise<void>;
  /** SIGKILL, and waits for its end. */
  kill(): Promise<void>;
}

/** A process of its own that starts (or adopts) the server in `dataDir`; rejects with the error it reports. */
export async function spawnServerUser(dataDir: string, uid?: number): Promise<ServerUser> {
  const account = uid === undefined ? {} : { uid, gid: uid };
  const child = spawn(process.execPath, [SCRIPT, dataDir], {
    cwd: "/",
    env: { HOME: "/tmp", PATH: "/usr/bin:/bin" },
    stdio: ["pipe", "pipe", "inherit"],
    ...account,
  });
  const exited = once(child, "exit");
  const report = await firstLine(child);
  if ("error" in report || child.pid === undefined) throw new Error(String(report.error));
  const end = async (act: () => void) => {
    act();
    await exited;
  };
  return {
    child,
    pid: child.pid,
    connection: report.connection,
    adopted: report.adopted,
    stop: () => end(() => child.stdin.end("stop\n")),
    kill: () => end(() => child.kill("SIGKILL")),
  };
}

async function firstLine(child: { stdout: NodeJS.ReadableStream }) {
  for await (const line of createInterface({ input: child.stdout })) return JSON.parse(line);
  throw new Error("The process ended without a word");
}

/** Runs one statement on a connection of its own and returns the rows. */
export async function query(connection: Connection, sql: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ ...connection });
  await client.connect();
  try {
    return (await client.query(sql)).rows;
  } finally {
    await client.end();
  }
}

/** Waits until `condition` holds; the test's own time limit is the bound. */
export async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await delay(10);
}

/** The pids of the live processes whose command line contains `text` (Linux). */
export function processesWith(text: string): number[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name) && commandLine(name).includes(text))
    .map(Number);
}

function commandLine(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}
