import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";

/**
 * Who may import what. A part is a set of files; `may` names other parts and npm packages (or `node:*`, which every part
 * but the core may use). Types count like values.
 */
interface Rule {
  readonly part: string;
  readonly files: RegExp;
  readonly may: readonly string[];
  readonly packages: readonly string[] | "any";
}

const RULES: readonly Rule[] = [
  {
    part: "core",
    files: /^engine\/core\//,
    may: ["core", "errors"],
    packages: ["typebox", "libphonenumber-js"],
  },
  { part: "errors", files: /^engine\/errors\.ts$/, may: [], packages: [] },
  { part: "ids", files: /^engine\/ids\.ts$/, may: ["errors"], packages: ["uuid"] },
  { part: "log", files: /^engine\/log\.ts$/, may: ["errors"], packages: ["pino"] },
  { part: "liquid", files: /^engine\/closed-liquid\.ts$/, may: ["core"], packages: ["liquidjs"] },
  { part: "validator", files: /^engine\/validator\.ts$/, may: ["errors"], packages: ["ajv"] },
  { part: "config", files: /^engine\/config\.ts$/, may: ["errors"], packages: [] },
  // Plugins see the door; what is behind it they reach by name through it.
  {
    part: "plugin-api",
    files: /^engine\/plugin-api\.ts$/,
    may: ["contract", "core", "errors"],
    packages: ["typebox"],
  },
  {
    part: "contract",
    files: /^engine\/plugin-api\//,
    may: ["contract", "core", "errors"],
    packages: ["typebox"],
  },
  {
    part: "registry",
    files: /^engine\/(registry|plugin-shape)\.ts$/,
    may: ["registry", "core", "errors", "ids", "log", "plugin-api"],
    packages: [],
  },
  {
    part: "store",
    files: /^engine\/store\//,
    may: ["store", "core", "errors", "ids", "log"],
    packages: ["knex", "pg"],
  },
  {
    part: "runtime",
    files: /^engine\/runtime\//,
    may: [
      "runtime",
      "core",
      "errors",
      "ids",
      "liquid",
      "log",
      "plugin-api",
      "registry",
      "store",
      "validator",
    ],
    packages: [
      "isolated-vm",
      "pg-boss",
      "liquidjs",
      "undici",
      "lru-cache",
      "cron-parser",
      "luxon",
      "libphonenumber-js",
    ],
  },
  {
    part: "metrics",
    files: /^engine\/metrics\//,
    may: ["metrics", "runtime", "store"],
    packages: ["prom-client"],
  },
  // Looks at what a start would use, without starting it.
  {
    part: "doctor",
    files: /^engine\/doctor\//,
    may: ["doctor", "config", "errors", "plugin-api", "store"],
    packages: ["pg"],
  },
  {
    part: "http",
    files: /^engine\/http\//,
    may: [
      "http",
      "metrics",
      "runtime",
      "core",
      "errors",
      "ids",
      "log",
      "plugin-api",
      "registry",
      "store",
      "validator",
    ],
    packages: ["express", "ws", "helmet", "lru-cache", "typebox"],
  },
  // Pure: no React, no page, no network, so that tests and tools use it without a browser.
  {
    part: "editor-model",
    files: /^editor\/model\//,
    may: ["editor-model", "core", "liquid"],
    packages: ["immer", "elkjs", "typebox", "liquidjs"],
  },
  // What runs in a browser: it knows the engine by its core and its API.
  {
    part: "editor",
    files: /^editor\/(?!model\/|vite\.config\.ts$)/,
    may: ["editor", "editor-model", "core", "errors"],
    packages: "any",
  },
  {
    part: "editor-build",
    files: /^editor\/vite\.config\.ts$/,
    may: [],
    packages: ["vite", "@vitejs/plugin-react"],
  },
  // For tests of plugins only: nothing that serves imports it.
  {
    part: "plugin-testing",
    files: /^engine\/plugin-testing(\.ts$|\/)/,
    may: ["plugin-testing", "plugin-api", "core", "errors", "registry", "validator", "runtime"],
    packages: ["fast-check"],
  },
  // The composition root sees all parts, and alone sees plugins.
  {
    part: "root",
    files:
      /^engine\/(main|server|built-in-plugins|plugin-packages|erp-modules|example-flows)\.ts$|^engine\/(cli|demo)\//,
    may: ["*"],
    packages: ["knex"],
  },
  { part: "migrations", files: /^migrations\//, may: [], packages: ["knex"] },
];

const PLUGIN_FILE = /^plugins\/([^/]+)\//;
const DUMPING_GROUNDS = /(^|\/)(utils?|helpers?|common|misc|shared)(\/|\.ts$)/;
// Functions of the platform that a part must be given instead. The shell may read clocks; the core may not.
const BANNED: readonly { readonly files: RegExp; readonly pattern: RegExp; readonly why: string }[] = [
  {
    files: /^engine\/core\//,
    pattern: /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.|\bperformance\./,
    why: "the core has no clock, chance or environment",
  },
  {
    files: /^engine\/(?!cli\/).*\.ts$/,
    pattern: /\bprocess\.env\b/,
    why: "only the commands hand the environment to config.ts",
  },
  {
    files: /^editor\/model\//,
    pattern:
      /\bDate\.now\(|\bnew Date\(\)|\bMath\.random\(|\bprocess\.|(?<![.\w-])(window|document|localStorage)\.|(?<![.\w])fetch\(/,
    why: "the editor's model has no clock, chance, page or network",
  },
  {
    files: /^plugins\//,
    // A `fetch` that was handed in by name is the guarded one.
    pattern: /^(?![\s\S]*\bfetch\s*[,:}])[\s\S]*(?<![.\w])fetch\(/,
    why: "plugins reach out through ctx.fetch or a vendor's SDK",
  },
  { files: /^plugins\//, pattern: /\bprocess\.env\b/, why: "plugins are given their settings" },
];

const files = sourceFiles(["engine", "plugins", "migrations", "editor"]).filter(
  (file) => !file.startsWith("editor/dist/"),
);
const sources = new Map(files.map((file) => [file, readFileSync(file, "utf8")]));
const imports = new Map(files.map((file) => [file, importsOf(file)]));

describe("the house's walls", () => {
  test("every source file is covered by a rule", () => {
    expect(files.filter((file) => partOf(file) === null)).toEqual([]);
  });

  test("imports go only where the table allows", () => {
    expect(files.flatMap(violations)).toEqual([]);
  });

  test("there is no import cycle, types included", () => {
    expect(cycles()).toEqual([]);
  });

  test("there is no dumping ground", () => {
    expect(files.filter((file) => DUMPING_GROUNDS.test(file))).toEqual([]);
  });

  test("parts do not reach for what they must be given", () => {
    const found = BANNED.flatMap(({ files: where, pattern, why }) =>
      files
        .filter((file) => where.test(file) && pattern.test(withoutComments(sources.get(file) ?? "")))
        .map((file) => `${file}: ${why}`),
    );
    expect(found).toEqual([]);
  });
});

describe("the wall test itself", () => {
  test("notices a wrong import, a foreign plugin and a cycle", () => {
    expect(allowed("engine/core/advance.ts", "engine/runtime/drive.ts")).toBe(false);
    expect(allowed("engine/store/runs.ts", "engine/http/app.ts")).toBe(false);
    expect(allowed("plugins/twilio/plugin.ts", "plugins/meta/plugin.ts")).toBe(false);
    expect(allowed("plugins/twilio/plugin.ts", "engine/runtime/drive.ts")).toBe(false);
    expect(allowed("plugins/twilio/plugin.ts", "engine/plugin-api.ts")).toBe(true);
    expect(allowed("plugins/twilio/plugin.ts", "engine/plugin-api/channels.ts")).toBe(false);
    expect(allowed("editor/model/ports.ts", "engine/http/node-types.ts")).toBe(false);
    expect(allowedPackage("editor/model/ports.ts", "react")).toBe(false);
    expect(allowed("editor/model/ports.ts", "editor/flow/flow-store.ts")).toBe(false);
    expect(allowed("editor/flow/flow-store.ts", "engine/http/app.ts")).toBe(false);
    expect(allowed("editor/flow/flow-store.ts", "plugins/twilio/plugin.ts")).toBe(false);
    expect(allowedPackage("engine/core/flow.ts", "knex")).toBe(false);
    expect(
      stronglyConnected(
        new Map([
          ["a", ["b"]],
          ["b", ["a"]],
          ["c", []],
        ]),
      ),
    ).toEqual([["a", "b"]]);
  });
});

function partOf(file: string): string | null {
  if (PLUGIN_FILE.test(file)) return "plugins";
  return RULES.find((rule) => rule.files.test(file))?.part ?? null;
}

function violations(file: string): string[] {
  return (imports.get(file) ?? []).flatMap((target) => {
    const ok =
      target.startsWith("./") || target.startsWith("../")
        ? true
        : isFile(target)
          ? allowed(file, target)
          : allowedPackage(file, target);
    return ok ? [] : [`${file} may not import ${target}`];
  });
}

function isFile(target: string): boolean {
  return /^(engine|plugins|migrations|test|flows|editor)\//.test(target);
}

function allowed(from: string, to: string): boolean {
  const plugin = PLUGIN_FILE.exec(from)?.[1];
  if (plugin !== undefined) return to === "engine/plugin-api.ts" || to.startsWith(`plugins/${plugin}/`);
  const rule = RULES.find((candidate) => candidate.files.test(from));
  if (!rule) return false;
  if (rule.may.includes("*")) return true;
  const part = partOf(to);
  return part !== null && rule.may.includes(part);
}

function allowedPackage(from: string, name: string): boolean {
  if (PLUGIN_FILE.test(from)) return true;
  const rule = RULES.find((candidate) => candidate.files.test(from));
  if (!rule) return false;
  if (name.startsWith("node:")) return rule.part !== "core";
  const root = name.startsWith("@") ? name.split("/").slice(0, 2).join("/") : (name.split("/")[0] ?? name);
  return rule.packages === "any" || rule.packages.includes(root);
}

/** Relative imports as paths from the root of the house; packages by name. */
function importsOf(file: string): string[] {
  const text = withoutComments(sources.get(file) ?? "");
  const found = [
    ...text.matchAll(
      /(?:^|\n)\s*(?:import|export)\s[^;"']*?from\s*["']([^"']+)["']|(?:^|\n)\s*import\s*["']([^"']+)["']|\bimport\(\s*["']([^"']+)["']/g,
    ),
  ];
  const targets = found.map((match) => match[1] ?? match[2] ?? match[3] ?? "");
  // Source that is only written by this one, for another file.
  const own = targets.filter((target) => !target.startsWith("${"));
  return own.map((target) =>
    target.startsWith(".") ? path.posix.join(path.posix.dirname(file), target) : target,
  );
}

function cycles(): string[][] {
  return stronglyConnected(
    new Map(files.map((file) => [file, (imports.get(file) ?? []).filter((target) => sources.has(target))])),
  );
}

/** Tarjan: groups of files that reach each other, larger than one. */
function stronglyConnected(graph: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const groups: string[][] = [];
  const visit = (node: string): void => {
    index.set(node, index.size);
    low.set(node, index.get(node) ?? 0);
    stack.push(node);
    for (const next of graph.get(node) ?? []) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node) ?? 0, low.get(next) ?? 0));
    }
    if (low.get(node) !== index.get(node)) return;
    const group = stack.splice(stack.indexOf(node));
    if (group.length > 1) groups.push(group.sort());
  };
  for (const node of graph.keys()) if (!index.has(node)) visit(node);
  return groups;
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/.*$/gm, "");
}

function sourceFiles(roots: readonly string[]): string[] {
  return roots
    .flatMap((root) => readdirSync(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && /\.(ts|tsx|js|mjs)$/.test(entry.name))
    .map((entry) => path.posix.join(entry.parentPath, entry.name))
    .sort();
}
