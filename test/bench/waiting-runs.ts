import { randomBytes } from "node:crypto";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import pg from "pg";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { expectedSignature } from "../../plugins/twilio/signature.ts";
import { type Child, startChild } from "./child.ts";
import { type Client, openClient, quantile } from "./load.ts";
import type { BenchRow } from "./run.ts";

const RUNS = Number(process.env.BENCH_RUNS ?? 1_000_000);
const RESUMES = 500;
const TIMERS = 1_000;
const TIMERS_DUE_IN_MS = 5_000;

/** What a million sleeping runs cost: memory of the process, the time to wake one, and how late timers are. */
export async function waitingRuns(): Promise<BenchRow[]> {
  const engine = await startChild("engine-child.ts", [
    await mkdtemp(path.join(tmpdir(), "centralita-bench-")),
  ]);
  const client = openClient(1);
  const database = new pg.Client(JSON.parse(engine.info.connection ?? "{}"));
  await database.connect();
  try {
    const before = await engine.memoryMiB();
    const model = await oneWaitingRun(engine, client, database);
    const few = await resumes(engine, client, await copies(database, model, RESUMES, "few"));
    await copies(database, model, RUNS, "many");
    await database.query("analyze runs, waits");
    const after = await engine.memoryMiB();
    const sample = await database.query(
      "select id from runs tablesample system (1) where status = 'waiting' and seq = 1 limit $1",
      [RESUMES],
    );
    const many = await resumes(
      engine,
      client,
      sample.rows.map((row) => row.id),
    );
    const late = await timersOf(database);
    return [
      row(
        "wake one of the waiting runs",
        many,
        few,
        `${RUNS.toLocaleString("en")} waiting; yardstick: ${RESUMES} waiting`,
      ),
      {
        what: "memory of the process",
        unit: "MiB",
        ours: after,
        yardstick: before,
        ratio: after / before,
        p50Ms: null,
        p99Ms: null,
        notes: `with ${RUNS.toLocaleString("en")} waiting runs, beside the same process with none`,
      },
      { ...row("timers late", late, null, `${TIMERS} due at one moment, among the others`) },
    ];
  } finally {
    await database.end();
    client.close();
    await engine.stop();
  }
}

function row(
  what: string,
  times: readonly number[],
  yardstick: readonly number[] | null,
  notes: string,
): BenchRow {
  const p50 = quantile(times, 0.5);
  const theirs = yardstick ? quantile(yardstick, 0.5) : null;
  return {
    what,
    unit: "ms",
    ours: p50,
    yardstick: theirs,
    ratio: theirs === null ? null : p50 / theirs,
    p50Ms: p50,
    p99Ms: quantile(times, 0.99),
    notes,
  };
}

async function oneWaitingRun(engine: Child, client: Client, database: pg.Client): Promise<string> {
  await post(engine, client, "/hooks/twilio/voice", {
    CallSid: `CA${randomBytes(16).toString("hex")}`,
    From: "+573001234567",
    To: DEMO.numbers.menu,
    CallStatus: "ringing",
    Direction: "inbound",
  });
  const { rows } = await database.query("select id from runs where status = 'waiting' limit 1");
  return rows[0].id;
}

/** Sleeping runs like the model, each with keys of its own; the first ids of them. */
async function copies(database: pg.Client, model: string, count: number, mark: string): Promise<string[]> {
  await database.query(
    `insert into runs (id, tenant_id, flow_key, flow_version_id, status, seq, state, lease_epoch, trigger_type,
                       contact_phone, number_id, wake_at)
     select id, tenant_id, flow_key, flow_version_id, status, 1, replace(state::text, $1, id)::jsonb, lease_epoch,
            trigger_type, contact_phone, number_id, now() + interval '1 day'
     from (select r.*, 'run_' || $2 || lpad(n::text, 9, '0') as id
           from (select tenant_id, flow_key, flow_version_id, status, state, lease_epoch, trigger_type, contact_phone,
                        number_id from runs where id = $1) r, generate_series(1, $3::int) n) c`,
    [model, mark, count],
  );
  await database.query(
    `insert into waits (tenant_id, run_id, key, seq, wake_at)
     select tenant_id, id, 'call:CA' || id, 1, wake_at from runs where id like 'run_' || $1 || '%'`,
    [mark],
  );
  const { rows } = await database.query("select id from runs where id like 'run_' || $1 || '%' limit $2", [
    mark,
    RESUMES,
  ]);
  return rows.map((found) => found.id);
}

async function resumes(engine: Child, client: Client, ids: readonly string[]): Promise<number[]> {
  const times: number[] = [];
  for (const id of ids) {
    const startedAt = performance.now();
    const body = await post(
      engine,
      client,
      `/hooks/twilio/voice/step/${encodeURIComponent(`${id}:menu:1`)}`,
      {
        CallSid: `CA${id}`,
        Digits: "1",
        CallStatus: "in-progress",
      },
    );
    times.push(performance.now() - startedAt);
    if (!body.includes("Gather")) throw new Error(`run ${id} did not go on: ${body}`);
  }
  return times.sort((a, b) => a - b);
}

/** Makes many come due at one moment, and asks the journal when each went on. */
async function timersOf(database: pg.Client): Promise<number[]> {
  const { rows } = await database.query(
    `with due as (update runs set wake_at = now() + $2 * interval '1 ms'
       where id in (select id from runs where status = 'waiting' and seq = 1 limit $1) returning id, wake_at)
     update waits w set wake_at = due.wake_at from due where w.run_id = due.id returning w.run_id as id, w.wake_at`,
    [TIMERS, TIMERS_DUE_IN_MS],
  );
  const ids = rows.map((found) => found.id);
  const [{ wake_at: dueAt }] = rows;
  for (;;) {
    const { rows: woken } = await database.query(
      "select run_id, min(at) as at from journal where run_id = any ($1) and seq > 1 group by run_id",
      [ids],
    );
    if (woken.length === ids.length)
      return woken.map((found) => found.at.getTime() - dueAt.getTime()).sort((a, b) => a - b);
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
}

async function post(
  engine: Child,
  client: Client,
  target: string,
  params: Record<string, string>,
): Promise<string> {
  const { accountSid = "", authToken = "" } = engine.info;
  const form = { AccountSid: accountSid, ApiVersion: "2010-04-01", ...params };
  const url = engine.url + target;
  const headers = {
    "content-type": "application/x-www-form-urlencoded",
    "x-twilio-signature": expectedSignature(authToken, url, form),
  };
  const answer = await client.post(url, headers, new URLSearchParams(form).toString());
  if (answer.status !== 200) throw new Error(`${target} answered ${answer.status}: ${answer.body}`);
  return answer.body;
}
