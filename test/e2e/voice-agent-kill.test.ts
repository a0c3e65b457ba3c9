import { afterAll, beforeAll, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { type ModelEmulator, startModelEmulator } from "../../plugins/agent/emulator/emulator.ts";
import { publishFlow } from "../support/build-engine.ts";
import { inspect } from "../support/database.ts";
import { type KillableEngine, killableEngine } from "../support/killable-engine.ts";
import { callIn } from "../support/relay-caller.ts";
import { flowOf } from "../support/small-flow.ts";
import { until } from "../support/until.ts";

const KEY = "test-model-key";

let model: ModelEmulator;
let engine: KillableEngine;

beforeAll(async () => {
  model = await startModelEmulator({ accounts: [{ apiKey: KEY }], paceMs: 0 });
  engine = await killableEngine({
    env: {
      OPENAI_API_KEY: KEY,
      OPENAI_BASE_URL: `${model.url}/v1`,
      OPENAI_MODEL: "demo",
      AGENT_ERP_URL: `${model.url}/erp`,
      AGENT_ERP_KEY: KEY,
    },
  });
  await engine.start();
  await publishFlow(
    engine.connection,
    flowOf(
      "killed-call",
      [
        ["call", "twilio.incoming-call"],
        [
          "agent",
          "agent.voice",
          {
            instructions: "Eres la recepción de un hotel.",
            greeting: "Hotel Sol.",
            tools: ["consultar_disponibilidad", "crear_reserva"],
            exits: [{ port: "reservado", when: "quedó reservado" }],
          },
        ],
        ["sorry", "twilio.say", { text: "No pudimos atenderle" }],
        ["done", "core.end", { outcome: "colgado" }],
      ],
      [
        ["call", "next", "agent"],
        ["agent", "failed", "sorry"],
        ["agent", "hung_up", "done"],
      ],
    ),
    { number: DEMO.numbers.shared, channel: "voice" },
  );
});
afterAll(async () => {
  await engine.close();
  await model.close();
});

let count = 0;
function ring() {
  count += 1;
  const sid = `CA${String(count).padStart(32, "0")}`;
  return callIn(engine, { sid, from: "+573001112233", to: DEMO.numbers.shared });
}

test("a process killed between two sentences: the caller comes back to another one and books what was begun", async () => {
  const caller = await ring();
  const talk = await caller.connect();
  expect(await talk.say("Quiero reservar una habitación para mañana a las ocho, somos dos")).toMatch(
    /nombre/,
  );
  await engine.kill();
  expect(await talk.closed()).toBe(1006);
  await engine.start();
  const again = await caller.connect();
  expect(await again.say("A nombre de Ana Ruiz")).toMatch(/Ana Ruiz.*¿Lo confirma\?$/);
  expect(await again.say("Sí")).toMatch(/RES-\d+/);
  expect(model.ledger().filter(({ kind }) => kind === "reservation")).toHaveLength(1);
  again.socket.close(1000);
  await caller.end({ SessionId: "VX1", SessionStatus: "completed", SessionDuration: "40" });
});

test("a process killed while the model speaks: the caller who comes back is told something, and hears the answer", async () => {
  const caller = await ring();
  const talk = await caller.connect();
  model.script({ text: "Abrimos a las ocho" }, { text: "Abrimos a las ocho" });
  model.faults.next({ kind: "slow", ms: 5_000 });
  const asked = model.asked().length;
  talk.send({ type: "prompt", voicePrompt: "¿A qué hora abren?", lang: "es-MX", last: true });
  await until("the model to be asked", () => model.asked().length > asked);
  await engine.kill();
  await talk.closed();
  await engine.start();
  const again = await caller.connect();
  expect(await again.hears()).toContain("momento");
  // Found again when its lease has run out, and asked again; until then the caller is not left in silence.
  expect(await again.answer()).toMatch(/Abrimos a las ocho|Disculpe/);
  again.socket.close(1000);
  await caller.end({ SessionId: "VX1", SessionStatus: "completed", SessionDuration: "40" });
});

test("a process killed for good: the carrier says so, the caller hears the flow, and the run ends", async () => {
  const caller = await ring();
  const talk = await caller.connect();
  await talk.say("Hola");
  await engine.kill();
  await talk.closed();
  await engine.start();
  const twiml = await caller.end({
    SessionId: "VX1",
    SessionStatus: "failed",
    SessionDuration: "20",
    ErrorCode: "64105",
  });
  expect(twiml).toContain("No pudimos atenderle");
  const runId = decodeURIComponent(caller.url).split("/").at(-1)?.split(":")[0];
  await until("the run to end", async () => {
    const [run] = await inspect<{ status: string }>(
      engine.connection,
      "select status from runs where id = $1",
      [runId],
    );
    return run?.status === "succeeded";
  });
});
