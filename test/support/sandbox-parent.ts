/** An engine's worth of sandbox in a process of its own, busy with code that nothing can interrupt; to be killed. */
import { createSandbox } from "../../engine/runtime/sandbox/sandbox.ts";
import { codeRun } from "./code-run.ts";

const sandbox = createSandbox({ maxChildren: 2 });
await sandbox.run(codeRun("return 1"));
const stuck = sandbox.run(codeRun("return String(2n ** 400000000n).length", { timeoutMs: 60_000 }));
process.send?.(sandbox.pids());
await stuck;
