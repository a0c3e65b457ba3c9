import { describe, expect, test } from "vitest";
import { findAccount, mayEnter } from "../../../engine/store/embedded-account.ts";
import { locateBinaries, parseLinks } from "../../../engine/store/embedded-binaries.ts";
import { fitsSocket, parseMemory } from "../../../engine/store/embedded-cluster.ts";
import { identityOf, isLive, parseProcStat } from "../../../engine/store/embedded-process.ts";
import { parsePostmasterFile } from "../../../engine/store/embedded-server.ts";

describe("postmaster.pid", () => {
  const lines = ["812", "/data/postgres", "1763697619", "5432", "/data/postgres", "", "  1234567         8"];

  test("of a ready server names its socket folder and status", () => {
    expect(parsePostmasterFile([...lines, "ready   ", ""].join("\n"))).toEqual({
      pid: 812,
      port: 5432,
      host: "/data/postgres",
      status: "ready",
    });
  });

  test("of a server on TCP names the address", () => {
    const onTcp = lines.with(4, "").with(5, "127.0.0.1");
    expect(parsePostmasterFile([...onTcp, "starting"].join("\n"))).toMatchObject({
      host: "127.0.0.1",
      status: "starting",
    });
  });

  test("half written has no status yet", () => {
    expect(parsePostmasterFile(lines.slice(0, 3).join("\n"))).toMatchObject({
      pid: 812,
      host: "",
      status: "",
    });
  });

  test("of single-user mode has the pid without its sign", () => {
    expect(parsePostmasterFile("-77\n/data\n")?.pid).toBe(77);
  });

  test.each(["", "\n", "no pid\n"])("%j is no pid file", (text) => {
    expect(parsePostmasterFile(text)).toBeUndefined();
  });
});

describe("the account to run as", () => {
  const passwd =
    "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65533:n:/:/bin/false\npostgres:x:101:104::/:/bin/sh\n";

  test("is the first candidate there is, whatever the order of the file", () => {
    expect(findAccount(passwd, ["postgres", "nobody"])).toEqual({ name: "postgres", uid: 101, gid: 104 });
    expect(findAccount(passwd, ["absent", "nobody"])).toEqual({ name: "nobody", uid: 65534, gid: 65533 });
    expect(findAccount(passwd, ["absent"])).toBeUndefined();
  });

  test("may have the negative ids of macOS", () => {
    expect(findAccount("nobody:*:-2:-2:Unprivileged:/var/empty:/usr/bin/false", ["nobody"])).toMatchObject({
      uid: 4294967294,
    });
  });

  test.each([
    ["others", { uid: 0, gid: 0, mode: 0o40711 }, true],
    ["others", { uid: 0, gid: 0, mode: 0o40770 }, false],
    ["its owner", { uid: 101, gid: 0, mode: 0o40700 }, true],
    ["its owner", { uid: 101, gid: 0, mode: 0o40077 }, false],
    ["its group", { uid: 0, gid: 104, mode: 0o40710 }, true],
    ["its group", { uid: 0, gid: 104, mode: 0o40701 }, false],
  ])("as %s of a folder %j may enter: %s", (_class, folder, expected) => {
    expect(mayEnter(folder, { uid: 101, gid: 104 })).toBe(expected);
  });
});

describe("processes", () => {
  const stat = (state: string) => `42 (a) b (c)) ${state} 1 42 42 0 -1 4194560 ${"0 ".repeat(12)}987654 1000`;

  test("start time comes from the 22nd field, whatever the program is called", () => {
    expect(parseProcStat(stat("S"))).toBe("987654");
  });

  test("a zombie is dead", () => {
    expect(parseProcStat(stat("Z"))).toBeUndefined();
  });

  test("we live, and somebody with our pid and another start time does not", () => {
    const identity = identityOf(process.pid);
    expect(identity).toBeDefined();
    expect(isLive(process.pid, identity ?? "")).toBe(true);
    expect(isLive(process.pid, "")).toBe(true);
    // Where there is no /proc, identities are unknown and the pid alone decides.
    expect(isLive(process.pid, "1")).toBe(identity === "");
  });
});

describe("files of the launcher", () => {
  test("links are relative to where they are", () => {
    const text = '[{"source":"native/lib/libpq.so.5.18","target":"native/lib/libpq.so.5"}]';
    expect(parseLinks(text)).toEqual([{ source: "libpq.so.5.18", target: "lib/libpq.so.5" }]);
  });

  test.each([
    ['{"password":"p"}', { password: "p" }],
    ['{"password":"p","socketDir":"/tmp/x"}', { password: "p", socketDir: "/tmp/x" }],
    ['{"password":1}', undefined],
    ["null", undefined],
    ['{"password":', undefined],
  ])("postgres.json %s", (text, expected) => {
    expect(parseMemory(text)).toEqual(expected);
  });

  test("a socket path is measured in bytes", () => {
    expect(fitsSocket(`/${"a".repeat(88)}`)).toBe(true);
    expect(fitsSocket(`/${"a".repeat(89)}`)).toBe(false);
    expect(fitsSocket(`/${"ñ".repeat(60)}`)).toBe(false);
  });

  test("a platform without binaries is named, and the way out", async () => {
    await expect(locateBinaries("sunos", "x64")).rejects.toMatchObject({
      code: "DATABASE_SETUP",
      message: expect.stringMatching(/sunos-x64.*DATABASE_URL/s),
    });
  });
});
