import { afterAll, beforeAll, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { hashApiKey, newApiKey } from "../../engine/http/key-secret.ts";
import { newId } from "../../engine/ids.ts";
import { apiClient, type Call } from "../http/api-client.ts";
import { inspect } from "../support/database.ts";
import { type KillableEngine, killableEngine } from "../support/killable-engine.ts";
import { until } from "../support/until.ts";

const COUNT = 10_000;
const PER_SECOND = 80;
// Numbers that end in 99 and two more digits are the emulator's own, to play what goes wrong.
const LIST = Array.from({ length: COUNT }, (_, index) => `+573012${String(index).padStart(4, "0")}00`);

let engine: KillableEngine;
let call: Call;
let key: string;
beforeAll(async () => {
  engine = await killableEngine();
  await engine.start();
  key = newApiKey();
  await db("insert into api_keys (id, tenant_id, name, hash, scopes) values ($1, $2, 'bulk', $3, '{*}')", [
    newId("apiKey"),
    DEMO.tenant.id,
    hashApiKey(key),
  ]);
  await db("update numbers set pace_per_second = $2 where tenant_id = $1", [DEMO.tenant.id, PER_SECOND]);
  await db("update tenants set settings = settings || '{\"quietHours\": null}' where id = $1", [
    DEMO.tenant.id,
  ]);
  await db("update credit_accounts set balance = $2 where tenant_id = $1 and meter = 'sms'", [
    DEMO.tenant.id,
    3 * COUNT,
  ]);
  call = apiClient(engine.url, key);
});
afterAll(() => engine.close());

const db = <T extends object>(sql: string, values: readonly unknown[] = []) =>
  inspect<T>(engine.connection, sql, values);

/** The minute in which evidence is looked for is over. */
const LET_DOUBTS_AGE = `
  with old as (update effects set sent_at = sent_at - interval '2 minutes'
               where state = 'in_doubt' and sent_at > now() - interval '1 minute'),
    run as (update runs set wake_at = now() where status = 'waiting' and wake_at > now() + interval '2 seconds'
              and id in (select run_id from effects where state = 'in_doubt') returning id)
  update waits set wake_at = now() where run_id in (select id from run)`;

const received = () => engine.twilio.ledger().filter(({ kind }) => kind === "message");

test("[E12] ten thousand at 80 a second, killed in the middle: each of them gets it, once", async () => {
  const csv = ["phone;nombre;mensaje", ...LIST.map((phone, at) => `${phone};N${at};abrimos a las 10`)];
  const uploaded = await fetch(`${engine.url}/api/v1/lists?name=todos`, {
    method: "POST",
    headers: { "content-type": "text/csv", authorization: `Bearer ${key}` },
    body: csv.join("\n"),
  });
  const list = (await uploaded.json()) as { readonly id: string; readonly recipients: number };
  expect([uploaded.status, list.recipients]).toEqual([201, COUNT]);
  const notice = { module: "crm", template: "crm-customer-notice", channels: ["sms"], locale: "es" };
  const { status, body, text } = await call("POST", "/api/v1/notify/bulk", {
    json: { ...notice, list: list.id, onDoubt: "resend" },
  });
  expect(status, text).toBe(202);
  await until("half of them to be sent", () => received().length >= COUNT / 2, 180_000);
  await engine.kill();
  const before = received().length;
  expect(before).toBeLessThan(COUNT);
  await engine.start();
  const run = await until(
    "the bulk's end",
    async () => {
      await db(LET_DOUBTS_AGE);
      const { body: seen } = await call("GET", `/api/v1/runs/${body.runId}`);
      return seen.endedAt === null ? null : seen;
    },
    300_000,
  );
  expect(run.outcome).toMatchObject({
    name: "done",
    output: { total: COUNT, sent: COUNT, failed: 0, unknown: 0, duplicates: 0, remaining: 0 },
  });
  const got = received();
  expect(got).toHaveLength(COUNT);
  expect(got.map(({ to }) => to).toSorted()).toEqual(LIST);
  const [last] = got.slice(-1);
  const span = Date.parse(last?.at ?? "") - Date.parse(got[0]?.at ?? "");
  // The pace allows a burst at the start and after the pause.
  expect(span).toBeGreaterThan((COUNT / PER_SECOND - 5) * 1_000);
}, 600_000);
