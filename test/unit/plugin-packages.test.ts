import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BUILT_IN_PLUGINS } from "../../engine/built-in-plugins.ts";
import { loadPluginPackages } from "../../engine/plugin-packages.ts";
import { createRegistry } from "../../engine/registry.ts";
import { createValidator } from "../../engine/validator.ts";

const ROOT = path.resolve(import.meta.dirname, "../..");
const EXAMPLE = path.join(ROOT, "examples/loyalty-plugin");

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), "centralita-plugins-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Writes files below the folder, by path. */
async function files(contents: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(contents)) {
    await mkdir(path.dirname(path.join(folder, name)), { recursive: true });
    await writeFile(path.join(folder, name), text);
  }
}

const JS_PLUGIN = 'export default { id: "tides", title: { en: "Tides", es: "Mareas" } };\n';

describe("plugins named in PLUGINS", () => {
  test("a folder, and a package installed above, in their order", async () => {
    await files({ "near/plugin.mjs": JS_PLUGIN, "node_modules/tides-plugin/plugin.js": JS_PLUGIN });
    await files({ "node_modules/tides-plugin/package.json": '{ "type": "module" }' });
    const from = path.join(folder, "deep/er");
    await mkdir(from, { recursive: true });
    const plugins = await loadPluginPackages(["../../near", "tides-plugin"], from);
    expect(plugins.map(({ id }) => id)).toEqual(["tides", "tides"]);
  });

  test("in a process of its own, wherever the plugin lies, it gets this installation's door", async () => {
    // Linked, as npm does with a workspace: its source is not below node_modules.
    await mkdir(path.join(folder, "node_modules"));
    await symlink(EXAMPLE, path.join(folder, "node_modules/centralita-plugin-loyalty"), "dir");
    const script = `
      import { loadPluginPackages } from ${JSON.stringify(path.join(ROOT, "engine/plugin-packages.ts"))};
      import { AppError } from ${JSON.stringify(path.join(ROOT, "engine/plugin-api.ts"))};
      const [plugin] = await loadPluginPackages(["centralita-plugin-loyalty"], ${JSON.stringify(folder)});
      const ctx = { nodeId: "n", credential: async () => ({ baseUrl: "", token: "" }), fetch: async () => ({ status: 500 }) };
      const error = await plugin.nodes[0].run(ctx, { phone: "1", atLeast: 0 }).catch((error) => error);
      console.log(plugin.id, error instanceof AppError);`;
    const { stdout } = await promisify(execFile)(process.execPath, ["--input-type=module", "-e", script]);
    expect(stdout).toBe("loyalty true\n");
  });

  test("the example outside the house stands beside the built-in ones", async () => {
    const plugins = [...BUILT_IN_PLUGINS, ...(await loadPluginPackages([EXAMPLE]))];
    expect(createRegistry(plugins, createValidator().compile).types).toContain("loyalty.points");
  });
});

describe("[P12] a plugin that cannot be loaded is refused with its entry, what was found and what is expected", () => {
  test.each<[string, Readonly<Record<string, string>>, string, string]>([
    ["no such package", {}, "nobody-plugin", "no package of that name is installed"],
    ["no such folder", {}, "./nowhere", "there is no folder"],
    ["nothing to start with", { "p/readme": "" }, "./p", "has no plugin.ts, plugin.js, plugin.mjs"],
    [
      "an entry that is not there",
      { "p/package.json": '{ "centralita": { "plugin": "dist/plugin.js" } }' },
      "./p",
      "has no dist/plugin.js",
    ],
    ["a package.json that is none", { "p/package.json": "{" }, "./p", "package.json is not JSON"],
    [
      "TypeScript among installed packages",
      { "node_modules/p/plugin.ts": JS_PLUGIN },
      "p",
      "which Node does not run in node_modules; expected plugin.js",
    ],
    ["no default export", { "p/plugin.mjs": "export const plugin = 1;" }, "./p", "has no default export"],
    [
      "code that fails",
      { "p/plugin.mjs": 'throw new Error("no luck");' },
      "./p",
      "could not be loaded: no luck",
    ],
  ])("%s", async (_, contents, entry, words) => {
    await files(contents);
    await expect(loadPluginPackages([entry], folder)).rejects.toMatchObject({
      code: "PLUGIN_INVALID",
      message: expect.stringMatching(/^PLUGINS: "/),
      details: { plugin: entry },
    });
    await expect(loadPluginPackages([entry], folder)).rejects.toThrow(words);
  });

  test.each<[string, string, string]>([
    ["a number", "export default 7;", "a plugin is 7; expected what definePlugin({ … }) gives"],
    [
      "a node that is only a name",
      'export default { id: "p", title: { en: "P", es: "P" }, nodes: [{ type: "p.n" }] };',
      'plugin "p": nodes[0] "p.n": run is missing; expected a function',
    ],
    [
      "nodes that are no list",
      'export default { id: "p", title: { en: "P", es: "P" }, nodes: { a: 1 } };',
      'plugin "p": nodes is an object; expected a list',
    ],
  ])("%s in place of a definition", async (_, source, words) => {
    await files({ "p/plugin.mjs": source });
    const plugins = await loadPluginPackages(["./p"], folder);
    expect(() => createRegistry(plugins, createValidator().compile)).toThrow(words);
  });
});
