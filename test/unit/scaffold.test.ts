import { execFile } from "node:child_process";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { joinList } from "../../engine/cli/scaffold/join-list.ts";
import { BUILT_IN_LIST, placeOf } from "../../engine/cli/scaffold/place.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "centralita-scaffold-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Runs a command as `npm run` does. Gives its exit code and what it said. */
async function run(command: string, ...args: string[]): Promise<{ code: number; said: string }> {
  const file = path.join(ROOT, "engine/cli", command);
  const result = promisify(execFile)(process.execPath, [file, ...args, "--into", folder]);
  return result.then(
    ({ stdout }) => ({ code: 0, said: stdout }),
    ({ code, stderr }) => ({ code, said: stderr }),
  );
}

describe("new:plugin and new:node", () => {
  test("make a package of its own whose tests pass", async () => {
    expect((await run("new-plugin.ts", "gifts")).code).toBe(0);
    expect((await run("new-node.ts", "gifts.find-card")).code).toBe(0);
    expect((await run("new-node.ts", "gifts.delete")).code).toBe(0);
    // As `npm install` would: the house as a link, and its own test runner.
    await mkdir(path.join(folder, "node_modules"));
    await symlink(ROOT, path.join(folder, "node_modules/centralita"), "dir");
    await symlink(path.join(ROOT, "node_modules/vitest"), path.join(folder, "node_modules/vitest"), "dir");
    const vitest = path.join(ROOT, "node_modules/vitest/vitest.mjs");
    const report = path.join(folder, "report.json");
    const args = [vitest, "run", "--root", folder, "--reporter", "json", "--outputFile", report];
    const { VITEST: _, ...env } = process.env;
    await promisify(execFile)(process.execPath, args, { cwd: folder, env });
    const { numPassedTests, numFailedTests } = JSON.parse(await readFile(report, "utf8"));
    // The contract: one for the definitions, two for each node; and a test of each node's own.
    expect([numPassedTests, numFailedTests]).toEqual([7, 0]);
  });

  test("never write over what is there", async () => {
    await run("new-plugin.ts", "gifts");
    await writeFile(path.join(folder, "README.md"), "mine");
    const again = await run("new-plugin.ts", "gifts");
    expect([again.code, again.said]).toEqual([
      2,
      expect.stringContaining("is there already; nothing was changed"),
    ]);
    expect(await readFile(path.join(folder, "README.md"), "utf8")).toBe("mine");
  });

  test.each([
    ["new-plugin.ts", "Gift-Cards", '"Gift-Cards" is no plugin id'],
    ["new-node.ts", "find", '"find" is no type of a node'],
    ["new-node.ts", "gifts.find", "make the plugin first: npm run new:plugin <id>"],
  ])("%s %s is refused with what is expected", async (command, name, words) => {
    expect(await run(command, name)).toEqual({ code: 2, said: expect.stringContaining(words) });
  });
});

describe("a plugin of the house", () => {
  test("lies where the others do, and imports as they do", () => {
    const place = placeOf("gifts", undefined);
    expect(path.relative(ROOT, place.folder)).toBe(path.join("plugins", "gifts"));
    expect(place.door("plugin-api", 3)).toBe("../../../engine/plugin-api.ts");
    expect(place.fromTest("nodes/find.ts")).toBe("../../../plugins/gifts/nodes/find.ts");
  });

  test("joins the list of built-in plugins", async () => {
    const source = await readFile(BUILT_IN_LIST, "utf8");
    const entry = {
      name: "gifts",
      from: "../plugins/gifts/plugin.ts",
      opening: "readonly PluginDefinition[] = [",
      file: BUILT_IN_LIST,
    };
    const joined = joinList(source, entry);
    expect(joined).toContain('import gifts from "../plugins/gifts/plugin.ts";');
    expect(joined.replaceAll(/\s/g, "")).toMatch(/credits,gifts\];$/);
  });

  test("whose list cannot be found is left alone, and said so", () => {
    const entry = { name: "a", from: "./a.ts", opening: "nodes: [", file: "plugin.ts" };
    expect(() => joinList("export default {};", entry)).toThrow('plugin.ts has no list "nodes: [ … ]"');
  });
});
