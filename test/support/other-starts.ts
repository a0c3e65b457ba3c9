import { startScheduler } from "../../engine/runtime/schedules.ts";
import type { TestEngine } from "./build-engine.ts";
import { inspect } from "./database.ts";
import type { When } from "./scenario.ts";
import { until } from "./until.ts";

/** The run a flow was started with, and what whoever started it was answered. */
export interface Begun {
  readonly runId: string | null;
  readonly reply: { readonly status: number; readonly body: unknown } | null;
}

/** The ERP reports an event; of the flows that hear it, the run of this one counts. */
export async function startEvent(
  { url, apiKey }: TestEngine,
  flow: string,
  event: Extract<When, { event: unknown }>["event"],
): Promise<Begun> {
  const response = await post(`${url}/api/v1/events`, event, { authorization: `Bearer ${apiKey}` });
  const { runs = [] } = response.body as { runs?: { flow: string; runId: string }[] };
  return { runId: runs.find((run) => run.flow === flow)?.runId ?? null, reply: response };
}

/** Some system knows the flow's secret address. */
export async function startWebhook(engine: TestEngine, flow: string, body: unknown): Promise<Begun> {
  const [row] = await inspect<{ hook_key: string }>(
    engine.connection,
    "select hook_key from flows where key = $1",
    [flow],
  );
  const { runId, ...reply } = await post(`${engine.url}/hooks/in/${row?.hook_key}`, body);
  return { runId, reply };
}

/** The moment of a schedule has come, whatever its cron says. */
export async function startSchedule(engine: TestEngine, flow: string, nodeId: string): Promise<Begun> {
  const { app, connection } = engine;
  const last = await newestRun(engine, flow);
  const due = await inspect(connection, DUE_NOW, [flow, nodeId]);
  if (due.length === 0) throw new Error(`flow ${flow} has no schedule at node ${nodeId}`);
  const scheduler = startScheduler(app.runtime, app.engine);
  await scheduler.fire();
  await scheduler.stop();
  // The engine's own timer may have been first.
  const runId = await until("the schedule to fire", async () => {
    const newest = await newestRun(engine, flow);
    return newest === last ? null : newest;
  });
  return { runId, reply: null };
}

// By the time its tenant lives in. A moment of its own each time: the same one would be the same delivery.
const DUE_NOW = `update schedules s set next_at = now(), claimed_until = null,
    scheduled_at = clock_timestamp() + t.clock_offset_ms * interval '1 ms'
  from tenants t where t.id = s.tenant_id and s.flow_key = $1 and s.node_id = $2 returning 1`;

/** Ids of runs grow with time. */
export async function newestRun({ connection }: TestEngine, flow: string): Promise<string | null> {
  const [row] = await inspect<{ id: string }>(
    connection,
    "select id from runs where flow_key = $1 order by id desc limit 1",
    [flow],
  );
  return row?.id ?? null;
}

async function post(address: string, body: unknown, headers: Readonly<Record<string, string>> = {}) {
  const response = await fetch(address, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
  const answer: unknown = await response.json();
  return { status: response.status, body: answer, runId: response.headers.get("x-run-id") };
}
