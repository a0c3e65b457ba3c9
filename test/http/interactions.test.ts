import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { currencyOf } from "../../engine/core/currency.ts";
import { inspect } from "../support/database.ts";
import { until } from "../support/until.ts";
import { chain } from "./small-flows.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const SHARED = "+576015550100";
const get = async (path: string) => {
  const answer = await api.call("GET", `/api/v1/${path}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.body;
};

/** A call to the shared number that is answered for 65 seconds; gives its interaction. */
async function ringShop(from: string) {
  const answers = { "+573105550101": { status: "answered", seconds: 65 } } as const;
  const geo = { city: "Bogotá", country: "CO" };
  await api.engine.twilio.ring({ from, to: SHARED, geo, script: { answers } }).done;
  await until("its interaction", async () => (await ofContact(from)).length === 1);
  return (await ofContact(from))[0];
}

const ofContact = async (phone: string) =>
  (await get(`interactions?contact=${encodeURIComponent(phone)}`)).items;

describe("interactions", () => {
  test("[M1, M2] each with every part of its cost, in the tenant's money", async () => {
    const from = "+573001240001";
    const found = await ringShop(from);
    expect(found).toMatchObject({
      kind: "twilio.incoming-call",
      flow: "shared-number-router",
      contact: from,
      number: SHARED,
      storeId: "sto_demo_chapinero",
      outcome: "atendida",
      currency: "COP",
      goals: 0,
      value: null,
      returnOnSpend: null,
    });
    // Two minutes, one WhatsApp, one lookup; 4000 pesos a dollar.
    expect(found.costs).toEqual({
      forwarding: { units: 2, money: 176 },
      message: { units: 1, money: 20 },
      lookup: { units: 1, money: 20 },
      geolocation: { units: 0, money: 0 },
      verify: { units: 0, money: 0 },
      ai: { units: 0, money: 0 },
    });
    expect(found.money).toBe(216);
  });

  test("[M2] a new price changes no old figure, and a price in the tenant's own money comes first", async () => {
    const before = await ringShop("+573001240002");
    await inspect(
      api.engine.connection,
      `insert into prices (meter, country, currency, unit_price, valid_from)
       values ('whatsapp', '*', 'COP', 100, now()), ('lookup', 'CO', 'USD', 0.01, now())`,
      [],
    );
    expect((await ofContact("+573001240002"))[0].costs).toEqual(before.costs);
    const after = await ringShop("+573001240003");
    expect(after.costs).toMatchObject({ message: { money: 100 }, lookup: { money: 40 } });
  });

  test("are filtered by what they are about, and paged", async () => {
    await ringShop("+573001240004");
    await ringShop("+573001240005");
    const first = await get("interactions?store=sto_demo_chapinero&limit=1");
    expect(first.items).toHaveLength(1);
    const second = await get(`interactions?store=sto_demo_chapinero&limit=1&cursor=${first.nextCursor}`);
    expect(second.items[0].id < first.items[0].id).toBe(true);
    for (const filter of [
      "store=sto_demo_gracia",
      "flow=other",
      "outcome=nothing",
      "from=2099-01-01",
      "to=2020-01-01",
    ])
      expect((await get(`interactions?${filter}`)).items, filter).toEqual([]);
    expect(
      (await get(`interactions?group=grp_demo&outcome=atendida&number=num_demo_shared`)).items.length,
    ).toBeGreaterThan(1);
  });

  test("another tenant has none", async () => {
    const other = await api.otherTenant();
    for (const path of ["interactions", "goals", "usage"])
      expect((await other.call("GET", `/api/v1/${path}`)).body.items, path).toEqual([]);
  });
});

describe("return on spend", () => {
  const sell = (key: string, price: number) =>
    chain(
      key,
      ["api", "api.run", { input: { type: "object", properties: { campaign: { type: "string" } } } }],
      [
        "send",
        "messaging.send",
        { to: "+573001250001", channels: ["sms"], text: "Oferta", purpose: "service" },
      ],
      ["won", "core.goal", { name: "venta", value: price, currency: "COP" }],
    );

  beforeAll(async () => {
    const flow = sell("venta", 90_000);
    // messaging.send leaves by `sent`.
    const edges = flow.edges.map((edge) =>
      edge.source === "send" ? { ...edge, sourceHandle: "sent" } : edge,
    );
    await api.publish({ ...flow, edges });
    for (const campaign of ["navidad", "navidad", "verano"]) {
      const run = await api.call("POST", "/api/v1/flows/venta/runs?wait=10", {
        json: { input: { campaign }, contact: { phone: "+573001250001" } },
      });
      expect(run.status, run.text).toBe(200);
    }
  });

  test.each(["flow", "campaign"])("by %s: what came of it, for what was spent", async (by) => {
    const { currency, items } = await get(`interactions/returns?by=${by}`);
    expect(currency).toBe("COP");
    const wanted = by === "flow" ? "venta" : "navidad";
    const [best] = items.filter(({ key }: { key: string }) => key === wanted);
    const runs = by === "flow" ? 3 : 2;
    expect(best).toEqual({
      key: wanted,
      interactions: runs,
      messages: runs,
      goals: runs,
      money: 30 * runs,
      value: 90_000 * runs,
      returnOnSpend: 3_000,
    });
  });

  test("by message: each with its share", async () => {
    const { items } = await get("interactions/returns?by=message");
    const won = items.filter(({ value }: { value: number | null }) => value !== null);
    expect(won).toHaveLength(3);
    expect(won[0]).toMatchObject({ key: expect.stringMatching(/^msg_/), messages: 1, returnOnSpend: 3_000 });
  });

  test("by template and store: what sold nothing says so", async () => {
    const template = (await get("interactions/returns?by=template")).items;
    expect(template).toMatchObject([{ key: "tienda-cercana", value: null, returnOnSpend: null }]);
    const store = (await get("interactions/returns?by=store")).items;
    expect(store.map(({ key }: { key: string }) => key)).toContain("sto_demo_chapinero");
  });

  test("goals are listed, by name, flow and time, page by page", async () => {
    const first = await get("goals?name=venta&limit=2");
    expect(first.items).toHaveLength(2);
    expect(first.items[0]).toMatchObject({ name: "venta", value: 90_000, currency: "COP", flow: "venta" });
    const rest = await get(`goals?name=venta&limit=2&cursor=${encodeURIComponent(first.nextCursor)}`);
    expect(rest).toMatchObject({ items: { length: 1 }, nextCursor: null });
    expect((await get("goals?flow=other")).items).toEqual([]);
    expect((await get("goals?to=2020-01-01")).items).toEqual([]);
  });
});

test("[M3] what a called flow spends counts for the run that called it", async () => {
  const called = chain(
    "hija",
    ["called", "core.called"],
    ["send", "messaging.send", { to: "+573001250009", channels: ["sms"], text: "Hola", purpose: "service" }],
    ["end", "core.end"],
  );
  const edges = called.edges.map((edge) =>
    edge.source === "send" ? { ...edge, sourceHandle: "sent" } : edge,
  );
  await api.publish({ ...called, edges });
  const caller = chain("madre", ["api", "api.run"], ["call", "core.call-flow", { flow: "hija" }]);
  await api.publish(caller);
  const contact = { phone: "+573001250009" };
  await api.call("POST", "/api/v1/flows/madre/runs?wait=10", { json: { contact } });
  const [found] = await until("its interaction", async () => {
    const items = await ofContact(contact.phone);
    return items.some(({ flow }: { flow: string }) => flow === "madre") && items;
  });
  expect(found).toMatchObject({ flow: "madre", costs: { message: { units: 1, money: 30 } }, money: 30 });
});

describe("usage", () => {
  test("line by line, with the price of each", async () => {
    const { items } = await get("usage?channel=sms");
    expect(items[0]).toMatchObject({
      channel: "sms",
      part: "message",
      units: 1,
      money: 30,
      currency: "COP",
      country: "CO",
      recipient: "+573001250009",
      messageId: expect.stringMatching(/^msg_/),
      runId: expect.stringMatching(/^run_/),
    });
    const seen: string[] = [];
    for (let cursor = ""; cursor !== "null"; ) {
      const page = await get(`usage?limit=3${cursor && `&cursor=${encodeURIComponent(cursor)}`}`);
      seen.push(...page.items.map(({ id }: { id: string }) => id));
      cursor = String(page.nextCursor);
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBe((await get("usage?limit=200")).items.length);
  });

  test("[M1] a code over the API is among it, at its country's price", async () => {
    await api.call("POST", "/api/v1/verify", { json: { to: "+34600111222" } });
    expect((await get("usage?channel=verify")).items).toMatchObject([
      {
        part: "verify",
        units: 1,
        money: 200,
        country: "ES",
        recipient: "+34600111222",
        runId: expect.any(String),
      },
    ]);
  });

  test("added up by channel, module, country or day", async () => {
    const total = await get("usage/summary");
    const sms = total.items.find(({ channel }: { channel: string }) => channel === "sms");
    expect(sms).toEqual({ key: "sms", channel: "sms", uses: 4, units: 4, money: 120 });
    expect(total.money).toBeCloseTo(
      total.items.reduce((sum: number, { money }: { money: number | null }) => sum + (money ?? 0), 0),
    );
    const byDay = await get("usage/summary?by=day&channel=sms");
    expect(byDay.items).toMatchObject([{ key: expect.stringMatching(/^\d{4}-\d{2}-\d{2}$/), units: 4 }]);
    expect((await get("usage/summary?by=module&module=pms")).items).toEqual([]);
    expect((await get("usage/summary?from=2099-01-01")).money).toBeNull();
  });

  test("each kind of reading has its scope", async () => {
    const credits = await api.withScopes(["credits:read"]);
    expect((await credits("GET", "/api/v1/usage/summary")).status).toBe(200);
    expect((await credits("GET", "/api/v1/interactions")).status).toBe(403);
  });
});

test("a tenant counts in its own money", () => {
  expect(currencyOf({ country: "MX", settings: {} })).toBe("MXN");
  expect(currencyOf({ country: "JP", settings: {} })).toBe("USD");
  expect(currencyOf({ country: "CO", settings: { currency: "EUR" } })).toBe("EUR");
  expect(currencyOf({ country: "CO", settings: { currency: "pesos" } })).toBe("COP");
});
