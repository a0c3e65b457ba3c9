import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import path from "node:path";
import type { FailpointName } from "../../engine/runtime/failpoints.ts";
import type { Connection } from "../../engine/store/database.ts";
import type { MetaEmulator } from "../../plugins/meta/emulator/meta-emulator.ts";
import { startMetaEmulator } from "../../plugins/meta/emulator/meta-emulator.ts";
import { startTwilioEmulator, type TwilioEmulator } from "../../plugins/twilio/emulator/emulator.ts";
import { testConfig } from "./build-engine.ts";
import { cloneDatabase } from "./database.ts";
import { freePort } from "./free-port.ts";

export const TWILIO_ACCOUNT = { accountSid: `AC${"e".repeat(32)}`, authToken: "test-auth-token" };
export const META_ACCOUNT = {
  accessToken: "test-access",
  appId: "1",
  appSecret: "test-secret",
  verifyToken: "test-verify",
};

/** An engine in a process of its own; the vendors live here and remember, whatever happens to it. */
export interface KillableEngine {
  readonly url: string;
  readonly connection: Connection;
  readonly twilio: TwilioEmulator;
  readonly meta: MetaEmulator;
  /** With a failpoint: an engine that kills itself when it gets there. */
  start(failpoint?: FailpointName): Promise<void>;
  /** Resolves when the process is gone, whatever ended it. */
  gone(): Promise<void>;
  /** SIGKILL: nothing is closed, nothing is said. */
  kill(): Promise<void>;
  /** SIGTERM, and its exit code. */
  terminate(): Promise<number | null>;
  close(): Promise<void>;
}

/**
 * `paceMs`: between two steps of the vendors, such as two reports of one message. `doubtGraceMs`: how long evidence about an
 * effect may take.
 */
export async function killableEngine({
  paceMs = 1,
  doubtGraceMs,
  env: more = {},
}: {
  readonly paceMs?: number;
  readonly doubtGraceMs?: number;
  /** Besides what every engine is told, such as which model it asks. */
  readonly env?: Readonly<Record<string, string>>;
} = {}): Promise<KillableEngine> {
  const database = await cloneDatabase();
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const twilio = await startTwilioEmulator({ publicUrl: url, accounts: [TWILIO_ACCOUNT], paceMs });
  const meta = await startMetaEmulator({ publicUrl: url, accounts: [META_ACCOUNT], paceMs });
  const env = {
    ...engineEnvironment({ port, url, connection: database.connection, twilio, meta }),
    ...more,
    ...(doubtGraceMs === undefined ? {} : { DOUBT_GRACE_MS: String(doubtGraceMs) }),
  };
  let child: ChildProcess | null = null;
  const end = async (signal: NodeJS.Signals): Promise<number | null> => {
    if (!child || child.exitCode !== null || child.signalCode !== null) return null;
    const exit = once(child, "exit");
    child.kill(signal);
    const [code] = await exit;
    return code;
  };
  return {
    url,
    connection: database.connection,
    twilio,
    meta,
    async start(failpoint) {
      const fresh = fork(path.join(import.meta.dirname, "engine-process.ts"), {
        env: { ...env, ...(failpoint === undefined ? {} : { FAILPOINT: failpoint }) },
        stdio: ["ignore", "inherit", "inherit", "ipc"],
      });
      child = fresh;
      const died = once(fresh, "exit").then(([code]) =>
        Promise.reject(new Error(`the engine ended with ${code} while starting`)),
      );
      await Promise.race([once(fresh, "message"), died]);
      died.catch(() => undefined);
    },
    async gone() {
      if (child && child.exitCode === null && child.signalCode === null) await once(child, "exit");
    },
    kill: async () => void (await end("SIGKILL")),
    terminate: () => end("SIGTERM"),
    async close() {
      await end("SIGKILL");
      await twilio.close();
      await meta.close();
      await database.drop();
    },
  };
}

/** What a process of its own is told: where it listens and is called, its database, and the vendors of this test. */
export function engineEnvironment(given: {
  readonly port: number;
  readonly url: string;
  readonly connection: Connection;
  readonly twilio: TwilioEmulator;
  readonly meta: MetaEmulator;
}): NodeJS.ProcessEnv {
  const { port, url, connection, twilio, meta } = given;
  return {
    ...process.env,
    PORT: String(port),
    PUBLIC_URL: url,
    DATABASE_URL: testConfig(connection).databaseUrl ?? "",
    MASTER_KEY: Buffer.alloc(32, 7).toString("base64"),
    EMULATORS: "off",
    RATE_PER_KEY: "0",
    RATE_PER_TENANT: "0",
    RATE_PER_ADDRESS: "0",
    TWILIO_MASTER_ACCOUNT_SID: TWILIO_ACCOUNT.accountSid,
    TWILIO_MASTER_AUTH_TOKEN: TWILIO_ACCOUNT.authToken,
    TWILIO_BASE_URL: twilio.url,
    WHATSAPP_MASTER_TOKEN: META_ACCOUNT.accessToken,
    WHATSAPP_APP_ID: META_ACCOUNT.appId,
    WHATSAPP_APP_SECRET: META_ACCOUNT.appSecret,
    WHATSAPP_VERIFY_TOKEN: META_ACCOUNT.verifyToken,
    META_BASE_URL: meta.url,
  };
}
