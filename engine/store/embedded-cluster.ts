import { createHash, randomBytes } from "node:crypto";
import {
  chown,
  lstat,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { AppError } from "../errors.ts";
import { type Account, canReach, claimFolder } from "./embedded-account.ts";
import { type Binaries, program } from "./embedded-binaries.ts";
import { runProgram } from "./embedded-process.ts";

/** The data of one PostgreSQL server, and how it is reached. */
export interface Cluster {
  /** The real folder, behind `<dataDir>/postgres`. */
  readonly folder: string;
  readonly password: string;
  /** Where the server puts its Unix-domain socket. */
  readonly socketDir: string;
}

interface Opening {
  /** Absolute and without symbolic links. */
  readonly dataDir: string;
  readonly binaries: Binaries;
  readonly account: Account | undefined;
  readonly log: (message: string) => void;
}

/** What `<dataDir>/postgres.json` holds. */
interface Memory {
  readonly password: string;
  /** Only when the socket is not in the cluster's own folder. */
  readonly socketDir?: string;
}

/** For binaries and clusters that the account could not reach where they belong; used by root only. */
export const SYSTEM_HOME = "/var/lib/centralita";

// Of 108 bytes (Linux) or 104 (macOS, BSD), one is for the closing zero.
const SOCKET_PATH_MAX_BYTES = 103;
/** The server listens on port 5432, which for a socket is but a part of its name. */
export const SOCKET_NAME = ".s.PGSQL.5432";

/**
 * The cluster in `<dataDir>/postgres`; makes one, with a random password, when there is none. Call it under the lock.
 * @throws AppError DATABASE_VERSION when the data belongs to another major version of PostgreSQL.
 * @throws AppError DATABASE_SETUP when the data cannot be made or reached, or its password is lost.
 */
export async function openCluster(opening: Opening): Promise<Cluster> {
  const link = path.join(opening.dataDir, "postgres");
  const existing = await clusterBehind(link);
  const memory = await readMemory(opening.dataDir);
  if (existing !== undefined) await checkExisting(existing, opening);
  if (existing !== undefined && memory === undefined) throw passwordLost(opening.dataDir);
  const password = memory?.password ?? (await rememberNewPassword(opening.dataDir));
  const folder = existing ?? (await createCluster(opening, link, password));
  return { folder, password, socketDir: await socketDirFor(folder, { ...memory, password }, opening) };
}

async function clusterBehind(link: string): Promise<string | undefined> {
  if ((await lstat(link).catch(() => undefined)) === undefined) return undefined;
  const folder = await realpath(link).catch(() => undefined);
  if (folder !== undefined) return folder;
  throw new AppError(
    "DATABASE_SETUP",
    `${link} points to a folder that no longer exists. Put that folder back, or remove the link to start empty.`,
  );
}

async function checkExisting(folder: string, { binaries, account }: Opening): Promise<void> {
  const found = (await readFile(path.join(folder, "PG_VERSION"), "utf8").catch(() => "")).trim();
  if (found === "") {
    throw new AppError(
      "DATABASE_SETUP",
      `${folder} holds no PostgreSQL data (PG_VERSION is missing or empty). Move the folder away to start empty.`,
    );
  }
  if (found !== binaries.major) throw otherVersion(folder, found, binaries.major);
  if (await canReach(path.dirname(folder), account)) return;
  throw new AppError(
    "DATABASE_SETUP",
    `PostgreSQL runs as ${account?.name}, who can no longer enter ${folder}. Allow all users to enter the folders ` +
      "above it (chmod o+x), or move the data folder to a place where they are.",
  );
}

function otherVersion(folder: string, found: string, expected: string): AppError {
  return new AppError(
    "DATABASE_VERSION",
    `The data in ${folder} was written by PostgreSQL ${found}, and this version of the program brings PostgreSQL ` +
      `${expected}. Dump it with a PostgreSQL ${found} (pg_dumpall), move the folder away, start, and restore the ` +
      `dump; or run a PostgreSQL ${found} on the folder yourself and set DATABASE_URL.`,
    { found, expected },
  );
}

function passwordLost(dataDir: string): AppError {
  return new AppError(
    "DATABASE_SETUP",
    `${memoryFile(dataDir)} is missing; it holds the password of the database in ${dataDir}/postgres. ` +
      "Put the file back, or move the folder away to start empty.",
  );
}

/** Made aside and then renamed, so that a start that was interrupted leaves nothing that looks like a cluster. */
async function createCluster(opening: Opening, link: string, password: string): Promise<string> {
  const { dataDir, account, log } = opening;
  await removeUnfinished(dataDir);
  const direct = await canReach(dataDir, account);
  const folder = direct ? link : await relocatedFolder(opening);
  log(`Creating the database in ${folder}.`);
  await initialize(opening, folder, password);
  if (!direct) await symlink(folder, link);
  await flushFolder(dataDir);
  return folder;
}

async function removeUnfinished(dataDir: string): Promise<void> {
  for (const name of await readdir(dataDir)) {
    if (name.startsWith("postgres.new-"))
      await rm(path.join(dataDir, name), { recursive: true, force: true });
  }
}

async function relocatedFolder({ dataDir, account, log }: Opening): Promise<string> {
  if (!(await claimFolder(SYSTEM_HOME, account))) {
    throw new AppError(
      "DATABASE_SETUP",
      `PostgreSQL runs as ${account?.name}, who can enter neither ${dataDir} nor ${SYSTEM_HOME}. ` +
        "Allow all users to enter the folders above the data folder (chmod o+x), or set DATABASE_URL.",
    );
  }
  const folder = path.join(SYSTEM_HOME, randomBytes(8).toString("hex"));
  log(
    `PostgreSQL runs as ${account?.name}, who cannot enter ${dataDir}: the database is kept in ${folder}, ` +
      `and ${dataDir}/postgres is a link to it.`,
  );
  return folder;
}

async function initialize({ binaries, account }: Opening, folder: string, password: string): Promise<void> {
  const nursery = await mkdtemp(path.join(path.dirname(folder), "postgres.new-"));
  try {
    const passwordFile = path.join(nursery, "password");
    await writeFile(passwordFile, password, { mode: 0o600 });
    if (account !== undefined) {
      await chown(passwordFile, account.uid, account.gid);
      await chown(nursery, account.uid, account.gid);
    }
    const data = path.join(nursery, "data");
    const { code, output } = await runProgram(
      program(binaries, "initdb"),
      initdbArguments(data, passwordFile),
      account,
    );
    if (code !== 0) throw new AppError("DATABASE_SETUP", `Creating the database failed: ${output.trim()}`);
    await rename(data, folder);
  } finally {
    await rm(nursery, { recursive: true, force: true });
  }
}

/** The built-in C.UTF-8 sorts by code point on every platform and yet knows the capitals of all letters. */
function initdbArguments(data: string, passwordFile: string): string[] {
  return [
    `--pgdata=${data}`,
    "--username=postgres",
    `--pwfile=${passwordFile}`,
    "--auth=scram-sha-256",
    "--encoding=UTF8",
    "--locale=C",
    "--locale-provider=builtin",
    "--builtin-locale=C.UTF-8",
    "--no-instructions",
  ];
}

/** A rename survives a power cut once its folder is flushed. Windows cannot open folders and does not need it. */
async function flushFolder(folder: string): Promise<void> {
  const handle = await open(folder).catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

function memoryFile(dataDir: string): string {
  return path.join(dataDir, "postgres.json");
}

async function readMemory(dataDir: string): Promise<Memory | undefined> {
  const file = memoryFile(dataDir);
  const text = await readFile(file, "utf8").catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return undefined;
    throw error;
  });
  if (text === undefined) return undefined;
  const memory = parseMemory(text);
  if (memory !== undefined) return memory;
  throw new AppError("DATABASE_SETUP", `${file} is damaged: expected a JSON object with the text "password"`);
}

/** Reads the text of postgres.json; undefined when it is not what we write. */
export function parseMemory(text: string): Memory | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return undefined;
    if (!("password" in value) || typeof value.password !== "string") return undefined;
    const socketDir = "socketDir" in value && typeof value.socketDir === "string" && value.socketDir;
    return socketDir ? { password: value.password, socketDir } : { password: value.password };
  } catch {
    return undefined;
  }
}

async function rememberNewPassword(dataDir: string): Promise<string> {
  const password = randomBytes(24).toString("base64url");
  await writeMemory(dataDir, { password });
  return password;
}

async function writeMemory(dataDir: string, memory: Memory): Promise<void> {
  const file = memoryFile(dataDir);
  await writeFile(`${file}.new`, `${JSON.stringify(memory, null, 2)}\n`, { mode: 0o600, flush: true });
  await rename(`${file}.new`, file);
}

/** The cluster's own folder is private and always there; only where its path is too long another must do. */
async function socketDirFor(folder: string, memory: Memory, opening: Opening): Promise<string> {
  if (fitsSocket(folder)) return folder;
  if (memory.socketDir !== undefined && (await claimPrivate(memory.socketDir, opening.account))) {
    return memory.socketDir;
  }
  const socketDir = await newSocketDir(folder, opening.account);
  await writeMemory(opening.dataDir, { ...memory, socketDir });
  return socketDir;
}

/** Whether the path of a server's socket in this folder is short enough for every system. */
export function fitsSocket(folder: string): boolean {
  return Buffer.byteLength(path.join(folder, SOCKET_NAME)) <= SOCKET_PATH_MAX_BYTES;
}

async function newSocketDir(folder: string, account: Account | undefined): Promise<string> {
  const hash = createHash("sha256").update(folder).digest("hex").slice(0, 12);
  for (const parent of [tmpdir(), "/tmp"]) {
    for (const name of [`centralita-${hash}`, `centralita-${randomBytes(6).toString("hex")}`]) {
      const candidate = path.join(parent, name);
      if (fitsSocket(candidate) && (await claimPrivate(candidate, account))) return candidate;
    }
  }
  throw new AppError(
    "DATABASE_SETUP",
    `The path ${folder} is too long for a Unix-domain socket, and no folder for it could be made in ${tmpdir()}. ` +
      "Use a data folder with a shorter path.",
  );
}

/** Makes the folder unless it exists; true when it is the account's alone. */
async function claimPrivate(folder: string, account: Account | undefined): Promise<boolean> {
  try {
    const made = await mkdir(folder, { recursive: true, mode: 0o700 });
    if (made !== undefined && account !== undefined) await chown(folder, account.uid, account.gid);
    const found = await lstat(folder);
    const owner = account?.uid ?? process.getuid?.();
    return (
      found.isDirectory() && found.uid === owner && (found.mode & 0o077) === 0 && canReach(folder, account)
    );
  } catch {
    return false;
  }
}
