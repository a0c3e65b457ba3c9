import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { type EmbeddedPostgres, startEmbeddedPostgres } from "../../engine/store/embedded-postgres.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { inspect } from "../support/database.ts";
import { flowOf } from "../support/small-flow.ts";
import { callForm, twilioRequest } from "../support/twilio-request.ts";
import { until } from "../support/until.ts";

const SID = `CA${"1".repeat(32)}`;

let dataDir: string;
let postgres: EmbeddedPostgres;
let engine: TestEngine;

beforeEach(async () => {
  dataDir = await mkdtemp(path.join(tmpdir(), "centralita-down-"));
  postgres = await startServer();
  engine = await buildEngine({ connection: postgres.connection });
  await engine.publish(
    flowOf("hello", [
      ["call", "twilio.incoming-call"],
      ["say", "twilio.say", { text: "Hola" }],
    ]),
    { number: DEMO.numbers.shared, channel: "voice" },
  );
});

afterEach(async () => {
  await engine.stop();
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
});

describe("while the database is away", () => {
  test("[H2] vendors are told to come again, nothing is acknowledged, and it heals by itself", async () => {
    await postgres.stop();
    const call = callForm(SID, "+573006660001", DEMO.numbers.shared);
    const refused = await twilioRequest(engine, "/hooks/twilio/voice", call);
    expect([refused.status, JSON.parse(refused.body)]).toEqual([
      503,
      {
        error: {
          code: "DATABASE_UNAVAILABLE",
          message: expect.any(String),
          details: expect.any(Object),
          requestId: expect.stringMatching(/^req_/),
        },
      },
    ]);
    expect((await fetch(`${engine.url}/readyz`)).status).toBe(503);
    expect((await fetch(`${engine.url}/healthz`)).status).toBe(200);

    postgres = await startServer();
    await until("the engine to be ready again", async () => (await fetch(`${engine.url}/readyz`)).ok);
    expect(await inspect(postgres.connection, "select 1 from runs")).toEqual([]);
    const answered = await twilioRequest(engine, "/hooks/twilio/voice", call);
    expect(answered).toMatchObject({ status: 200, body: expect.stringContaining("Hola") });
    expect(await inspect(postgres.connection, "select 1 from runs")).toHaveLength(1);
  });
});

function startServer(): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({ dataDir, settings: { fsync: "off", synchronous_commit: "off" } });
}
