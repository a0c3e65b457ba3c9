import { createHmac } from "node:crypto";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { inspect } from "../support/database.ts";
import { inboundText, META_NUMBER, metaWebhook } from "../support/meta-request.ts";
import { callForm, twilioRequest } from "../support/twilio-request.ts";
import { until } from "../support/until.ts";
import { writeTo } from "../support/write-message.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

const PREFIX = "/api/integrations/twilio";
let api: TestApi;
beforeAll(async () => {
  api = await startTestApi();
});
afterAll(() => api.stop());

const sentTo = (to: string) =>
  api.engine.twilio.ledger().filter((entry) => entry.kind === "message" && entry.to === to);

test("send-sms sends as POST /messages does, by SMS", async () => {
  const to = "+573009220001";
  const json = { orgId: 12, to, body: "Su pedido #1234 está listo", module: "pos", recordId: "1234" };
  const { status, body, text } = await api.call("POST", `${PREFIX}/send-sms`, { json });
  expect(status, text).toBe(201);
  expect(body).toMatchObject({ channel: "sms", to, body: json.body, module: "pos", recordId: "1234" });
  expect(sentTo(to)).toHaveLength(1);
  const known = await api.call("GET", `/api/v1/messages/${body.id}`);
  expect(known.body.id).toBe(body.id);
});

test("send-whatsapp keeps the window, and the idempotency key", async () => {
  const to = "+573009220002";
  const closed = await api.call("POST", `${PREFIX}/send-whatsapp`, { json: { to, body: "Hola" } });
  expect([closed.status, closed.body.error.code]).toEqual([409, "WINDOW_CLOSED"]);
  const json = { to, body: "Hola" };
  const headers = { "idempotency-key": "alias-1" };
  const [first, again] = [
    await api.call("POST", `${PREFIX}/send-sms`, { json, headers }),
    await api.call("POST", `${PREFIX}/send-sms`, { json, headers }),
  ];
  expect(again.body.id).toBe(first.body.id);
  expect(sentTo(to)).toHaveLength(1);
});

test("credits and usage answer what the routes they stand for answer", async () => {
  for (const name of ["credits", "usage"]) {
    const [alias, itself] = [
      await api.call("GET", `${PREFIX}/${name}`),
      await api.call("GET", `/api/v1/${name}`),
    ];
    expect([alias.status, alias.body], name).toEqual([200, itself.body]);
    expect(alias.body.items.length, name).toBeGreaterThan(0);
  }
});

test("verify/send and verify/check send a code and check it", async () => {
  const to = "+573009220003";
  const sent = await api.call("POST", `${PREFIX}/verify/send`, { json: { to, channel: "sms" } });
  expect([sent.status, sent.body.status], sent.text).toEqual([201, "pending"]);
  const checked = await api.call("POST", `${PREFIX}/verify/check`, { json: { to, code: "000000" } });
  expect([checked.status, checked.body.valid], checked.text).toEqual([200, false]);
});

test("an alias needs the scope of what it stands for, and says what it is", async () => {
  const reader = await api.withScopes(["runs:read"]);
  for (const [method, path, json] of [
    ["POST", "send-sms", { to: "+573009220004", body: "x" }],
    ["GET", "credits", undefined],
    ["POST", "verify/send", { to: "+573009220004" }],
  ] as const)
    expect((await reader(method, `${PREFIX}/${path}`, { json })).status, path).toBe(403);
  const { paths } = (await api.anonymous("GET", "/api/openapi.json")).body;
  const aliases = Object.entries<Record<string, { summary: string }>>(paths).filter(([path]) =>
    path.startsWith(PREFIX),
  );
  expect(aliases).toHaveLength(9);
  for (const [path, operations] of aliases)
    for (const { summary } of Object.values(operations)) expect(summary, path).toMatch(/^Alias of /);
});

test.each([
  [{ to: "300", body: "x" }, "/to"],
  [{ to: "+573009220005" }, "body"],
  [{ to: "+573009220005", body: "x", channel: "sms" }, "channel"],
])("what is wrong is said: %j", async (json, words) => {
  const { status, body } = await api.call("POST", `${PREFIX}/send-sms`, { json });
  expect([status, body.error.code]).toEqual([422, "INPUT_INVALID"]);
  expect(JSON.stringify(body.error)).toContain(words);
});

describe("addresses that vendors were given", () => {
  const sms = (sid: string, from: string) => ({
    MessageSid: sid,
    From: from,
    To: DEMO.numbers.shared,
    Body: "Hola",
  });

  test.each([`${PREFIX}/incoming-message`, "/api/whatsapp/webhook"])(
    "%s takes Twilio's messages as its own webhook does, signed for this address",
    async (path) => {
      const sid = `SM${createHmac("md5", path).update("x").digest("hex")}`;
      const from = `whatsapp:+57300922${path.length.toString().padStart(4, "0")}`;
      const form = { ...sms(sid, from), To: `whatsapp:${DEMO.numbers.shared}` };
      const taken = await twilioRequest(api.engine, path, form);
      expect(taken).toMatchObject({ status: 200, body: expect.stringContaining("<Response") });
      // The same message at the address of now is the same delivery.
      await twilioRequest(api.engine, "/hooks/twilio/messages", form);
      const kept = await inspect(api.engine.connection, "select body from messages where provider_ref = $1", [
        sid,
      ]);
      expect(kept).toEqual([{ body: "Hola" }]);
      const forged = { accountSid: api.engine.twilio.accounts()[0]?.accountSid ?? "", authToken: "guessed" };
      expect((await twilioRequest(api.engine, path, form, forged)).status).toBe(403);
    },
  );

  test("voice/incoming answers a call with what its flow says", async () => {
    const form = callForm(`CA${"5".repeat(32)}`, "+573009220011", DEMO.numbers.shared);
    const { status, body } = await twilioRequest(api.engine, `${PREFIX}/voice/incoming`, form);
    expect([status, body]).toEqual([200, expect.stringContaining("<Gather")]);
  });

  test("status-callback knows a message by its SID, and only of the account that signed", async () => {
    const json = { to: "+573009220012", body: "Su pedido está listo" };
    const { body: sent } = await api.call("POST", `${PREFIX}/send-sms`, { json });
    const told = { MessageSid: sent.ref, MessageStatus: "read" };
    expect((await twilioRequest(api.engine, `${PREFIX}/status-callback`, told)).status).toBe(204);
    expect((await api.call("GET", `/api/v1/messages/${sent.id}`)).body.status).toBe("read");
    const stranger = { accountSid: `AC${"d".repeat(32)}`, authToken: "theirs" };
    expect((await twilioRequest(api.engine, `${PREFIX}/status-callback`, told, stranger)).status).toBe(403);
  });

  test("/webhook/whatsapp is Meta's, with its handshake and its signature", async () => {
    const path = `${api.engine.url}/webhook/whatsapp`;
    const asked = await fetch(`${path}?hub.mode=subscribe&hub.verify_token=wrong&hub.challenge=7`);
    expect(asked.status).toBe(403);
    const body = JSON.stringify(
      metaWebhook({ messages: [inboundText("+573009220013", "wamid.alias", "¿Abren hoy?")] }),
    );
    const post = (secret: string) =>
      fetch(path, {
        method: "POST",
        headers: {
          "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
        },
        body,
      });
    expect((await post("guessed")).status).toBe(403);
    const taken = await post("demo-app-secret");
    expect([taken.status, await taken.text()]).toEqual([200, "EVENT_RECEIVED"]);
  });
});

describe("the chat panel of before", () => {
  const phone = "+573009220013";

  test("lists WhatsApp conversations, counts what is unread, and shows one by its phone", async () => {
    const { body } = await api.call(
      "GET",
      `/api/whatsapp/conversations?contact=${encodeURIComponent(phone)}`,
    );
    expect(body.items).toMatchObject([{ channel: "whatsapp", contact: { address: phone }, unread: 1 }]);
    const all = await api.call("GET", "/api/whatsapp/conversations?limit=200");
    expect(new Set(all.body.items.map(({ channel }: { channel: string }) => channel))).toEqual(
      new Set(["whatsapp"]),
    );
    const unread = await api.call("GET", "/api/whatsapp/unread-count");
    const counted = await api.call("GET", "/api/v1/conversations/unread-count?channel=whatsapp");
    expect(unread.body).toEqual(counted.body);
    expect(unread.body.messages).toBeGreaterThan(0);
    const said = await api.call("GET", `/api/whatsapp/conversations/${phone}/messages`);
    expect(said.body.items).toMatchObject([{ direction: "inbound", body: "¿Abren hoy?" }]);
    const nobody = await api.call("GET", "/api/whatsapp/conversations/+573009229999/messages");
    expect([nobody.status, nobody.body.error.code]).toEqual([404, "NOT_FOUND"]);
    expect((await api.call("GET", "/api/whatsapp/conversations?channel=sms")).body.error.code).toBe(
      "INPUT_INVALID",
    );
  });

  test("sends in the window that the person opened", async () => {
    // At the emulator, too, which keeps windows of its own.
    await writeTo(api.engine, { from: phone, to: META_NUMBER.displayPhoneNumber, body: "¿Y mañana?" });
    const json = { to: phone, body: "Sí, hasta las 20:00" };
    const { status, body, text } = await api.call("POST", "/api/whatsapp/send", { json });
    expect(status, text).toBe(201);
    // From the number they wrote to, which has the window; the same key again names the same message.
    const headers = { "idempotency-key": "chat-1" };
    const [first, again] = [
      await api.call("POST", "/api/whatsapp/send", { json: { ...json, body: "Hasta luego" }, headers }),
      await api.call("POST", "/api/whatsapp/send", { json: { ...json, body: "Hasta luego" }, headers }),
    ];
    expect([first.status, again.body.id], first.text).toEqual([201, first.body.id]);
    const from = META_NUMBER.displayPhoneNumber;
    expect(body).toMatchObject({ channel: "whatsapp", from, to: phone, body: json.body });
  });

  test("metrics are those of the client's WhatsApp numbers", async () => {
    // Both answers to the person were free ones.
    await until("both to arrive", async () => {
      const { body } = await api.call("GET", "/api/v1/numbers/num_demo_meta/allowance");
      return body.used === 2;
    });
    const { status, body } = await api.call("GET", "/api/dashboard/metrics");
    expect(status).toBe(200);
    const at = (number: string) =>
      body.find(({ phone_number }: { phone_number: string }) => phone_number === number);
    expect(at(META_NUMBER.displayPhoneNumber)).toEqual({
      client_name: expect.any(String),
      phone_number: META_NUMBER.displayPhoneNumber,
      conversations_today: 1,
      free_messages_remaining: 998,
      ai_responses_sent: 0,
      conversion_rate: null,
    });
    expect(at(DEMO.numbers.shared)).toMatchObject({ free_messages_remaining: null });
    expect(at(DEMO.numbers.landline)).toBeUndefined();
    const { call } = await api.otherTenant();
    expect((await call("GET", "/api/dashboard/metrics")).body).toEqual([]);
  });

  test("what came of interactions counts, and answers of flows that asked a model", async () => {
    const { connection, tenantId } = api.engine;
    await inspect(
      connection,
      `insert into interactions (id, tenant_id, run_id, kind, flow_key, number_id, outcome)
       values ('int_alias_1', $1, 'run_alias_1', 'meta.incoming-message', 'x', 'num_demo_meta', 'ok'),
              ('int_alias_2', $1, 'run_alias_2', 'meta.incoming-message', 'x', 'num_demo_meta', 'ok')`,
      [tenantId],
    );
    await inspect(
      connection,
      "insert into goals (tenant_id, step_key, run_id, flow_key, name, at) values ($1, 'alias:1', 'run_alias_1', 'x', 'venta', now())",
      [tenantId],
    );
    await inspect(
      connection,
      `insert into uses (tenant_id, step_key, kind, run_id, amount)
       select tenant_id, 'alias:2', 'ai', run_id, 1 from messages
       where number_id = 'num_demo_meta' and direction = 'outbound' order by created_at desc limit 1`,
      [],
    );
    const { body } = await api.call("GET", "/api/dashboard/metrics");
    expect(body).toContainEqual(
      expect.objectContaining({
        phone_number: META_NUMBER.displayPhoneNumber,
        conversion_rate: 0.5,
        ai_responses_sent: 1,
      }),
    );
  });
});
