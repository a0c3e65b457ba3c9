import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Flow } from "../../engine/core/flow.ts";
import { startTestApi, type TestApi } from "../http/test-api.ts";
import { inspect } from "../support/database.ts";
import { flowOf } from "../support/small-flow.ts";
import { until } from "../support/until.ts";

const MESSAGES = /Messages\.json/;

let api: TestApi;
/** Takes requests and never answers. */
let silent: Server;
beforeAll(async () => {
  silent = createServer(() => undefined).listen(0, "127.0.0.1");
  await once(silent, "listening");
  const vendor = `http://127.0.0.1:${(silent.address() as AddressInfo).port}`;
  // The one way out takes addresses of the operator's vendors only.
  api = await startTestApi({ config: { operator: { "test.vendor": { baseUrl: vendor } } } });
  const flows: Flow[] = [
    flowOf("sends", [
      ["api", "api.run"],
      ["send", "messaging.send", { text: "Hola", channels: ["sms"] }],
    ]),
    flowOf("orders", [
      ["api", "api.run"],
      ["post", "http.request", { method: "POST", url: `${vendor}/orders`, timeoutMs: 200 }],
    ]),
    flowOf("signals", [
      ["api", "api.run"],
      ["wait", "core.wait-for-signal", { signal: "go" }],
    ]),
  ];
  for (const flow of flows) await api.engine.publish(flow);
});
afterAll(async () => {
  await api.stop();
  silent.closeAllConnections();
  silent.close();
});

async function start(flow: string, phone: string): Promise<string> {
  const json = { input: {}, contact: { phone } };
  return (await api.call("POST", `/api/v1/flows/${flow}/runs`, { json })).body.runId;
}

const cancel = (runId: string) => api.call("POST", `/api/v1/runs/${runId}/cancel`);
const read = async (runId: string) => (await api.call("GET", `/api/v1/runs/${runId}`)).body;
const ended = (runId: string) =>
  until("the run's end", async () => {
    const run = await read(runId);
    return run.endedAt !== null && run;
  });

async function effectOf(runId: string): Promise<{ state: string; held: boolean } | undefined> {
  const [effect] = await inspect<{ state: string; held: boolean }>(
    api.engine.connection,
    `select e.state, exists (select 1 from credit_holds h where h.id = e.id and h.state = 'open') as held
       from effects e where e.run_id = $1`,
    [runId],
  );
  return effect;
}

const sentTo = (phone: string) =>
  api.engine.twilio.ledger().filter((entry) => entry.kind === "message" && entry.to === phone);

describe("[D15] cancelling", () => {
  test("in a vendor call: what left is kept with its outcome and paid for, and the run ends after it", async () => {
    const phone = "+573005560001";
    api.engine.twilio.faults.next({ path: MESSAGES, to: phone }, { kind: "slow", ms: 800 });
    const id = await start("sends", phone);
    await until("the vendor to have it", () => sentTo(phone).length === 1);
    expect((await cancel(id)).status).toBe(202);
    expect(await ended(id)).toMatchObject({ credits: { sms: 1 } });
    expect(sentTo(phone)).toHaveLength(1);
    expect(await effectOf(id)).toEqual({ state: "accepted", held: false });
  });

  test("between two tries: it is not tried again, and its credits come back", async () => {
    const phone = "+573005560002";
    api.engine.twilio.faults.next(
      { path: MESSAGES, to: phone },
      { kind: "status", status: 429, retryAfter: 60 },
    );
    const id = await start("sends", phone);
    await until("the retry to be planned", async () => (await effectOf(id))?.state === "retrying");
    await until("the run to sleep", async () => (await read(id)).status === "waiting");
    expect((await cancel(id)).body).toEqual({ runId: id, status: "cancelled" });
    expect(await effectOf(id)).toMatchObject({ state: "refused", held: false });
    expect(sentTo(phone)).toEqual([]);
  });

  test("in doubt: the run is over, the effect stays open for its evidence", async () => {
    const id = await start("orders", "+573005560003");
    await until("the effect to be in doubt", async () => (await effectOf(id))?.state === "in_doubt");
    await until("the run to sleep", async () => (await read(id)).status === "waiting");
    await cancel(id);
    expect(await read(id)).toMatchObject({ status: "cancelled" });
    expect(await effectOf(id)).toEqual({ state: "in_doubt", held: false });
  });

  test("left behind by a process that died: whoever takes it over ends it, and sends nothing", async () => {
    const phone = "+573005560004";
    const web = await startTestApi({
      connection: api.engine.connection,
      config: { role: "web" },
      settings: { maxInFlight: 0 },
    });
    try {
      const json = { input: {}, contact: { phone } };
      const started = await apiOf(web, json);
      await inspect(
        api.engine.connection,
        `update runs set status = 'running', lease_owner = 'gone', lease_epoch = lease_epoch + 1,
           lease_until = now() + interval '1 second', cancel_requested_at = now()
           where id = $1 and status in ('queued', 'running')`,
        [started],
      );
      expect(await ended(started)).toMatchObject({ status: "cancelled" });
      expect(sentTo(phone)).toEqual([]);
    } finally {
      await web.engine.app.stop();
    }
  });

  test("waiting, from several sides at once: it ends once, and each hears that it is over", async () => {
    const id = await start("signals", "+573005560005");
    await until("the run to wait", async () => (await read(id)).status === "waiting");
    const answers = await Promise.all([cancel(id), cancel(id), cancel(id)]);
    expect(answers.every(({ status }) => status === 202 || status === 409)).toBe(true);
    expect(answers.map(({ status }) => status)).toContain(202);
    expect(await read(id)).toMatchObject({ status: "cancelled", waits: [] });
    const over = await cancel(id);
    expect([over.status, over.body.error.code]).toEqual([409, "RUN_ENDED"]);
    const ends = await inspect(api.engine.connection, "select 1 from interactions where run_id = $1", [id]);
    expect(ends).toHaveLength(1);
  });

  test("at the moment of a signal: one of the two wins, and nothing is half done", async () => {
    const id = await start("signals", "+573005560006");
    await until("the run to wait", async () => (await read(id)).status === "waiting");
    const [, signalled] = await Promise.all([
      cancel(id),
      api.call("POST", `/api/v1/runs/${id}/signal`, { json: { key: "go" } }),
    ]);
    const { status } = await ended(id);
    if (status === "succeeded") expect(signalled.status).toBe(202);
    expect(["succeeded", "cancelled"]).toContain(status);
    expect((await read(id)).waits).toEqual([]);
  });
});

/** Started through a process that drives nothing itself, with the key of the first. */
async function apiOf(web: TestApi, json: object): Promise<string> {
  const answer = await fetch(`${web.engine.url}/api/v1/flows/sends/runs`, {
    method: "POST",
    headers: { authorization: `Bearer ${api.engine.apiKey}`, "content-type": "application/json" },
    body: JSON.stringify(json),
  });
  const { runId } = (await answer.json()) as { runId: string };
  return runId;
}
