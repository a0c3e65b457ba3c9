import { fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { Config } from "../../engine/config.ts";
import type { Connection } from "../../engine/store/database.ts";
import { type MetaEmulator, startMetaEmulator } from "../../plugins/meta/emulator/meta-emulator.ts";
import { startTwilioEmulator, type TwilioEmulator } from "../../plugins/twilio/emulator/emulator.ts";
import { cloneDatabase } from "./database.ts";
import { freePort } from "./free-port.ts";
import { openFrontDoor } from "./front-door.ts";
import { engineEnvironment, META_ACCOUNT, TWILIO_ACCOUNT } from "./killable-engine.ts";

/** Several engines, each a process, on one database behind one address; the vendors live here. */
export interface EngineGroup {
  /** What vendors and clients call. */
  readonly url: string;
  readonly connection: Connection;
  readonly twilio: TwilioEmulator;
  /** Of the demo tenant, once a process has started. */
  readonly apiKey: string;
  start(role: Config["role"]): Promise<EngineProcess>;
  close(): Promise<void>;
}

export interface EngineProcess {
  readonly pid: number;
  /** SIGTERM: requests go elsewhere from now on. Its exit code. */
  terminate(): Promise<number | null>;
}

export async function engineGroup(): Promise<EngineGroup> {
  const database = await cloneDatabase();
  const door = await openFrontDoor();
  const options = { publicUrl: door.url, paceMs: 1 };
  const twilio = await startTwilioEmulator({ ...options, accounts: [TWILIO_ACCOUNT] });
  const meta: MetaEmulator = await startMetaEmulator({ ...options, accounts: [META_ACCOUNT] });
  const { connection } = database;
  const running = new Set<{ readonly url: string | null; readonly process: EngineProcess }>();
  const lead = () => door.leadTo([...running].flatMap(({ url }) => url ?? []));
  let apiKey = "";
  return {
    url: door.url,
    connection,
    twilio,
    get apiKey() {
      return apiKey;
    },
    async start(role) {
      const port = await freePort();
      const child = fork(path.join(import.meta.dirname, "engine-process.ts"), {
        env: { ...engineEnvironment({ port, url: door.url, connection, twilio, meta }), ROLE: role },
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      });
      const exit = once(child, "exit").then(([code]): number | null => code);
      const [hello] = await Promise.race([
        once(child, "message"),
        exit.then((code) => Promise.reject(new Error(`the engine ended with ${code} while starting`))),
      ]);
      apiKey ||= hello.apiKey ?? "";
      const process: EngineProcess = {
        pid: child.pid ?? 0,
        async terminate() {
          running.delete(entry);
          lead();
          child.kill("SIGTERM");
          return exit;
        },
      };
      const entry = { url: role === "worker" ? null : `http://127.0.0.1:${port}`, process };
      running.add(entry);
      lead();
      return process;
    },
    async close() {
      await Promise.all([...running].map(({ process }) => process.terminate()));
      await Promise.all([twilio.close(), meta.close(), door.close()]);
      await database.drop();
    },
  };
}
