import { afterAll, beforeAll, expect, test } from "vitest";
import { inspect } from "../support/database.ts";
import { silent, sleepy } from "./small-flows.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi({ config: { metricsPort: 0 } });
  for (const flow of [silent(), sleepy()]) await api.publish(flow);
});
afterAll(() => api.stop());

/** The sample of a series, or null where it is not told. */
async function sample(series: string): Promise<number | null> {
  const { text } = await api.anonymous("GET", "/metrics");
  const line = text.split("\n").find((candidate) => candidate.startsWith(`${series} `));
  return line === undefined ? null : Number(line.slice(series.length + 1));
}

test("readiness names database, migrations and queue", async () => {
  const { status, body } = await api.anonymous("GET", "/readyz");
  expect([status, body.parts]).toEqual([
    200,
    { database: true, migrations: true, queue: true, running: true },
  ]);
});

test("a database older than the program is not ready", async () => {
  const { connection } = api.engine;
  const [last] = await inspect<{ name: string }>(
    connection,
    "delete from schema_migrations where id = (select max(id) from schema_migrations) returning name",
    [],
  );
  const { status, body } = await api.anonymous("GET", "/readyz");
  await inspect(
    connection,
    "insert into schema_migrations (name, batch, migration_time) values ($1, 1, now())",
    [last?.name],
  );
  expect([status, body.ready, body.parts.migrations]).toEqual([503, false, false]);
});

test("runs, steps and requests are counted by type, and none by tenant", async () => {
  await api.call("POST", "/api/v1/flows/silent/runs?wait=10", { json: {} });
  await api.call("POST", "/api/v1/flows/sleepy/runs", { json: {} });
  expect(await sample('centralita_runs_started_total{trigger="api.run"}')).toBeGreaterThanOrEqual(2);
  expect(await sample('centralita_runs_ended_total{status="succeeded"}')).toBeGreaterThanOrEqual(1);
  expect(await sample('centralita_step_seconds_count{type="core.end",failed="no"}')).toBeGreaterThanOrEqual(
    1,
  );
  expect(await sample('centralita_http_request_seconds_count{route="startRun",status="202"}')).not.toBe(null);
  const { text } = await api.anonymous("GET", "/metrics");
  expect(text).not.toContain(api.engine.tenantId);
});

test("what waits in the database and the pools is told", async () => {
  expect(await sample("centralita_database_up")).toBe(1);
  expect(await sample("centralita_runs_queued")).toBe(0);
  expect(await sample('centralita_database_connections{pool="engine",state="idle"}')).not.toBe(null);
  expect(await sample("centralita_runs_queued_oldest_seconds")).toBe(0);
  expect(await sample("centralita_waits_due")).toBe(0);
});

test("a port of its own serves health and metrics, and nothing else", async () => {
  const inner = (path: string) => fetch(`http://127.0.0.1:${api.engine.app.healthPort}${path}`);
  expect((await inner("/readyz")).status).toBe(200);
  expect(await (await inner("/metrics")).text()).toContain("centralita_runs_in_flight");
  expect((await inner("/api/v1/flows")).status).toBe(404);
});
