import { execFileSync } from "node:child_process";
import { chmod, chown, cp, mkdir, mkdtemp, readdir, readlink, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { locateBinaries, prepareBinaries } from "../../engine/store/embedded-binaries.ts";
import { isOpenToOthers } from "../support/open-folder.ts";

const NOBODY = 65534;
const isRoot = process.getuid?.() === 0;
const isLinux = process.platform === "linux";

let folder = "";
let logged: string[] = [];

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "epg-"));
  await chmod(folder, 0o755);
  logged = [];
});

afterEach(() => rm(folder, { recursive: true, force: true }));

describe("binaries", () => {
  const account = { name: "nobody", uid: NOBODY, gid: NOBODY };

  async function fakeInstallation() {
    const native = path.join(folder, "package", "native");
    await mkdir(path.join(native, "bin"), { recursive: true });
    await mkdir(path.join(native, "lib"));
    await writeFile(path.join(native, "bin", "postgres"), "", { mode: 0o755 });
    await writeFile(path.join(native, "lib", "libpq.so.5.18"), "library", { mode: 0o600 });
    const links = [{ source: "native/lib/libpq.so.5.18", target: "native/lib/libpq.so.5" }];
    await writeFile(path.join(native, "pg-symlinks.json"), JSON.stringify(links));
    return { folder: native, version: "18.4.0-test", major: "18" };
  }

  const copying = () => ({
    account: undefined,
    homes: [path.join(folder, "home")],
    log: (message: string) => logged.push(message),
  });

  test("links that an installation without scripts lacks are made, once", async () => {
    const found = await fakeInstallation();
    expect(await prepareBinaries(found, copying())).toEqual(found);
    expect(await prepareBinaries(found, copying())).toEqual(found);
    expect(await readlink(path.join(found.folder, "lib", "libpq.so.5"))).toBe("libpq.so.5.18");
    expect(logged).toEqual([]);
  });

  test.runIf(isRoot)("binaries that the account cannot enter are copied once, readable by it", async () => {
    const found = await fakeInstallation();
    await chmod(path.join(folder, "package"), 0o700);
    const expected = path.join(folder, "home", "postgres-18.4.0-test");
    for (let round = 0; round < 2; round++) {
      expect(await prepareBinaries(found, { ...copying(), account })).toEqual({ ...found, folder: expected });
    }
    expect(logged).toEqual([
      `PostgreSQL runs as nobody, who cannot enter ${found.folder}: its binaries were copied to ${expected}.`,
    ]);
    const library = path.join(expected, "lib", "libpq.so.5");
    expect((await stat(library)).mode & 0o777).toBe(0o644);
    expect(await readlink(library)).toBe("libpq.so.5.18");
    expect(await readdir(path.join(folder, "home"))).toEqual(["postgres-18.4.0-test"]);
  });

  test.runIf(isRoot)("a place that others may write to is not trusted with programs", async () => {
    const found = await fakeInstallation();
    await chmod(path.join(folder, "package"), 0o700);
    await mkdir(path.join(folder, "home"));
    await chmod(path.join(folder, "home"), 0o777);
    await expect(prepareBinaries(found, { ...copying(), account })).rejects.toMatchObject({
      code: "DATABASE_SETUP",
      message: /cannot be run by nobody/,
    });
  });

  const asNobody = isRoot && isOpenToOthers(import.meta.dirname);

  test.runIf(asNobody)("a read-only installation without its links is copied by a normal user", async () => {
    const found = await fakeInstallation();
    await chmod(path.join(found.folder, "lib", "libpq.so.5.18"), 0o644);
    const home = path.join(folder, "home");
    await mkdir(home);
    await chown(home, NOBODY, NOBODY);
    const source = path.join(import.meta.dirname, "../../engine/store/embedded-binaries.ts");
    const code = `import { prepareBinaries } from ${JSON.stringify(source)};
      const copying = { account: undefined, homes: [${JSON.stringify(home)}], log() {} };
      console.log((await prepareBinaries(${JSON.stringify(found)}, copying)).folder);`;
    const output = execFileSync(process.execPath, ["--input-type=module", "-e", code], {
      cwd: "/",
      uid: NOBODY,
      gid: NOBODY,
      encoding: "utf8",
    });
    expect(output.trim()).toBe(path.join(home, "postgres-18.4.0-test"));
    expect(await readlink(path.join(output.trim(), "lib", "libpq.so.5"))).toBe("libpq.so.5.18");
  });

  test.runIf(isRoot && isLinux)("a copy of the real ones runs", async () => {
    const real = await locateBinaries(process.platform, process.arch);
    const hidden = path.join(folder, "hidden", "native");
    await mkdir(path.dirname(hidden), { mode: 0o700 });
    await cp(real.folder, hidden, { recursive: true, verbatimSymlinks: true });
    const copied = await prepareBinaries({ ...real, folder: hidden }, { ...copying(), account });
    const output = execFileSync(path.join(copied.folder, "bin", "initdb"), ["--version"], {
      cwd: "/",
      uid: NOBODY,
      gid: NOBODY,
      encoding: "utf8",
    });
    expect(output).toContain(`(PostgreSQL) ${real.major}.`);
  });
});
