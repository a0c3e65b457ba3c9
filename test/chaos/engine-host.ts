import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { openSync } from "node:fs";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Keeps one engine process, and does to it what a bad day does. */
export interface EngineHost {
  readonly name: string;
  readonly isUp: boolean;
  /** Starts it, again and again until it comes up (as a supervisor would): the database may be away. */
  start(): Promise<void>;
  kill(): Promise<void>;
  freeze(): void;
  thaw(): void;
  /** SIGKILL, and no start any more. */
  close(): Promise<void>;
}

export interface EngineHostOptions {
  readonly name: string;
  readonly env: NodeJS.ProcessEnv;
  readonly logFile: string;
  readonly onFence: (count: number) => void;
  /** It ended although nobody killed it, after it had come up. */
  readonly onUnexpectedExit: (name: string, how: string) => void;
}

const RETRY_MS = 200;

export function createEngineHost(options: EngineHostOptions): EngineHost {
  const log = openSync(options.logFile, "a");
  let child: ChildProcess | null = null;
  let isUp = false;
  let isClosed = false;
  // A kill also ends the tries of the start before it.
  let starts = 0;
  const spawn = async (): Promise<boolean> => {
    const fresh = fork(path.join(import.meta.dirname, "engine-process.ts"), {
      env: options.env,
      stdio: ["ignore", log, log, "ipc"],
    });
    child = fresh;
    const ready = Promise.withResolvers<boolean>();
    fresh.on("message", (message: { kind: string; count?: number }) => {
      if (message.kind === "fence") options.onFence(message.count ?? 1);
      if (message.kind === "ready") ready.resolve(true);
    });
    fresh.once("exit", (code, signal) => {
      ready.resolve(false);
      if (isUp && child === fresh) options.onUnexpectedExit(options.name, `code ${code}, signal ${signal}`);
      if (child === fresh) isUp = false;
    });
    const came = await ready.promise;
    if (child === fresh) isUp = came;
    return came;
  };
  const kill = async () => {
    starts++;
    const target = child;
    child = null;
    isUp = false;
    if (!target || target.exitCode !== null || target.signalCode !== null) return;
    const exit = once(target, "exit");
    target.kill("SIGKILL");
    await exit;
  };
  return {
    name: options.name,
    get isUp() {
      return isUp;
    },
    async start() {
      const mine = ++starts;
      while (mine === starts && !isClosed && !(await spawn())) await sleep(RETRY_MS);
    },
    kill,
    freeze: () => void child?.kill("SIGSTOP"),
    thaw: () => void child?.kill("SIGCONT"),
    async close() {
      isClosed = true;
      await kill();
    },
  };
}
