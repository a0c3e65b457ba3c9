import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { inspect } from "../support/database.ts";
import { until } from "../support/until.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

const { shared } = DEMO.numbers;

let api: TestApi;
let people = 0;

beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

function newPerson(): string {
  people += 1;
  return `+57300900${String(people).padStart(4, "0")}`;
}

function send(json: unknown, headers: Record<string, string> = {}) {
  return api.call("POST", "/api/v1/messages", { json, headers });
}

function accepted(to: string) {
  return api.engine.twilio.ledger().filter((entry) => entry.to === to && entry.kind === "message");
}

describe("one message", () => {
  test("goes out on the channel that is named, is charged, kept and found by what it is about", async () => {
    const to = newPerson();
    const sent = await send({
      channel: "sms",
      to,
      body: "Su pedido está listo",
      module: "pos",
      recordId: "P-9",
    });
    expect(sent.status, sent.text).toBe(201);
    expect(sent.body).toMatchObject({
      direction: "outbound",
      channel: "sms",
      to,
      body: "Su pedido está listo",
      author: "api",
      module: "pos",
      recordId: "P-9",
      units: 1,
      simulated: true,
    });
    expect(sent.headers.get("location")).toBe(`/api/v1/messages/${sent.body.id}`);
    await until("its delivery", async () => {
      const { body } = await api.call("GET", `/api/v1/messages/${sent.body.id}`);
      return body.status === "delivered";
    });
    const listed = await api.call("GET", "/api/v1/messages?module=pos&recordId=P-9");
    expect(listed.body.items.map((item: { id: string }) => item.id)).toEqual([sent.body.id]);
    const conversations = await api.call("GET", "/api/v1/conversations?module=pos");
    expect(conversations.body.items[0]).toMatchObject({
      id: sent.body.conversationId,
      unread: 0,
      reference: { module: "pos", recordId: "P-9" },
    });
  });

  test("takes a file that is stored here along", async () => {
    const raw = Buffer.from("89504e470d0a1a0a0018", "hex");
    const upload = { raw, headers: { "content-type": "image/png" } } as const;
    const { id } = (await api.call("POST", "/api/v1/media?name=mapa.png", upload)).body;
    const sent = await send({ channel: "sms", to: newPerson(), body: "El mapa", media: [id] });
    expect(sent.status, sent.text).toBe(201);
    expect(sent.body).toMatchObject({ body: "El mapa", media: [id] });
    expect(api.engine.twilio.ledger().at(-1)?.details).toMatchObject({ files: [{ type: "image/png" }] });
  });

  test("of a template is filled in; without a channel WhatsApp is tried first", async () => {
    const to = newPerson();
    const variables = { nombre: "Ana", codigo: "R-1", fecha: "viernes", lugar: "Chapinero" };
    const sent = await send({
      to,
      template: "reserva-confirmada",
      locale: "es",
      variables,
      storeId: "sto_demo_chapinero",
    });
    expect(sent.status, sent.text).toBe(201);
    expect(sent.body).toMatchObject({
      channel: "whatsapp",
      template: "reserva-confirmada",
      storeId: "sto_demo_chapinero",
      body: expect.stringContaining("Hola Ana, tu reserva R-1"),
    });
  });

  test("outside the window goes by SMS where the channels allow it", async () => {
    const sent = await send({ to: newPerson(), channels: ["whatsapp", "sms"], body: "Hola" });
    expect([sent.status, sent.body.channel]).toEqual([201, "sms"]);
  });

  test("with the same key is sent once, and answered the same", async () => {
    const to = newPerson();
    const json = { channel: "sms", to, body: "Una sola vez" };
    const [first, second] = await Promise.all([
      send(json, { "idempotency-key": "once" }),
      send({ ...json, idempotencyKey: "once" }),
    ]);
    expect([first.status, second.status, second.body.id]).toEqual([201, 201, first.body.id]);
    expect(accepted(to)).toHaveLength(1);
    const other = await send({ ...json, body: "Otra" }, { "idempotency-key": "once" });
    expect([other.status, other.body.error.code]).toEqual([409, "IDEMPOTENCY_CONFLICT"]);
  });

  test("that waits for its sender's turn is answered at once, and found by its run", async () => {
    const to = newPerson();
    await inspect(
      api.engine.connection,
      `insert into sender_pace (tenant_id, provider, channel, sender, recipient, next_free_at)
       values ($1, 'twilio', 'sms', $2, '', now() + interval '1 hour')`,
      [api.engine.tenantId, "+34910550104"],
    );
    const sent = await send({ channel: "sms", to, body: "Más tarde", fromNumber: "num_demo_missed" });
    expect([sent.status, sent.body.message.status]).toEqual([202, "queued"]);
    const { body } = await api.call("GET", `/api/v1/messages?run=${sent.body.runId}`);
    expect(body.items).toHaveLength(1);
    await api.call("POST", `/api/v1/runs/${sent.body.runId}/cancel`);
  });
});

describe("what is not sent says why", () => {
  test("opted out", async () => {
    const to = newPerson();
    await api.engine.twilio.receiveMessage({ from: to, to: shared, body: "STOP" });
    await unsent({ channel: "sms", to, body: "Hola" }, 409, "OPTED_OUT");
  });

  test("no credits", async () => {
    await inspect(api.engine.connection, "update credit_accounts set balance = held where meter = 'sms'");
    await unsent({ channel: "sms", to: newPerson(), body: "Hola" }, 402, "INSUFFICIENT_CREDITS");
    await inspect(
      api.engine.connection,
      "update credit_accounts set balance = held + 100 where meter = 'sms'",
    );
  });

  test("quiet hours, for what can wait", async () => {
    const settings = JSON.stringify({ quietHours: { from: "00:00", to: "23:59" } });
    await inspect(api.engine.connection, "update tenants set settings = $1 where id = $2", [
      settings,
      api.engine.tenantId,
    ]);
    api.engine.app.runtime.directory.forget(api.engine.tenantId);
    const error = await unsent(
      { channel: "sms", to: newPerson(), body: "Oferta", purpose: "notice" },
      409,
      "QUIET_HOURS",
    );
    expect(Date.parse(error.details.until)).toBeGreaterThan(Date.now());
    await inspect(api.engine.connection, "update tenants set settings = '{}' where id = $1", [
      api.engine.tenantId,
    ]);
    api.engine.app.runtime.directory.forget(api.engine.tenantId);
  });

  test("marketing without a consent on record, and with one", async () => {
    const to = newPerson();
    const json = { channel: "sms", to, body: "Oferta", purpose: "marketing" };
    const error = await unsent(json, 409, "OPTED_OUT");
    expect(error.details.attempts).toMatchObject([{ channel: "sms", code: "no_consent" }]);
    expect(error.message).toContain("No consta su consentimiento");
    const { body: found } = await api.call("GET", `/api/v1/contacts?phone=${encodeURIComponent(to)}`);
    const line = { channel: "sms", purposes: ["marketing"], state: "granted", source: "form" };
    const path = `/api/v1/contacts/${found.items[0].id}/consents`;
    expect(await api.call("POST", path, { json: line })).toMatchObject({ status: 201 });
    expect((await send(json)).status).toBe(201);
  });

  test("a range that is never reached from here", async () => {
    const json = { channel: "sms", to: "+881612345678", body: "Hola" };
    const error = await unsent(json, 422, "UNDELIVERABLE");
    expect(error.details.attempts).toMatchObject([{ reason: "not_permitted", code: "costly_range" }]);
  });

  test("a closed window, where only WhatsApp may be used", async () => {
    const error = await unsent({ channel: "whatsapp", to: newPerson(), body: "Hola" }, 409, "WINDOW_CLOSED");
    expect(error.details.attempts).toMatchObject([{ channel: "whatsapp", reason: "outside_window" }]);
  });

  test("a number that the vendor refuses", async () => {
    const error = await unsent({ channel: "sms", to: "+15005550001", body: "Hola" }, 422, "UNDELIVERABLE");
    expect(error.details.attempts).toMatchObject([{ channel: "sms", result: "refused" }]);
  });

  test("a template that is not there, or lacks a value", async () => {
    await unsent({ to: newPerson(), template: "no-existe" }, 422, "TEMPLATE_MISSING");
    await unsent({ to: newPerson(), template: "llamada-perdida", variables: {} }, 422, "TEMPLATE_INVALID");
    await unsent({ to: newPerson(), body: "Hola", storeId: "sto_nowhere" }, 422, "STORE_MISSING");
  });

  async function unsent(json: Record<string, unknown>, status: number, code: string) {
    const answer = await send(json);
    expect([answer.status, answer.body.error?.code], answer.text).toEqual([status, code]);
    expect(accepted(String(json.to))).toEqual([]);
    return answer.body.error;
  }
});

describe("what is refused before anything is done", () => {
  test.each([
    [{ to: "3001234567", body: "x" }],
    [{ to: "+573001234567" }],
    [{ to: "+573001234567", body: "x", template: "y" }],
    [{ to: "+573001234567", body: "" }],
    [{ to: "+573001234567", body: "x".repeat(4097) }],
    [{ to: "+573001234567", body: "x", channel: "fax" }],
    [{ to: "+573001234567", body: "x", channel: "sms", channels: ["sms"] }],
    [{ to: "+573001234567", body: "x", module: "pms" }],
    [{ to: "+573001234567", body: "x", variables: { a: "b" } }],
    [{ to: "+573001234567", body: "x", media: ["ftp://x"] }],
    [{ to: "+573001234567", body: "x", surprise: true }],
  ])("%j", async (json) => {
    const answer = await send(json);
    expect([answer.status, answer.body.error.code], answer.text).toEqual([422, "INPUT_INVALID"]);
  });

  test("by whom it is no business of", async () => {
    const json = { to: "+573001234567", body: "x" };
    expect((await api.anonymous("POST", "/api/v1/messages", { json })).status).toBe(401);
    const reader = await api.withScopes(["messages:read"]);
    expect((await reader("POST", "/api/v1/messages", { json })).status).toBe(403);
    const malformed = await api.call("POST", "/api/v1/messages", {
      raw: "{",
      headers: { "content-type": "application/json" },
    });
    expect([malformed.status, malformed.body.error.code]).toEqual([400, "BODY_MALFORMED"]);
    const { call } = await api.otherTenant("suspended");
    expect((await call("POST", "/api/v1/messages", { json })).status).toBe(403);
  });
});

describe("looking messages up", () => {
  test("by whom, to whom, channel, status, time and run", async () => {
    const person = newPerson();
    const sent = await send({ channel: "sms", to: person, body: "Hola" });
    await api.engine.twilio.receiveMessage({ from: person, to: shared, body: "Hola, ¿quién es?" });
    const bodies = async (query: string) => {
      const { status, body, text } = await api.call("GET", `/api/v1/messages?${query}`);
      expect(status, text).toBe(200);
      return body.items.map((item: { body: string }) => item.body);
    };
    const phone = encodeURIComponent(person);
    expect(await bodies(`to=${phone}`)).toEqual(["Hola"]);
    expect(await bodies(`from=${phone}`)).toEqual(["Hola, ¿quién es?"]);
    expect(await bodies(`to=${phone}&channel=whatsapp`)).toEqual([]);
    expect(await bodies(`from=${phone}&status=received`)).toEqual(["Hola, ¿quién es?"]);
    expect(await bodies(`to=${phone}&since=2099-01-01`)).toEqual([]);
    expect(await bodies(`run=${sent.body.runId}`)).toEqual(["Hola"]);
  });

  test("page by page", async () => {
    const first = await api.call("GET", "/api/v1/messages?limit=2");
    const second = await api.call("GET", `/api/v1/messages?limit=2&cursor=${first.body.nextCursor}`);
    const ids = [...first.body.items, ...second.body.items].map((item: { id: string }) => item.id);
    expect(ids).toEqual(ids.toSorted().toReversed());
    expect(new Set(ids).size).toBe(4);
  });

  test("one that is not there, or another's, is NOT_FOUND", async () => {
    const { call } = await api.otherTenant();
    const [{ id }] = (await api.call("GET", "/api/v1/messages?limit=1")).body.items;
    expect((await call("GET", `/api/v1/messages/${id}`)).status).toBe(404);
    expect((await api.call("GET", "/api/v1/messages/nothing")).status).toBe(404);
    expect((await call("GET", "/api/v1/messages")).body.items).toEqual([]);
  });

  test("the flow behind them is nobody's to see", async () => {
    const { body } = await api.call("GET", "/api/v1/flows?limit=200");
    expect(body.items.filter((item: { key: string }) => item.key.startsWith("_"))).toEqual([]);
    expect((await api.call("GET", "/api/v1/flows/_message")).status).toBe(404);
    expect((await api.call("POST", "/api/v1/flows/_message/runs", { json: {} })).status).toBe(404);
  });
});

test("a tenant whose clock is ahead is answered with its message, too", async () => {
  const to = newPerson();
  await api.call("POST", "/api/v1/clock/skip", { json: { ms: 72 * 3_600_000 } });
  const sent = await send({ channel: "sms", to, body: "Dentro de tres días" });
  expect(sent.status, sent.text).toBe(201);
  expect(sent.body).toMatchObject({ to, body: "Dentro de tres días" });
});
