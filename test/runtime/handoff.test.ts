import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { startTestApi, type TestApi } from "../http/test-api.ts";
import { inspect } from "../support/database.ts";
import { flowOf } from "../support/small-flow.ts";
import { until } from "../support/until.ts";

const { shared } = DEMO.numbers;

let api: TestApi;
let people = 0;

beforeAll(async () => {
  api = await startTestApi();
  await api.engine.publish(
    flowOf(
      "desk",
      [
        ["message", "twilio.incoming-message"],
        [
          "desk",
          "messaging.handoff",
          { team: "Reservas", note: "Dijo: {{ trigger.message.body }}", timeoutMinutes: 60 },
        ],
        ["end_closed", "core.end", { outcome: "closed" }],
        ["end_timeout", "core.end", { outcome: "timeout" }],
      ],
      [
        ["message", "next", "desk"],
        ["desk", "closed", "end_closed"],
        ["desk", "timeout", "end_timeout"],
      ],
    ),
    { number: shared, channel: "messages" },
  );
  await api.engine.publish(
    flowOf(
      "ask",
      [
        ["request", "api.run"],
        [
          "ask",
          "messaging.send-and-wait",
          {
            to: "{{ trigger.input.to }}",
            text: "¿Sí?",
            channels: ["sms"],
            choices: [{ id: "yes", title: "Sí" }],
          },
        ],
        ["end_yes", "core.end", { outcome: "yes" }],
        ["end_reply", "core.end", { outcome: "reply" }],
      ],
      [
        ["request", "next", "ask"],
        ["ask", "yes", "end_yes"],
        ["ask", "reply", "end_reply"],
      ],
    ),
  );
});
afterAll(() => api.stop());

function newPerson(): string {
  people += 1;
  return `+57300600${String(people).padStart(4, "0")}`;
}

function write(from: string, body: string) {
  return api.engine.twilio.receiveMessage({ from, to: shared, body });
}

interface RunRow {
  readonly id: string;
  readonly flow_key: string;
  readonly status: string;
  readonly outcome: string | null;
  readonly desk: Readonly<Record<string, unknown>> | null;
}

function runsOf(from: string): Promise<RunRow[]> {
  return inspect(
    api.engine.connection,
    `select id, flow_key, status, state #>> '{outcome,name}' as outcome, state #> '{steps,desk}' as desk
     from runs where contact_phone = $1 and flow_key <> '_message' order by id`,
    [from],
  );
}

async function conversationWith(contact: string) {
  const { body } = await api.call("GET", `/api/v1/conversations?contact=${encodeURIComponent(contact)}`);
  return body.items[0];
}

/** Somebody writes, and the flow gives them to people. */
async function handedOff(from: string): Promise<{ readonly id: string }> {
  await write(from, "Quiero cambiar la fecha");
  return until("the handoff, and its run asleep", async () => {
    const conversation = await conversationWith(from);
    const [run] = await runsOf(from);
    return conversation?.status === "handoff" && run?.status === "waiting" ? conversation : null;
  });
}

async function ended(from: string): Promise<RunRow> {
  return until("the run to end", async () => {
    const [run] = await runsOf(from);
    return run?.outcome ? run : null;
  });
}

async function skip(ms: number): Promise<void> {
  expect((await api.call("POST", "/api/v1/clock/skip", { json: { ms } })).status).toBe(200);
}

describe("[Q4] a conversation that people have", () => {
  test("is in the inbox with its team and note, and no flow answers what is written meanwhile", async () => {
    const from = newPerson();
    const { id } = await handedOff(from);
    await write(from, "¿Hay alguien?");
    await write(from, "Para el viernes");
    expect(await conversationWith(from)).toMatchObject({ status: "handoff", team: "Reservas", unread: 3 });
    expect(await runsOf(from)).toHaveLength(1);
    const [handoff] = await inspect<{ note: string }>(
      api.engine.connection,
      "select note from handoffs where conversation_id = $1",
      [id],
    );
    expect(handoff?.note).toBe("Dijo: Quiero cambiar la fecha");
  });

  test("comes back when it is closed: by whom, after how long, and what was said", async () => {
    const from = newPerson();
    const { id } = await handedOff(from);
    await write(from, "Para el viernes");
    await api.call("POST", `/api/v1/conversations/${id}/messages`, { json: { body: "Hecho, viernes" } });
    await skip(10 * 60_000);
    const [user] = await inspect<{ id: string }>(api.engine.connection, "select id from users limit 1");
    await api.call("PATCH", `/api/v1/conversations/${id}`, { json: { assignedTo: user?.id } });
    await api.call("POST", `/api/v1/conversations/${id}/close`, { json: { by: user?.id } });
    const { outcome, desk } = await ended(from);
    expect(outcome).toBe("closed");
    expect(desk).toMatchObject({
      conversationId: id,
      closedBy: user?.id,
      assignedTo: user?.id,
      messages: [
        { direction: "inbound", body: "Para el viernes" },
        { direction: "outbound", body: "Hecho, viernes" },
      ],
    });
    expect(desk?.seconds).toBeGreaterThanOrEqual(600);
    await write(from, "Gracias");
    await until("the number's flow to start again", async () => (await runsOf(from)).length === 2);
  });

  test("comes back by timeout, and flows answer again", async () => {
    const from = newPerson();
    const { id } = await handedOff(from);
    await skip(61 * 60_000);
    expect((await ended(from)).outcome).toBe("timeout");
    expect(await conversationWith(from)).toMatchObject({ id, status: "open", team: null });
    await write(from, "Hola");
    await until("the number's flow to start again", async () => (await runsOf(from)).length === 2);
  });

  test("closing and time up at once have one winner", async () => {
    for (let round = 0; round < 5; round++) {
      const from = newPerson();
      const { id } = await handedOff(from);
      await Promise.all([
        skip(61 * 60_000),
        api.call("POST", `/api/v1/conversations/${id}/close`, { json: {} }),
      ]);
      const { outcome } = await ended(from);
      const [handoff] = await inspect<{ outcome: string }>(
        api.engine.connection,
        "select outcome from handoffs where conversation_id = $1",
        [id],
      );
      expect(handoff?.outcome).toBe(outcome);
    }
  });

  test("closed while whoever closed it is gone before telling: closing again tells", async () => {
    const from = newPerson();
    const { id } = await handedOff(from);
    await inspect(
      api.engine.connection,
      "update handoffs set ended_at = now(), ended_by = 'key_x', outcome = 'closed' where conversation_id = $1",
      [id],
    );
    await api.call("POST", `/api/v1/conversations/${id}/close`, { json: {} });
    expect((await ended(from)).desk).toMatchObject({ closedBy: "key_x" });
  });

  test("cannot be taken back by hand while a flow waits for it", async () => {
    const from = newPerson();
    const { id } = await handedOff(from);
    const answer = await api.call("PATCH", `/api/v1/conversations/${id}`, { json: { status: "open" } });
    expect([answer.status, answer.body.error.code]).toEqual([422, "INPUT_INVALID"]);
  });

  test("taken by hand answers no question by words either, and flows answer once it is open", async () => {
    const from = newPerson();
    await api.call("POST", "/api/v1/flows/ask/runs", {
      json: { input: { to: from }, contact: { phone: from } },
    });
    const { id } = await until("the question", async () => (await conversationWith(from)) ?? null);
    await api.call("PATCH", `/api/v1/conversations/${id}`, { json: { status: "handoff" } });
    await write(from, "1");
    expect((await runsOf(from)).map(({ outcome }) => outcome)).toEqual([null]);
    await api.call("PATCH", `/api/v1/conversations/${id}`, { json: { status: "open" } });
    await write(from, "1");
    expect((await ended(from)).outcome).toBe("yes");
  });

  test("[L7] a picture is kept all the same", async () => {
    const from = newPerson();
    const { id } = await handedOff(from);
    const files = [
      { bytes: Buffer.from("89504e470d0a1a0a0017", "hex"), type: "image/png", name: "foto.png" },
    ];
    await api.engine.twilio.receiveMessage({ from, to: shared, body: "Así quedó", files });
    const { body } = await api.call("GET", `/api/v1/conversations/${id}/messages`);
    const { media } = body.items.find((message: { body: string }) => message.body === "Así quedó");
    const { body: file } = await api.call("GET", `/api/v1/media/${media[0]}`);
    expect(file).toMatchObject({ state: "stored", type: "image/png", size: 10 });
    expect(await runsOf(from)).toHaveLength(1);
  });

  test("STOP is kept all the same", async () => {
    const from = newPerson();
    await handedOff(from);
    await write(from, "STOP");
    const [contact] = await inspect<{ opt_outs: string[] }>(
      api.engine.connection,
      "select opt_outs from contacts where phone = $1",
      [from],
    );
    expect(contact?.opt_outs).toEqual(["sms"]);
  });
});
