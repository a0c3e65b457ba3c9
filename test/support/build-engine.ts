import { randomBytes } from "node:crypto";
import { tmpdir } from "node:os";
import type { Config } from "../../engine/config.ts";
import type { Flow } from "../../engine/core/flow.ts";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { registerDemoTemplates } from "../../engine/demo/demo-vendors.ts";
import { publishExample, seedDemo } from "../../engine/demo/seed.ts";
import { createLog } from "../../engine/log.ts";
import { type Centralita, type StartOptions, startCentralita } from "../../engine/main.ts";
import type { Connection } from "../../engine/store/database.ts";
import { asOwner } from "../../engine/store/migrate.ts";
import type { MetaEmulator } from "../../plugins/meta/emulator/meta-emulator.ts";
import type { TwilioEmulator } from "../../plugins/twilio/emulator/emulator.ts";
import { cloneDatabase } from "./database.ts";
import type { WebStandIn } from "./web-stand-in.ts";

export interface TestEngine {
  readonly app: Centralita;
  readonly url: string;
  readonly tenantId: string;
  /** May do everything, for the demo tenant. */
  readonly apiKey: string;
  readonly connection: Connection;
  readonly twilio: TwilioEmulator;
  readonly meta: MetaEmulator;
  /** Another system that flows may reach, where one was given. */
  readonly web: WebStandIn | null;
  /** Publishes a flow and, where a number is named, lets it answer that number. */
  publish(
    flow: Flow,
    bind?: { readonly number: string; readonly channel: "voice" | "messages" },
  ): Promise<void>;
  stop(): Promise<void>;
}

type EngineOptions = StartOptions & {
  readonly connection?: Connection;
  readonly config?: Partial<Config>;
  /** On loopback, where flows may not reach anything else. */
  readonly web?: WebStandIn | null;
};

/** The whole engine on a database of its own, with emulated vendors and the demo tenant. */
export async function buildEngine({ web = null, ...options }: EngineOptions = {}): Promise<TestEngine> {
  const own = options.connection ? null : await cloneDatabase();
  const connection = options.connection ?? own?.connection;
  if (!connection) throw new TypeError("no database");
  const app = await startCentralita(testConfig(connection, { ...reachable(web), ...options.config }), {
    log: createLog("silent"),
    emulatorPaceMs: 1,
    emulatorsInMemory: true,
    ...options,
  });
  const seeded = await seedDemo(app.connection);
  await registerDemoTemplates(app);
  return {
    app,
    url: app.url,
    tenantId: seeded.tenantId,
    apiKey: seeded.apiKey ?? "",
    connection,
    twilio: app.emulators.twilio as TwilioEmulator,
    meta: app.emulators.meta as MetaEmulator,
    web,
    publish: (flow, bind) => publishFlow(connection, flow, bind),
    async stop() {
      await app.stop();
      await own?.drop();
    },
  };
}

/** The operator chose its address. */
function reachable(web: WebStandIn | null): Partial<Config> {
  return web ? { operator: { "stand-in": { baseUrl: web.origin } } } : {};
}

export function testConfig(connection: Connection, overrides: Partial<Config> = {}): Config {
  const { host, port, user, password, database } = connection;
  const address = `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@${host.startsWith("/") ? "localhost" : host}:${port}/${database}${host.startsWith("/") ? `?host=${encodeURIComponent(host)}` : ""}`;
  return {
    port: 0,
    host: "127.0.0.1",
    metricsPort: null,
    publicUrl: "http://127.0.0.1",
    databaseUrl: address,
    databaseDirectUrl: null,
    dataDir: tmpdir(),
    role: "all",
    masterKey: randomBytes(32),
    previousMasterKeys: [],
    logLevel: "silent",
    retention: { journalDays: 30, messageDays: 365, mediaDays: 90, listDays: 30 },
    emulated: { twilio: true, meta: true, agent: true },
    operator: {},
    plugins: [],
    trustedProxies: ["loopback"],
    production: false,
    ...overrides,
  };
}

/** Publishes a flow of the demo tenant and, where a number is named, lets it answer that number. */
export async function publishFlow(
  connection: Connection,
  flow: Flow,
  bind?: { readonly number: string; readonly channel: "voice" | "messages" },
): Promise<void> {
  await asOwner(connection, (knex) =>
    knex.transaction(async (sql) => {
      await sql.raw("select set_config('app.tenant_id', ?, true)", [DEMO.tenant.id]);
      await publishExample(sql, flow);
      if (!bind) return;
      const column = bind.channel === "voice" ? "voice_flow_key" : "message_flow_key";
      await sql("numbers")
        .where({ tenant_id: DEMO.tenant.id, e164: bind.number })
        .update({ [column]: flow.key });
    }),
  );
}
