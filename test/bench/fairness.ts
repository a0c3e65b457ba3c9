import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import type pg from "pg";
import { STATE } from "../support/commit-item.ts";
import { openAdmin, seedBareTenant, type TenantIds } from "../support/seed-tenant.ts";
import { flowOf } from "../support/small-flow.ts";
import { startChild } from "./child.ts";
import { turns } from "./ivr-turn.ts";
import type { BenchRow } from "./run.ts";

const FLOOD = Number(process.env.BENCH_FLOOD ?? 100_000);
const CONNECTIONS = 8;

/** How another tenant's callers fare while one tenant has a flood of bulk runs queued; beside the same callers alone. */
export async function fairness(): Promise<BenchRow[]> {
  const engine = await startChild("engine-child.ts", [
    await mkdtemp(path.join(tmpdir(), "centralita-bench-")),
  ]);
  const { authToken = "", connection = "{}" } = engine.info;
  const admin = await openAdmin(JSON.parse(connection));
  const url = `${engine.url}/hooks/twilio/voice`;
  const quiet = await turns(url, authToken, CONNECTIONS, true);
  const tenant = await flood(admin);
  const before = await queued(admin, tenant);
  const startedAt = performance.now();
  const busy = await turns(url, authToken, CONNECTIONS, true);
  const seconds = (performance.now() - startedAt) / 1000;
  const after = await queued(admin, tenant);
  await admin.end();
  await engine.stop();
  return [
    {
      what: `IVR turns of a tenant while another has ${FLOOD.toLocaleString("en")} bulk runs queued, ${CONNECTIONS} connections`,
      unit: "p99 ms",
      ours: busy.p99Ms,
      yardstick: quiet.p99Ms,
      ratio: busy.p99Ms / quiet.p99Ms,
      p50Ms: busy.p50Ms,
      p99Ms: busy.p99Ms,
      notes: `quiet p50 ${quiet.p50Ms.toFixed(2)} ms, ${Math.round(quiet.perSecond)} turns/s; with the flood ${Math.round(busy.perSecond)} turns/s beside ${Math.round((before - after) / seconds)} bulk runs/s${after === 0 ? "; the flood ran dry" : ""}`,
    },
  ];
}

/** A tenant with that many bulk runs, each a step in memory and its end. */
async function flood(admin: pg.Client): Promise<TenantIds> {
  const of = await seedBareTenant(admin, "flood");
  const flow = flowOf(of.flowKey, [
    ["note", "core.set", { values: { n: "1" } }],
    ["done", "core.end"],
  ]);
  await admin.query("update flow_versions set document = $1 where tenant_id = $2", [
    JSON.stringify(flow),
    of.tenant,
  ]);
  const state = { ...STATE, cursor: { nodeId: "note", visit: 1 }, visits: { note: 1 } };
  await admin.query(
    `insert into runs (id, tenant_id, flow_key, flow_version_id, status, state, trigger_type, priority)
     select 'run_flood_' || lpad(n::text, 7, '0'), $1, $2, $3, 'queued', $4, 'api.run', 2 from generate_series(1, $5) n`,
    [of.tenant, of.flowKey, of.version, JSON.stringify(state), FLOOD],
  );
  return of;
}

async function queued(admin: pg.Client, of: TenantIds): Promise<number> {
  const { rows } = await admin.query(
    "select count(*)::int as count from runs where tenant_id = $1 and status = 'queued'",
    [of.tenant],
  );
  return rows[0]?.count ?? 0;
}
