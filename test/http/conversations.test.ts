import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { newId } from "../../engine/ids.ts";
import { inspect } from "../support/database.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

const { shared, meta: metaNumber } = DEMO.numbers;
const ANA = "+573008000001";
const LUIS = "+573008000002";
const EVA = "+34600800003";

let api: TestApi;
let user: string;

beforeAll(async () => {
  api = await startTestApi();
  const [row] = await inspect<{ id: string }>(api.engine.connection, "select id from users limit 1");
  user = row?.id ?? "";
  await write(ANA, "Hola, ¿tienen pan de molde?");
  await write(ANA, "¿Y a qué hora abren?");
  await write(LUIS, "Quiero reservar");
  await writeToMeta(EVA, "Buenas");
});
afterAll(() => api.stop());

function write(from: string, body: string, channel: "sms" | "whatsapp" = "sms") {
  return api.engine.twilio.receiveMessage({ from, to: shared, body, channel });
}

function writeToMeta(from: string, text: string) {
  const party = { from, phoneNumberId: "100000000000001", displayPhoneNumber: metaNumber };
  return api.engine.meta.receiveMessage({ ...party, text, profileName: "Eva" });
}

async function conversationWith(contact: string) {
  const { body } = await api.call("GET", `/api/v1/conversations?contact=${encodeURIComponent(contact)}`);
  return body.items[0];
}

describe("the inbox", () => {
  test("has a conversation for each person and number, last written to first, with what is unread", async () => {
    const { body } = await api.call("GET", "/api/v1/conversations");
    expect(body.items.map((item: { contact: { address: string } }) => item.contact.address)).toEqual([
      EVA,
      LUIS,
      ANA,
    ]);
    expect(body.items[2]).toMatchObject({
      channel: "sms",
      number: { id: "num_demo_shared", e164: shared },
      status: "open",
      unread: 2,
      lastMessage: { direction: "inbound", body: "¿Y a qué hora abren?", media: 0 },
      reference: null,
    });
    expect(body.items[0]).toMatchObject({
      channel: "whatsapp",
      contact: { name: "Eva" },
      storeId: "sto_demo_salamanca",
    });
  });

  test("counts what is unread, until it is read", async () => {
    expect((await api.call("GET", "/api/v1/conversations/unread-count")).body).toEqual({
      messages: 4,
      conversations: 3,
    });
    const { id } = await conversationWith(ANA);
    expect((await api.call("POST", `/api/v1/conversations/${id}/read`)).body).toEqual({
      unread: 0,
      receipt: "none",
    });
    expect((await api.call("GET", "/api/v1/conversations/unread-count")).body).toEqual({
      messages: 2,
      conversations: 2,
    });
    await write(ANA, "¿Hola?");
    expect((await conversationWith(ANA)).unread).toBe(1);
  });

  test("tells Meta that a message was read", async () => {
    const { id } = await conversationWith(EVA);
    const { body } = await api.call("POST", `/api/v1/conversations/${id}/read`);
    expect(body).toEqual({ unread: 0, receipt: "sent" });
    const receipts = api.engine.meta.ledger().filter(({ kind }) => kind === "mark-read");
    expect(receipts).toHaveLength(1);
  });

  test.each([
    ["channel=whatsapp", [EVA]],
    ["number=num_demo_meta", [EVA]],
    ["store=sto_demo_salamanca", [EVA]],
    ["status=closed", []],
    ["unread=true", [ANA, LUIS]],
    ["search=reservar", [LUIS]],
    ["search=eva", [EVA]],
    ["from=2099-01-01", []],
    ["to=2000-01-01", []],
    ["module=pms", []],
  ])("%s finds %j", async (query, expected) => {
    const { status, body } = await api.call("GET", `/api/v1/conversations?${query}`);
    expect(status).toBe(200);
    const found = body.items.map((item: { contact: { address: string } }) => item.contact.address);
    expect(found.toSorted()).toEqual(expected.toSorted());
  });

  test("is paged", async () => {
    const seen: string[] = [];
    let cursor = "";
    for (let page = 0; page < 3; page++) {
      const { body } = await api.call("GET", `/api/v1/conversations?limit=1${cursor}`);
      seen.push(body.items[0].contact.address);
      cursor = `&cursor=${body.nextCursor}`;
      expect(body.nextCursor === null).toBe(page === 2);
    }
    expect(seen).toHaveLength(new Set(seen).size);
  });

  test("shows the messages of one conversation, newest first, paged", async () => {
    const { id } = await conversationWith(ANA);
    const first = await api.call("GET", `/api/v1/conversations/${id}/messages?limit=2`);
    expect(first.body.items.map((item: { body: string }) => item.body)).toEqual([
      "¿Hola?",
      "¿Y a qué hora abren?",
    ]);
    const path = `/api/v1/conversations/${id}/messages?limit=2&cursor=${first.body.nextCursor}`;
    const second = await api.call("GET", path);
    expect(second.body).toMatchObject({
      items: [{ body: "Hola, ¿tienen pan de molde?", from: ANA, to: shared, status: "received" }],
      nextCursor: null,
    });
    expect(second.body.items[0].conversationId).toBe(id);
  });
});

describe("answering by hand", () => {
  test("goes out from the number they wrote to, as a person's, and is charged", async () => {
    const { id } = await conversationWith(LUIS);
    const before = await credits("sms");
    const answer = await api.call("POST", `/api/v1/conversations/${id}/messages`, {
      json: { body: "¿Para cuántas personas?", by: user, module: "pms", recordId: "R-7" },
    });
    expect(answer.status, answer.text).toBe(201);
    expect(answer.body).toMatchObject({
      conversationId: id,
      direction: "outbound",
      from: shared,
      to: LUIS,
      author: "agent",
      authorId: user,
      module: "pms",
      recordId: "R-7",
    });
    expect(await credits("sms")).toBe(before - 1);
    expect(await conversationWith(LUIS)).toMatchObject({
      reference: { module: "pms", recordId: "R-7" },
      lastMessage: { direction: "outbound" },
    });
    const found = await api.call("GET", "/api/v1/conversations?module=pms&recordId=R-7");
    expect(found.body.items.map((item: { id: string }) => item.id)).toEqual([id]);
  });

  test("with the same key sends once, and another request with it is refused", async () => {
    const { id } = await conversationWith(LUIS);
    const path = `/api/v1/conversations/${id}/messages`;
    const once = { json: { body: "Gracias" }, headers: { "idempotency-key": "hand-1" } };
    const [first, second] = [await api.call("POST", path, once), await api.call("POST", path, once)];
    expect([first.status, second.status, second.body.id]).toEqual([201, 201, first.body.id]);
    const other = await api.call("POST", path, { ...once, json: { body: "Otra cosa" } });
    expect([other.status, other.body.error.code]).toEqual([409, "IDEMPOTENCY_CONFLICT"]);
  });

  test("keeps the 24-hour window of WhatsApp", async () => {
    const person = "+573008000009";
    await write(person, "hola", "whatsapp");
    const { id } = await conversationWith(person);
    await inspect(
      api.engine.connection,
      "update contact_windows set last_inbound_at = now() - interval '2 days' where person = $1",
      [person],
    );
    const answer = await api.call("POST", `/api/v1/conversations/${id}/messages`, {
      json: { body: "¿Sigue ahí?" },
    });
    expect([answer.status, answer.body.error.code]).toEqual([409, "WINDOW_CLOSED"]);
    const template = { template: "llamada-perdida", locale: "es", variables: { tienda: "X", horario: "Y" } };
    const allowed = await api.call("POST", `/api/v1/conversations/${id}/messages`, { json: template });
    expect([allowed.status, allowed.body.template]).toEqual([201, "llamada-perdida"]);
  });

  test("keeps the person's wish to be left alone", async () => {
    const person = "+573008000010";
    await write(person, "STOP");
    const { id } = await conversationWith(person);
    const answer = await api.call("POST", `/api/v1/conversations/${id}/messages`, { json: { body: "Hola" } });
    expect([answer.status, answer.body.error.code]).toEqual([409, "OPTED_OUT"]);
  });
});

describe("who has it", () => {
  test("it is assigned, taken, and said what it is about", async () => {
    const { id } = await conversationWith(ANA);
    const json = {
      status: "handoff",
      assignedTo: user,
      team: "Pedidos",
      reference: { module: "pos", recordId: "P-1" },
    };
    const taken = await api.call("PATCH", `/api/v1/conversations/${id}`, { json });
    expect(taken.body).toMatchObject({
      status: "handoff",
      assignedTo: user,
      team: "Pedidos",
      references: [{ module: "pos", recordId: "P-1" }],
    });
    const mine = await api.call("GET", `/api/v1/conversations?assignedTo=${user}&status=handoff`);
    expect(mine.body.items).toHaveLength(1);
    const open = await api.call("PATCH", `/api/v1/conversations/${id}`, {
      json: { status: "open", assignedTo: null },
    });
    expect(open.body).toMatchObject({ status: "open", assignedTo: null });
  });

  test("it is closed, and opens when they write again", async () => {
    const { id } = await conversationWith(ANA);
    const closed = await api.call("POST", `/api/v1/conversations/${id}/close`, { json: { by: user } });
    expect(closed.body).toMatchObject({ status: "closed", closedBy: user });
    expect((await api.call("POST", `/api/v1/conversations/${id}/close`, { json: {} })).body.closedBy).toBe(
      user,
    );
    await write(ANA, "Una cosa más");
    expect(await conversationWith(ANA)).toMatchObject({ status: "open", closedAt: null, closedBy: null });
  });
});

describe("what is refused", () => {
  test.each([
    ["GET", "/api/v1/conversations?status=lost", undefined, 422, "INPUT_INVALID"],
    ["GET", "/api/v1/conversations?recordId=7", undefined, 422, "INPUT_INVALID"],
    ["GET", "/api/v1/conversations?from=2026-02-31T10:00", undefined, 422, "INPUT_INVALID"],
    ["GET", "/api/v1/conversations?cursor=nonsense", undefined, 422, "INPUT_INVALID"],
    ["GET", "/api/v1/conversations/nobody", undefined, 404, "NOT_FOUND"],
    ["GET", `/api/v1/conversations/cnv_${"0".repeat(32)}`, undefined, 404, "NOT_FOUND"],
    ["GET", `/api/v1/conversations/cnv_${"0".repeat(32)}/messages`, undefined, 404, "NOT_FOUND"],
    ["POST", `/api/v1/conversations/cnv_${"0".repeat(32)}/read`, undefined, 404, "NOT_FOUND"],
    ["POST", `/api/v1/conversations/cnv_${"0".repeat(32)}/close`, {}, 404, "NOT_FOUND"],
    ["POST", `/api/v1/conversations/cnv_${"0".repeat(32)}/messages`, { body: "x" }, 404, "NOT_FOUND"],
    ["PATCH", `/api/v1/conversations/cnv_${"0".repeat(32)}`, { team: "x" }, 404, "NOT_FOUND"],
  ])("%s %s is %j", async (method, path, json, status, code) => {
    const answer = await api.call(method, path, json === undefined ? {} : { json });
    expect([answer.status, answer.body.error.code]).toEqual([status, code]);
  });

  test("an answer that says nothing, or says it twice, or by nobody", async () => {
    const { id } = await conversationWith(ANA);
    for (const json of [
      {},
      { body: "a", template: "b" },
      { body: "a", by: newId("user") },
      { body: "a", to: LUIS },
    ]) {
      const answer = await api.call("POST", `/api/v1/conversations/${id}/messages`, { json });
      expect([answer.status, answer.body.error.code], JSON.stringify(json)).toEqual([422, "INPUT_INVALID"]);
    }
    const assigned = await api.call("PATCH", `/api/v1/conversations/${id}`, {
      json: { assignedTo: newId("user") },
    });
    expect([assigned.status, assigned.body.error.code]).toEqual([422, "INPUT_INVALID"]);
    const malformed = await api.call("POST", `/api/v1/conversations/${id}/messages`, {
      raw: "{",
      headers: { "content-type": "application/json" },
    });
    expect([malformed.status, malformed.body.error.code]).toEqual([400, "BODY_MALFORMED"]);
  });

  test("another tenant's conversations are not there", async () => {
    const { call } = await api.otherTenant();
    const { id } = await conversationWith(ANA);
    expect((await call("GET", `/api/v1/conversations/${id}`)).status).toBe(404);
    expect((await call("POST", `/api/v1/conversations/${id}/close`, { json: {} })).status).toBe(404);
    expect((await call("GET", "/api/v1/conversations")).body.items).toEqual([]);
  });

  test("a key that may only read changes nothing", async () => {
    const reader = await api.withScopes(["conversations:read"]);
    const { id } = await conversationWith(ANA);
    expect((await reader("GET", `/api/v1/conversations/${id}`)).status).toBe(200);
    expect((await reader("POST", `/api/v1/conversations/${id}/close`, { json: {} })).status).toBe(403);
    expect((await api.anonymous("GET", "/api/v1/conversations")).status).toBe(401);
  });
});

async function credits(meter: string): Promise<number> {
  const { body } = await api.call("GET", "/api/v1/credits");
  return body.items.find((item: { meter: string }) => item.meter === meter).remaining;
}
