import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { inspect } from "../support/database.ts";
import { flowOf } from "../support/small-flow.ts";
import { until } from "../support/until.ts";

const DAY_MS = 86_400_000;

let engine: TestEngine;

beforeAll(async () => {
  engine = await buildEngine();
  await engine.publish(
    flowOf("drip", [
      ["api", "api.run"],
      ["first", "core.wait", { for: { amount: 1, unit: "days" } }],
      ["second", "core.wait", { for: { amount: 2, unit: "days" } }],
      ["done", "core.end", { outcome: "dripped", output: { at: "{{ now }}" } }],
    ]),
  );
});

afterAll(() => engine.stop());

function api(path: string, body: object): Promise<Response> {
  return fetch(`${engine.url}/api/v1${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${engine.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

async function start(): Promise<string> {
  const answer = (await (await api("/flows/drip/runs", {})).json()) as { runId: string };
  await standsAt(answer.runId, "first");
  return answer.runId;
}

function standsAt(runId: string, nodeId: string) {
  return until(`${runId} to wait at ${nodeId}`, async () => {
    const [row] = await inspect<{ node: string | null }>(
      engine.connection,
      "select state #>> '{wait,nodeId}' as node from runs where id = $1 and status = 'waiting'",
      [runId],
    );
    return row?.node === nodeId;
  });
}

function endOf(runId: string) {
  return until(`the end of ${runId}`, async () => {
    const [row] = await inspect<{
      outcome: { name: string; output: { at: string } } | null;
      started: string;
    }>(
      engine.connection,
      "select state -> 'outcome' as outcome, state ->> 'startedAt' as started from runs where id = $1",
      [runId],
    );
    return row?.outcome ? { ...row, outcome: row.outcome } : null;
  });
}

describe("virtual time", () => {
  test("a three-day flow is over in a moment, and lives through its three days", async () => {
    const runId = await start();
    expect((await api("/clock/skip", { ms: DAY_MS + 1 })).status).toBe(200);
    await standsAt(runId, "second");
    expect((await api("/clock/skip", { ms: 2 * DAY_MS })).status).toBe(200);
    const { outcome, started } = await endOf(runId);
    expect(outcome.name).toBe("dripped");
    expect(Date.parse(outcome.output.at) - Date.parse(started)).toBeGreaterThanOrEqual(3 * DAY_MS);
  });

  test("less than the wait leaves it waiting, with so much less to go", async () => {
    const runId = await start();
    await api("/clock/skip", { ms: DAY_MS / 2 });
    const [row] = await inspect<{ hours: number }>(
      engine.connection,
      "select extract(epoch from wake_at - now())::float8 / 3600 as hours from runs where id = $1",
      [runId],
    );
    expect(row?.hours).toBeGreaterThan(11);
    expect(row?.hours).toBeLessThanOrEqual(12);
  });

  test("is refused for a real tenant, and where a number is with a real vendor", async () => {
    await inspect(engine.connection, "update tenants set sandbox = false, clock_offset_ms = 0");
    const refused = await api("/clock/skip", { ms: 1000 });
    expect(refused.status).toBe(409);
    expect(await refused.json()).toMatchObject({ error: { code: "TIME_IS_REAL" } });
    await inspect(engine.connection, "update tenants set sandbox = true");
    await inspect(
      engine.connection,
      "update numbers set provider = 'other' where e164 = (select min(e164) from numbers)",
    );
    engine.app.runtime.directory.forget(engine.tenantId);
    expect(await (await api("/clock/skip", { ms: 1000 })).json()).toMatchObject({
      error: { code: "TIME_IS_REAL", details: { number: expect.stringContaining("+") } },
    });
  });

  test("[D17] a deadline is a stretch of the database's time, whatever the clock of the process says", async () => {
    const skewed = await buildEngine({
      clock: { now: () => new Date(Date.now() + 5 * 3_600_000), offsetMs: 0 },
    });
    try {
      await skewed.publish(
        flowOf("hour", [
          ["api", "api.run"],
          ["sleep", "core.wait", { for: { amount: 1, unit: "hours" } }],
        ]),
      );
      await fetch(`${skewed.url}/api/v1/flows/hour/runs`, {
        method: "POST",
        headers: { authorization: `Bearer ${skewed.apiKey}`, "content-type": "application/json" },
        body: "{}",
      });
      const [row] = await until("the run to sleep", async () => {
        const rows = await inspect<{ minutes: number }>(
          skewed.connection,
          "select extract(epoch from wake_at - now())::float8 / 60 as minutes from runs where status = 'waiting'",
        );
        return rows.length > 0 ? rows : null;
      });
      expect(row?.minutes).toBeGreaterThan(50);
      expect(row?.minutes).toBeLessThanOrEqual(60);
    } finally {
      await skewed.stop();
    }
  });
});
