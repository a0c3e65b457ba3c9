/** The engine's side of one sandbox child: starts it, hands it tasks, watches it, ends it. */
import { type ChildProcess, fork } from "node:child_process";
import path from "node:path";
import { ENGINE_GRACE_MS, MAX_RESIDENT_BYTES, MEMORY_CHECK_MS } from "./limits.ts";
import { type CodeAnswer, type CodeTask, readMessage } from "./messages.ts";
import { residentBytes } from "./resident-memory.ts";

export interface SandboxChild {
  readonly pid: number | undefined;
  /** True when it can take tasks, false when it ended before it could. Never rejects. */
  readonly ready: Promise<boolean>;
  /** Settles when the process is gone. */
  readonly gone: Promise<void>;
  /** The last it wrote to stderr: why it would not start. */
  readonly lastWords: () => string;
  /** One task at a time. `died` when the process ended under the code. Never rejects. */
  run(task: CodeTask): Promise<CodeAnswer | { readonly kind: "died" }>;
  kill(): void;
}

type Answer = Awaited<ReturnType<SandboxChild["run"]>>;

const START_WITHIN_MS = 30_000;
const OPTIONS = [
  // isolated-vm asks for it.
  "--no-node-snapshot",
  // For the child's own heap: an isolate has its own limit.
  "--max-old-space-size=64",
  "--disable-warning=ExperimentalWarning",
];

export function startChild(): SandboxChild {
  const child = fork(path.join(import.meta.dirname, "child.ts"), {
    execArgv: OPTIONS,
    // No secrets to find, and the same time zone and language on every machine [A8].
    env: { TZ: "UTC" },
    cwd: path.parse(process.execPath).root,
    stdio: ["ignore", "ignore", "pipe", "ipc"],
  });
  let settle: ((answer: Answer) => void) | null = null;
  const ready = Promise.withResolvers<boolean>();
  const kill = () => void child.kill("SIGKILL");
  const gone = Promise.withResolvers<void>();
  const fallen = () => {
    ready.resolve(false);
    settle?.({ kind: "died" });
    if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) gone.resolve();
  };
  child.on("message", (raw) => {
    const message = readMessage(raw);
    if (message === null) kill();
    else if (message.kind === "ready") ready.resolve(true);
    else settle?.(message);
  });
  child.on("error", fallen);
  child.on("exit", fallen);
  const tooSlow = setTimeout(kill, START_WITHIN_MS);
  void ready.promise.then(() => clearTimeout(tooSlow));
  return {
    pid: child.pid,
    ready: ready.promise,
    gone: gone.promise,
    lastWords: lastWordsOf(child),
    async run(task) {
      const { promise, resolve } = Promise.withResolvers<Answer>();
      settle = resolve;
      const stopWatching = watch(child, task, resolve);
      if (child.connected) child.send(task, (error) => error && resolve({ kind: "died" }));
      else resolve({ kind: "died" });
      const answer = await promise;
      settle = null;
      stopWatching();
      return answer;
    },
    kill,
  };
}

/** Trusts nothing the child says about itself: its time and, where the system tells, its memory. */
function watch(child: ChildProcess, task: CodeTask, give: (answer: Answer) => void): () => void {
  // After the immediate: an answer that came while the engine was busy is read first.
  const clock = setTimeout(
    () => setImmediate(() => give({ kind: "timeout", spent: true })),
    task.timeoutMs + ENGINE_GRACE_MS,
  );
  const memory = setInterval(() => {
    if ((residentBytes(child.pid ?? 0) ?? 0) > MAX_RESIDENT_BYTES) give({ kind: "memory" });
  }, MEMORY_CHECK_MS);
  return () => {
    clearTimeout(clock);
    clearInterval(memory);
  };
}

function lastWordsOf(child: ChildProcess): () => string {
  let words = "";
  child.stderr?.setEncoding("utf8").on("data", (chunk: string) => {
    words = (words + chunk).slice(-2000);
  });
  return () => words;
}
