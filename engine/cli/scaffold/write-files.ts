import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { joinList } from "./join-list.ts";
import { expectFile } from "./place.ts";

/** Writes new files, all or none. @throws RangeError when one is there already */
export function writeNew(files: Readonly<Record<string, string>>): void {
  for (const file of Object.keys(files)) expectFile(file, "absent");
  for (const [file, contents] of Object.entries(files)) {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, contents);
  }
}

/** Adds to the list in a file. @throws RangeError when there is no such list */
export function addToList(file: string, entry: Omit<Parameters<typeof joinList>[1], "file">): void {
  writeFileSync(file, joinList(readFileSync(file, "utf8"), { ...entry, file }));
}

/** As the house is formatted; its formatter comes with its development packages only. */
export function tidy(files: readonly string[]): void {
  execFileSync("npx", ["biome", "check", "--write", ...files], { stdio: "ignore" });
}
