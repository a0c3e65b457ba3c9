import { execFile, spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import type { Account } from "./embedded-account.ts";

export interface ProgramResult {
  /** Exit code; null when a signal ended the program. */
  readonly code: number | null;
  /** Standard output and error, as they came. */
  readonly output: string;
}

/** Runs a PostgreSQL program to its end, as `account` when given. Rejects only when it cannot be started at all. */
export function runProgram(
  file: string,
  args: readonly string[],
  account: Account | undefined,
): Promise<ProgramResult> {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...spawnOptions(account), stdio: ["ignore", "pipe", "pipe"] });
    let output = "";
    const collect = (chunk: Buffer) => {
      output += chunk.toString("utf8");
    };
    child.stdout.on("data", collect);
    child.stderr.on("data", collect);
    child.on("error", reject);
    child.on("close", (code) => resolve({ code, output }));
  });
}

/**
 * What every program of ours starts with: own session, so that Ctrl-C in the terminal passes it by; none of our
 * environment, which holds secrets; and a working folder that every account may enter.
 */
export function spawnOptions(account: Account | undefined) {
  return {
    cwd: process.platform === "win32" ? process.cwd() : "/",
    env: programEnvironment(process.platform),
    detached: true,
    windowsHide: true,
    ...(account === undefined ? {} : { uid: account.uid, gid: account.gid }),
  };
}

/** On Windows Node adds PATH, SYSTEMROOT and the like by itself. */
function programEnvironment(platform: NodeJS.Platform): Record<string, string> {
  const fixed = { LC_ALL: "C", TZ: "UTC" };
  return platform === "win32" ? fixed : { ...fixed, PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin" };
}

/**
 * Tells one process from a later one that got the same pid: its start time where the system has `/proc`, else "".
 * undefined when there is no such process, or only a dead one that nobody has waited for.
 */
export function identityOf(pid: number): string | undefined {
  if (existsSync("/proc/self/stat")) return identityInProc(pid);
  return acceptsSignals(pid) ? "" : undefined;
}

/** Whether the process that had this pid and identity is still running. An unknown identity ("") fits any. */
export function isLive(pid: number, identity: string): boolean {
  const current = identityOf(pid);
  if (current === undefined) return false;
  return identity === "" || current === "" || current === identity;
}

function identityInProc(pid: number): string | undefined {
  try {
    return parseProcStat(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return undefined;
  }
}

/** The start time in a line of `/proc/<pid>/stat`; undefined for a zombie. */
export function parseProcStat(line: string): string | undefined {
  // The second field is the program's name in brackets and may itself hold spaces and brackets.
  const fields = line.slice(line.lastIndexOf(") ") + 2).split(" ");
  return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
}

function acceptsSignals(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return errorCode(error) === "EPERM";
  }
}

/** The `code` that Node and PostgreSQL put on their errors, if there is one. */
export function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}

/** Whether `pid` is a PostgreSQL server that was started on the folder `cluster`. On Windows: any PostgreSQL. */
export async function isServerOf(cluster: string, pid: number): Promise<boolean> {
  if (identityOf(pid) === undefined) return false;
  const command = await commandLineOf(pid);
  return command.includes("postgres") && (process.platform === "win32" || command.includes(cluster));
}

async function commandLineOf(pid: number): Promise<string> {
  if (existsSync("/proc/self/stat")) {
    return readFile(`/proc/${pid}/cmdline`, "utf8").then((text) => text.replaceAll("\0", " "), nothing);
  }
  const [file, args] =
    process.platform === "win32"
      ? (["tasklist", ["/FI", `PID eq ${pid}`, "/FO", "CSV", "/NH"]] as const)
      : (["ps", ["-ww", "-p", String(pid), "-o", "args="]] as const);
  return promisify(execFile)(file, [...args]).then(({ stdout }) => stdout, nothing);
}

function nothing(): string {
  return "";
}
