/** Calls through the emulator: its virtual phone plays what the nodes say, its webhooks come back to ours. */
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, expect, test } from "vitest";
import type {
  Delivery,
  HttpAnswer,
  Json,
  JsonObject,
  WebhookDefinition,
} from "../../../../engine/plugin-api.ts";
import { type AnyNode, runNode } from "../../../../engine/plugin-testing/node-context.ts";
import { MAGIC } from "../../../../plugins/twilio/emulator/numbers.ts";
import { TEST_CARDS } from "../../../../plugins/twilio/emulator/pay-cards.ts";
import connectCall from "../../../../plugins/twilio/nodes/voice/connect-call.ts";
import enqueue from "../../../../plugins/twilio/nodes/voice/enqueue.ts";
import gather from "../../../../plugins/twilio/nodes/voice/gather.ts";
import pay from "../../../../plugins/twilio/nodes/voice/pay.ts";
import say from "../../../../plugins/twilio/nodes/voice/say.ts";
import plugin from "../../../../plugins/twilio/plugin.ts";
import { ACCOUNT, emulated } from "../emulated.ts";

const { emulator } = emulated();
const STEP_KEY = "run_1:n:1";
const FROM = "+573001112233";
const TO = "+15005550006";
let server: Server;
let publicUrl = "";
let deliveries: Delivery[] = [];
let refused = 0;
/** What the flow says to each delivery that wants an answer, in turn. */
let turns: (readonly Json[])[] = [];

beforeAll(async () => {
  server = createServer((request, response) => {
    void answer(request).then(({ status, headers, body }) => response.writeHead(status, headers).end(body));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  emulator().pointAt(publicUrl);
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  deliveries = [];
  turns = [];
  refused = 0;
});

async function spokenBy(node: AnyNode, params: JsonObject): Promise<readonly Json[]> {
  const urls = {
    stepKey: `step:${STEP_KEY}`,
    step: (path: string) => `${publicUrl}/hooks/${path}/${encodeURIComponent(STEP_KEY)}`,
  };
  const trigger = { call: { sid: "CA1", from: FROM, to: TO } };
  const result = await runNode(node, params, { stepKey: STEP_KEY, urls, trigger });
  return "reply" in result ? (result.reply ?? []) : [];
}

async function answer(incoming: IncomingMessage): Promise<HttpAnswer> {
  const url = new URL(incoming.url ?? "/", publicUrl);
  const match = (plugin.webhooks ?? []).map((webhook) => ({
    webhook,
    params: pathParams(webhook, url.pathname),
  }));
  const found = match.find(({ params }) => params !== null);
  if (found?.params == null) return { status: 404, headers: {}, body: "" };
  const { webhook, params } = found;
  const rawBody = await bodyOf(incoming);
  const request = {
    method: "POST",
    url: publicUrl + (incoming.url ?? ""),
    params,
    query: Object.fromEntries(url.searchParams),
    headers: Object.fromEntries(
      Object.entries(incoming.headers).map(([name, value]) => [name, String(value)]),
    ),
    rawBody,
    form: Object.fromEntries(new URLSearchParams(rawBody.toString())),
  };
  const verdict = await webhook.verify(request, {
    secretsOf: async (_type, account) => (account === ACCOUNT.accountSid ? [ACCOUNT] : []),
    isOurEffect: () => true,
  });
  if ("handshake" in verdict) return verdict.handshake;
  if (!verdict.ok) {
    refused += 1;
    return { status: 403, headers: {}, body: "" };
  }
  const told = webhook.parse(request);
  deliveries.push(...told);
  const [first] = told;
  if (first?.kind === "resume" && first.told) return first.told;
  return webhook.answer?.({ parts: turns.shift() ?? [], state: "ended", locale: "es" }) ?? webhook.ack;
}

function pathParams({ path }: WebhookDefinition, pathname: string): Record<string, string> | null {
  const wanted = `hooks/${path}`.split("/");
  const given = pathname.slice(1).split("/");
  if (wanted.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const value = decodeURIComponent(given[index] ?? "");
    if (part.startsWith(":")) params[part.slice(1)] = value;
    else if (part !== value) return null;
  }
  return params;
}

async function bodyOf(incoming: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of incoming) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

const menu = {
  prompt: { text: "Para ventas marque 1." },
  digitPorts: ["1"],
  retries: 1,
  retryPrompt: { text: "¿Sigue ahí?" },
};

test("a menu: heard, answered, and the end is told", async () => {
  turns = [await spokenBy(gather, menu), await spokenBy(say, { text: "Gracias & adiós" })];
  const call = await emulator().ring({ from: FROM, to: TO, script: { inputs: ["1"] } }).done;
  expect(call.spoken.join("|")).toContain("Gracias & adiós");
  expect(deliveries).toMatchObject([
    { kind: "start", to: TO, contact: { phone: FROM }, call: { sid: call.sid } },
    { kind: "resume", key: `step:${STEP_KEY}`, event: "digits:1", output: { digits: "1" } },
    { kind: "call-status", sid: call.sid, status: "completed" },
  ]);
  expect(refused).toBe(0);
});

test("silence is asked again, then told", async () => {
  turns = [await spokenBy(gather, menu)];
  const call = await emulator().ring({ from: FROM, to: TO }).done;
  expect(call.spoken.join("|")).toContain("¿Sigue ahí?");
  expect(deliveries[1]).toMatchObject({ kind: "resume", event: "timeout", output: {} });
});

test("speech is heard", async () => {
  turns = [await spokenBy(gather, { ...menu, input: "both" })];
  await emulator().ring({ from: FROM, to: TO, script: { inputs: [{ speech: "ventas", confidence: 0.9 }] } })
    .done;
  expect(deliveries[1]).toMatchObject({ event: "speech", output: { speech: "ventas", confidence: 0.9 } });
});

test.each([
  [{ status: "answered", seconds: 61 }, "completed", 2],
  [{ status: "busy" }, "busy", 0],
  [{ status: "no-answer" }, "no_answer", 0],
  [{ status: "failed" }, "failed", 0],
] as const)("a dial that is %j leaves by %s", async (callee, event, amount) => {
  turns = [await spokenBy(connectCall, { to: ["+573009990000"] })];
  await emulator().ring({ from: FROM, to: TO, script: { answers: { "+573009990000": callee } } }).done;
  expect(heardOf("resume")[0]).toMatchObject({ event, usage: { part: "dial", amount } });
});

test("who answers hears the whisper before being connected", async () => {
  turns = [await spokenBy(connectCall, { to: ["+573009990000"], whisper: "Llamada de L'Hotel & Cía" })];
  const call = await emulator().ring({ from: FROM, to: TO }).done;
  expect(call.dialed).toMatchObject([{ to: "+573009990000", whispered: ["Llamada de L'Hotel & Cía"] }]);
  expect(heardOf("resume")[0]).toMatchObject({ event: "completed" });
  expect(refused).toBe(0);
});

const TEAM = [`+57300999${MAGIC.machine}`, "+573009990001"];

test("who is asked and does not press the key passes the call on; who takes it is known", async () => {
  turns = [await spokenBy(connectCall, { to: TEAM, screening: true, strategy: "sequential" })];
  const answers = { [TEAM[1] as string]: { status: "answered", inputs: ["1"], seconds: 30 } } as const;
  const call = await emulator().ring({ from: FROM, to: TO, script: { answers } }).done;
  expect(call.dialed.map(({ whispered }) => whispered)).toEqual([
    ["Pulse 1 para tomar la llamada."],
    ["Pulse 1 para tomar la llamada."],
  ]);
  const [resume] = heardOf("resume");
  expect(resume).toMatchObject({ event: "completed", output: { durationSeconds: 30 + 3, bridged: true } });
  expect(heardOf("leg-answered").find(({ ref }) => ref === resume?.leg)).toMatchObject({ address: TEAM[1] });
  expect([call.errors, refused]).toEqual([[], 0]);
});

test("a voicemail answers and never accepts: nobody took the call, nothing is charged", async () => {
  turns = [await spokenBy(connectCall, { to: TEAM.slice(0, 1), screening: true, screeningSeconds: 5 })];
  const call = await emulator().ring({ from: FROM, to: TO }).done;
  expect(call.dialed).toMatchObject([{ status: "completed" }]);
  expect(heardOf("resume")[0]).toMatchObject({
    event: "no_answer",
    output: { bridged: false },
    usage: { part: "dial", amount: 0 },
  });
});

test("a queue: rounds of announcements, a key for a call back, and on from there", async () => {
  const queue = { queue: "pedidos", callback: true, silenceSeconds: 30 };
  turns = [await spokenBy(enqueue, queue), await spokenBy(say, { text: "Le llamaremos." })];
  const call = await emulator().ring({ from: FROM, to: TO, script: { inputs: ["silence", "5", "1"] } }).done;
  expect(call.spoken).toEqual([
    ...Array(3).fill(expect.stringContaining("Usted es la siguiente persona en la cola.")),
    "Le llamaremos.",
  ]);
  expect(heardOf("resume").map(({ event }) => event)).toEqual(["callback", "left"]);
  expect(new Set(heardOf("resume").map(({ dedupeKey }) => dedupeKey)).size).toBe(1);
  expect([call.errors, refused]).toEqual([[], 0]);
});

test.each([
  ["bridged", { queue: "a" }, { answers: { "queue:a": { status: "answered", after: 30 } } }],
  ["left", { queue: "b", maxWaitSeconds: 60 }, {}],
  ["hangup", { queue: "c" }, { hangupAfter: 40 }],
] as const)("a stay in a queue ends as %s", async (event, params, script) => {
  turns = [await spokenBy(enqueue, { ...params })];
  const call = await emulator().ring({ from: FROM, to: TO, script }).done;
  expect(heardOf("resume")).toMatchObject([{ event }]);
  expect(call.errors).toEqual([]);
});

test.each([
  ["success", [TEST_CARDS.visa, "1239", "123"]],
  ["provider_error", [TEST_CARDS.declined, "1239", "123"]],
  ["max_attempts", ["1", "2"]],
  ["interrupted", ["*"]],
  ["hung_up", ["hangup"]],
])("a payment ends as %s, and no card is told", async (event, inputs) => {
  turns = [await spokenBy(pay, { amount: "49.90", currency: "cop" })];
  const call = await emulator().ring({ from: FROM, to: TO, script: { inputs } }).done;
  expect(heardOf("resume")).toMatchObject([{ event }]);
  expect(call.errors).toEqual([]);
  expect(JSON.stringify(deliveries)).not.toMatch(/4242|0002|1239/);
});

function heardOf<K extends Delivery["kind"]>(kind: K): Extract<Delivery, { kind: K }>[] {
  return deliveries.filter((one): one is Extract<Delivery, { kind: K }> => one.kind === kind);
}

test("a caller who hangs up while it rings is told by the dial itself", async () => {
  turns = [await spokenBy(connectCall, { to: ["+573009990000"] })];
  const script = { hangupAfter: 2, answers: { "+573009990000": { status: "no-answer" } } } as const;
  await emulator().ring({ from: FROM, to: TO, script }).done;
  expect(deliveries.map((one) => (one.kind === "resume" ? one.event : one.kind))).toEqual([
    "start",
    "caller_hung_up",
    "call-status",
  ]);
});
