import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { apiClient } from "../http/api-client.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { inspect } from "../support/database.ts";
import { META_NUMBER } from "../support/meta-request.ts";
import { flowOf } from "../support/small-flow.ts";
import { until } from "../support/until.ts";

const NUMBER = META_NUMBER.displayPhoneNumber;
let engine: TestEngine;
let people = 0;

beforeAll(async () => {
  engine = await buildEngine();
  await publishChat({});
});
afterAll(() => engine.stop());

/** Answers with a list, and waits a day for what is chosen. */
async function publishChat(params: Record<string, unknown>): Promise<void> {
  const flow = flowOf("chat", [
    ["message", "meta.incoming-message", params],
    ["hello", "meta.send", { type: "text", text: "Hola {{ trigger.message.deed.emoji }}" }],
    ["ask", "core.wait", { for: { amount: 1, unit: "days" } }],
  ]);
  // By `sent`, not `next`.
  const edges = [
    { id: "a", source: "message", sourceHandle: "next", target: "hello" },
    { id: "b", source: "hello", sourceHandle: "sent", target: "ask" },
  ];
  await engine.publish({ ...flow, edges }, { number: NUMBER, channel: "messages" });
  // What an engine knows of a published flow it keeps for seconds.
  await until("the published flow", async () => {
    const { tenantId, app } = engine;
    const version = await app.runtime.versions.published(tenantId, "chat");
    return JSON.stringify(version?.graph.flow.nodes[0]?.data.params) === JSON.stringify(params);
  });
}

const newPerson = () => {
  people += 1;
  return { from: `+3460077${String(people).padStart(4, "0")}`, userId: `ES.9000000000000000${people}` };
};

const sent = (to: string) =>
  engine.meta.ledger().filter((entry) => entry.kind === "message" && entry.to === to);
const runsOf = (contact: string) =>
  inspect<{
    id: string;
    status: string;
    contact_phone: string;
    state: { contact: { id: string; userId: string } };
  }>(engine.connection, "select * from runs where state #>> '{contact,id}' = $1 order by id", [contact]);
const contactOf = async (userId: string) => {
  const [row] = await inspect<{ id: string; phone: string | null }>(
    engine.connection,
    "select c.* from contacts c join contact_identities i on i.contact_id = c.id where i.user_id = $1",
    [userId],
  );
  return row;
};

describe("somebody who hides their phone", () => {
  test("is written to by their user id, within the window they opened, and kept under it", async () => {
    const { userId } = newPerson();
    const { status } = await engine.meta.receiveMessage({
      ...META_NUMBER,
      userId,
      username: "lucia_p",
      text: "hola",
    });
    expect(status).toBe(200);
    const [message] = await until("the answer", () => (sent(userId).length > 0 ? sent(userId) : null));
    expect(message?.details).toMatchObject({ request: { recipient: userId, text: { body: "Hola " } } });
    expect(message?.details?.request).not.toHaveProperty("to");
    await engine.meta.idle();
    const contact = await contactOf(userId);
    expect(contact?.phone).toBeNull();
    const [run] = await runsOf(contact?.id ?? "");
    expect(run).toMatchObject({ contact_phone: userId, state: { contact: { userId } } });
    const rows = await inspect<{ direction: string; contact_phone: string; status: string }>(
      engine.connection,
      "select direction, contact_phone, status from messages where contact_phone = $1 order by id",
      [userId],
    );
    expect(rows).toMatchObject([{ direction: "inbound" }, { direction: "outbound", status: "delivered" }]);
  });

  test("becomes one with whom we knew by phone as soon as they show it", async () => {
    const { from, userId } = newPerson();
    await engine.meta.receiveMessage({ ...META_NUMBER, userId, text: "hola" });
    const before = await contactOf(userId);
    await engine.meta.receiveMessage({ ...META_NUMBER, from, userId, text: "soy yo" });
    expect(await contactOf(userId)).toMatchObject({ id: before?.id, phone: from });
  });
});

describe("a person who hides the phone we know", () => {
  test("is written to by phone, as the one contact they are", async () => {
    const { from, userId } = newPerson();
    await engine.meta.receiveMessage({ ...META_NUMBER, from, userId, text: "hola" });
    await engine.meta.receiveMessage({ ...META_NUMBER, userId, text: "otra vez" });
    await until("both answers", () => sent(from).length === 2);
    expect(sent(userId)).toEqual([]);
    expect(await runsOf((await contactOf(userId))?.id ?? "")).toHaveLength(2);
  });
});

describe("a person with a new number", () => {
  test("is the same contact, and is written to there", async () => {
    const old = newPerson();
    const now = newPerson();
    await engine.meta.receiveMessage({ ...META_NUMBER, ...old, text: "hola" });
    const contact = await contactOf(old.userId);
    const moved = { previousUserId: old.userId, previousPhone: old.from };
    expect((await engine.meta.receiveMessage({ ...META_NUMBER, ...now, moved })).status).toBe(200);
    expect(await contactOf(now.userId)).toMatchObject({ id: contact?.id, phone: now.from });
    await engine.meta.receiveMessage({ ...META_NUMBER, userId: now.userId, text: "sigo aquí" });
    await until("the answer", () => sent(now.from).length === 1);
    const [event] = await inspect(
      engine.connection,
      "select * from number_events where event = 'user_changed_number'",
    );
    expect(event).toMatchObject({ contact_id: contact?.id, severity: "info" });
  });
});

describe("[H12] a conversation that somebody else leads", () => {
  test("is on record, and nobody answers it; STOP counts all the same", async () => {
    const { from, userId } = newPerson();
    const { status } = await engine.meta.receiveMessage({
      ...META_NUMBER,
      from,
      userId,
      text: "STOP",
      standby: true,
    });
    expect(status).toBe(200);
    await engine.meta.idle();
    expect(sent(from)).toEqual([]);
    const contact = await contactOf(userId);
    expect(await runsOf(contact?.id ?? "")).toEqual([]);
    const rows = await inspect(engine.connection, "select body from messages where contact_phone = $1", [
      from,
    ]);
    expect(rows).toEqual([{ body: "STOP" }]);
    const [row] = await inspect(engine.connection, "select opt_outs from contacts where id = $1", [
      contact?.id,
    ]);
    expect(row).toEqual({ opt_outs: ["whatsapp"] });
  });
});

describe("what people do besides writing", () => {
  test("is on record and starts nothing, unless a flow asks for it", async () => {
    const { from, userId } = newPerson();
    await engine.meta.receiveMessage({ ...META_NUMBER, from, userId, text: "hola" });
    await until("the answer", () => sent(from).length === 1);
    const reaction = { message_id: sent(from)[0]?.ref ?? "", emoji: "👍" };
    await engine.meta.receiveMessage({ ...META_NUMBER, from, userId, reaction });
    await engine.meta.receiveMessage({ ...META_NUMBER, from, userId, unsupported: "poll_creation" });
    await engine.meta.replay(2);
    const events = await inspect<{ event: string; about_ref: string | null; data: { what: string } }>(
      engine.connection,
      "select * from number_events where contact_id = $1 order by id",
      [(await contactOf(userId))?.id],
    );
    expect(events.map(({ event, about_ref }) => [event, about_ref])).toEqual([
      ["reaction", reaction.message_id],
      ["unsupported", null],
    ]);
    expect(events[1]?.data.what).toBe("poll_creation");
    expect(await runsOf((await contactOf(userId))?.id ?? "")).toHaveLength(1);
  });

  test("starts a flow whose trigger asks for it", async () => {
    await publishChat({ also: ["reaction"] });
    const { from, userId } = newPerson();
    await engine.meta.receiveMessage({ ...META_NUMBER, from, userId, text: "hola" });
    await until("the first answer", () => sent(from).length === 1);
    await engine.meta.receiveMessage({
      ...META_NUMBER,
      from,
      userId,
      reaction: { message_id: "wamid.X", emoji: "🎉" },
    });
    await engine.meta.receiveMessage({ ...META_NUMBER, from, userId, revoke: { messageId: "wamid.X" } });
    await until("both answers", () => sent(from).length === 2);
    expect(sent(from).map(({ body }) => body)).toEqual(["Hola ", "Hola 🎉"]);
    expect(await runsOf((await contactOf(userId))?.id ?? "")).toHaveLength(2);
    await publishChat({});
  });
});

describe("messaging nodes, to somebody without a phone", () => {
  const call = () => apiClient(engine.url, engine.apiKey);
  const node = (id: string, type: string, params: object) => ({
    id,
    type,
    version: 1,
    position: { x: 0, y: 0 },
    data: { label: id, params },
  });
  const ports = ["sent", "reply", "undeliverable", "closed", "open", "next"];

  /** Runs one node for the contact with this user id, and answers with what it gave. */
  async function runOne(key: string, type: string, params: object, ofUser: string, via = ports) {
    const flow = {
      schemaVersion: 1,
      key,
      name: key,
      settings: { locale: "es" },
      nodes: [
        node("start", "api.run", {}),
        node("it", type, params),
        node("say", "core.reply", { status: 200, json: { it: "{{ steps.it }}", contact: "{{ contact }}" } }),
      ],
      edges: [
        { id: "a", source: "start", sourceHandle: "next", target: "it" },
        ...via.map((port) => ({ id: port, source: "it", sourceHandle: port, target: "say" })),
      ],
    };
    await engine.publish(flow as never);
    const json = { contact: { userId: ofUser } };
    const answer = await call()("POST", `/api/v1/flows/${key}/runs?wait=15`, { json });
    return answer.body;
  }

  async function somebody(): Promise<string> {
    const { userId } = newPerson();
    await engine.meta.receiveMessage({ ...META_NUMBER, userId, text: "hola" });
    await until("the answer", () => sent(userId).length === 1);
    return userId;
  }

  test("messaging.send reaches them in the window they opened", async () => {
    const userId = await somebody();
    const params = { text: "Le esperamos", fromNumber: "num_demo_meta" };
    const { it, contact } = await runOne("send-hidden", "messaging.send", params, userId, [
      "sent",
      "undeliverable",
    ]);
    expect(contact).toMatchObject({ phone: null, userId });
    expect(it).toMatchObject({
      channel: "whatsapp",
      attempts: [{ channel: "whatsapp", result: "accepted" }],
    });
    expect(sent(userId).at(-1)).toMatchObject({ body: "Le esperamos" });
  });

  test("messaging.template goes from a number that can reach them, not from the tenant's first", async () => {
    const userId = await somebody();
    const params = {
      template: "pedido-en-camino",
      locale: "es",
      variables: { nombre: "Lucía", pedido: "P-7" },
    };
    const { it } = await runOne("template-hidden", "messaging.template", params, userId, [
      "sent",
      "undeliverable",
    ]);
    expect(it.attempts, JSON.stringify(it)).toMatchObject([{ channel: "whatsapp", result: "accepted" }]);
    expect(sent(userId)).toHaveLength(2);
  });

  test("an SMS, or a number of another vendor, is told to be impossible", async () => {
    const userId = await somebody();
    const over = async (key: string, params: object) =>
      (await runOne(key, "messaging.send", { text: "Hola", ...params }, userId, ["sent", "undeliverable"])).it
        .attempts;
    expect(await over("sms-hidden", { channels: ["sms"] })).toMatchObject([{ result: "refused" }]);
    expect(
      await over("twilio-hidden", { channels: ["whatsapp"], fromNumber: "num_demo_shared" }),
    ).toMatchObject([{ result: "no_sender" }]);
  });

  test("messaging.window and messaging.consent are about them", async () => {
    const userId = await somebody();
    const open = await runOne("window-hidden", "messaging.window", {}, userId, ["open", "closed"]);
    expect(open.it.lastInboundAt).toEqual(expect.any(String));
  });

  test("messaging.send-and-wait hears their answer", async () => {
    const userId = await somebody();
    const params = { text: "¿Viene?", fromNumber: "num_demo_meta", channels: ["whatsapp"] };
    const running = runOne("ask-hidden", "messaging.send-and-wait", params, userId, [
      "reply",
      "undeliverable",
    ]);
    await until("the question", () => sent(userId).some(({ body }) => body === "¿Viene?"));
    await engine.meta.receiveMessage({ ...META_NUMBER, userId, text: "Sí, claro" });
    expect((await running).it).toMatchObject({ body: "Sí, claro", from: userId });
  });

  test("POST /messages, a list and contacts name them, too", async () => {
    const userId = await somebody();
    const to = { to: userId, channel: "whatsapp", fromNumber: "num_demo_meta" };
    const { status, text, body } = await call()("POST", "/api/v1/messages", {
      json: { ...to, body: "Ya está" },
    });
    expect(status, text).toBe(201);
    expect(body).toMatchObject({ to: userId });
    const order = {
      module: "crm",
      template: "crm-customer-notice",
      variables: { nombre: "Lucía", mensaje: "abrimos" },
    };
    const bulk = await call()("POST", "/api/v1/notify/bulk", {
      json: { ...order, locale: "es", recipients: [{ userId }, { phone: "+34600770999" }, "ES.x y"] },
    });
    expect(bulk.body.list, bulk.text).toMatchObject({ recipients: 2, invalid: 1 });
    const phones = await inspect<{ phone: string }>(
      engine.connection,
      "select phone from recipient_list_entries where list_id = $1 order by position",
      [bulk.body.list.id],
    );
    expect(phones.map(({ phone }) => phone)).toEqual([userId, "+34600770999"]);
  });
});
