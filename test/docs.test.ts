import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, describe, expect, test } from "vitest";
import type { PluginDefinition } from "../engine/plugin-api.ts";
import { createRegistry } from "../engine/registry.ts";
import { createValidator } from "../engine/validator.ts";

const ROOT = path.join(import.meta.dirname, "..");
// Letters of the rules that may not go without a test. One more as soon as its last rule has one.
const PROVED_GROUPS = ["A", "D", "E", "F", "K", "L", "M", "N", "Q", "W", "H", "R", "T"];
const PAGES = ["README.md", "README.es.md", ...filesBelow("docs", ".md")];
const spec = parseSpec(readFileSync("docs/spec.md", "utf8"));
const sources = [
  ...filesBelow("engine", ".ts"),
  ...filesBelow("plugins", ".ts"),
  ...filesBelow("test", ".ts"),
];

describe("the spec", () => {
  test("every rule that code or a test quotes is there", () => {
    const missing = sources.flatMap((file) =>
      quotesIn(readFileSync(file, "utf8"))
        .filter((rule) => !rulesFor(file).has(rule))
        .map((rule) => `${file} quotes [${rule}]`),
    );
    expect(missing).toEqual([]);
  });

  test(`every rule of ${PROVED_GROUPS.join(", ")} is quoted by the title of a test`, () => {
    const quoted = new Set(filesBelow("test", ".ts").flatMap(globalQuotesInTitles));
    const owed = [...spec.rules.keys()].filter((rule) => PROVED_GROUPS.includes(rule.charAt(0)));
    expect(owed.filter((rule) => !quoted.has(rule))).toEqual([]);
  });

  test("every rule names a file that keeps it", () => {
    const homeless = [...spec.rules].filter(([, text]) => !/`[\w/.-]+\.ts`/.test(text)).map(([rule]) => rule);
    expect(homeless).toEqual([]);
  });

  test("no number is used twice", () => {
    expect(spec.twice).toEqual([]);
  });
});

describe("the pages", () => {
  test("name only files that exist", () => {
    const missing = PAGES.flatMap((page) =>
      [
        ...withoutCode(readFileSync(page, "utf8")).matchAll(
          /`((?:engine|plugins|migrations|test|docs|flows)\/[\w./-]+)`/g,
        ),
      ]
        .map((match) => match[1] ?? "")
        .filter((file) => !existsSync(file))
        .map((file) => `${page} names ${file}`),
    );
    expect(missing).toEqual([]);
  });

  test("link only to files that exist", () => {
    const broken = PAGES.flatMap((page) =>
      [...readFileSync(page, "utf8").matchAll(/\]\((?!https?:|#)([^)#\s]+)/g)]
        .map((match) => match[1] ?? "")
        .filter((target) => !existsSync(path.join(path.dirname(page), target)))
        .map((target) => `${page} links to ${target}`),
    );
    expect(broken).toEqual([]);
  });

  test("decisions are numbered without a gap, dated, and at most a page", () => {
    const files = readdirSync("docs/decisions").toSorted();
    expect(files.map((file) => Number(file.slice(0, 4)))).toEqual(files.map((_, index) => index + 1));
    const odd = files.filter((file) => {
      const text = readFileSync(path.join("docs/decisions", file), "utf8");
      const parts = ["\n## Context\n", "\n## Decision\n", "\n## Consequences\n"];
      const complete =
        parts.every((part) => text.includes(part)) && /^Date: \d{4}-\d\d-\d\d · Status: \w+$/m.test(text);
      return !complete || text.split("\n").length > 60;
    });
    expect(odd).toEqual([]);
  });
});

describe("the two READMEs", () => {
  const [english, spanish] = [readFileSync("README.md", "utf8"), readFileSync("README.es.md", "utf8")];

  test("have the same sections and the same commands", () => {
    expect(headingLevels(spanish)).toEqual(headingLevels(english));
    expect(commandsIn(spanish)).toEqual(commandsIn(english));
  });

  test("name only variables that the configuration reads", () => {
    const config = readFileSync("engine/config.ts", "utf8");
    const unknown = [english, spanish].flatMap((text) =>
      [...text.matchAll(/`([A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*)(?:=[^`]*)?`/g)]
        .map((match) => match[1] ?? "")
        .filter((name) => name.includes("_") && !config.includes(name)),
    );
    expect(unknown).toEqual([]);
  });
});

describe("the guide to writing a plugin", () => {
  const folder = mkdtempSync(path.join(tmpdir(), "centralita-guide-"));
  afterAll(() => rmSync(folder, { recursive: true }));

  test("shows a plugin that the registry takes", async () => {
    writeBlocks(readFileSync("docs/guides/write-a-plugin.md", "utf8"), folder);
    const loaded: { default: PluginDefinition } = await import(
      pathToFileURL(path.join(folder, "plugins/orders/plugin.ts")).href
    );
    const registry = createRegistry([loaded.default], createValidator().compile);
    expect(registry.types).toEqual(["orders.find"]);
  });
});

interface Spec {
  /** Rules of the house with their text. */
  readonly rules: ReadonlyMap<string, string>;
  /** Rules of one file, by every file whose quotes mean them. */
  readonly local: ReadonlyMap<string, ReadonlySet<string>>;
  readonly twice: readonly string[];
}

/** Rules are list items such as `- **A3** …`; under a heading that names files they belong to those files. */
function parseSpec(text: string): Spec {
  const rules = new Map<string, string>();
  const local = new Map<string, Set<string>>();
  const twice: string[] = [];
  let files: string[] = [];
  for (const block of text.split(/\n(?=#|- \*\*)/)) {
    const heading = /^#+ (.*)/.exec(block)?.[1];
    if (heading !== undefined) files = [...heading.matchAll(/`([^`]+)`/g)].map((match) => match[1] ?? "");
    const rule = /^- \*\*([A-Z]\d+)\*\*/.exec(block)?.[1];
    if (rule === undefined) continue;
    if (files.length === 0 ? rules.has(rule) : files.some((file) => local.get(file)?.has(rule)))
      twice.push(rule);
    if (files.length === 0) rules.set(rule, block);
    for (const file of files) local.set(file, (local.get(file) ?? new Set()).add(rule));
  }
  return { rules, local, twice };
}

/** What a quote in `file` may mean: its own rules where it has any of that letter, else those of the house. */
function rulesFor(file: string): ReadonlySet<string> {
  const own = spec.local.get(file) ?? new Set<string>();
  const letters = new Set([...own].map((rule) => rule[0]));
  return new Set([...own, ...[...spec.rules.keys()].filter((rule) => !letters.has(rule[0]))]);
}

/** `[A3]`, `[E3, E5]` and `[E1–E5]`. */
function quotesIn(text: string): string[] {
  const quotes = text.matchAll(/\[([ADSHPCEFKLMNQWRT]\d+(?:(?:, ?|–)[ADSHPCEFKLMNQWRT]\d+)*)\]/g);
  return [...quotes].flatMap((match) => (match[1] ?? "").split(/, ?|–/));
}

function globalQuotesInTitles(file: string): string[] {
  const own = spec.local.get(file);
  const titles = readFileSync(file, "utf8").matchAll(
    /\b(?:test|it|describe)(?:\.\w+(?:\([^)]*\))?)?\(\s*["'`](.*?)["'`]/g,
  );
  return [...titles].flatMap((match) => quotesIn(match[1] ?? "")).filter((rule) => !own?.has(rule));
}

/** The code of the guide as files; its imports of the house lead here. */
function writeBlocks(text: string, folder: string): void {
  for (const [, file = "", code = ""] of text.matchAll(/```ts file=(\S+)\n([\s\S]*?)```/g)) {
    const target = path.join(folder, file);
    mkdirSync(path.dirname(target), { recursive: true });
    writeFileSync(
      target,
      code.replaceAll(/"(?:\.\.\/)+(engine\/[\w.-]+)"/g, (_, found) => `"${ROOT}/${found}"`),
    );
  }
}

function headingLevels(text: string): number[] {
  return [...withoutCode(text).matchAll(/^(#+) /gm)].map((match) => match[1]?.length ?? 0);
}

function commandsIn(text: string): string[] {
  const blocks = [...text.matchAll(/```(?:sh|ini)\n([\s\S]*?)```/g)].map((match) => match[1] ?? "");
  return blocks
    .flatMap((block) => block.split("\n").map((line) => line.replace(/#.*/, "").trim()))
    .filter(Boolean);
}

function withoutCode(text: string): string {
  return text.replaceAll(/```[\s\S]*?```/g, "");
}

function filesBelow(folder: string, extension: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(extension))
    .map((entry) => path.posix.join(entry.parentPath, entry.name))
    .toSorted();
}
