import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { ERROR_CODES, type ErrorCode } from "../engine/errors.ts";

const CODES = Object.keys(ERROR_CODES);
const documented = documentedCodes(readFileSync("docs/errors.md", "utf8"));
const sources = textsOf(["engine", "plugins"], ["engine/errors.ts"]).map(withoutComments);
const tests = textsOf(["test"], ["test/errors.test.ts", "test/docs.test.ts"]).map(withoutComments);

describe("the table of error codes", () => {
  test("every code is documented, and every documented code exists", () => {
    expect(documented.map(({ code }) => code).toSorted()).toEqual(CODES.toSorted());
  });

  test("the documentation says the status and whether to try again", () => {
    const said = Object.fromEntries(
      documented.map(({ code, status, retry }) => [code, { status, retryable: retry === "yes" }]),
    );
    expect(said).toEqual(ERROR_CODES);
  });

  test("every code is told with a meaning and what to do", () => {
    expect(documented.filter(({ meaning, advice }) => meaning.length < 10 || advice.length < 8)).toEqual([]);
  });

  test("no retired code is in use", () => {
    const [, retired = ""] = readFileSync("docs/errors.md", "utf8").split("\n## Retired\n");
    const names = [...retired.matchAll(/`([A-Z_]+)`/g)].map((match) => match[1] ?? "");
    expect(names.filter((name) => name in ERROR_CODES)).toEqual([]);
  });
});

describe("use of the error codes", () => {
  test("every code is thrown somewhere", () => {
    expect(CODES.filter((code) => !sources.some((text) => isThrownIn(text, code)))).toEqual([]);
  });

  test("every code is named in a test", () => {
    expect(CODES.filter((code) => !tests.some((text) => text.includes(`"${code}"`)))).toEqual([]);
  });

  test("a comparison or a list of a route's errors is no throw", () => {
    const code: ErrorCode = "NOT_FOUND";
    expect(isThrownIn(`if (error.code === "${code}") return;`, code)).toBe(false);
    expect(isThrownIn(`errors: ["${code}", "INPUT_INVALID"],`, code)).toBe(false);
    expect(isThrownIn(`throw new AppError(\n  "${code}", "gone")`, code)).toBe(true);
    expect(isThrownIn(`return { code: "${code}", message }`, code)).toBe(true);
  });
});

/** A code made into an error: an AppError of it, a step's error with it, or a function of the file that does either. */
function isThrownIn(text: string, code: string): boolean {
  const used = text.replaceAll(/\berrors: \[[^\]]*\]/g, "").replaceAll(/[!=]== "[A-Z_]+"/g, "");
  return new RegExp(`(?:\\(|,|\\?|:|:=|=|=>)\\s*"${code}"`).test(used);
}

interface Documented {
  readonly code: string;
  readonly status: number;
  readonly retry: string;
  readonly meaning: string;
  readonly advice: string;
}

/** A section of the page: the code as heading, a line with status and retry, the meaning, the advice. */
function documentedCodes(text: string): Documented[] {
  const sections = text.matchAll(
    /^### ([A-Z_]+)\n\nStatus (\d{3}), retry: (yes|no)\.\n\n([\s\S]+?)\n\n\*\*Do:\*\* ([\s\S]+?)\n\n/gm,
  );
  return [...sections].map(([, code = "", status, retry = "", meaning = "", advice = ""]) => ({
    code,
    status: Number(status),
    retry,
    meaning,
    advice,
  }));
}

function textsOf(roots: readonly string[], except: readonly string[]): string[] {
  return roots
    .flatMap((root) => readdirSync(root, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => path.posix.join(entry.parentPath, entry.name))
    .filter((file) => !except.includes(file))
    .map((file) => readFileSync(file, "utf8"));
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/.*$/gm, "");
}
