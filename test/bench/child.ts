import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";

/** A measured server in a process of its own, so that the load generator does not share its event loop. */
export interface Child {
  readonly url: string;
  readonly info: Readonly<Record<string, string>>;
  /** Resident memory of the process, in MiB, as it says itself. */
  memoryMiB(): Promise<number>;
  /** CPU milliseconds the process has used so far. */
  cpuMs(): Promise<number>;
  stop(): Promise<void>;
}

export interface ChildMessage {
  readonly ready?: { readonly url: string; readonly info: Record<string, string> };
  readonly usage?: { readonly memoryMiB: number; readonly cpuMs: number };
}

// BENCH_PROFILE=folder keeps a CPU profile of every measured process there.
const PROFILE = process.env.BENCH_PROFILE
  ? ["--cpu-prof", `--cpu-prof-dir=${process.env.BENCH_PROFILE}`]
  : [];

export async function startChild(script: string, args: readonly string[] = []): Promise<Child> {
  const child = fork(path.join(import.meta.dirname, script), [...args], {
    execArgv: PROFILE,
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  const ready = await hear(child, (message) => message.ready);
  const usage = async () => {
    child.send("usage");
    return hear(child, (message) => message.usage);
  };
  return {
    ...ready,
    memoryMiB: async () => (await usage()).memoryMiB,
    cpuMs: async () => (await usage()).cpuMs,
    async stop() {
      const exit = once(child, "exit");
      child.send("stop");
      await exit;
    },
  };
}

/** The child's side: says where it listens, answers questions, stops when told. */
export function serveParent(ready: NonNullable<ChildMessage["ready"]>, stop: () => Promise<void>): void {
  const end = async () => {
    await stop();
    process.exit();
  };
  // A generator that died must not leave servers behind.
  process.on("disconnect", end);
  process.on("message", async (message) => {
    if (message === "usage") {
      const { user, system } = process.cpuUsage();
      process.send?.({
        usage: { memoryMiB: process.memoryUsage.rss() / 2 ** 20, cpuMs: (user + system) / 1000 },
      });
    }
    if (message === "stop") await end();
  });
  process.send?.({ ready });
}

function hear<T>(child: ChildProcess, pick: (message: ChildMessage) => T | undefined): Promise<T> {
  return new Promise((resolve, reject) => {
    const listen = (message: unknown) => {
      const found = pick(message as ChildMessage);
      if (found === undefined) return;
      child.off("message", listen);
      child.off("exit", died);
      resolve(found);
    };
    const died = (code: number | null) => reject(new Error(`the measured process ended with ${code}`));
    child.on("message", listen);
    child.on("exit", died);
  });
}
