import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { cp, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { freePort } from "../support/free-port.ts";
import { startChild } from "./child.ts";
import { turns } from "./ivr-turn.ts";
import type { BenchRow } from "./run.ts";

const VERSION = "5.0.7";
const CONNECTIONS = [32, 1];
const PROGRAM = path.join(tmpdir(), `centralita-bench-node-red-${VERSION}`);

/**
 * Is a durable IVR turn slower than Node-RED's, which stores nothing? The same signed webhook, choice and TwiML as
 * `ivr-turn`, in the same run. Node-RED is installed from npm the first time, beside the system's temporary files.
 */
export async function nodeRed(): Promise<BenchRow[]> {
  await install();
  const engine = await startChild("engine-child.ts", [
    await mkdtemp(path.join(tmpdir(), "centralita-bench-")),
  ]);
  const token = engine.info.authToken ?? "";
  const theirs = await startNodeRed(token);
  const rows: BenchRow[] = [];
  for (const connections of CONNECTIONS) {
    const red = await turns(`${theirs.url}/voice`, token, connections, false);
    const ours = await turns(`${engine.url}/hooks/twilio/voice`, token, connections, true);
    rows.push({
      what: `durable IVR turns beside Node-RED ${VERSION}, which stores nothing, ${connections} at once`,
      unit: "turns/s",
      ours: ours.perSecond,
      yardstick: red.perSecond,
      ratio: ours.perSecond / red.perSecond,
      p50Ms: ours.p50Ms,
      p99Ms: ours.p99Ms,
      notes: `Node-RED p50 ${red.p50Ms.toFixed(2)} p99 ${red.p99Ms.toFixed(2)} ms`,
    });
  }
  await theirs.stop();
  await engine.stop();
  return rows;
}

async function install(): Promise<void> {
  if (existsSync(path.join(PROGRAM, "node_modules", "node-red", "red.js"))) return;
  console.log(`  installing node-red ${VERSION} from npm into ${PROGRAM}`);
  const fresh = `${PROGRAM}.part`;
  await mkdir(fresh, { recursive: true });
  await writeFile(path.join(fresh, "package.json"), "{}");
  const args = ["install", "--no-audit", "--no-fund", "--ignore-scripts", `node-red@${VERSION}`];
  await promisify(execFile)("npm", args, { cwd: fresh, maxBuffer: 64 * 2 ** 20 });
  await cp(fresh, PROGRAM, { recursive: true });
  await rm(fresh, { recursive: true, force: true });
}

async function startNodeRed(token: string) {
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const userDir = await mkdtemp(path.join(tmpdir(), "centralita-bench-red-"));
  await writeFile(path.join(userDir, "flows.json"), JSON.stringify(flowOf(`${url}/voice`, token)));
  await writeFile(path.join(userDir, "settings.js"), SETTINGS);
  const program = path.join(PROGRAM, "node_modules", "node-red", "red.js");
  const child = spawn(process.execPath, [program, "--userDir", userDir, "--port", String(port)], {
    stdio: "ignore",
  });
  await listening(`${url}/ready`, child);
  return {
    url,
    async stop() {
      const exit = once(child, "exit");
      child.kill();
      await exit;
      await rm(userDir, { recursive: true, force: true });
    },
  };
}

const START_TRIES = 600;
const BETWEEN_MS = 100;

async function listening(url: string, child: ChildProcess): Promise<void> {
  for (let attempt = 0; attempt < START_TRIES; attempt++) {
    if (child.exitCode !== null) throw new Error(`Node-RED ended with ${child.exitCode}`);
    const answer = await fetch(url).catch(() => null);
    await answer?.body?.cancel();
    if (answer?.ok) return;
    await sleep(BETWEEN_MS);
  }
  child.kill();
  throw new Error("Node-RED did not answer within a minute");
}

const SETTINGS = `module.exports = {
  uiHost: "127.0.0.1",
  httpAdminRoot: false,
  flowFile: "flows.json",
  functionGlobalContext: { crypto: require("node:crypto") },
  telemetry: { enabled: false },
  logging: { console: { level: "error", metrics: false, audit: false } },
};
`;

// Twilio's signature, as `bare-child.ts` checks it with the SDK.
const VERIFY = (url: string, token: string) => `
const form = msg.payload;
const signed = Object.keys(form).sort().reduce((text, key) => text + key + form[key], ${JSON.stringify(url)});
const mac = global.get("crypto").createHmac("sha1", ${JSON.stringify(token)}).update(signed).digest("base64");
if (mac === msg.req.get("x-twilio-signature")) return [msg, null];
msg.statusCode = 403;
return [null, msg];
`;

const TWIML = (choice: string, url: string) =>
  `<?xml version="1.0" encoding="UTF-8"?><Response><Say language="es-MX">Ha elegido ${choice}.</Say><Gather input="dtmf" numDigits="1" action="${url}"><Say language="es-MX">Presione 1 para ventas o 2 para soporte.</Say></Gather></Response>`;

/** http in → verify → switch → template → response, wired as its editor would. */
function flowOf(url: string, token: string): object[] {
  const tab = "flow";
  const node = (id: string, type: string, wires: string[][], more: object = {}) => ({
    id,
    type,
    z: tab,
    x: 0,
    y: 0,
    wires,
    ...more,
  });
  const template = (id: string, choice: string) =>
    node(id, "template", [["xml"]], {
      field: "payload",
      fieldType: "msg",
      format: "handlebars",
      syntax: "mustache",
      template: TWIML(choice, url),
      output: "str",
    });
  return [
    { id: tab, type: "tab", label: "ivr" },
    node("in", "http in", [["verify"]], { url: "/voice", method: "post" }),
    node("verify", "function", [["choose"], ["out"]], { func: VERIFY(url, token), outputs: 2 }),
    node("choose", "switch", [["sales"], ["support"]], {
      property: "payload.Digits",
      propertyType: "msg",
      rules: [{ t: "eq", v: "1", vt: "str" }, { t: "else" }],
      checkall: "false",
      outputs: 2,
    }),
    template("sales", "ventas"),
    template("support", "soporte"),
    node("xml", "change", [["out"]], {
      rules: [{ t: "set", p: "headers", pt: "msg", to: '{"content-type":"text/xml"}', tot: "json" }],
    }),
    node("out", "http response", []),
    node("ready", "http in", [["out"]], { url: "/ready", method: "get" }),
  ];
}
