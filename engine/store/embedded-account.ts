import { chmod, lstat, mkdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { AppError } from "../errors.ts";

/** An account of the operating system that PostgreSQL runs as. */
export interface Account {
  readonly name: string;
  readonly uid: number;
  readonly gid: number;
}

const CANDIDATES = ["postgres", "nobody"];

/**
 * The account to run PostgreSQL as, since it refuses root: the owner of an existing cluster, else `postgres`, else
 * `nobody`. undefined when we are not root and it simply runs as we do.
 * @throws AppError DATABASE_SETUP when the system has neither account.
 */
export async function serverAccount(cluster: string): Promise<Account | undefined> {
  if (process.getuid?.() !== 0) return undefined;
  const owner = await stat(cluster).catch(() => undefined);
  if (owner !== undefined && owner.uid !== 0) {
    return { name: `uid ${owner.uid}`, uid: owner.uid, gid: owner.gid };
  }
  const account = findAccount(await readFile("/etc/passwd", "utf8"), CANDIDATES);
  if (account !== undefined) return account;
  throw new AppError(
    "DATABASE_SETUP",
    `PostgreSQL refuses to run as root and /etc/passwd has no account ${CANDIDATES.join(" or ")} to run it as. ` +
      "Start as a normal user, add one of these accounts, or set DATABASE_URL.",
  );
}

/** The first of `names` that a text in the format of /etc/passwd has. */
export function findAccount(passwd: string, names: readonly string[]): Account | undefined {
  const rows = passwd.split("\n").map((line) => line.split(":"));
  for (const name of names) {
    const [, , uid, gid] = rows.find((row) => row[0] === name) ?? [];
    // macOS writes the ids of nobody as -2.
    if (uid && gid) return { name, uid: Number(uid) >>> 0, gid: Number(gid) >>> 0 };
  }
  return undefined;
}

/** Whether the account may enter a folder, or run a file, with these owners and mode bits (access lists are not looked at). */
export function mayEnter(
  entry: { readonly uid: number; readonly gid: number; readonly mode: number },
  account: { readonly uid: number; readonly gid: number },
): boolean {
  if (account.uid === entry.uid) return (entry.mode & 0o100) !== 0;
  if (account.gid === entry.gid) return (entry.mode & 0o010) !== 0;
  return (entry.mode & 0o001) !== 0;
}

/** Whether the account may enter `folder` and every folder above it. Always true without an account. */
export async function canReach(folder: string, account: Account | undefined): Promise<boolean> {
  if (account === undefined) return true;
  for (const step of pathSteps(folder)) {
    if (!mayEnter(await stat(step), account)) return false;
  }
  return true;
}

function pathSteps(folder: string): string[] {
  const parent = path.dirname(folder);
  return parent === folder ? [folder] : [...pathSteps(parent), folder];
}

/**
 * Makes `folder` unless it exists and says whether it can be trusted with programs or data: a real folder of ours
 * that nobody else may write to and that the account can reach. Somebody may have put another there, in a /tmp.
 */
export async function claimFolder(folder: string, account: Account | undefined): Promise<boolean> {
  try {
    const made = await mkdir(folder, { recursive: true });
    // Not through the mode of mkdir, which the umask narrows.
    if (made !== undefined) await chmod(folder, 0o755);
    const found = await lstat(folder);
    const ours = found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
    return ours && (await canReach(folder, account));
  } catch {
    return false;
  }
}
