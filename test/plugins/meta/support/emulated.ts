import { Agent } from "undici";
import { afterEach, beforeEach } from "vitest";
import type { JsonObject, NumberCall } from "../../../../engine/plugin-api.ts";
import {
  type MetaEmulator,
  type MetaEmulatorOptions,
  startMetaEmulator,
} from "../../../../plugins/meta/emulator/meta-emulator.ts";
import { type EngineStandIn, startEngineStandIn } from "./engine-stand-in.ts";
import { APP } from "./outbound.ts";
import { undiciFetch } from "./undici-fetch.ts";

export const WABA = "900000000000001";

export interface Emulated {
  readonly emulator: MetaEmulator;
  readonly engine: EngineStandIn;
  /** A call of the lifecycle operations about a number. */
  call(providerId: string): NumberCall;
  /** The Graph API itself, as the account's app: status and body. */
  graph(method: string, path: string, body?: JsonObject): Promise<{ status: number; body: JsonObject }>;
}

/** Before each test an emulator and an engine it reports to; both gone after it. */
export function emulatedMeta(options: Partial<MetaEmulatorOptions> = {}): () => Emulated {
  let now: (Emulated & { close(): Promise<void> }) | null = null;
  beforeEach(async () => {
    now = await start(options);
  });
  afterEach(async () => {
    await now?.close();
    now = null;
  });
  return () => {
    if (!now) throw new Error("The emulator runs only within a test.");
    return now;
  };
}

async function start(options: Partial<MetaEmulatorOptions>) {
  const agent = new Agent();
  const engine = await startEngineStandIn(APP);
  const account = { ...APP, wabaId: WABA };
  const emulator = await startMetaEmulator({
    accounts: [account],
    publicUrl: engine.url,
    paceMs: 0,
    window: "off",
    ...options,
  });
  const fetch = undiciFetch(agent);
  return {
    emulator,
    engine,
    call: (providerId: string) => ({
      credential: { ...APP, baseUrl: emulator.url },
      fetch,
      account: WABA,
      providerId,
    }),
    async graph(method: string, path: string, body?: JsonObject) {
      const answer = await fetch(`${emulator.url}/v26.0/${path}`, {
        method,
        headers: { authorization: `Bearer ${APP.accessToken}`, "content-type": "application/json" },
        ...(body ? { body: JSON.stringify(body) } : {}),
      });
      const parsed: JsonObject = JSON.parse(answer.text);
      return { status: answer.status, body: parsed };
    },
    async close() {
      await emulator.close();
      await engine.close();
      await agent.destroy();
    },
  };
}
