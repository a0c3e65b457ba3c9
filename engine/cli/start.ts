/** `npm start`: everything from nothing, and the main job once in front of you. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Config } from "../config.ts";
import { DEMO } from "../demo/demo-tenant.ts";
import { registerDemoTemplates } from "../demo/demo-vendors.ts";
import { balances, reportRun } from "../demo/report.ts";
import { ringNumber } from "../demo/ring.ts";
import { seedDemo } from "../demo/seed.ts";
import { printReport, traceRuns } from "../demo/trace.ts";
import { createLog } from "../log.ts";
import { type Centralita, startCentralita } from "../main.ts";
import { commandConfig, fail } from "./environment.ts";

const print = (line: string) => console.log(line);

async function start(): Promise<void> {
  const config = commandConfig();
  const startedAt = performance.now();
  print("\nCentralita");
  let tracing = false;
  const trace = traceRuns(print);
  const app = await startCentralita(config, {
    watch: (event) => tracing && trace(event),
    note: (sentence) => print(`  ${sentence}`),
    // Somebody tries it out: the story is enough, unless they ask for the log.
    log: createLog(config.production || process.env.LOG_LEVEL ? config.logLevel : "warn"),
  });
  stopOnSignals(app);
  print(`Ready after ${((performance.now() - startedAt) / 1000).toFixed(1)} s at ${app.url}\n`);
  if (!config.emulated.twilio) return showPlaces(app, config, null);
  const seeded = await seedDemo(app.connection, { demoUser: !config.production });
  await registerDemoTemplates(app);
  const apiKey = rememberKey(config, seeded.apiKey);
  if (seeded.apiKey) {
    tracing = true;
    await firstCall(app);
    tracing = false;
  }
  showPlaces(app, config, apiKey);
}

async function firstCall(app: Centralita): Promise<void> {
  const { caller, numbers, tenant } = DEMO;
  print(`A demo tenant was made: ${tenant.name}, five shops that share ${numbers.shared}.`);
  print(
    `${caller}, a mobile in Bogotá, calls ${numbers.shared}. Vendors are emulated: nothing leaves this machine.\n`,
  );
  const before = await balances(app, tenant.id);
  const call = await ringNumber(app, tenant.id, {
    from: caller,
    to: numbers.shared,
    geo: { city: "Bogotá", state: "Bogotá D.C.", country: "CO" },
  });
  print("");
  printReport(print, await reportRun(app, tenant.id, call.runId, call, before));
  print(`\nThe whole story: GET ${app.url}/api/v1/runs/${call.runId}`);
}

function showPlaces(app: Centralita, config: Config, apiKey: string | null): void {
  const simulated = Object.keys(app.emulators);
  const { email, password } = DEMO.signIn;
  const demo = apiKey && !config.production ? `   sign in with ${email} / ${password}` : "";
  print(`\n  Editor     ${app.url}/${demo}`);
  print(`  API        ${app.url}/api/docs`);
  print(`  health     ${app.url}/readyz`);
  if (apiKey) print(`  API key    ${apiKey}`);
  if (apiKey) print(`  try        curl -H "Authorization: Bearer ${apiKey}" ${app.url}/api/v1/runs`);
  if (simulated.length > 0) print(`  emulated   ${simulated.join(", ")}`);
  print("  again      npm run simulate -- --flow shared-number-router --from +34600111222 --digits 1");
  print(`  data       ${config.databaseUrl ? "your own database" : config.dataDir}`);
  print("\nCtrl-C stops everything.\n");
}

/** The demo's key is kept beside its data, so that a later start can show it again. */
function rememberKey(config: Config, fresh: string | null): string | null {
  const file = path.join(config.dataDir, "demo-api-key");
  if (fresh) writeFileSync(file, fresh, { mode: 0o600 });
  return existsSync(file) ? readFileSync(file, "utf8") : null;
}

function stopOnSignals(app: Centralita): void {
  let stopping = false;
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.on(signal, () => {
      // A second signal does not wait.
      if (stopping) process.exit(1);
      stopping = true;
      app.stop().then(() => process.exit(0), fail);
    });
  }
}

start().catch(fail);
