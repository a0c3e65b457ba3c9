import { randomBytes } from "node:crypto";
import { seedDemo } from "../../engine/demo/seed.ts";
import { createLog } from "../../engine/log.ts";
import { type Centralita, type StartOptions, startCentralita } from "../../engine/main.ts";
import type { FailpointName } from "../../engine/runtime/failpoints.ts";
import { type Connection, openDatabase } from "../../engine/store/database.ts";
import { dueRuns } from "../../engine/store/runs.ts";
import { startTwilioEmulator, type TwilioEmulator } from "../../plugins/twilio/emulator/emulator.ts";
import { testConfig } from "./build-engine.ts";
import { cloneDatabase, inspect } from "./database.ts";
import { freePort } from "./free-port.ts";
import { type Life, mortalDatabase, mortalFailpoints, mortalWakes, newLife } from "./mortal-process.ts";
import { openSwingDoor } from "./swing-door.ts";

/** What stays when an engine dies, and where its successor is found. */
export interface World {
  readonly url: string;
  readonly connection: Connection;
  readonly twilio: TwilioEmulator;
}

export interface Death {
  readonly point: FailpointName;
  /** Which time it gets there, from 1. */
  readonly hit: number;
}

/** What scenarios are played on. */
export interface CrashWorld extends World {
  readonly apiKey: string;
  /** Where a process listens that is always full: it stores what comes and drives nothing. */
  readonly fullUrl: string;
  /** Stops the engine in good order, as far as it lives to, and starts another. */
  replace(): Promise<void>;
}

/** An engine that dies where it is told to, and right after it another on the same database. */
export interface CrashStage extends CrashWorld {
  /** From now on failpoints are counted from zero, and the engine dies once: here. Null: it lives. */
  arm(death: Death | null): void;
  /** How often each failpoint was reached since `arm`. */
  readonly reached: ReadonlyMap<FailpointName, number>;
  readonly deaths: number;
  /** Resolves when the engine and the vendors have nothing left to do. */
  quiet(): Promise<void>;
  close(): Promise<void>;
}

interface Living {
  readonly app: Centralita;
  readonly life: Life;
}

const ACCOUNT = { accountSid: `AC${"c".repeat(32)}`, authToken: "test-auth-token" };
// Enough for a call or a message wherever an engine may die.
const PLENTY = `with more as (update credit_accounts set balance = balance + 10000 returning tenant_id, meter)
  insert into credit_entries (tenant_id, meter, amount, kind, ref) select tenant_id, meter, 10000, 'adjustment', 'plenty' from more`;
const SETTINGS = { leaseMs: 400, doubtGraceMs: 1 };
const FEW = { enginePool: 4, apiPool: 2 };
const SWEEP_EVERY_MS = 40;

export async function openCrashStage(): Promise<CrashStage> {
  const database = await cloneDatabase();
  const { connection } = database;
  const { apiKey } = await seedDemo(connection);
  await inspect(connection, PLENTY);
  const door = await openSwingDoor();
  const twilio = await startTwilioEmulator({ publicUrl: door.url, accounts: [ACCOUNT], paceMs: 1 });
  const start = starter(connection, door.url, twilio.url);
  const trigger = createTrigger();
  const graves: { readonly life: Life; readonly stopped: Promise<void> }[] = [];

  let current: Promise<Living>;
  const boot = async (): Promise<Living> => {
    const life = newLife(() => {
      door.leadTo(null);
      graves.push({ life, stopped: living.then(({ app }) => app.stop()) });
      current = boot();
    });
    const port = await freePort();
    const living = start(port, {
      openDatabase: (options) => mortalDatabase(openDatabase({ ...options, ...FEW }), life),
      openWakes: async () => mortalWakes(life),
      failpoints: mortalFailpoints(life, (point) => trigger.reach(point) && life.end()),
    }).then((app) => ({ app, life }));
    await living;
    door.leadTo(port);
    return living;
  };
  current = boot();
  await current;

  const fullPort = await freePort();
  const noQueue = async () => mortalWakes(newLife(() => undefined));
  const full = await start(fullPort, { openWakes: noQueue, settings: { maxInFlight: 0 } }, "web");
  // The engine's own sweeper asks every second; a test has less patience.
  const sweeping = setInterval(() => void current.then(sweep).catch(() => undefined), SWEEP_EVERY_MS);
  return {
    url: door.url,
    fullUrl: `http://127.0.0.1:${fullPort}`,
    connection,
    twilio,
    apiKey: apiKey ?? "",
    arm: trigger.arm,
    get reached() {
      return trigger.reached();
    },
    get deaths() {
      return trigger.deaths();
    },
    async replace() {
      const { app, life } = await current;
      await Promise.race([app.stop(), life.over]);
      life.end();
      await current;
    },
    async quiet() {
      for (;;) {
        const before = current;
        const { app } = await before;
        await twilio.idle();
        if (current === before && app.engine.inFlight === 0) return;
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
    async close() {
      clearInterval(sweeping);
      const { app } = await current;
      door.leadTo(null);
      for (const { life } of graves) life.clearAway();
      await Promise.all([app.stop(), full.stop(), ...graves.map(({ stopped }) => stopped)]);
      await Promise.all([twilio.close(), door.close()]);
      await database.drop();
    },
  };
}

function starter(connection: Connection, publicUrl: string, vendorUrl: string) {
  const masterKey = randomBytes(32);
  return (port: number, options: StartOptions, role: "all" | "web" = "all") =>
    startCentralita(
      testConfig(connection, {
        port,
        publicUrl,
        masterKey,
        role,
        emulated: { twilio: false, meta: false, agent: false },
        operator: { "twilio.account": { ...ACCOUNT, baseUrl: vendorUrl } },
      }),
      { log: createLog("silent"), ...options, settings: { ...SETTINGS, ...options.settings } },
    );
}

/** Counts failpoints, and says when the one is reached that is to be the last. */
function createTrigger() {
  let death: Death | null = null;
  let reached = new Map<FailpointName, number>();
  let deaths = 0;
  return {
    arm(order: Death | null) {
      death = order;
      reached = new Map();
    },
    reached: () => reached,
    deaths: () => deaths,
    reach(point: FailpointName): boolean {
      const count = (reached.get(point) ?? 0) + 1;
      reached.set(point, count);
      if (death?.point !== point || death.hit !== count) return false;
      death = null;
      deaths += 1;
      return true;
    },
  };
}

async function sweep({ app, life }: Living): Promise<void> {
  if (life.isOver) return;
  for (const { run_id } of await dueRuns(app.runtime.db, 100)) void app.engine.wake(run_id);
}
