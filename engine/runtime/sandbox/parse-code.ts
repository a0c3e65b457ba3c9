import { Script } from "node:vm";
import { CODE_FILE, functionOf } from "./guest.ts";

/** Why the body of a code node does not compile, and in which of its lines; null when it does. Runs nothing. */
export function parseCode(source: string): { readonly line: number; readonly reason: string } | null {
  try {
    new Script(`(${functionOf(source)})`, { filename: CODE_FILE, lineOffset: -1 });
    return null;
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    // V8 puts the place above the stack: "code.js:3".
    const line = Number(/^code\.js:(\d+)/.exec(error.stack ?? "")?.[1] ?? 1);
    return { line: Math.min(line, source.split("\n").length), reason: error.message };
  }
}
