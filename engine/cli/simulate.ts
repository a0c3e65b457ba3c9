/** `npm run simulate`: plays a flow through the emulators and prints what happened. */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import type { JsonObject } from "../core/json.ts";
import { TalkSchema, type TalkStep } from "../core/talk.ts";
import { DEMO } from "../demo/demo-tenant.ts";
import { registerDemoTemplates } from "../demo/demo-vendors.ts";
import { phoneAt } from "../demo/phone-at.ts";
import { playFlow } from "../demo/play-flow.ts";
import { DEMO_FLOWS, seedDemo } from "../demo/seed.ts";
import type { Play } from "../demo/start-flow.ts";
import { printReport, traceRuns } from "../demo/trace.ts";
import { AppError } from "../errors.ts";
import { createLog } from "../log.ts";
import { startCentralita } from "../main.ts";
import { createValidator } from "../validator.ts";
import { commandConfig, fail } from "./environment.ts";

const USAGE = `npm run simulate -- --flow <key> [options]

Plays a published flow of the demo tenant through the emulators, begun the way its trigger says:

  a call            --from --to --digits --say --talk --live --city --country
  a message         --from --to --say
  an API request    --input --from
  a web request     --webhook
  an ERP event      --event
  the clock         nothing: it fires now
  what became of
  a message         --message

  --flow <key>        which flow: ${DEMO_FLOWS.slice(0, 3).join(", ")} … (the folders of flows/)
  --from <number>     who calls or writes, and whom a request is about (default ${DEMO.caller})
  --to <number>       which of the tenant's numbers (default: the one bound to the flow)
  --digits <keys>     keys the caller presses, one prompt after the other, separated by commas: 1,2
  --say <words>       what the caller says, or writes, instead of keys
  --talk <json>       what the caller does where an agent talks: [{"hears":"ayudo"},{"says":"Una mesa"},
                      {"interrupts":"No","after":"mesa"},{"presses":"1"},{"waits":8},{"hangsUp":true}]
  --live              you are the caller: what you type is said, also while the agent speaks; keys are
                      pressed, /hangup or /colgar ends the call. A second takes a second
  --input <json>      input of the request: {"nombre":"Ana"}
  --webhook <json>    body sent to the flow's secret address
  --event <json>      what the ERP reports: {"module":"pms","event":"reservation.confirmed","payload":{}};
                      module and event may be left out where the flow's trigger names them
  --message <json>    the message that is sent: {"to":"+573001239903","channel":"sms","body":"Hola"}
  --city, --country   where the caller's number is registered
  --json              print one JSON document instead of the story

Every <json> may also be @file.
`;

const OPTIONS = {
  flow: { type: "string" },
  from: { type: "string", default: DEMO.caller },
  to: { type: "string" },
  digits: { type: "string" },
  say: { type: "string" },
  talk: { type: "string" },
  live: { type: "boolean", default: false },
  input: { type: "string" },
  webhook: { type: "string" },
  event: { type: "string" },
  message: { type: "string" },
  city: { type: "string" },
  country: { type: "string" },
  json: { type: "boolean", default: false },
  help: { type: "boolean", default: false },
} as const;

async function simulate(): Promise<void> {
  const { values } = parseArgs({ options: OPTIONS });
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
    ...(values.live ? { emulatorSpeakingMs: 1_000 } : {}),
    log: createLog(config.logLevel),
  });
  try {
    await seedDemo(app.connection, { demoUser: !config.production });
    await registerDemoTemplates(app);
    const report = await playFlow(app, DEMO.tenant.id, {
      flow: values.flow,
      from: values.from,
      ...(values.to ? { to: values.to } : {}),
      inputs: inputsOf(values),
      ...(values.talk ? { talk: talkOf(values.talk) } : {}),
      ...(values.live ? { hand: phoneAt(process.stdin, print) } : {}),
      geo: {
        ...(values.city ? { city: values.city } : {}),
        ...(values.country ? { country: values.country } : {}),
      },
      request: (jsonOf("input", values.input) ?? {}) as JsonObject,
      ...given("webhook", values.webhook),
      ...given("event", values.event),
      ...given("message", values.message),
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

/** @throws AppError INPUT_INVALID */
function talkOf(text: string): readonly TalkStep[] {
  const steps = jsonOf("talk", text);
  const faults = createValidator().violations(TalkSchema, steps);
  if (faults.length === 0) return steps as readonly TalkStep[];
  throw new AppError(
    "INPUT_INVALID",
    `--talk: ${faults.map(({ path, message }) => `${path || "/"} ${message}`).join("; ")}`,
    { option: "talk" },
  );
}

/** The option as JSON, where it is there; `playFlow` checks what stands in it. */
function given(option: string, text: string | undefined): Partial<Play> {
  return text === undefined ? {} : { [option]: jsonOf(option, text) };
}

/** @throws AppError INPUT_INVALID */
function jsonOf(option: string, text: string | undefined): unknown {
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text.startsWith("@") ? readFileSync(text.slice(1), "utf8") : text);
  } catch (error) {
    const got = error instanceof Error ? error.message : String(error);
    throw new AppError("INPUT_INVALID", `--${option} expects JSON or @file: ${got}`, { option });
  }
}

simulate().then(() => process.exit(), fail);
