import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { readExample } from "../../engine/demo/seed.ts";
import { hashApiKey, newApiKey } from "../../engine/http/key-secret.ts";
import { newId } from "../../engine/ids.ts";
import { inspect } from "../support/database.ts";
import { until } from "../support/until.ts";
import { type LiveClient, openLive } from "./live-client.ts";
import { startSimulation } from "./simulation-client.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
const open = new Set<LiveClient>();

beforeAll(async () => {
  api = await startTestApi({
    simulations: { pace: { speakingMs: 1, waitingMs: 1_000, vendorMs: 5 }, leftMs: 300 },
  });
});
afterAll(async () => {
  for (const { socket } of open) socket.terminate();
  await api.stop();
});

async function connect(as: "header" | "protocol" = "header"): Promise<LiveClient> {
  const client = await openLive(api.engine.url, { key: api.engine.apiKey, as });
  open.add(client);
  return client;
}

describe("who may listen", () => {
  test("a key is taken from the header, and from a protocol, which is not said back", async () => {
    await connect();
    const byProtocol = await connect("protocol");
    expect(byProtocol.socket.protocol).toBe("centralita");
  });

  test("nobody without one, and nothing but /ws", async () => {
    await expect(openLive(api.engine.url, { headers: {} })).rejects.toThrow("401");
    await expect(openLive(api.engine.url, { key: "ck_wrong" })).rejects.toThrow("401");
    await expect(openLive(`${api.engine.url}/other`, { key: api.engine.apiKey })).rejects.toThrow("404");
  });

  test("a page of another site with somebody's cookie is turned away", async () => {
    const headers = { cookie: await cookie(), origin: "https://elsewhere.example" };
    await expect(openLive(api.engine.url, { headers })).rejects.toThrow("403");
    const own = await openLive(api.engine.url, { headers: { ...headers, origin: api.engine.url } });
    open.add(own);
    own.send({ kind: "subscribe", topic: "runs" });
    await own.next("subscribed");
  });

  test("a topic needs its scope, and must be one", async () => {
    const client = await openLive(api.engine.url, { key: await keyWith(["runs:read"]) });
    open.add(client);
    client.send({ kind: "subscribe", topic: "flow:shared-number-router" });
    expect(await client.next("refused")).toMatchObject({ code: "SCOPE_MISSING" });
    client.send({ kind: "subscribe", topic: "simulation:sim_0" });
    expect(await client.next("refused")).toMatchObject({ code: "NOT_FOUND" });
    client.send({ kind: "subscribe", topic: "runs" });
    expect(await client.next("subscribed")).toMatchObject({ topic: "runs" });
  });

  test("what is no request, or too long a one, ends the connection", async () => {
    const rude = await connect();
    rude.socket.send("hello");
    expect(await rude.closed).toBe(1008);
    const loud = await connect();
    loud.socket.send(JSON.stringify({ kind: "subscribe", topic: "x".repeat(20_000) }));
    expect(await loud.closed).toBe(1009);
  });
});

async function otherTenant(): Promise<string> {
  return (await api.otherTenant()).tenantId;
}

async function keyWith(scopes: readonly string[], tenantId = api.engine.tenantId): Promise<string> {
  const key = newApiKey();
  await inspect(
    api.engine.connection,
    "insert into api_keys (id, tenant_id, name, hash, scopes) values ($1, $2, 'live', $3, $4)",
    [newId("apiKey"), tenantId, hashApiKey(key), scopes],
  );
  return key;
}

async function cookie(): Promise<string> {
  const answer = await fetch(`${api.engine.url}/api/v1/auth/login`, {
    method: "POST",
    headers: { "content-type": "application/json", origin: api.engine.url },
    body: JSON.stringify(DEMO.signIn),
  });
  return (answer.headers.get("set-cookie") ?? "").split(";", 1)[0] ?? "";
}

describe("runs", () => {
  test("that change are named, in the list and each for itself", async () => {
    const client = await connect();
    client.send({ kind: "subscribe", topic: "runs" });
    await client.next("subscribed");
    const body = {
      input: { nombre: "Lucía", telefono: "+573001260001", codigo: "R-1", fecha: "hoy", lugar: "aquí" },
    };
    const started = await api.call("POST", "/api/v1/flows/reservation-confirmation/runs", { json: body });
    const { runId } = started.body;
    const changed = await client.next("changed", ({ runIds }) => runIds.includes(runId));
    expect(changed.topic).toBe("runs");
    client.send({ kind: "unsubscribe", topic: "runs" });
    client.send({ kind: "subscribe", topic: `run:${runId}` });
    await client.next("subscribed");
  });

  test("that another process drives are found in the database", async () => {
    const client = await connect();
    client.send({ kind: "subscribe", topic: "runs" });
    await client.next("subscribed");
    const [run] = await inspect<{ id: string }>(
      api.engine.connection,
      "select id from runs where tenant_id = $1 order by id desc limit 1",
      [api.engine.tenantId],
    );
    await until("the change to be heard", async () => {
      await inspect(
        api.engine.connection,
        "update runs set updated_at = now(), seq = seq + 1 where id = $1",
        [run?.id],
      );
      await new Promise((resolve) => setTimeout(resolve, 200));
      return client.heard.some(
        (message) => message.kind === "changed" && message.runIds.includes(run?.id ?? ""),
      );
    });
  });
});

describe("a flow", () => {
  test("that is saved and published tells who has it open", async () => {
    const flow = { ...(await readExample("order-update")), key: "live-order" };
    await api.publish(flow);
    const client = await connect();
    client.send({ kind: "subscribe", topic: "flow:live-order" });
    await client.next("subscribed");
    const read = await api.call("GET", "/api/v1/flows/live-order");
    const saved = await api.call("PUT", "/api/v1/flows/live-order", {
      json: { ...flow, name: "Otra" },
      headers: { "if-match": read.headers.get("etag") ?? "" },
    });
    expect(saved.status, saved.text).toBe(200);
    expect(await client.next("saved")).toMatchObject({ topic: "flow:live-order", revision: 2, by: "API" });
    await api.call("POST", "/api/v1/flows/live-order/publish", { json: {} });
    expect(await client.next("published")).toMatchObject({ revision: 2 });
  });

  test("shows who is there, and whose edits count", async () => {
    const topic = "flow:live-presence" as const;
    const [first, second] = [await connect(), await connect()];
    for (const client of [first, second]) client.send({ kind: "subscribe", topic });
    const { id: one } = await first.next("subscribed");
    const { id: two } = await second.next("subscribed");
    first.send({ kind: "presence", topic, editing: true, selection: ["menu"] });
    await second.next("present", ({ lock }) => lock === one);
    second.send({ kind: "presence", topic, editing: true, selection: [] });
    const both = await first.next("present", ({ people }) => people.length === 2);
    expect(both.lock).toBe(one);
    expect(both.people[0]).toMatchObject({ id: one, editing: true, selection: ["menu"] });
    // Who looks on takes over by saying so, and the lock goes back when they leave.
    second.send({ kind: "presence", topic, editing: false, selection: [] });
    second.send({ kind: "presence", topic, editing: true, selection: [] });
    await first.next("present", ({ lock }) => lock === two);
    second.socket.terminate();
    const alone = await first.next("present", ({ people }) => people.length === 1);
    expect(alone.lock).toBe(one);
  });
});

describe("a simulation", () => {
  test("is followed as it happens, by its own tenant only", async () => {
    const phone = await startSimulation(api.call, "ivr-sales-support-reservations");
    const client = await connect();
    const topic = `simulation:${phone.id}` as const;
    client.send({ kind: "subscribe", topic });
    await client.next("subscribed");
    await phone.act({ kind: "call", from: DEMO.caller });
    await client.next("event", ({ event }) => event.kind === "caption");
    await client.next("event", ({ event }) => event.kind === "listening");
    await phone.act({ kind: "hangup" });
    await client.next("event", ({ event }) => event.kind === "call" && event.state === "completed");
    const stranger = await openLive(api.engine.url, { key: await keyWith(["*"], await otherTenant()) });
    open.add(stranger);
    stranger.send({ kind: "subscribe", topic });
    expect(await stranger.next("refused")).toMatchObject({ code: "NOT_FOUND" });
    await phone.end();
    expect(await client.next("refused")).toMatchObject({ topic, code: "NOT_FOUND" });
  });

  test("is over, and leaves nothing, when whoever looked at it is gone", async () => {
    const phone = await startSimulation(api.call, "ivr-sales-support-reservations");
    const client = await connect();
    client.send({ kind: "subscribe", topic: `simulation:${phone.id}` });
    await client.next("subscribed");
    await phone.act({ kind: "call", from: DEMO.caller });
    await client.next("event", ({ event }) => event.kind === "listening");
    client.socket.terminate();
    await until("the twin to be gone", async () => {
      const left = await inspect(api.engine.connection, "select id from tenants where twin_of is not null");
      return left.length === 0;
    });
    const runs = await inspect(
      api.engine.connection,
      "select id from runs where tenant_id like 'ten\\_twin\\_%'",
    );
    expect(runs).toEqual([]);
  });
});

test("a server that stops says so to those who listen", async () => {
  const other = await startTestApi();
  const client = await openLive(other.engine.url, { key: other.engine.apiKey });
  client.send({ kind: "subscribe", topic: "runs" });
  await client.next("subscribed");
  await other.stop();
  expect(await client.closed).toBe(1001);
});
