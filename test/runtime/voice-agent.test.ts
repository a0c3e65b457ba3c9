import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import type { ModelEmulator } from "../../plugins/agent/emulator/emulator.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { inspect } from "../support/database.ts";
import { callIn } from "../support/relay-caller.ts";
import { flowOf } from "../support/small-flow.ts";
import { until } from "../support/until.ts";

const { shared } = DEMO.numbers;
const PERSON = "+573001112233";

let engine: TestEngine;
let model: ModelEmulator;
let count = 0;

beforeAll(async () => {
  engine = await buildEngine();
  model = engine.app.emulators.agent as ModelEmulator;
  await engine.publish(
    flowOf("buscar-llave", [
      ["start", "core.called", { input: { type: "object", properties: { cuarto: { type: "string" } } } }],
      ["end", "core.end", { outcome: "encontrada", output: { llave: "{{ trigger.input.cuarto }}-A" } }],
    ]),
  );
  await engine.publish(
    flowOf(
      "reception",
      [
        ["call", "twilio.incoming-call"],
        [
          "agent",
          "agent.voice",
          {
            instructions: "Eres la recepción de un hotel.",
            greeting: "Hotel Sol, buenas tardes.",
            tools: ["consultar_disponibilidad", "crear_reserva"],
            exits: [{ port: "reservado", when: "quedó reservado" }],
            flows: [{ flow: "buscar-llave", confirm: false }],
            teams: ["Recepción"],
            languages: [{ code: "en-US" }],
          },
        ],
        ["booked", "twilio.say", { text: "Reserva anotada" }],
        ["person", "twilio.say", { text: "Pasando: {{ steps.agent.whisper }}" }],
        ["sorry", "twilio.say", { text: "No pudimos atenderle" }],
        ["gone", "core.end", { outcome: "colgado" }],
      ],
      [
        ["call", "next", "agent"],
        ["agent", "reservado", "booked"],
        ["agent", "handoff", "person"],
        ["agent", "failed", "sorry"],
        ["agent", "hung_up", "gone"],
      ],
    ),
    { number: shared, channel: "voice" },
  );
});
afterAll(() => engine.stop());

function ring() {
  count += 1;
  return callIn(engine, { sid: `CA${String(count).padStart(32, "0")}`, from: PERSON, to: shared });
}

/** Somebody who is let in and greeted. */
async function talking() {
  const caller = await ring();
  return { caller, talk: await caller.connect() };
}

interface Run {
  readonly id: string;
  readonly status: string;
  readonly output: Readonly<Record<string, unknown>>;
}

async function runOf(url: string): Promise<Run> {
  const runId = decodeURIComponent(url).split("/").at(-1)?.split(":")[0] ?? "";
  return until("the run to end", async () => {
    const [row] = await inspect<{ status: string; state: { steps: Record<string, Run["output"]> } }>(
      engine.connection,
      "select status, state from runs where id = $1",
      [runId],
    );
    return row && row.status !== "waiting" && row.status !== "running"
      ? { id: runId, status: row.status, output: row.state.steps.agent ?? {} }
      : null;
  });
}

describe("a call an agent answers", () => {
  test("is given to the relay, with a greeting, a token and a signed address", async () => {
    const caller = await ring();
    expect(caller.greeting).toBe("Hotel Sol, buenas tardes.");
    expect(caller.url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/voice\/relay\/run_[0-9a-f]+%3Aagent%3A1$/);
    expect(caller.twiml).toContain('<Language code="en-US"/>');
    expect(caller.twiml).toContain(
      'dtmfDetection="true" events="speaker-events" applicationReconnect="true"',
    );
    await caller.end({ SessionId: "VX1", SessionStatus: "failed", SessionDuration: "0", ErrorCode: "64102" });
  });

  test("books a room, says so, and the flow goes on by its exit", async () => {
    const caller = await ring();
    const talk = await caller.connect();
    expect(await talk.say("Hola, quiero reservar una habitación")).toMatch(/fecha/);
    expect(await talk.say("Para mañana, somos dos")).toMatch(/nombre|hora/);
    let said = await talk.say("A nombre de Ana Ruiz");
    if (/hora/.test(said)) said = await talk.say("A las tres de la tarde");
    expect(said).toMatch(/^Voy a hacer la reserva: .*Ana Ruiz.*¿Lo confirma\?$/);
    expect(model.ledger().some(({ kind }) => kind === "reservation")).toBe(false);
    expect(await talk.say("Sí, por favor")).toMatch(/confirmada con el código RES-\d+/);
    expect(model.ledger().filter(({ kind }) => kind === "reservation")).toHaveLength(1);
    const goodbye = await talk.say("No, gracias, eso es todo");
    expect(goodbye).not.toBe("");
    talk.send({ type: "info", name: "agentSpeaking", value: "off", ts: 1 });
    const { handoffData } = await talk.frame("end");
    expect(JSON.parse(String(handoffData))).toMatchObject({ port: "reservado" });
    const twiml = await caller.end({
      SessionId: "VX1",
      SessionStatus: "ended",
      SessionDuration: "75",
      HandoffData: String(handoffData),
    });
    expect(twiml).toContain("Reserva anotada");
    const { status, output } = await runOf(caller.url);
    expect(status).toBe("succeeded");
    expect(output).toMatchObject({ reason: "ended", seconds: 75, credits: { voice: 2 } });
    expect(output.tokens).toBeGreaterThan(0);
  });
});

const ENDED = { SessionId: "VX1", SessionStatus: "completed", SessionDuration: "30" };

describe("who may open the socket", () => {
  test("[V6] nobody whose signature does not hold, nor for a step that waits for none", async () => {
    const caller = await ring();
    await expect(caller.connect({ authToken: "another" })).rejects.toThrow("refused with 403");
    for (const url of [
      caller.url.replace("agent%3A1", "agent%3A2"),
      caller.url.replace(/relay\/.*/, "relay/%ff"),
    ])
      await expect(caller.connect({ url })).rejects.toThrow("refused with 404");
    await caller.end(ENDED);
  });

  test.each([
    ["another token", { token: "1".repeat(32) }],
    ["another call", { callSid: `CA${"f".repeat(32)}` }],
  ])("not %s: it is closed, and the true one is still let in", async (_name, options) => {
    const caller = await ring();
    const stranger = await caller.connect(options);
    expect(await stranger.closed()).toBe(1008);
    const talk = await caller.connect();
    expect(await talk.say("Hola")).not.toBe("");
    talk.socket.close(1000);
    await caller.end(ENDED);
  });

  test("not the same token once the talk is over", async () => {
    const { caller, talk } = await talking();
    talk.send({ type: "dtmf", digit: "0" });
    await talk.hears();
    talk.send({ type: "info", name: "agentSpeaking", value: "off" });
    await talk.frame("end");
    await expect(caller.connect()).rejects.toThrow("refused with 404");
    await caller.end({ ...ENDED, SessionStatus: "ended" });
  });

  test("[V7] the latest connection speaks: the one before it is closed, and the talk goes on", async () => {
    const { caller, talk } = await talking();
    expect(await talk.say("Quiero reservar una habitación")).toMatch(/fecha/);
    const again = await caller.connect();
    expect(await talk.closed()).toBe(1008);
    again.send({ type: "prompt", voicePrompt: "Quiero reservar una habitación", lang: "es-MX", last: true });
    expect(await again.say("Para mañana, somos dos")).toMatch(/nombre|hora/);
    again.socket.close(1000);
    await caller.end(ENDED);
    const { output } = await runOf(caller.url);
    expect(output).toMatchObject({ reason: "hung_up", turns: 2 });
  });
});

describe("bad frames", () => {
  test("what is too long ends the connection; the caller comes back", async () => {
    const { caller, talk } = await talking();
    talk.send("x".repeat(70_000));
    expect(await talk.closed()).toBe(1009);
    const again = await caller.connect();
    expect(await again.say("Hola")).not.toBe("");
    again.socket.close(1000);
    await caller.end(ENDED);
  });

  test("unknown types, no JSON and bytes change nothing; ten of what is none end the talk by failed", async () => {
    const { caller, talk } = await talking();
    talk.send({ type: "configUpdated" });
    for (const bad of ["{", "[]", "7", ""]) talk.send(bad);
    talk.socket.send(Buffer.from([1, 2, 3]));
    expect(await talk.say("Hola")).not.toBe("");
    for (let bad = 5; bad < 10; bad++) talk.send("no frame");
    const { handoffData } = await talk.frame("end");
    expect(JSON.parse(String(handoffData))).toMatchObject({ port: "failed" });
    const twiml = await caller.end({ ...ENDED, SessionStatus: "ended", HandoffData: String(handoffData) });
    expect(twiml).toContain("No pudimos atenderle");
  });

  test("what comes after the end is not heard", async () => {
    const { caller, talk } = await talking();
    talk.send({ type: "dtmf", digit: "0" });
    await talk.hears();
    talk.send({ type: "info", name: "agentSpeaking", value: "off" });
    await talk.frame("end");
    const asked = model.asked().length;
    talk.send({ type: "prompt", voicePrompt: "¿Sigue ahí?", lang: "es-MX", last: true });
    await caller.end({ ...ENDED, SessionStatus: "ended" });
    const { output } = await runOf(caller.url);
    expect([model.asked().length, output.turns]).toEqual([asked, 0]);
  });
});

describe("a caller", () => {
  test("who talks over the agent is heard: history is what reached them, and no tool of that answer runs", async () => {
    const { caller, talk } = await talking();
    model.script({ text: "Tenemos habitaciones dobles con vista al mar y desayuno" });
    talk.send({ type: "prompt", voicePrompt: "¿Qué habitaciones hay?", lang: "es-MX", last: true });
    await talk.frame("text");
    talk.send({
      type: "interrupt",
      utteranceUntilInterrupt: "Tenemos habitaciones",
      durationUntilInterruptMs: 900,
    });
    await talk.hears();
    expect(await talk.say("¿A qué hora abren?")).not.toBe("");
    const heard = model
      .asked()
      .at(-1)
      ?.messages.filter(({ role }) => role !== "system");
    expect(heard?.map(({ content }) => content)).toEqual([
      "Hotel Sol, buenas tardes.",
      "¿Qué habitaciones hay?",
      expect.stringMatching(/^Tenemos habitaciones\b(?!.*desayuno)/),
      "¿A qué hora abren?",
    ]);
    talk.socket.close(1000);
    await caller.end(ENDED);
  });

  test("who asks for a person is passed on, with what it is about for whoever takes the call", async () => {
    const { caller, talk } = await talking();
    await talk.say("Quiero reservar una habitación");
    expect(await talk.say("Quiero hablar con una persona")).toContain("persona");
    talk.send({ type: "info", name: "agentSpeaking", value: "off" });
    await talk.frame("end");
    const twiml = await caller.end({ ...ENDED, SessionStatus: "ended" });
    expect(twiml).toContain(`Pasando: Llamada de ${PERSON}. Quiero reservar una habitación`);
  });

  test("who speaks English is answered in it", async () => {
    const { caller, talk } = await talking();
    talk.send({ type: "prompt", voicePrompt: "Hello, I need a room", lang: "en-US", last: true });
    await talk.hears();
    expect(await talk.frame("language")).toMatchObject({
      ttsLanguage: "en-US",
      transcriptionLanguage: "en-US",
    });
    expect(model.asked().at(-1)?.messages[0]?.content).toContain("inglés");
    talk.socket.close(1000);
    await caller.end(ENDED);
  });

  test("who hangs up in the middle of an answer ends the run", async () => {
    const { caller, talk } = await talking();
    talk.send({ type: "prompt", voicePrompt: "Hola", lang: "es-MX", last: true });
    talk.socket.close(1000);
    await talk.closed();
    await caller.end({ ...ENDED, CallStatus: "completed" });
    expect(await runOf(caller.url)).toMatchObject({ status: "succeeded", output: { reason: "hung_up" } });
  });
});

describe("a model", () => {
  test("that fails twice is told to the caller, who is passed to people", async () => {
    const { caller, talk } = await talking();
    for (let refused = 0; refused < 4; refused++) model.faults.next({ kind: "status", status: 500 });
    expect(await talk.say("Hola")).toContain("Disculpe");
    expect(await talk.say("¿Hola?")).toContain("persona");
    talk.send({ type: "info", name: "agentSpeaking", value: "off" });
    expect(JSON.parse(String((await talk.frame("end")).handoffData))).toMatchObject({
      port: "handoff",
      reason: "agent_failed",
    });
    const twiml = await caller.end({ ...ENDED, SessionStatus: "ended" });
    expect(twiml).toContain("Pasando:");
  });

  test("that breaks in mid-sentence is not asked again: what was heard stays heard", async () => {
    const { caller, talk } = await talking();
    model.script({ text: "Con mucho gusto le ayudo hoy" });
    model.faults.next({ kind: "cut", words: 3 });
    const asked = model.asked().length;
    const broken = await talk.say("Hola");
    expect(broken).toMatch(/^Con mucho/);
    expect(await talk.hears()).toContain("se cortó");
    expect(model.asked().length).toBe(asked + 1);
    talk.socket.close(1000);
    await caller.end(ENDED);
  });

  test.each([
    ["a tool there is not", { name: "borrar_todo", arguments: "{}" }],
    ["arguments that are no JSON", { name: "consultar_disponibilidad", arguments: "{fecha" }],
  ])("that asks for %s is told so, and nothing happens", async (_name, call) => {
    const { caller, talk } = await talking();
    model.script({ text: "", calls: [call] }, { text: "No puedo hacer eso." });
    expect(await talk.say("Borra todo")).toBe("No puedo hacer eso.");
    talk.socket.close(1000);
    await caller.end(ENDED);
  });
});

describe("what it costs", () => {
  test("one credit for an answer, one for each minute begun; the answers are on record with their tokens", async () => {
    const { caller, talk } = await talking();
    await talk.say("Hola");
    await talk.say("¿A qué hora abren?");
    talk.socket.close(1000);
    await caller.end({ ...ENDED, SessionDuration: "61" });
    const { id, output } = await runOf(caller.url);
    expect(output).toMatchObject({ seconds: 61, answers: 2, credits: { voice: 2, ai: 2 } });
    const charged = await inspect<{ meter: string; amount: number }>(
      engine.connection,
      "select meter, sum(amount)::int as amount from credit_entries where run_id = $1 group by meter order by meter",
      [id],
    );
    expect(charged).toEqual([
      { meter: "ai", amount: -2 },
      { meter: "voice", amount: -2 },
    ]);
    const [answers] = await inspect<{ tokens: number }>(
      engine.connection,
      "select sum(prompt_tokens + completion_tokens)::int as tokens from agent_answers where run_id = $1",
      [id],
    );
    expect(answers?.tokens).toBe(output.tokens);
  });
});

describe("a connection that breaks", () => {
  test("[V8, V9] in the middle of an answer: the caller who comes back hears it, and the model was asked once", async () => {
    const { caller, talk } = await talking();
    model.script({ text: "Abrimos todos los días a las ocho" });
    model.faults.next({ kind: "slow", ms: 300 });
    const asked = model.asked().length;
    talk.send({ type: "prompt", voicePrompt: "¿A qué hora abren?", lang: "es-MX", last: true });
    await until("the model to be asked", () => model.asked().length > asked);
    talk.socket.terminate();
    await talk.closed();
    const again = await caller.connect();
    expect(await again.hears()).toContain("momento");
    expect(await again.answer()).toBe("Abrimos todos los días a las ocho");
    expect(model.asked().length).toBe(asked + 1);
    again.socket.close(1000);
    await caller.end(ENDED);
    expect((await runOf(caller.url)).output).toMatchObject({ turns: 1, answers: 1 });
  });

  test("for good: the action says so, and the flow tells the caller", async () => {
    const { caller, talk } = await talking();
    await talk.say("Hola");
    talk.socket.terminate();
    await talk.closed();
    const twiml = await caller.end({ ...ENDED, SessionStatus: "failed", ErrorCode: "64105" });
    expect(twiml).toContain("No pudimos atenderle");
    expect((await runOf(caller.url)).output).toMatchObject({
      reason: "connection",
      error: "64105",
      turns: 1,
    });
  });
});

describe("a flow as a tool", () => {
  test("runs as a child with what the model gave it, and the caller hears what came of it", async () => {
    const { caller, talk } = await talking();
    model.script(
      { calls: [{ name: "buscar-llave", arguments: { cuarto: "204" } }] },
      { text: "Su llave está lista." },
    );
    expect(await talk.say("¿Y mi llave?")).toBe("Su llave está lista.");
    const told = model.asked().at(-1)?.messages.at(-1);
    expect(told).toMatchObject({ role: "tool", content: expect.stringContaining("encontrada") });
    talk.socket.close(1000);
    await caller.end(ENDED);
    expect((await runOf(caller.url)).output.tools).toMatchObject([{ name: "buscar-llave" }]);
  });
});
