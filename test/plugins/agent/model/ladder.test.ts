import { expect, test } from "vitest";
import { createSafeFetch } from "../../../../engine/runtime/safe-fetch.ts";
import { askModels, askWhole } from "../../../../plugins/agent/model/ladder.ts";
import type { ModelEvent, ModelRequest } from "../../../../plugins/agent/model/port.ts";
import { emulated } from "../emulated.ts";

const REQUEST: ModelRequest = {
  instructions: "Hoy es 2026-11-28.",
  history: [{ role: "person", text: "Hola" }],
  tools: [],
  maxTokens: 200,
};
const PATIENT = { firstMs: 5_000, idleMs: 5_000 };
// Only ever met by servers that never answer.
const IMPATIENT = { firstMs: 60, idleMs: 60 };
const signal = () => new AbortController().signal;

async function all(events: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> {
  const found: ModelEvent[] = [];
  for await (const event of events) found.push(event);
  return found;
}

test("an answer comes word by word, and ends with what it cost", async () => {
  const { emulator, account } = await emulated();
  emulator.script({ text: "Buenas tardes, señora Núñez." });
  const events = await all(askModels(account, REQUEST, { signal: signal(), patience: PATIENT }));
  const words = events.flatMap((event) => (event.kind === "text" ? [event.text] : []));
  expect(words).toEqual(["Buenas ", "tardes, ", "señora ", "Núñez."]);
  expect(events.at(-1)).toMatchObject({ kind: "end", finish: "stop", calls: [], model: "demo" });
  expect(events.at(-1)).toHaveProperty("usage.promptTokens", expect.any(Number));
});

test("calls are put together from their pieces", async () => {
  const { emulator, account } = await emulated();
  const calls = [
    { name: "consultar_horarios", arguments: {} },
    { name: "consultar_pedido", arguments: { numero: "1001" } },
  ];
  emulator.script({ text: "Un momento.", calls });
  const answer = await askWhole(account, REQUEST, { signal: signal(), patience: PATIENT });
  expect(answer).toMatchObject({
    text: "Un momento.",
    finish: "tool_calls",
    calls: [
      { name: "consultar_horarios", arguments: "{}" },
      { name: "consultar_pedido", arguments: '{"numero":"1001"}' },
    ],
  });
  expect(new Set(answer.calls.map(({ id }) => id)).size).toBe(2);
});

test.each([
  ["nobody answers in time", { kind: "stall" }],
  ["the server is down", { kind: "status", status: 503 }],
  ["there were too many", { kind: "status", status: 429, retryAfterMs: 5 }],
  ["the first chunk is no JSON", { kind: "malformed" }],
  ["an error comes in place of a chunk", { kind: "error-chunk" }],
  ["the connection is cut before a word", { kind: "cut", words: 0 }],
] as const)("the model is asked once more where %s", async (_, fault) => {
  const { emulator, account } = await emulated();
  emulator.faults.next(fault);
  emulator.script({ text: "Aquí estoy." }, { text: "Aquí estoy." });
  const answer = await askWhole(account, REQUEST, { signal: signal(), patience: IMPATIENT });
  expect(answer.text).toBe("Aquí estoy.");
  expect(emulator.faults.pending()).toBe(0);
});

test("then the second model is asked", async () => {
  const { emulator, account } = await emulated({ fallbackModel: "demo-2" });
  for (const _ of [1, 2]) emulator.faults.next({ kind: "status", status: 500 }, "demo");
  const answer = await askWhole(account, REQUEST, { signal: signal(), patience: PATIENT });
  expect(answer.model).toBe("demo-2");
});

test("then it says why nobody answered", async () => {
  const { emulator, account } = await emulated();
  for (const _ of [1, 2]) emulator.faults.next({ kind: "stall" });
  const asked = askWhole(account, REQUEST, { signal: signal(), patience: IMPATIENT });
  await expect(asked).rejects.toMatchObject({ reason: "stalled", spoke: false });
});

test("what is refused as wrong is not asked of the same model again", async () => {
  const { emulator, account } = await emulated({ fallbackModel: "demo-2" });
  emulator.faults.next({ kind: "status", status: 400 }, "demo");
  emulator.faults.next({ kind: "status", status: 500 }, "demo");
  expect((await askWhole(account, REQUEST, { signal: signal() })).model).toBe("demo-2");
  expect(emulator.faults.pending()).toBe(1);
});

test.each([
  { kind: "cut", words: 2 },
  { kind: "stall-after", words: 2 },
] as const)("once a word was heard nobody is asked again: $kind", async (fault) => {
  const { emulator, account } = await emulated();
  emulator.faults.next(fault);
  emulator.script({ text: "Uno dos tres cuatro" });
  const heard: string[] = [];
  const listen = async () => {
    for await (const event of askModels(account, REQUEST, { signal: signal(), patience: IMPATIENT }))
      if (event.kind === "text") heard.push(event.text);
  };
  await expect(listen()).rejects.toMatchObject({ name: "ModelFailure", spoke: true });
  expect(heard.join("")).toBe("Uno dos ");
});

test("where nobody listens word by word, a broken answer begins anew", async () => {
  const { emulator, account } = await emulated();
  emulator.faults.next({ kind: "cut", words: 2 });
  emulator.script({ text: "Uno dos tres" }, { text: "Cuatro" });
  expect((await askWhole(account, REQUEST, { signal: signal() })).text).toBe("Cuatro");
});

test("an answer that is stopped ends without calls and says that it was cut", async () => {
  const { emulator, account } = await emulated();
  emulator.script({ text: "Uno dos tres", calls: [{ name: "crear_reserva", arguments: {} }] });
  emulator.faults.next({ kind: "stall-after", words: 2 });
  const stop = new AbortController();
  const events: ModelEvent[] = [];
  for await (const event of askModels(account, REQUEST, { signal: stop.signal, patience: PATIENT })) {
    events.push(event);
    stop.abort();
  }
  expect(events.at(-1)).toMatchObject({ kind: "end", finish: null, calls: [] });
});

test("[S7] a private address a tenant entered is never asked", async () => {
  const { emulator, account } = await emulated({ fallbackModel: "demo-2" });
  const guard = createSafeFetch({ allowedOrigins: [] });
  const asked = askWhole({ ...account, fetch: guard.stream }, REQUEST, { signal: signal() });
  await expect(asked).rejects.toMatchObject({
    reason: "refused",
    message: expect.stringContaining("private addresses are not reached"),
  });
  expect(emulator.asked()).toEqual([]);
  await guard.close();
});

test("through the guard an answer still comes word by word, and stops when told", async () => {
  const { emulator, account } = await emulated();
  const guard = createSafeFetch({ allowedOrigins: [emulator.url] });
  emulator.script({ text: "Uno dos tres cuatro" });
  emulator.faults.next({ kind: "stall-after", words: 2 });
  const stop = new AbortController();
  const guarded = { ...account, fetch: guard.stream };
  const events: ModelEvent[] = [];
  for await (const event of askModels(guarded, REQUEST, { signal: stop.signal, patience: PATIENT })) {
    events.push(event);
    if (events.length === 2) stop.abort();
  }
  expect(events).toMatchObject([{ text: "Uno " }, { text: "dos " }, { kind: "end", finish: null }]);
  await guard.close();
});

test("a server that knows less is asked for less", async () => {
  const { emulator, account } = await emulated({
    capabilities: "no-tools, no-usage, no-json-schema, max_tokens, developer",
  });
  const tools = [{ name: "nada", description: "", parameters: { type: "object" } }];
  const shape = { name: "x", schema: { type: "object", properties: {} } };
  await askWhole(account, { ...REQUEST, tools, shape }, { signal: signal() });
  const [asked] = emulator.asked();
  expect(asked).toMatchObject({ tools: [], wantsUsage: false, shape: { name: "json" } });
  expect(asked?.messages[0]?.role).toBe("developer");
});
