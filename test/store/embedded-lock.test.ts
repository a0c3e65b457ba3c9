import { spawnSync } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, beforeEach, expect, test } from "vitest";
import { withLock } from "../../engine/store/embedded-lock.ts";

let folder = "";
let file = "";

beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "lock-"));
  file = path.join(folder, "lock");
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs many at once under the lock and returns the largest number that were inside together. */
async function contend(count: number): Promise<number> {
  let inside = 0;
  let most = 0;
  const enter = () =>
    withLock(file, 20_000, async () => {
      most = Math.max(most, ++inside);
      await nextTurn();
      inside--;
    });
  await Promise.all(Array.from({ length: count }, enter));
  return most;
}

function deadPid(): number {
  return spawnSync(process.execPath, ["--version"]).pid;
}

test("one at a time, and nothing is left behind", async () => {
  expect(await contend(12)).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});

test("the lock of a dead process is broken by exactly one of those who find it", async () => {
  await writeFile(file, `${deadPid()} 1 feed`);
  expect(await contend(12)).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});

test("a process that died while it broke a dead lock is no obstacle", async () => {
  await writeFile(file, `${deadPid()} 1 feed`);
  await writeFile(`${file}.feed`, `${deadPid()} 1 beef`);
  expect(await contend(6)).toBe(1);
  expect(await readdir(folder)).toEqual([]);
});

test("the lock of a live process is respected until the time is up", async () => {
  await writeFile(file, `${process.pid}  cafe`);
  await expect(withLock(file, 60, async () => "in")).rejects.toMatchObject({ code: "DATABASE_SETUP" });
  expect(await readdir(folder)).toEqual(["lock"]);
});

test("work that fails gives the lock back", async () => {
  const failing = withLock(file, 1_000, async () => {
    throw new Error("inside");
  });
  await expect(failing).rejects.toThrow("inside");
  expect(await withLock(file, 1_000, async () => "in")).toBe("in");
});
