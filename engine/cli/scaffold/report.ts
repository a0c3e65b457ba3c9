import path from "node:path";
import type { Place } from "./place.ts";

/** Says what was made, and what to do next. */
export function report(files: readonly string[], place: Place, next: readonly string[]): void {
  for (const file of files) console.log(`  ${path.relative(process.cwd(), file)}`);
  const test = place.isHouse
    ? `npx vitest run --project unit ${path.relative(process.cwd(), place.tests)}`
    : `npm install && npm test   (in ${path.relative(process.cwd(), place.folder) || "."})`;
  console.log(`\nNext:\n  ${[...next, test].join("\n  ")}`);
}

/** Ends the command: what was wrong, and how it is called. */
export function refuse(what: unknown, usage: string): never {
  console.error(`${what instanceof Error ? what.message : what}\n\n${usage}`);
  process.exit(2);
}
