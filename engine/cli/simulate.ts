/** `npm run simulate`: plays a flow through the emulators and prints what happened. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { DEMO } from "../demo/demo-tenant.ts";
import { registerDemoTemplates } from "../demo/demo-vendors.ts";
import { playFlow } from "../demo/play-flow.ts";
import { seedDemo } from "../demo/seed.ts";
import { printReport, traceRuns } from "../demo/trace.ts";
import { createLog } from "../log.ts";
import { startCentralita } from "../main.ts";
import { commandConfig, fail } from "./environment.ts";

const USAGE = `npm run simulate -- --flow <key> [options]

  --flow <key>        which flow: the key of a published flow of the demo tenant
  --from <number>     who calls or writes (default ${DEMO.caller})
  --to <number>       which of the tenant's numbers (default: the one bound to the flow)
  --digits <keys>     keys the caller presses, one prompt after the other, separated by commas: 1,2
  --say <words>       what the caller says, or writes, instead of keys
  --input <json>      input of a flow that is started by the API: JSON, or @file
  --city, --country   where the caller's number is registered
  --json              print one JSON document instead of the story
`;

async function simulate(): Promise<void> {
  const { values } = parseArgs({
    options: {
      flow: { type: "string" },
      from: { type: "string", default: DEMO.caller },
      to: { type: "string" },
      digits: { type: "string" },
      say: { type: "string" },
      input: { type: "string" },
      city: { type: "string" },
      country: { type: "string" },
      json: { type: "boolean", default: false },
      help: { type: "boolean", default: false },
    },
  });
  if (values.help || !values.flow) {
    console.log(USAGE);
    process.exitCode = values.help ? 0 : 2;
    return;
  }
  const config = commandConfig({
    PORT: "0",
    PUBLIC_URL: "",
    EMULATORS: "on",
    LOG_LEVEL: process.env.LOG_LEVEL ?? "warn",
  });
  const print = (line: string) => console.log(line);
  const trace = values.json ? () => undefined : traceRuns(print);
  const app = await startCentralita(config, {
    watch: trace,
    emulatorsInMemory: true,
    log: createLog(config.logLevel),
  });
  try {
    await seedDemo(app.connection);
    await registerDemoTemplates(app);
    const report = await playFlow(app, DEMO.tenant.id, {
      flow: values.flow,
      from: values.from,
      ...(values.to ? { to: values.to } : {}),
      inputs: inputsOf(values),
      geo: {
        ...(values.city ? { city: values.city } : {}),
        ...(values.country ? { country: values.country } : {}),
      },
      request: requestOf(values.input),
    });
    if (values.json) print(JSON.stringify(report, null, 2));
    else printReport(print, report);
  } finally {
    await app.stop();
  }
}

function inputsOf(values: { readonly digits?: string | undefined; readonly say?: string | undefined }) {
  const keys = values.digits?.split(",").map((digits) => digits.trim()) ?? [];
  return values.say ? [...keys, { speech: values.say }] : keys;
}

function requestOf(input: string | undefined) {
  if (!input) return {};
  return JSON.parse(input.startsWith("@") ? readFileSync(input.slice(1), "utf8") : input);
}

simulate().then(() => process.exit(), fail);
