import { randomBytes } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { expectedSignature } from "../../plugins/twilio/signature.ts";
import { startChild } from "./child.ts";
import { type Load, measure, openClient } from "./load.ts";
import type { BenchRow } from "./run.ts";
import { costInWords, serverCost } from "./server-cost.ts";

const SECONDS = Number(process.env.BENCH_SECONDS ?? 8);
const CONNECTIONS = [32, 1];
const TURNS_PER_CALL = 100;

/** A durable IVR turn: signed webhook → branch → TwiML, state committed; beside bare express + signature + one insert. */
export async function ivrTurn(): Promise<BenchRow[]> {
  const engine = await startChild("engine-child.ts", [await folder()]);
  const token = engine.info.authToken ?? "";
  const bare = await startChild("bare-child.ts", [await folder(), token]);
  const idle = await engine.memoryMiB();
  const rows: BenchRow[] = [];
  for (const connections of CONNECTIONS) {
    const theirs = await turns(`${bare.url}/voice`, token, connections, false);
    const database = JSON.parse(engine.info.connection ?? "{}");
    const costBefore = await serverCost(database);
    const cpuBefore = await engine.cpuMs();
    const ours = await turns(`${engine.url}/hooks/twilio/voice`, token, connections, true);
    // Its warm-up is measured too.
    const cpu = ((await engine.cpuMs()) - cpuBefore) / ours.all;
    const cost = costInWords(costBefore, await serverCost(database), ours.all);
    rows.push({
      what: `durable IVR turns, ${connections} connection${connections > 1 ? "s" : ""}`,
      unit: "turns/s",
      ours: ours.perSecond,
      yardstick: theirs.perSecond,
      ratio: ours.perSecond / theirs.perSecond,
      p50Ms: ours.p50Ms,
      p99Ms: ours.p99Ms,
      notes: `bare p50 ${theirs.p50Ms.toFixed(2)} p99 ${theirs.p99Ms.toFixed(2)} ms; a turn: ${cost}, ${cpu.toFixed(2)} ms Node CPU`,
    });
  }
  rows.push({
    what: "resident memory, idle",
    unit: "MiB",
    ours: idle,
    yardstick: await bare.memoryMiB(),
    ratio: null,
    p50Ms: null,
    p99Ms: null,
    notes: "one process, without PostgreSQL; yardstick after its load",
  });
  await engine.stop();
  await bare.stop();
  return rows;
}

/** Each connection is one caller who keeps pressing keys. */
export async function turns(url: string, token: string, connections: number, follow: boolean): Promise<Load> {
  const client = openClient(connections);
  const callers = Array.from({ length: connections }, (_, index) => newCall(index));
  const next = callers.map(() => url);
  const turnsOf = callers.map(() => 0);
  const load = await measure(connections, SECONDS, async (connection) => {
    turnsOf[connection] = ((turnsOf[connection] ?? 0) + 1) % TURNS_PER_CALL;
    if (turnsOf[connection] === 0) {
      callers[connection] = newCall(connection);
      next[connection] = url;
    }
    const caller = callers[connection] ?? newCall(connection);
    const target = next[connection] ?? url;
    const params = target === url && follow ? caller : { ...caller, Digits: Math.random() < 0.5 ? "1" : "2" };
    const answer = await client.post(
      target,
      {
        "content-type": "application/x-www-form-urlencoded",
        "x-twilio-signature": expectedSignature(token, target, params),
      },
      new URLSearchParams(params).toString(),
    );
    if (answer.status !== 200) throw new Error(`turn answered ${answer.status}: ${answer.body}`);
    if (!follow) return;
    const action = /action="([^"]+)"/.exec(answer.body)?.[1];
    if (!action) throw new Error(`no prompt in ${answer.body}`);
    next[connection] = action.replaceAll("&amp;", "&");
  });
  client.close();
  return load;
}

function newCall(index: number): Record<string, string> {
  return {
    CallSid: `CA${randomBytes(16).toString("hex")}`,
    AccountSid: `AC${"d".repeat(32)}`,
    From: `+5730012${String(index).padStart(5, "0")}`,
    To: DEMO.numbers.menu,
    CallStatus: "ringing",
    ApiVersion: "2010-04-01",
    Direction: "inbound",
    FromCountry: "CO",
  };
}

function folder(): Promise<string> {
  return mkdtemp(path.join(tmpdir(), "centralita-bench-"));
}
