import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { deliverDue, retryInMs, signatureOf } from "../../engine/runtime/store-deliveries.ts";
import { inspect } from "../support/database.ts";
import { until } from "../support/until.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
let shop: Shop;
beforeAll(async () => {
  shop = await openShop();
  // What the operator names as an address of a vendor may be private; a tenant's own may not.
  api = await startTestApi({ config: { operator: { "test.shop": { baseUrl: shop.url } } } });
});
afterEach(() => shop.requests.splice(0));
afterAll(async () => {
  await api.stop();
  shop.server.close();
});

interface Shop {
  readonly url: string;
  readonly server: Server;
  readonly requests: { readonly headers: IncomingMessage["headers"]; readonly body: string }[];
  status: number;
}

/** A store's own system. */
async function openShop(): Promise<Shop> {
  const opened: Shop = { url: "", server: createServer(), requests: [], status: 204 };
  opened.server.on("request", async (incoming: IncomingMessage, response) => {
    let body = "";
    for await (const chunk of incoming) body += chunk;
    opened.requests.push({ headers: incoming.headers, body });
    response.writeHead(opened.status).end();
  });
  await new Promise<void>((resolve) => opened.server.listen(0, "127.0.0.1", resolve));
  return Object.assign(opened, { url: `http://127.0.0.1:${(opened.server.address() as AddressInfo).port}` });
}

const CENTRO = { name: "Centro", country: "CO", timezone: "America/Bogota" };
const create = (body: object) => api.call("POST", "/api/v1/stores", { json: body });
const save = (id: string, revision: number | null, body: object) =>
  api.call("PUT", `/api/v1/stores/${id}`, {
    json: body,
    headers: revision === null ? {} : { "If-Match": `"${revision}"` },
  });

describe("stores", () => {
  test("are added, read, changed and deleted, each change over its revision", async () => {
    const hours = { weekly: { mon: [{ from: "09:00", to: "18:00" }] } };
    const body = { ...CENTRO, groupId: "grp_demo", lat: 4.6, lon: -74.08, postalCode: "110111", hours };
    const created = await create(body);
    expect(created.status, created.text).toBe(201);
    expect(created.body).toMatchObject({ ...body, landline: null, webhook: null, revision: 1 });
    const { id } = created.body;
    expect((await api.call("GET", `/api/v1/stores/${id}`)).headers.get("etag")).toBe('"1"');
    const changed = await save(id, 1, { ...body, name: "Centro Histórico" });
    expect(changed.body).toMatchObject({ name: "Centro Histórico", revision: 2 });
    const stale = await save(id, 1, body);
    expect([stale.status, stale.body.error.code]).toEqual([409, "REVISION_CONFLICT"]);
    expect((await save(id, null, body)).status).toBe(428);
    const remove = (revision: number) =>
      api.call("DELETE", `/api/v1/stores/${id}`, { headers: { "If-Match": `"${revision}"` } });
    expect((await remove(1)).status).toBe(409);
    expect((await remove(2)).status).toBe(204);
    expect((await api.call("GET", `/api/v1/stores/${id}`)).status).toBe(404);
    const audit = await api.call("GET", `/api/v1/audit?target=${id}`);
    expect(audit.body.items.map((line: { action: string }) => line.action)).toEqual([
      "store.delete",
      "store.update",
      "store.create",
    ]);
  });

  test("a flow sees a new store at once", async () => {
    const { id } = (await create({ ...CENTRO, name: "Recién abierta" })).body;
    const { stores } = await api.engine.app.runtime.directory.of(api.engine.tenantId);
    expect(stores.some((store) => store.id === id)).toBe(true);
  });

  test.each([
    [{ timezone: "Bogota" }, "timezone"],
    [{ lat: 4.6 }, "lat"],
    [{ groupId: "grp_nowhere" }, "group"],
    [{ landline: "+576015550101" }, "landline"],
    [{ landline: "6015550101" }, "landline"],
    [{ hours: { weekly: { mon: [{ from: "9", to: "18:00" }] } } }, "hours"],
    [{ hours: { weekly: { lunes: [] } } }, "hours"],
    [{ country: "Colombia" }, "country"],
    [{ webhook: { url: "ftp://x" } }, "webhook"],
    [{ color: "red" }, "color"],
  ])("%j is refused, naming %s", async (part, name) => {
    const answer = await create({ ...CENTRO, ...part });
    expect([answer.status, answer.body.error.code]).toEqual([422, "INPUT_INVALID"]);
    expect(JSON.stringify(answer.body.error)).toContain(name);
  });

  test("are listed by page, by group, and by the landline that leads to their mobile", async () => {
    const page = await api.call("GET", "/api/v1/stores?group=grp_demo&limit=2");
    expect(page.body.items).toHaveLength(2);
    const rest = await api.call("GET", `/api/v1/stores?group=grp_demo&cursor=${page.body.nextCursor}`);
    expect(rest.body).toMatchObject({ nextCursor: null, items: { length: 3 } });
    const pair = await api.call("GET", "/api/v1/stores?landline=%2B576015550101");
    expect(pair.body.items).toMatchObject([{ id: "sto_demo_chapinero", mobile: "+573105550101" }]);
  });

  test("one that numbers belong to cannot be deleted", async () => {
    const answer = await api.call("DELETE", "/api/v1/stores/sto_demo_salamanca", {
      headers: { "If-Match": "1" },
    });
    expect([answer.status, answer.body.error.code]).toEqual([409, "STILL_IN_USE"]);
  });

  test("another tenant's are not there", async () => {
    const other = await api.otherTenant();
    expect((await other.call("GET", "/api/v1/stores")).body.items).toEqual([]);
    expect((await other.call("GET", "/api/v1/stores/sto_demo_chapinero")).status).toBe(404);
  });

  test("reading and writing are two scopes", async () => {
    const reader = await api.withScopes(["stores:read"]);
    expect((await reader("GET", "/api/v1/stores")).status).toBe(200);
    expect((await reader("POST", "/api/v1/stores", { json: CENTRO })).status).toBe(403);
  });
});

describe("groups", () => {
  test("are added, changed and deleted", async () => {
    const body = { name: "Norte", timezone: "America/Bogota", hours: null };
    const created = await api.call("POST", "/api/v1/store-groups", { json: body });
    expect([created.status, created.body.revision]).toEqual([201, 1]);
    const path = `/api/v1/store-groups/${created.body.id}`;
    const headers = { "If-Match": '"1"' };
    const changed = await api.call("PUT", path, { json: { ...body, name: "Norte y costa" }, headers });
    expect(changed.body).toMatchObject({ name: "Norte y costa", revision: 2 });
    expect((await api.call("PUT", path, { json: body, headers })).status).toBe(409);
    expect((await api.call("DELETE", path, { headers: { "If-Match": '"2"' } })).status).toBe(204);
    expect((await api.call("GET", path)).status).toBe(404);
    const zone = await api.call("POST", "/api/v1/store-groups", { json: { ...body, timezone: "Mars" } });
    expect(zone.body.error.code).toBe("INPUT_INVALID");
  });

  test("one with stores stays", async () => {
    const answer = await api.call("DELETE", "/api/v1/store-groups/grp_demo", {
      headers: { "If-Match": "1" },
    });
    expect(answer.body.error.code).toBe("STILL_IN_USE");
    expect((await api.call("GET", "/api/v1/store-groups")).body.items).toMatchObject([{ id: "grp_demo" }]);
  });
});

describe("a store's webhook", () => {
  let count = 0;

  /** An interaction with a store, as the end of a run writes it. */
  async function interact(storeId: string): Promise<string> {
    const id = `int_hook_${++count}`;
    await api.engine.app.db.asTenant(api.engine.tenantId, ({ sql, tenantId }) =>
      sql("interactions").insert({
        id,
        tenant_id: tenantId,
        run_id: `run_hook_${count}`,
        kind: "twilio.incoming-call",
        flow_key: "router",
        contact_phone: "+573001112233",
        store_id: storeId,
        outcome: "atendida",
      }),
    );
    return id;
  }

  async function withWebhook(url: string): Promise<{ id: string; secret: string }> {
    const { body } = await create({ ...CENTRO, webhook: { url } });
    return { id: body.id, secret: body.webhook.secret };
  }

  const deliveries = async (id: string) =>
    (await api.call("GET", `/api/v1/stores/${id}/deliveries`)).body.items;
  const makeDue = () => inspect(api.engine.connection, "update store_deliveries set next_at = now()");

  test("[N1, N2] is told of each interaction, signed, once", async () => {
    const { id, secret } = await withWebhook(`${shop.url}/hook`);
    const interaction = await interact(id);
    await deliverDue(api.engine.app.runtime);
    const [request] = shop.requests;
    expect(JSON.parse(request?.body ?? "{}")).toMatchObject({
      type: "interaction",
      id: interaction,
      storeId: id,
      contact: "+573001112233",
      outcome: "atendida",
    });
    const signature = String(request?.headers["centralita-signature"]);
    const seconds = Number(/^t=(\d+)/.exec(signature)?.[1]);
    expect(signature).toBe(signatureOf(secret, seconds, request?.body ?? ""));
    expect(await deliveries(id)).toMatchObject([
      { interactionId: interaction, state: "delivered", attempts: 1, status: 204, nextAt: null },
    ]);
    await makeDue();
    await deliverDue(api.engine.app.runtime);
    expect(shop.requests).toHaveLength(1);
  });

  test("[N1] is told by the commit that ends a real call", async () => {
    const id = "sto_demo_chapinero";
    const { body } = await api.call("GET", `/api/v1/stores/${id}`);
    const { revision, createdAt, updatedAt, webhook, id: _id, ...store } = body;
    expect([webhook, createdAt > "2026", updatedAt > "2026"]).toEqual([null, true, true]);
    await save(id, revision, { ...store, webhook: { url: `${shop.url}/chapinero` } });
    const geo = { city: "Bogotá", country: "CO" };
    const from = "+573001239999";
    await api.engine.twilio.ring({ from, to: "+576015550100", geo }).done;
    await until("the store to hear of it", async () => {
      await deliverDue(api.engine.app.runtime);
      return shop.requests.length > 0;
    });
    expect(JSON.parse(shop.requests[0]?.body ?? "{}")).toMatchObject({ storeId: id, contact: from });
  });

  test("[N3] one that is not taken is tried again with the same id, later each time", async () => {
    const { id } = await withWebhook(`${shop.url}/hook`);
    await interact(id);
    shop.status = 503;
    await deliverDue(api.engine.app.runtime);
    expect(await deliveries(id)).toMatchObject([{ state: "pending", attempts: 1, error: "answered 503" }]);
    shop.status = 204;
    await makeDue();
    await deliverDue(api.engine.app.runtime);
    expect(await deliveries(id)).toMatchObject([{ state: "delivered", attempts: 2 }]);
    const told = shop.requests.filter(({ body }) => body.includes(id));
    expect(told).toHaveLength(2);
    const ids = told.map(({ headers }) => headers["centralita-delivery"]);
    expect(new Set(ids).size).toBe(1);
    expect([1, 2, 3, 30].map(retryInMs)).toEqual([10_000, 20_000, 40_000, 6 * 3_600_000]);
  });

  test("[N3] is given up after its tries, and at once where the address is private or gone", async () => {
    const own = await withWebhook("http://127.0.0.1:1/hook");
    await interact(own.id);
    await deliverDue(api.engine.app.runtime);
    expect(await deliveries(own.id)).toMatchObject([
      { state: "failed", attempts: 1, error: expect.stringContaining("private") },
    ]);
    const busy = await withWebhook(`${shop.url}/hook`);
    await interact(busy.id);
    shop.status = 500;
    await inspect(api.engine.connection, "update store_deliveries set attempts = 15 where store_id = $1", [
      busy.id,
    ]);
    await deliverDue(api.engine.app.runtime);
    expect(await deliveries(busy.id)).toMatchObject([{ state: "failed", attempts: 16 }]);
    shop.status = 204;
  });

  test("its secret is shown once, kept when the address changes, and stored sealed", async () => {
    const { id, secret } = await withWebhook(`${shop.url}/a`);
    expect(secret).toMatch(/^whs_/);
    const read = await api.call("GET", `/api/v1/stores/${id}`);
    expect(read.body.webhook).toEqual({ url: `${shop.url}/a` });
    await save(id, 1, { ...CENTRO, webhook: { url: `${shop.url}/b` } });
    await interact(id);
    await deliverDue(api.engine.app.runtime);
    const { headers, body } = shop.requests[0] ?? { headers: {}, body: "" };
    const signature = String(headers["centralita-signature"]);
    expect(signature).toBe(signatureOf(secret, Number(/^t=(\d+)/.exec(signature)?.[1]), body));
    const [row] = await inspect<{ stored: string }>(
      api.engine.connection,
      "select webhook_secret::text as stored from stores where id = $1",
      [id],
    );
    expect(row?.stored).not.toContain(secret);
  });

  test("a store that wants none hears of nothing", async () => {
    const { id } = (await create(CENTRO)).body;
    await interact(id);
    expect(await deliveries(id)).toEqual([]);
  });
});
