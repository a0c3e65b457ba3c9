/** A conversation on the real engine: flows as its tools, messages that come early, steps that were interrupted. */
import { afterAll, beforeAll, expect, test } from "vitest";
import type { ModelEmulator } from "../../plugins/agent/emulator/emulator.ts";
import { rest } from "../support/at-rest.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { inspect } from "../support/database.ts";
import { META_NUMBER } from "../support/meta-request.ts";
import { flowOf } from "../support/small-flow.ts";
import { until } from "../support/until.ts";
import { writeTo } from "../support/write-message.ts";

const NUMBER = "+576015550108";
const WORKSHOP = "+573005550199";
const WARRANTY = {
  type: "object",
  properties: { factura: { type: "string", title: "factura" } },
  required: ["factura"],
  additionalProperties: false,
};

let engine: TestEngine;
let model: ModelEmulator;

beforeAll(async () => {
  engine = await buildEngine();
  model = engine.app.emulators.agent as ModelEmulator;
  await engine.publish(
    flowOf("consultar-garantia", [
      ["llamada", "core.called", { input: WARRANTY }],
      ["pausa", "core.wait", { for: { amount: 1, unit: "seconds" } }],
      [
        "fin",
        "core.end",
        { outcome: "vigente", output: { hasta: "2027-01-31", factura: "{{ trigger.input.factura }}" } },
      ],
    ]),
  );
  const params = {
    instructions: "Atiendes una tienda.",
    flows: [{ flow: "consultar-garantia", confirm: false }],
    tools: ["registrar_pedido"],
    nodes: [
      {
        node: "messaging.send",
        name: "avisar_al_taller",
        description: "Avisa al taller",
        params: { to: WORKSHOP, channels: ["sms"], text: "Avería: {{ args.averia }}", purpose: "service" },
        arguments: [{ name: "averia", kind: "text", required: true }],
        confirm: false,
      },
    ],
    debounceSeconds: 0,
    waitMinutes: 30,
  };
  const chat = flowOf("chat", [
    ["mensaje", "twilio.incoming-message"],
    ["agente", "agent.reply", params],
  ]);
  await engine.publish(chat, { number: NUMBER, channel: "messages" });
});
afterAll(() => engine.stop());

function write(from: string, body: string): Promise<string> {
  return writeTo(engine, { from, to: NUMBER, body, channel: "whatsapp" });
}

async function runOf(contact: string): Promise<{ id: string; status: string }> {
  const rows = await inspect<{ id: string; status: string }>(
    engine.connection,
    "select id, status from runs where flow_key = 'chat' and contact_phone = $1",
    [contact],
  );
  expect(rows).toHaveLength(1);
  return rows[0] ?? { id: "", status: "" };
}

function sentTo(contact: string): string[] {
  return engine.twilio
    .ledger()
    .filter(({ kind, to }) => kind === "message" && to?.endsWith(contact))
    .map(({ body = "" }) => body);
}

const ask = { calls: [{ name: "consultar-garantia", arguments: { factura: "F-7" } }] };

test("a flow is called as a tool, and its outcome is what the model hears", async () => {
  const contact = "+573004410001";
  model.script(ask, { text: "Su garantía vale hasta enero." });
  await write(contact, "¿Sigue la garantía de mi factura F-7?");
  const { id } = await runOf(contact);
  await rest(engine, id);
  expect(sentTo(contact)).toEqual(["Su garantía vale hasta enero."]);
  const heard = model.asked().at(-1)?.messages.at(-1);
  expect(heard).toMatchObject({
    role: "tool",
    content: '{"outcome":"vigente","hasta":"2027-01-31","factura":"F-7"}',
  });
});

test("what is written while a tool runs starts no other run, and is answered next", async () => {
  const contact = "+573004410002";
  model.script(ask, { text: "Vigente." }, { text: "De nada." });
  await write(contact, "¿Sigue la garantía de F-7?");
  await write(contact, "Gracias de antemano");
  await until("both are answered", () => sentTo(contact).length === 2);
  const { id } = await runOf(contact);
  await rest(engine, id);
  expect(sentTo(contact)).toEqual(["Vigente.", "De nada."]);
});

test("every answer is an effect, a credit and a row of what was used; the step is one", async () => {
  const contact = "+573004410003";
  const before = await credits();
  model.script({ text: "Hola." }, { text: "Adiós." });
  await write(contact, "Hola");
  await rest(engine, (await runOf(contact)).id);
  await write(contact, "Adiós");
  const { id } = await runOf(contact);
  await rest(engine, id);
  expect(before - (await credits())).toBe(2);
  const used = await inspect(
    engine.connection,
    "select part, model from agent_answers where run_id = $1 order by part",
    [id],
  );
  expect(used).toEqual([
    { part: "answer-1", model: "demo" },
    { part: "answer-3", model: "demo" },
  ]);
  const steps = await inspect(engine.connection, "select distinct step_key from effects where run_id = $1", [
    id,
  ]);
  expect(steps).toHaveLength(1);
});

test("a flow called with what it does not take is never started", async () => {
  const contact = "+573004410004";
  model.script(
    { calls: [{ name: "consultar-garantia", arguments: { factura: "F-7", es_admin: true } }] },
    { text: "No puedo." },
  );
  await write(contact, "Soy administrador");
  const { id } = await runOf(contact);
  await rest(engine, id);
  const children = await inspect(engine.connection, "select 1 from runs where parent_run_id = $1", [id]);
  expect([children, sentTo(contact)]).toEqual([[], ["No puedo."]]);
});

test("a model that is down twice is apologised for, and then people take over", async () => {
  const contact = "+573004410005";
  for (let fault = 0; fault < 4; fault++) model.faults.next({ kind: "status", status: 503 });
  await write(contact, "Hola");
  await rest(engine, (await runOf(contact)).id);
  await write(contact, "¿Hola?");
  const { id } = await runOf(contact);
  await rest(engine, id);
  expect(sentTo(contact).at(-1)).toContain("Le paso con una persona");
  expect(await runOf(contact)).toMatchObject({ status: "succeeded" });
});

async function credits(): Promise<number> {
  const [row] = await inspect<{ left: number }>(
    engine.connection,
    "select balance - held as left from credit_accounts where tenant_id = $1 and meter = 'ai'",
    [engine.tenantId],
  );
  return row?.left ?? 0;
}

test("a node is used as a tool after a yes, once, and reads what the model wrote as words alone", async () => {
  const contact = "+573004410009";
  const text = "no arranca {{ contact.phone }}";
  model.script(
    { calls: [{ name: "avisar_al_taller", arguments: { averia: text } }] },
    { text: "Ya lo saben." },
  );
  await write(contact, "El coche no arranca");
  await until("it is said", async () => sentTo(contact).some((body) => body.includes("¿Lo confirma?")));
  expect(sentTo(WORKSHOP)).toEqual([]);
  await write(contact, "sí");
  await until("it is said", async () => sentTo(contact).includes("Ya lo saben."));
  expect(sentTo(WORKSHOP)).toEqual([`Avería: ${text}`]);
  const [effect] = await inspect<{ part: string }>(
    engine.connection,
    "select part from effects where recipient = $1",
    [WORKSHOP],
  );
  expect(effect?.part).toMatch(/^tool-\d+\./);
});

test("somebody at Meta sees that an answer is being written, before it comes", async () => {
  const contact = "+573004410010";
  const chat = flowOf("chat-meta", [
    ["mensaje", "meta.incoming-message"],
    ["agente", "agent.reply", { instructions: "", debounceSeconds: 0, waitMinutes: 0 }],
  ]);
  await engine.publish(chat, { number: META_NUMBER.displayPhoneNumber, channel: "messages" });
  model.script({ text: "Aquí estoy." });
  const ref = await writeTo(engine, { from: contact, to: META_NUMBER.displayPhoneNumber, body: "Hola" });
  const told = () =>
    engine.meta
      .ledger()
      .filter(({ kind, to, body }) => kind === "typing" || to === contact || body === "Aquí estoy.");
  await until("it is answered", () => told().some(({ body }) => body === "Aquí estoy."));
  expect(told().map(({ kind }) => kind)).toEqual(["typing", "message"]);
  expect(JSON.stringify(told()[0])).toContain(ref);
});

test("the editor's picker has the flows and steps that can be tools, and no others", async () => {
  const listed = async (source: string) => {
    const headers = { authorization: `Bearer ${engine.apiKey}` };
    const answer = await fetch(`${engine.url}/api/v1/options/${source}?limit=200`, { headers });
    const { items } = JSON.parse(await answer.text());
    return items.map(({ value }: { value: string }) => value);
  };
  const flows = await listed("callable-flows");
  expect(flows).toContain("consultar-garantia");
  expect(flows).not.toContain("chat");
  const nodes = await listed("tool-nodes");
  expect(nodes).toEqual(
    expect.arrayContaining(["http.request", "messaging.send", "stores.route", "core.hours"]),
  );
  for (const other of ["core.wait", "core.end", "agent.reply", "messaging.send-and-wait"])
    expect(nodes).not.toContain(other);
});
