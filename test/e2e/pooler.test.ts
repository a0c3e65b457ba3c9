import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openDatabase } from "../../engine/store/database.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { cloneDatabase, inspect, type TestDatabase } from "../support/database.ts";
import { type PgBouncer, pgBouncerMissing, startPgBouncer } from "../support/pgbouncer.ts";
import { playScenario, setHours } from "../support/play-scenario.ts";
import { readScenarios } from "../support/scenario.ts";
import { flowOf } from "../support/small-flow.ts";
import { until } from "../support/until.ts";

const missing = pgBouncerMissing();
const { flow, scenarios } = await readScenarios("shared-number-router");

describe.skipIf(missing !== null)(
  `[F7] through PgBouncer in transaction mode${missing === null ? "" : ` (NOT RUN: ${missing})`}`,
  () => {
    let database: TestDatabase;
    let bouncer: PgBouncer;
    let engines: TestEngine[] = [];

    beforeAll(async () => {
      database = await cloneDatabase();
      bouncer = await startPgBouncer(database.connection);
      const { user, port, host, database: name, password } = database.connection;
      const direct = `postgres://${encodeURIComponent(user)}:${encodeURIComponent(password)}@localhost:${port}/${name}?host=${encodeURIComponent(host)}`;
      const config = { databaseUrl: bouncer.url, databaseDirectUrl: direct };
      const first = await buildEngine({ connection: database.connection, config });
      engines = [first, await buildEngine({ connection: database.connection, config })];
      await setHours(first, "open");
      await first.publish(
        flowOf("short", [
          ["api", "api.run"],
          ["nap", "core.wait", { for: { amount: 0.1, unit: "seconds" } }],
          ["done", "core.end"],
        ]),
      );
    });
    afterAll(async () => {
      for (const engine of engines) await engine.app.stop();
      await bouncer?.close();
      await database?.drop();
    });

    test.each(scenarios.slice(0, 3))("the main job: $name", async (scenario) => {
      const [engine] = engines;
      if (engine) await playScenario(engine, flow, scenario);
    });

    test("many commits and reads of two processes at once share four connections", async () => {
      const apiKey = engines[0]?.apiKey ?? "";
      const ask = async (n: number, path: string, body?: object): Promise<Record<string, unknown>> => {
        const answer = await fetch(`${engines[n % 2]?.url}/api/v1${path}`, {
          method: body ? "POST" : "GET",
          headers: { authorization: `Bearer ${apiKey}`, "content-type": "application/json" },
          ...(body ? { body: JSON.stringify(body) } : {}),
        });
        expect(answer.status).toBeLessThan(300);
        return (await answer.json()) as Record<string, unknown>;
      };
      const started = await Promise.all(
        Array.from({ length: 80 }, (_, n) =>
          ask(n, "/flows/short/runs", { input: {}, priority: n % 4 === 0 ? "bulk" : "normal" }),
        ),
      );
      const ids = started.map(({ runId }) => runId);
      await until("all of them to end", async () => {
        const runs = await Promise.all(ids.map((id, n) => ask(n, `/runs/${id}`)));
        return runs.every(({ status }) => status === "succeeded");
      });
    });

    test("neither a role nor a tenant outlives its transaction", async () => {
      const db = openDatabase({ connection: bouncer.url, pooled: true, enginePool: 1, apiPool: 8 });
      const seen = await Promise.all(
        Array.from({ length: 16 }, (_, n) =>
          db.asTenant(`ten_${n}`, async ({ sql }) => {
            const { rows } = await sql.raw(
              "select current_user as role, current_setting('app.tenant_id', true) as tenant",
            );
            return rows[0];
          }),
        ),
      );
      expect(seen).toEqual(Array.from({ length: 16 }, (_, n) => ({ role: "app_api", tenant: `ten_${n}` })));
      await db.close();
      const pooled = { ...database.connection, host: "127.0.0.1", port: Number(new URL(bouncer.url).port) };
      const left = await Promise.all(
        Array.from({ length: 8 }, () =>
          inspect(
            pooled,
            "select current_user as role, coalesce(current_setting('app.tenant_id', true), '') as tenant",
          ),
        ),
      );
      expect(left.flat()).toEqual(Array.from({ length: 8 }, () => ({ role: pooled.user, tenant: "" })));
    });
  },
);
