import { execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  readlink,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../engine/store/embedded-postgres.ts";
import { identityOf } from "../../engine/store/embedded-process.ts";
import {
  processesWith,
  query,
  type ServerUser,
  spawnServerUser,
  until,
} from "../support/embedded-postgres-process.ts";
import { isOpenToOthers } from "../support/open-folder.ts";

const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === "linux";

// One first start for all: copying its outcome takes a tenth of the time. Tests of first starts use an empty folder.
let template = "";
let folder = "";
let dataDir = "";
let logged: string[] = [];
let users: ServerUser[] = [];
let servers: EmbeddedPostgres[] = [];

beforeAll(async () => {
  template = await mkdtemp(path.join(tmpdir(), "epg-template-"));
  await chmod(template, 0o755);
  await (await startEmbeddedPostgres({ dataDir: path.join(template, "data") })).stop();
});

afterAll(() => rm(template, { recursive: true, force: true }));

beforeEach(async () => {
  folder = await realpath(await mkdtemp(path.join(tmpdir(), "epg-")));
  await chmod(folder, 0o755);
  dataDir = path.join(folder, "data");
  execFileSync("cp", ["-a", path.join(template, "data"), dataDir]);
  logged = [];
  users = [];
  servers = [];
});

afterEach(async () => {
  for (const user of users) if (user.child.exitCode === null && !user.child.killed) await user.stop();
  for (const server of servers) await server.stop();
  const relocated = await readlink(path.join(dataDir, "postgres")).catch(() => undefined);
  if (relocated !== undefined) await rm(relocated, { recursive: true, force: true });
  if (isLinux) await until(() => processesWith(folder).length === 0);
  await rm(folder, { recursive: true, force: true });
});

async function start(settings: Record<string, string> = {}): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDir, settings, log: (message) => logged.push(message) });
  servers.push(server);
  return server;
}

function useEmptyFolder(...names: string[]): void {
  dataDir = path.join(folder, "empty", ...names);
}

async function startElsewhere(uid?: number): Promise<ServerUser> {
  const user = await spawnServerUser(dataDir, uid);
  users.push(user);
  return user;
}

async function postmasterPid(): Promise<number> {
  const text = await readFile(path.join(dataDir, "postgres", "postmaster.pid"), "utf8");
  return Number.parseInt(text, 10);
}

function isRunning(pid: number): boolean {
  return identityOf(pid) !== undefined;
}

function watchdogs(): number[] {
  return processesWith(path.join(dataDir, "postgres.users"));
}

function serverLog(): Promise<string> {
  return readFile(path.join(dataDir, "postgres.log"), "utf8");
}

describe("start and stop", () => {
  test("the first start makes a private cluster that is reached by its socket alone", async () => {
    useEmptyFolder();
    const server = await start();
    expect(server.adopted).toBe(false);
    expect(logged).toEqual([`Creating the database in ${dataDir}/postgres.`]);
    const [row] = await query(
      server.connection,
      `select current_setting('server_encoding') encoding, current_setting('listen_addresses') addresses,
         current_setting('fsync') fsync, current_setting('synchronous_commit') commit,
         current_setting('max_connections') connections, current_setting('shared_buffers') buffers,
         current_setting('wal_compression') <> 'off' compressed, current_setting('data_checksums') checksums,
         lower('ÑANDÚ') lower`,
    );
    expect(row).toEqual({
      encoding: "UTF8",
      addresses: "",
      fsync: "on",
      commit: "on",
      connections: "60",
      buffers: "128MB",
      compressed: true,
      checksums: "on",
      lower: "ñandú",
    });
    expect((await stat(path.join(dataDir, "postgres.json"))).mode & 0o777).toBe(0o600);
    expect((await stat(path.join(dataDir, "postgres"))).mode & 0o777).toBe(0o700);
  });

  test("a wrong password is refused", async () => {
    const { connection } = await start();
    await expect(query({ ...connection, password: "password" }, "select 1")).rejects.toMatchObject({
      code: "28P01",
    });
  });

  test("stopping ends the server, its watchdog and the registration; a restart keeps the data", async () => {
    const first = await start();
    await query(first.connection, "create table kept as select 42 as answer");
    const pid = await postmasterPid();
    await first.stop();
    await first.stop();
    expect(isRunning(pid)).toBe(false);
    expect(await serverLog()).toContain("database system is shut down");
    expect(await readdir(path.join(dataDir, "postgres.users"))).toEqual([]);
    if (isLinux) await until(() => watchdogs().length === 0);

    const second = await start();
    expect(second.adopted).toBe(false);
    expect(second.connection.password).toBe(first.connection.password);
    expect(await query(second.connection, "select answer from kept")).toEqual([{ answer: 42 }]);
  });

  test("settings replace our own", async () => {
    const { connection } = await start({ fsync: "off" });
    expect(await query(connection, "show fsync")).toEqual([{ fsync: "off" }]);
  });

  test("a path too long for a socket gets a private folder in the temporary one, and keeps it", async () => {
    useEmptyFolder("a".repeat(60), "b".repeat(60));
    const first = await start();
    const { host } = first.connection;
    expect(path.dirname(host)).toBe(tmpdir());
    expect((await stat(host)).mode & 0o777).toBe(0o700);
    expect(JSON.parse(await readFile(path.join(dataDir, "postgres.json"), "utf8"))).toMatchObject({
      socketDir: host,
    });
    await first.stop();
    expect(existsSync(host)).toBe(false);
    const second = await start();
    expect(second.connection.host).toBe(host);
    expect(await query(second.connection, "select 1 as one")).toEqual([{ one: 1 }]);
  });
});

describe("several processes", () => {
  test("a second live process adopts the server, and the last to stop ends it", async () => {
    const first = await startElsewhere();
    const pid = await postmasterPid();
    const second = await start();
    expect([first.adopted, second.adopted]).toEqual([false, true]);
    expect(logged).toEqual([`Using the PostgreSQL that already runs on ${dataDir}/postgres.`]);
    await first.stop();
    expect(await query(second.connection, "select 1 as one")).toEqual([{ one: 1 }]);
    expect(await postmasterPid()).toBe(pid);
    await second.stop();
    expect(isRunning(pid)).toBe(false);
  });

  test("two starts in one process share the server as well", async () => {
    const [first, second] = await Promise.all([start(), start()]);
    expect([first.adopted, second.adopted].sort()).toEqual([false, true]);
    await first.stop();
    expect(await query(second.connection, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("of concurrent first starts exactly one starts the server", async () => {
    useEmptyFolder();
    const started = await Promise.all([startElsewhere(), startElsewhere(), start()]);
    expect(started.map(({ adopted }) => adopted).sort()).toEqual([false, true, true]);
    const [row] = await query(started[0].connection, "select pg_postmaster_start_time()::text at");
    for (const { connection } of started) {
      expect(await query(connection, "select pg_postmaster_start_time()::text at")).toEqual([row]);
    }
  });

  test("the registration of a process that had a dead process's pid does not keep the server", async () => {
    const server = await start();
    const pid = await postmasterPid();
    const registration = path.join(dataDir, "postgres.users", `${process.ppid}.old`);
    await writeFile(registration, isLinux ? "1" : "");
    await server.stop();
    expect(isRunning(pid)).toBe(!isLinux);
    expect(existsSync(registration)).toBe(!isLinux);
  });
});

describe.runIf(isLinux)("a killed process", () => {
  test("the watchdog stops the server of a lone process in order", async () => {
    const user = await startElsewhere();
    const pid = await postmasterPid();
    await user.kill();
    await until(() => !isRunning(pid) && watchdogs().length === 0);
    expect(await serverLog()).toContain("database system is shut down");
    expect(await readdir(path.join(dataDir, "postgres.users"))).toEqual([]);
  });

  test("the watchdog leaves the server to another live process", async () => {
    const killed = await startElsewhere();
    const server = await start();
    const [watchdog] = watchdogs().filter((pid) => parentOf(pid) === killed.pid);
    await killed.kill();
    await until(() => !isRunning(watchdog ?? 0));
    expect(await query(server.connection, "select 1 as one")).toEqual([{ one: 1 }]);
    expect(await readdir(path.join(dataDir, "postgres.users"))).toHaveLength(1);
  });

  test("a server left behind without a watchdog is adopted with its data, and stopped in the end", async () => {
    const user = await startElsewhere();
    await query(user.connection, "create table kept as select 42 as answer");
    const pid = await postmasterPid();
    for (const watchdog of watchdogs()) process.kill(watchdog, "SIGKILL");
    await user.kill();
    const server = await start();
    expect(server.adopted).toBe(true);
    expect(await postmasterPid()).toBe(pid);
    expect(await query(server.connection, "select answer from kept")).toEqual([{ answer: 42 }]);
    await server.stop();
    expect(isRunning(pid)).toBe(false);
  });

  test("a start at the very moment the watchdog acts gets a server that lasts", async () => {
    for (let round = 0; round < 3; round++) {
      const user = await startElsewhere();
      const old = watchdogs();
      const [server] = await Promise.all([start(), user.kill()]);
      await until(() => old.every((pid) => !isRunning(pid)));
      expect(await query(server.connection, "select 1 as one")).toEqual([{ one: 1 }]);
      await server.stop();
    }
  });

  test("a start waits for the end of a server that a watchdog has decided to stop", async () => {
    const user = await startElsewhere();
    const pid = await postmasterPid();
    for (const watchdog of watchdogs()) process.kill(watchdog, "SIGKILL");
    await user.kill();
    const watchdog = spawn("sleep", ["60"]);
    const flag = path.join(dataDir, "postgres.users", `stopping.${watchdog.pid}`);
    await writeFile(flag, `${identityOf(watchdog.pid ?? 0)}\n`);

    const starting = start();
    // Time for a start that does not wait to adopt the server; one that waits needs none of it.
    await Promise.race([starting, delay(500)]);
    process.kill(pid, "SIGINT");
    await until(() => !isRunning(pid));
    watchdog.kill();
    const server = await starting;
    expect(server.adopted).toBe(false);
    expect(await query(server.connection, "select 1 as one")).toEqual([{ one: 1 }]);
    expect(existsSync(flag)).toBe(false);
  });

  test("everything killed at once: the data is recovered", async () => {
    const user = await startElsewhere();
    await query(user.connection, "create table kept as select 42 as answer");
    const pid = await postmasterPid();
    for (const watchdog of watchdogs()) process.kill(watchdog, "SIGKILL");
    process.kill(pid, "SIGKILL");
    await user.kill();
    const server = await start();
    expect(server.adopted).toBe(false);
    expect(logged.join()).toContain(`(pid ${pid})`);
    expect(await query(server.connection, "select answer from kept")).toEqual([{ answer: 42 }]);
  });
});

describe("what a crash or a hand may leave", () => {
  test.each(["a dead process", "another program"])("a pid file that names %s is removed", async (kind) => {
    const first = await start();
    const pidFile = path.join(dataDir, "postgres", "postmaster.pid");
    const text = await readFile(pidFile, "utf8");
    await first.stop();
    const pid = kind === "a dead process" ? spawnSync(process.execPath, ["--version"]).pid : process.pid;
    await writeFile(pidFile, text.replace(/^\d+/, String(pid)));
    const second = await start();
    expect(second.adopted).toBe(false);
    expect(await query(second.connection, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("an interrupted first start is cleared away", async () => {
    useEmptyFolder();
    await mkdir(path.join(dataDir, "postgres.new-abc", "data"), { recursive: true });
    const { connection } = await start();
    expect(await query(connection, "select 1 as one")).toEqual([{ one: 1 }]);
    expect((await readdir(dataDir)).filter((name) => name.includes("new"))).toEqual([]);
  });

  test("data of another major version is refused, with the way out", async () => {
    await (await start()).stop();
    await writeFile(path.join(dataDir, "postgres", "PG_VERSION"), "17\n");
    await expect(start()).rejects.toMatchObject({
      code: "DATABASE_VERSION",
      message: expect.stringMatching(/PostgreSQL 17.*PostgreSQL 18.*Dump.*restore.*DATABASE_URL/s),
      details: { found: "17", expected: "18" },
    });
    expect(await readdir(path.join(dataDir, "postgres.users"))).toEqual([]);
  });

  test("a failing start shows the end of the server's log", async () => {
    await expect(start({ shared_buffers: "plenty" })).rejects.toMatchObject({
      code: "DATABASE_SETUP",
      message: expect.stringMatching(
        /did not start.*invalid value for parameter "shared_buffers": "plenty"/s,
      ),
    });
    expect(existsSync(path.join(dataDir, "postgres.lock"))).toBe(false);
  });

  test("a lost password is told, not replaced", async () => {
    await (await start()).stop();
    await rm(path.join(dataDir, "postgres.json"));
    await expect(start()).rejects.toMatchObject({
      code: "DATABASE_SETUP",
      message: /postgres\.json is missing/,
    });
  });

  test("a live server with another password is left alone", async () => {
    const user = await startElsewhere();
    await writeFile(path.join(dataDir, "postgres.json"), '{"password":"other"}');
    await expect(start()).rejects.toMatchObject({ code: "DATABASE_SETUP", message: /refuses the password/ });
    expect(await query(user.connection, "select 1 as one")).toEqual([{ one: 1 }]);
  });

  test("a link to a folder that is gone is told, and no empty database put in its place", async () => {
    useEmptyFolder();
    await mkdir(dataDir);
    await symlink(path.join(folder, "gone"), path.join(dataDir, "postgres"));
    await expect(start()).rejects.toMatchObject({ code: "DATABASE_SETUP", message: /no longer exists/ });
  });
});

describe.runIf(isRoot && isLinux)("as root", () => {
  test("the server runs as an account without rights", async () => {
    await start();
    const owner = (await stat(path.join(dataDir, "postgres"))).uid;
    expect(owner).not.toBe(0);
    expect((await stat(`/proc/${await postmasterPid()}`)).uid).toBe(owner);
  });

  test.runIf(isOpenToOthers(import.meta.dirname))("a normal user starts its own", async () => {
    useEmptyFolder();
    await chown(folder, NOBODY, NOBODY);
    const user = await startElsewhere(NOBODY);
    expect(await query(user.connection, "select 1 as one")).toEqual([{ one: 1 }]);
    expect((await stat(`/proc/${await postmasterPid()}`)).uid).toBe(NOBODY);
    expect((await stat(dataDir)).mode & 0o777).toBe(0o700);
    const pid = await postmasterPid();
    await user.kill();
    await until(() => !isRunning(pid));

    // Root then takes the user's data over as that user.
    await chmod(dataDir, 0o711);
    const server = await start();
    expect((await stat(`/proc/${await postmasterPid()}`)).uid).toBe(NOBODY);
    expect(server.adopted).toBe(false);
  });

  test("data in a folder that the account cannot enter is kept elsewhere, behind a link", async () => {
    useEmptyFolder();
    await chmod(folder, 0o700);
    const first = await start();
    const link = path.join(dataDir, "postgres");
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect(await readlink(link)).toMatch(/^\/var\/lib\/centralita\/[0-9a-f]{16}$/);
    expect(logged[0]).toBe(
      `PostgreSQL runs as ${await accountName(link)}, who cannot enter ${dataDir}: ` +
        `the database is kept in ${await readlink(link)}, and ${link} is a link to it.`,
    );
    await query(first.connection, "create table kept as select 42 as answer");
    await first.stop();
    const second = await start();
    expect(await query(second.connection, "select answer from kept")).toEqual([{ answer: 42 }]);
    const pid = await postmasterPid();
    await second.stop();
    const user = await startElsewhere();
    expect(await postmasterPid()).not.toBe(pid);
    await user.kill();
    await until(() => watchdogs().length === 0);
    expect(existsSync(path.join(link, "postmaster.pid"))).toBe(false);
  });

  test("data that can no longer be entered is told", async () => {
    await (await start()).stop();
    await chmod(folder, 0o700);
    await expect(start()).rejects.toMatchObject({
      code: "DATABASE_SETUP",
      message: /can no longer enter.*chmod o\+x/,
    });
  });
});

async function accountName(cluster: string): Promise<string> {
  return execFileSync("id", ["-nu", String((await stat(cluster)).uid)], { encoding: "utf8" }).trim();
}

function parentOf(pid: number): number {
  return Number(execFileSync("ps", ["-o", "ppid=", "-p", String(pid)], { encoding: "utf8" }));
}
