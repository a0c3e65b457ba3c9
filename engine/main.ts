/** The composition root: config → database → registry → http + worker; stops in reverse. */
import { randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { hostname } from "node:os";
import path from "node:path";
import { BUILT_IN_PLUGINS } from "./built-in-plugins.ts";
import type { Config } from "./config.ts";
import type { JsonObject } from "./core/json.ts";
import { readErpModules } from "./erp-modules.ts";
import { readExampleFlows } from "./example-flows.ts";
import { authenticateOf, createApp, createHealthApp } from "./http/app.ts";
import type { HealthOptions, ReadyReport } from "./http/health.ts";
import { createLive, type Live } from "./http/live/live.ts";
import { createLog, type Logger } from "./log.ts";
import { createMetrics } from "./metrics/metrics.ts";
import type { Emulator, PluginDefinition } from "./plugin-api.ts";
import { loadPluginPackages } from "./plugin-packages.ts";
import { createRegistry } from "./registry.ts";
import { type Clock, SYSTEM_CLOCK } from "./runtime/clock.ts";
import { type CommitOptions, createCommits } from "./runtime/commits.ts";
import { createDirectory } from "./runtime/directory.ts";
import { createEngine, type Engine } from "./runtime/engine.ts";
import { createExchanges } from "./runtime/exchanges.ts";
import { type Failpoints, NO_FAILPOINTS } from "./runtime/failpoints.ts";
import { createHotRuns } from "./runtime/hot-runs.ts";
import { createInputCheck } from "./runtime/input-schema.ts";
import { createLocalWakes } from "./runtime/local-wakes.ts";
import { createParamsReader } from "./runtime/params.ts";
import { createPayloadBudget } from "./runtime/payload-budget.ts";
import { createReports } from "./runtime/reports.ts";
import type { RunEvent, Runtime } from "./runtime/runtime.ts";
import { createSafeFetch } from "./runtime/safe-fetch.ts";
import { createSandbox } from "./runtime/sandbox/sandbox.ts";
import { startScheduler } from "./runtime/schedules.ts";
import { createKeys } from "./runtime/sealing.ts";
import { createSecrets } from "./runtime/secrets.ts";
import {
  createSimulations,
  type SimulationOptions,
  type Simulations,
} from "./runtime/simulations/simulations.ts";
import { startStoreDeliveries } from "./runtime/store-deliveries.ts";
import { startSweeper } from "./runtime/sweeper.ts";
import { createTemplates } from "./runtime/templates.ts";
import { createUpkeep } from "./runtime/upkeep.ts";
import { createVersions } from "./runtime/versions.ts";
import type { WakePort } from "./runtime/wake-port.ts";
import { openWakes } from "./runtime/wakes.ts";
import { listen } from "./server.ts";
import { openAnnouncements } from "./store/announcements.ts";
import { type Connection, type Database, openDatabase } from "./store/database.ts";
import { startEmbeddedPostgres } from "./store/embedded-postgres.ts";
import { hasAllMigrations, migrateDatabase } from "./store/migrate.ts";
import { createValidator } from "./validator.ts";

export interface Centralita {
  readonly url: string;
  /** Where health and metrics are served on their own; null: nowhere. */
  readonly healthPort: number | null;
  readonly runtime: Runtime;
  readonly engine: Engine;
  readonly db: Database;
  /** The server itself, also where the engine works through a pooler. */
  readonly connection: Connection | string;
  /** Servers standing in for vendors without credentials, by plugin id. */
  readonly emulators: Readonly<Record<string, Emulator>>;
  /** Null where nothing is served over HTTP. */
  readonly simulations: Simulations | null;
  stop(): Promise<void>;
}

export interface StartOptions {
  /** Hears of every step, answer and end. */
  readonly watch?: (event: RunEvent) => void;
  readonly plugins?: readonly PluginDefinition[];
  readonly log?: Logger;
  /** Hears in a sentence what a person at the terminal should know; absent: the log. */
  readonly note?: (sentence: string) => void;
  /** Milliseconds between the steps of emulated vendors. */
  readonly emulatorPaceMs?: number;
  /** Milliseconds that a second of a call with an agent takes there. */
  readonly emulatorSpeakingMs?: number;
  /** Emulators forget with the process instead of keeping their ledger in DATA_DIR. */
  readonly emulatorsInMemory?: boolean;
  /** Where the built editor is; absent: where the build leaves it. */
  readonly editorFolder?: string;
  /** How fast simulations go, and when they are over. */
  readonly simulations?: SimulationOptions;
  /** Where the time comes from; absent: the machine. */
  readonly clock?: Clock;
  readonly commits?: CommitOptions;
  /** Hears each time a run gets to a commit or a send, and may hold it there; absent: nobody does. */
  readonly failpoints?: Failpoints;
  /** How the database is reached; absent: as the configuration says. */
  readonly openDatabase?: typeof openDatabase;
  /** The queue; absent: pg-boss on the same database. */
  readonly openWakes?: typeof openWakes;
  readonly settings?: Partial<
    Pick<Runtime["settings"], "leaseMs" | "maxInFlight" | "answerWithinMs" | "doubtGraceMs">
  >;
}

/** What stops a part that was started. */
type Undo = () => unknown;

const STOP_WITHIN_MS = 10_000;

/** Starts everything. What was started is stopped again when a later part fails. */
export async function startCentralita(config: Config, options: StartOptions = {}): Promise<Centralita> {
  const log = options.log ?? createLog(config.logLevel);
  const undo: Undo[] = [];
  const stop = async () => {
    for (const step of undo.splice(0).reverse()) await step();
  };
  try {
    return await assemble(config, options, log, undo, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function assemble(
  config: Config,
  options: StartOptions,
  log: Logger,
  undo: Undo[],
  stop: () => Promise<void>,
): Promise<Centralita> {
  const stopping = new AbortController();
  const validator = createValidator();
  const plugins = options.plugins ?? [...BUILT_IN_PLUGINS, ...(await loadPluginPackages(config.plugins))];
  const registry = createRegistry(plugins, validator.compile);

  const server = config.role === "worker" ? null : await listen(config.host, config.port);
  if (server) undo.push(server.close);
  const url = config.port === 0 && server ? `http://127.0.0.1:${server.port}` : config.publicUrl;

  const address =
    config.databaseUrl ?? (await embedded(config, options.note ?? ((sentence) => log.info(sentence)), undo));
  // Migrations, the queue and the announcements keep locks and channels over several transactions: never through a pooler.
  const connection = config.databaseDirectUrl ?? address;
  await migrateDatabase(connection);
  const db = (options.openDatabase ?? openDatabase)({
    connection: address,
    pooled: config.databaseDirectUrl !== null,
  });
  undo.push(db.close);
  const upkeep = createUpkeep(db, config.retention, log);
  await upkeep.run();
  const payloads = createPayloadBudget(db, log);
  undo.push(payloads.stop);

  const emulators = await startEmulators(config, options, plugins, undo);
  const operator = { ...emulatedCredentials(emulators), ...config.operator };
  const allowedOrigins = Object.values(operator).flatMap((fields) =>
    typeof fields.baseUrl === "string" ? [fields.baseUrl] : [],
  );
  const outbound = createSafeFetch({ allowedOrigins });
  undo.push(outbound.close);
  const sandbox = createSandbox({ log });
  undo.push(sandbox.stop);
  const wakes = await (options.openWakes ?? openWakes)(connection, log);
  undo.push(wakes.stop);
  const announcements = openAnnouncements(connection, (error) =>
    log.warn({ err: error }, "queued runs are not announced; they are found by looking, once a second"),
  );
  undo.push(announcements.stop);

  const templates = createTemplates();
  const modules = readErpModules(validator);
  const watch = quietly(options.watch, log);
  let simulations: Simulations | null = null;
  let live: Live | null = null;
  const keys = createKeys(config.masterKey, config.previousMasterKeys);
  const runtime: Runtime = {
    db,
    registry,
    validator,
    templates,
    params: createParamsReader({ validator, templates }),
    checkInput: createInputCheck(validator),
    versions: createVersions(db),
    directory: createDirectory(db, modules),
    modules,
    secrets: createSecrets({ db, keys, registry, operator }),
    keys,
    exchanges: createExchanges(db, registry),
    hotRuns: createHotRuns(),
    payloads,
    wakes,
    localWakes: createLocalWakes(),
    announce: announcements.announce,
    commits: createCommits(db, options.commits),
    reports: createReports(db),
    failpoints: options.failpoints ?? NO_FAILPOINTS,
    clock: options.clock ?? SYSTEM_CLOCK,
    fetch: outbound.fetch,
    download: outbound.download,
    sandbox,
    log,
    watch(event) {
      watch(event);
      metrics.hears(event);
      simulations?.hears(event);
      live?.hears(event);
    },
    settings: {
      owner: `${hostname()}:${process.pid}:${randomBytes(3).toString("hex")}`,
      publicUrl: url,
      leaseMs: 15_000,
      maxInFlight: 500,
      answerWithinMs: 8_000,
      doubtGraceMs: 10 * 60_000,
      ...options.settings,
      simulatedProviders: Object.keys(emulators),
      mediaDays: config.retention.mediaDays,
      listDays: config.retention.listDays,
      stopping: stopping.signal,
    },
  };
  const engine = createEngine(runtime);
  undo.push(() => engine.stop(STOP_WITHIN_MS));
  const metrics = createMetrics({ db, inFlight: () => engine.inFlight });
  const ready = () => readiness(db, wakes);
  const health = { version: VERSION, ready, metrics, stopping: stopping.signal };
  const healthPort = await serveHealth(config, runtime, health, undo);
  if (config.role !== "web") {
    await wakes.onWake(engine.wake);
    undo.push(startScheduler(runtime, engine).stop);
    upkeep.start();
    undo.push(upkeep.stop);
    announcements.listen(engine.claim);
    undo.push(startSweeper(runtime, engine.claim, metrics.swept).stop);
    undo.push(startStoreDeliveries(runtime).stop);
  }
  if (server) {
    simulations = createSimulations(runtime, engine, outbound.allow, options.simulations);
    undo.push(simulations.stop);
    const demoSignIn = !config.production && "twilio" in emulators;
    const authenticate = authenticateOf({ runtime, demoSignIn });
    live = createLive({ db, log, authenticate, simulations });
    server.onUpgrade(live.upgrade);
    const app = createApp({
      runtime,
      engine,
      examples: readExampleFlows(validator),
      simulations,
      news: live.news,
      ready,
      metrics,
      version: VERSION,
      editorFolder: options.editorFolder ?? EDITOR_FOLDER,
      demoSignIn,
      trustedProxies: config.trustedProxies,
    });
    server.serve(app);
    for (const emulator of Object.values(emulators)) emulator.pointAt(url);
  }
  // First of all: whoever is being answered still needs everything else.
  if (server) undo.push(server.close);
  // A socket would keep the server open.
  if (live) undo.push(live.stop);
  undo.push(() => stopping.abort());
  return { url, healthPort, runtime, engine, db, connection, emulators, simulations, stop };
}

async function embedded(config: Config, note: (sentence: string) => void, undo: Undo[]): Promise<Connection> {
  const postgres = await startEmbeddedPostgres({
    dataDir: config.dataDir,
    log: note,
  });
  undo.push(postgres.stop);
  return postgres.connection;
}

interface EmulatedAccount {
  readonly fields: JsonObject;
  /** What it opens, and below which path of the emulator that is. */
  readonly credentials: Readonly<Record<string, string>>;
}

/** What an emulated account of each plugin's vendor looks like. */
const EMULATED_ACCOUNTS = {
  twilio: {
    credentials: { "twilio.account": "" },
    fields: {
      accountSid: `AC${"d".repeat(32)}`,
      authToken: "demo-auth-token",
      verifyServiceSid: `VA${"d".repeat(32)}`,
    },
  },
  meta: {
    credentials: { "meta.app": "" },
    fields: {
      accessToken: "demo-access-token",
      appId: "1000000000",
      appSecret: "demo-app-secret",
      verifyToken: "demo-verify-token",
      businessAccountId: "100000000000000",
    },
  },
  agent: {
    credentials: { "openai.account": "/v1", "agent.erp": "/erp" },
    fields: { apiKey: "demo-model-key", model: "demo" },
  },
} as const satisfies Record<string, EmulatedAccount>;

async function startEmulators(
  config: Config,
  options: StartOptions,
  plugins: readonly PluginDefinition[],
  undo: Undo[],
): Promise<Record<string, Emulator>> {
  const emulators: Record<string, Emulator> = {};
  for (const plugin of plugins) {
    if (!plugin.emulator || !isEmulated(plugin.id, config)) continue;
    const account: JsonObject = EMULATED_ACCOUNTS[plugin.id].fields;
    const ledgerFile = path.join(config.dataDir, "emulators", `${plugin.id}.jsonl`);
    const emulator = await plugin.emulator({
      accounts: [account],
      ...(options.emulatorsInMemory ? {} : { ledgerFile }),
      ...(options.emulatorPaceMs === undefined ? {} : { paceMs: options.emulatorPaceMs }),
      ...(options.emulatorSpeakingMs === undefined ? {} : { speakingMs: options.emulatorSpeakingMs }),
    });
    emulators[plugin.id] = emulator;
    undo.push(emulator.close);
  }
  return emulators;
}

function isEmulated(pluginId: string, config: Config): pluginId is keyof typeof EMULATED_ACCOUNTS {
  return pluginId in EMULATED_ACCOUNTS && config.emulated[pluginId as keyof typeof EMULATED_ACCOUNTS];
}

function emulatedCredentials(emulators: Readonly<Record<string, Emulator>>): Record<string, JsonObject> {
  return Object.fromEntries(
    Object.entries<EmulatedAccount>(EMULATED_ACCOUNTS).flatMap(([pluginId, { credentials, fields }]) => {
      const emulator = emulators[pluginId];
      if (!emulator) return [];
      return Object.entries(credentials).map(([credential, below]) => [
        credential,
        { ...fields, baseUrl: `${emulator.url}${below}` },
      ]);
    }),
  );
}

/** On a port of its own, where the configuration names one; gives it. */
async function serveHealth(
  { host, metricsPort }: Config,
  runtime: Runtime,
  health: HealthOptions,
  undo: Undo[],
): Promise<number | null> {
  if (metricsPort === null) return null;
  const server = await listen(host, metricsPort);
  undo.push(server.close);
  server.serve(createHealthApp(runtime, health));
  return server.port;
}

async function readiness(db: Database, wakes: WakePort): Promise<ReadyReport> {
  const [database, migrations, queue] = await Promise.all([
    db.isReachable(),
    hasAllMigrations(db).catch(() => false),
    wakes.isReachable(),
  ]);
  return { ready: database && migrations && queue, parts: { database, migrations, queue } };
}

/** Watchers cannot break the worker. */
function quietly(watch: StartOptions["watch"], log: Logger): (event: RunEvent) => void {
  if (!watch) return () => undefined;
  return (event) => {
    try {
      watch(event);
    } catch (error) {
      log.warn({ err: error }, "a watcher failed");
    }
  };
}

const EDITOR_FOLDER = path.join(import.meta.dirname, "..", "editor", "dist");

const VERSION: string = JSON.parse(
  readFileSync(path.join(import.meta.dirname, "..", "package.json"), "utf8"),
).version;
