/** `npm run dev`: the engine, started again when its sources change, and the editor with hot reload in front of it. */
import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";

const ROOT = path.join(import.meta.dirname, "..", "..");
const VITE = path.join(ROOT, "node_modules", "vite", "bin", "vite.js");

const children: readonly ChildProcess[] = [
  run(["--watch", path.join(import.meta.dirname, "start.ts")]),
  run([VITE, path.join(ROOT, "editor")]),
];

// One of them alone is no use; both go together.
for (const child of children) child.once("exit", stop);
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);

function run(args: readonly string[]): ChildProcess {
  return spawn(process.execPath, args, { cwd: ROOT, stdio: "inherit" });
}

function stop(): void {
  for (const child of children) child.kill("SIGTERM");
}
