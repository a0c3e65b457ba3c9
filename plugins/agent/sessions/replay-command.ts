/** `npm run agent:replay -- file.jsonl …`: plays recorded conversations again and says what does not hold. */
import { readFileSync } from "node:fs";
import { type Replayed, replaySession } from "./replay.ts";
import { linesIn } from "./session.ts";

const files = process.argv.slice(2);
if (files.length === 0) {
  complain(
    "npm run agent:replay -- <file.jsonl> …\n\nA session is recorded where AGENT_SESSIONS_DIR names a folder. Nothing is asked and nothing is run.",
  );
  process.exit(2);
}
const results = files.map(report);
process.exitCode = results.every((isWhole) => isWhole) ? 0 : 1;

function report(file: string): boolean {
  const result = replayed(file);
  if (typeof result === "string") {
    complain(`${file}: ${result}`);
    return false;
  }
  const { turns, answers, tools, interruptions, faults } = result;
  const words = faults.length === 0 ? "everything holds" : `${faults.length} faults`;
  print(
    `${file}: ${turns} turns, ${answers} answers, ${tools} tools, ${interruptions} interruptions: ${words}`,
  );
  for (const fault of faults) print(`  line ${fault.line}: ${fault.words}`);
  return faults.length === 0;
}

function replayed(file: string): Replayed | string {
  try {
    return replaySession(linesIn(readFileSync(file, "utf8")));
  } catch (error) {
    return (error as Error).message;
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}

function complain(line: string): void {
  process.stderr.write(`${line}\n`);
}
