/** The engine as a measured process: real embedded PostgreSQL with everything flushed, emulated vendors. */
import { readFile, rm } from "node:fs/promises";
import path from "node:path";
import { loadConfig } from "../../engine/config.ts";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { publishExample, seedDemo } from "../../engine/demo/seed.ts";
import { createLog } from "../../engine/log.ts";
import { startCentralita } from "../../engine/main.ts";
import { asOwner } from "../../engine/store/migrate.ts";
import type { TwilioEmulator } from "../../plugins/twilio/emulator/emulator.ts";
import { serveParent } from "./child.ts";

const [dataDir = ""] = process.argv.slice(2);
// BENCH_DATABASE_URL names a server of your own, for instance one with pg_stat_statements.
const config = loadConfig({
  DATA_DIR: dataDir,
  PORT: "0",
  LOG_LEVEL: "error",
  EMULATORS: "on",
  // One caller makes all the load.
  RATE_PER_KEY: "0",
  RATE_PER_TENANT: "0",
  RATE_PER_ADDRESS: "0",
  DATABASE_URL: process.env.BENCH_DATABASE_URL,
});
const app = await startCentralita(config, {
  log: createLog("error"),
  emulatorPaceMs: 0,
  emulatorsInMemory: true,
});
await seedDemo(app.connection);
const menu = JSON.parse(await readFile(path.join(import.meta.dirname, "ivr-menu.flow.json"), "utf8"));
await asOwner(app.connection, (knex) =>
  knex.transaction(async (sql) => {
    await sql.raw("select set_config('app.tenant_id', ?, true)", [DEMO.tenant.id]);
    await publishExample(sql, menu);
    await sql("numbers")
      .where({ tenant_id: DEMO.tenant.id, e164: DEMO.numbers.menu })
      .update({ voice_flow_key: menu.key });
    // Enough for any length of run.
    await sql.raw("update credit_accounts set balance = null where tenant_id = ?", [DEMO.tenant.id]);
  }),
);
const twilio = app.emulators.twilio as TwilioEmulator;
const [account] = twilio.accounts();
serveParent(
  {
    url: app.url,
    info: {
      twilioUrl: twilio.url,
      accountSid: account?.accountSid ?? "",
      authToken: account?.authToken ?? "",
      connection: JSON.stringify(app.connection),
    },
  },
  async () => {
    await app.stop();
    await rm(dataDir, { recursive: true, force: true });
  },
);
