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

interface Run {
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
      ? { status: row.status, output: row.state.steps.agent ?? {} }
      : null;
  });
}

describe("a call an agent answers", () => {
  test("is given to the relay, with a greeting, a token and a signed address", async () => {
    const caller = await ring();
    expect(caller.greeting).toBe("Hotel Sol, buenas tardes.");
    expect(caller.url).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/voice\/relay\/run_[0-9a-f]+%3Aagent%3A1$/);
    expect(caller.twiml).toContain('<Language code="en-US"/>');
    expect(caller.twiml).toContain('dtmfDetection="true" events="speaker-events" applicationReconnect="true"');
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
