import { randomBytes } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import twilio from "twilio";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { expectedSignature } from "../../plugins/twilio/signature.ts";
import { type Child, startChild } from "./child.ts";
import { type Client, type Load, measure, openClient } from "./load.ts";
import type { BenchRow } from "./run.ts";
import { costInWords, serverCost } from "./server-cost.ts";

const SECONDS = Number(process.env.BENCH_SECONDS ?? 8);
// BENCH_CONNECTIONS=1 shows what a job costs where nothing waits and nothing gathers.
const CONNECTIONS = (process.env.BENCH_CONNECTIONS ?? "8,32").split(",").map(Number);

/** The main job, from the call's webhook to its TwiML; beside a bare loop of the same two SDK calls, storing nothing. */
export async function mainJob(): Promise<BenchRow[]> {
  const engine = await startChild("engine-child.ts", [
    await mkdtemp(path.join(tmpdir(), "centralita-bench-")),
  ]);
  const rows: BenchRow[] = [];
  for (const connections of CONNECTIONS) rows.push(await jobs(engine, connections));
  await engine.stop();
  return rows;
}

let callers = 0;
// The last four digits stay the same: the emulator's magic numbers differ there.
const nextCaller = () => `+573${String(10_000 + (callers++ % 89_000))}7777`;

async function jobs(engine: Child, connections: number): Promise<BenchRow> {
  const bare = await bareLoop(engine, connections);
  const client = openClient(connections);
  const database = JSON.parse(engine.info.connection ?? "{}");
  const costBefore = await serverCost(database);
  const cpuBefore = await engine.cpuMs();
  const ours = await measure(connections, SECONDS, () => oneCall(engine, client));
  const cpu = ((await engine.cpuMs()) - cpuBefore) / ours.all;
  const cost = costInWords(costBefore, await serverCost(database), ours.all);
  client.close();
  return {
    what: `main job, ${connections} calls at once`,
    unit: "jobs/s",
    ours: ours.perSecond,
    yardstick: bare.perSecond,
    ratio: ours.perSecond / bare.perSecond,
    p50Ms: ours.p50Ms,
    p99Ms: ours.p99Ms,
    notes: `bare loop p50 ${bare.p50Ms.toFixed(1)} p99 ${bare.p99Ms.toFixed(1)} ms; ours also stores, routes, charges and hears the status callbacks; a job: ${cost}, ${cpu.toFixed(2)} ms Node CPU, the emulator's included`,
  };
}

function bareLoop(engine: Child, connections: number): Promise<Load> {
  const { twilioUrl = "", accountSid = "", authToken = "" } = engine.info;
  const sdk = twilio(accountSid, authToken);
  sdk.api.baseUrl = twilioUrl;
  sdk.lookups.baseUrl = twilioUrl;
  return measure(connections, SECONDS, async () => {
    const to = nextCaller();
    await sdk.lookups.v2.phoneNumbers(to).fetch({ fields: "line_type_intelligence" });
    await sdk.messages.create({
      from: `whatsapp:${DEMO.numbers.shared}`,
      to: `whatsapp:${to}`,
      contentSid: `HX${"0".repeat(32)}`,
      contentVariables: JSON.stringify({ 1: "Ana" }),
    });
  });
}

async function oneCall(engine: Child, client: Client): Promise<void> {
  const { accountSid = "", authToken = "" } = engine.info;
  const url = `${engine.url}/hooks/twilio/voice`;
  const params = {
    CallSid: `CA${randomBytes(16).toString("hex")}`,
    AccountSid: accountSid,
    From: nextCaller(),
    To: DEMO.numbers.shared,
    CallStatus: "ringing",
    ApiVersion: "2010-04-01",
    Direction: "inbound",
    FromCity: "Bogotá",
    FromState: "Bogotá D.C.",
    FromCountry: "CO",
  };
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    "x-twilio-signature": expectedSignature(authToken, url, params),
  };
  const answer = await client.post(url, headers, new URLSearchParams(params).toString());
  if (answer.status !== 200 || answer.body.includes("Redirect"))
    throw new Error(`the call was answered with ${answer.status}: ${answer.body}`);
}
