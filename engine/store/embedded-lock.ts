import { randomBytes } from "node:crypto";
import { link, readFile, rm, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";
import { AppError } from "../errors.ts";
import { errorCode, identityOf, isLive } from "./embedded-process.ts";

const POLL_MS = 20;

/**
 * Runs `work` while no other process (and no other call in this one) holds the lock file `file`. The lock of a
 * process that has died is broken.
 * @throws AppError DATABASE_SETUP when a live process keeps it longer than `timeoutMs`.
 */
export async function withLock<T>(file: string, timeoutMs: number, work: () => Promise<T>): Promise<T> {
  await acquire(file, timeoutMs);
  try {
    return await work();
  } finally {
    await rm(file, { force: true });
  }
}

async function acquire(file: string, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  const mine = `${process.pid} ${identityOf(process.pid) ?? ""} ${randomBytes(6).toString("hex")}`;
  while (!(await tryCreate(file, mine))) {
    await breakWhenStale(file, timeoutMs);
    if (performance.now() > deadline) throw heldTooLong(file, timeoutMs);
    await delay(POLL_MS);
  }
}

/** Through a link, so that the lock never exists without saying whose it is. */
async function tryCreate(file: string, holder: string): Promise<boolean> {
  const draft = `${file}.${holder.split(" ")[2]}.draft`;
  await writeFile(draft, holder, { mode: 0o600 });
  try {
    await link(draft, file);
    return true;
  } catch (error) {
    if (errorCode(error) !== "EEXIST") throw error;
    return false;
  } finally {
    await rm(draft, { force: true });
  }
}

/**
 * Two processes that see the same dead holder must not both remove the file: the second would remove the lock that
 * the first has taken meanwhile. So removing needs a lock of its own, named after the dead holder, and a second look.
 */
async function breakWhenStale(file: string, timeoutMs: number): Promise<void> {
  const holder = await readHolder(file);
  if (holder === undefined) return;
  const [pid, identity, token] = holder.split(" ");
  if (isLive(Number(pid), identity ?? "")) return;
  await withLock(`${file}.${token}`, timeoutMs, async () => {
    if ((await readHolder(file)) === holder) await rm(file, { force: true });
  });
}

async function readHolder(file: string): Promise<string | undefined> {
  return readFile(file, "utf8").catch(() => undefined);
}

function heldTooLong(file: string, timeoutMs: number): AppError {
  return new AppError(
    "DATABASE_SETUP",
    `Another process has held ${file} for more than ${timeoutMs / 1000} s; the file names its pid. ` +
      "End that process, or remove the file if it is none of ours.",
  );
}
