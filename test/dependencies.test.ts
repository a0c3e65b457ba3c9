import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

interface Locked {
  readonly version: string;
  readonly license?: string;
  readonly resolved?: string;
  readonly integrity?: string;
  readonly dev?: boolean;
  readonly link?: boolean;
  readonly hasInstallScript?: boolean;
}

const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as { packages: Record<string, Locked> };
const own = JSON.parse(readFileSync("package.json", "utf8")) as {
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly allowScripts: Record<string, boolean>;
};
const packages = Object.entries(lock.packages).filter(([path]) => path !== "");
const nameOf = (path: string) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);
const where = (isOdd: (locked: Locked, path: string) => boolean) =>
  packages.filter(([path, locked]) => isOdd(locked, path)).map(([path]) => path);

// They ask for nothing but to be named.
const PERMISSIVE = [
  "MIT",
  "ISC",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "0BSD",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "Zlib",
  "Python-2.0",
];
// Tools, and what the editor's build takes in unchanged: changes to their own files would have to be published.
const FOR_BUILDING = [...PERMISSIVE, "MPL-2.0", "OFL-1.1", "EPL-2.0"];

/** One of the licences to choose from has to fit, and every one that goes with another. */
function fits(expression: string, allowed: readonly string[]): boolean {
  const choices = expression.replaceAll(/[()]/g, "").split(" OR ");
  return choices.some((choice) => choice.split(" AND ").every((licence) => allowed.includes(licence)));
}

test("[S48] every package says its licence, and it is one we can live with", () => {
  expect(packages.length).toBeGreaterThan(300);
  expect(where(({ license = "", dev }) => !fits(license, dev ? FOR_BUILDING : PERMISSIVE))).toEqual([]);
});

test("[S48] a licence that asks for more would be found", () => {
  expect(
    ["GPL-3.0-only", "", "MIT AND GPL-3.0-only", "SSPL-1.0"].filter((odd) => fits(odd, FOR_BUILDING)),
  ).toEqual([]);
  expect(fits("(MIT OR GPL-3.0-only)", PERMISSIVE)).toBe(true);
});

test("[S48] every package is one of the registry, and the very one that was looked at", () => {
  expect(where(({ integrity = "" }) => !integrity.startsWith("sha512-"))).toEqual([]);
  expect(
    where(
      ({ resolved, link }) =>
        link === true || (resolved !== undefined && !/^https:\/\/registry\.npmjs\.org\//.test(resolved)),
    ),
  ).toEqual([]);
});

test("[S48] what we name is named exactly", () => {
  const named = Object.entries({ ...own.dependencies, ...own.devDependencies });
  expect(named.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
  const locked = named.map(([name]) => [name, lock.packages[`node_modules/${name}`]?.version]);
  expect(locked).toEqual(named);
});

test("[S48] whose scripts run at an installation was decided for each", () => {
  expect(
    where(({ hasInstallScript }, path) => hasInstallScript === true && !(nameOf(path) in own.allowScripts)),
  ).toEqual([]);
});
