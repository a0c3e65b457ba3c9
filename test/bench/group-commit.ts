import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import type { RunState } from "../../engine/core/run.ts";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { seedDemo } from "../../engine/demo/seed.ts";
import { newId } from "../../engine/ids.ts";
import { type Commits, createCommits } from "../../engine/runtime/commits.ts";
import { type Connection, openDatabase } from "../../engine/store/database.ts";
import { startEmbeddedPostgres } from "../../engine/store/embedded-postgres.ts";
import { migrateDatabase } from "../../engine/store/migrate.ts";
import type { CommitItem } from "../../engine/store/runs.ts";
import { measure } from "./load.ts";
import { pgbenchInserts } from "./pgbench.ts";
import type { BenchRow } from "./run.ts";
import { serverCost } from "./server-cost.ts";

const SECONDS = Number(process.env.BENCH_SECONDS ?? 6);
const RUNS = 32;

/**
 * Durable checkpoints of 32 runs that take one IVR turn after the other: gathered as the engine does, each alone, and
 * beside the same bytes as one bare insert.
 */
export async function groupCommit(): Promise<BenchRow[]> {
  const dataDir = await mkdtemp(path.join(tmpdir(), "centralita-bench-"));
  const postgres = await startEmbeddedPostgres({ dataDir });
  try {
    const { connection } = postgres;
    await migrateDatabase(connection);
    await seedDemo(connection);
    const version = await versionOf(connection);
    const db = openDatabase({ connection });
    const bare = await bareInserts(connection);
    const rows: BenchRow[] = [];
    for (const [what, maxBatch] of [
      ["gathered, ≤ 64 items or 3 ms", 64],
      ["each alone", 1],
    ] as const) {
      const commits = createCommits(db, { maxBatch, ...(maxBatch === 1 ? { maxUnderWay: RUNS } : {}) });
      rows.push(await turnsOf(what, connection, commits, version, bare.perSecond));
    }
    await db.close();
    return [...rows, bare.row, ...(await besidePgbench(connection, bare.perSecond))];
  } finally {
    await postgres.stop();
    await rm(dataDir, { recursive: true, force: true });
  }
}

async function turnsOf(
  what: string,
  connection: Connection,
  commits: Commits,
  version: string,
  yardstick: number,
): Promise<BenchRow> {
  const sequence = new Map<string, number>();
  const ids = Array.from({ length: RUNS }, () => newId("run"));
  for (const id of ids) {
    await commits.commit(turn(id, 0, version));
    sequence.set(id, 1);
  }
  const before = await serverCost(connection);
  const nodeBefore = process.cpuUsage();
  let done = 0;
  const load = await measure(RUNS, SECONDS, async (index) => {
    const id = ids[index] ?? "";
    const seq = sequence.get(id) ?? 0;
    const result = await commits.commit(turn(id, seq, version));
    if (!result.ok) throw new Error(`a turn was not stored: ${JSON.stringify(result)}`);
    sequence.set(id, result.seq);
    done += 1;
  });
  const node = process.cpuUsage(nodeBefore);
  const after = await serverCost(connection);
  const each = (total: number) => (total / done).toFixed(3);
  const cpu = before.cpuMs === null || after.cpuMs === null ? null : after.cpuMs - before.cpuMs;
  return {
    what: `turn checkpoints, ${what}`,
    unit: "commits/s",
    ours: load.perSecond,
    yardstick,
    ratio: load.perSecond / yardstick,
    p50Ms: load.p50Ms,
    p99Ms: load.p99Ms,
    notes: `each: ${each(after.commits - before.commits)} transactions, ${Math.round((after.walBytes - before.walBytes) / done)} bytes of WAL, ${cpu === null ? "?" : each(cpu)} ms PostgreSQL CPU, ${each((node.user + node.system) / 1000)} ms Node CPU`,
  };
}

async function bareInserts(connection: Connection): Promise<{ perSecond: number; row: BenchRow }> {
  const pool = new pg.Pool({ ...connection, max: 12 });
  await pool.query(
    "create table bare (id bigint generated always as identity primary key, body jsonb not null)",
  );
  const body = JSON.stringify(turn("run_bare", 1, "ver_bare"));
  const before = await serverCost(connection);
  let done = 0;
  const load = await measure(RUNS, SECONDS, async () => {
    await pool.query({ name: "bare", text: "insert into bare (body) values ($1)", values: [body] });
    done += 1;
  });
  const after = await serverCost(connection);
  await pool.end();
  const cpu =
    before.cpuMs === null || after.cpuMs === null ? "?" : ((after.cpuMs - before.cpuMs) / done).toFixed(3);
  return {
    perSecond: load.perSecond,
    row: {
      what: "the same bytes as one bare insert",
      unit: "commits/s",
      ours: load.perSecond,
      yardstick: null,
      ratio: null,
      p50Ms: load.p50Ms,
      p99Ms: load.p99Ms,
      notes: `each: ${Math.round((after.walBytes - before.walBytes) / done)} bytes of WAL, ${cpu} ms PostgreSQL CPU`,
    },
  };
}

async function besidePgbench(connection: Connection, ours: number): Promise<BenchRow[]> {
  const load = await pgbenchInserts(connection, {
    body: JSON.stringify(turn("run_bare", 1, "ver_bare")),
    clients: RUNS,
    seconds: SECONDS,
  });
  if (!load) return [];
  return [
    {
      what: "that bare insert from Node, beside pgbench's",
      unit: "commits/s",
      ours,
      yardstick: load.perSecond,
      ratio: ours / load.perSecond,
      p50Ms: null,
      p99Ms: null,
      notes: `pgbench, ${RUNS} clients: ${load.averageMs.toFixed(2)} ms on average`,
    },
  ];
}

async function versionOf(connection: Connection): Promise<string> {
  const client = new pg.Client({ ...connection });
  await client.connect();
  const { rows } = await client.query("select id from flow_versions limit 1");
  await client.end();
  return rows[0].id;
}

const TWIML =
  '<?xml version="1.0" encoding="UTF-8"?><Response><Gather input="dtmf" numDigits="1" timeout="5" action="https://calls.example.com/hooks/twilio/voice/step/run_0193%3Amenu%3A7"><Say language="es-MX">Presione 1 para ventas o 2 para soporte.</Say></Gather></Response>';

/** Wakes the run by a key press, walks through the menu and sleeps again: what one webhook commits. */
function turn(id: string, seq: number, flowVersionId: string): CommitItem {
  const at = new Date().toISOString();
  const deliveryId = newId("delivery");
  const step = `${id}:menu:${seq + 1}`;
  const key = `call:CA${id.slice(4)}`;
  const event = (nodeId: string) =>
    ({ nodeId, stepKey: step, kind: "left", port: "digits", type: "twilio.gather", at, ms: 0.4 }) as const;
  return {
    tenant: DEMO.tenant.id,
    runId: id,
    expect: seq === 0 ? "new" : "waiting",
    epoch: seq,
    seq,
    status: "waiting",
    state: stateOf(step, seq + 1, at),
    owner: "bench",
    leaseMs: 15_000,
    events: [
      { ...event("menu"), output: { digits: "1", confidence: null } },
      event("opcion"),
      event("decir"),
    ],
    delivery: { id: deliveryId, hash: deliveryId, source: "twilio" },
    answer: { deliveryId, http: { status: 200, headers: { "content-type": "text/xml" }, body: TWIML } },
    waitKeys: [`step:${step}`, key],
    ...(seq === 0
      ? { storedKeys: [key], flowKey: "bench", flowVersionId, triggerType: "twilio.incoming-call" }
      : {}),
    wakeInMs: 60_000,
  };
}

function stateOf(step: string, visit: number, at: string): RunState {
  const call = { sid: "CA0123456789abcdef0123456789abcdef", from: "+573001234567", to: "+576015550100" };
  return {
    cursor: { nodeId: "menu", visit },
    visits: { menu: visit, opcion: visit, decir: visit },
    stepCount: visit * 3,
    attempts: 0,
    steps: { menu: { digits: "1" }, opcion: {}, decir: {} },
    vars: {},
    trigger: {
      call: { ...call, direction: "inbound", city: "Bogotá", country: "CO" },
      store: null,
      group: null,
    },
    contact: { id: "con_0193", phone: call.from, name: null, locale: null, lastStoreId: null },
    store: null,
    segmentAt: at,
    startedAt: at,
    wait: {
      nodeId: "menu",
      keys: [`step:${step}`, `call:${call.sid}`],
      until: at,
      events: { digits: "digits", hangup: "hung_up" },
      timeoutPort: "timeout",
    },
    reply: [],
    exchange: null,
    outcome: null,
  };
}
