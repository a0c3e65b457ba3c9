import { afterAll, beforeAll, expect, test } from "vitest";
import type { Flow } from "../../engine/core/flow.ts";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { createValidator } from "../../engine/validator.ts";
import { type SocketApp, startSocketApp } from "../plugins/twilio/socket-app.ts";
import { ScenarioFileSchema } from "../support/scenario.ts";
import { startSimulation } from "./simulation-client.ts";
import { chain } from "./small-flows.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;
let app: SocketApp;

beforeAll(async () => {
  [api, app] = await Promise.all([
    startTestApi({
      simulations: { pace: { speakingMs: 1_000, waitingMs: 1_000, vendorMs: 5 }, leftMs: 1_000 },
    }),
    startSocketApp(),
  ]);
});
afterAll(() => Promise.all([api.stop(), app.close()]));

const MENU = "ivr-sales-support-reservations";
/** Nobody hears it to its end. */
const LONG = "Le cuento todo lo que tenemos para usted esta semana. ".repeat(20);

/** A call that an application at the socket answers. */
function agentFlow(): Flow {
  const relay = `<ConversationRelay url="${app.url}/relay" language="es-CO" dtmfDetection="true"/>`;
  const flow = chain(
    MENU,
    ["entra", "twilio.incoming-call"],
    ["habla", "twilio.twiml", { twiml: `<Response><Connect>${relay}</Connect></Response>` }],
    ["fin", "core.end", { outcome: "atendida" }],
  );
  const edges = flow.edges.map((edge) =>
    edge.source === "habla" ? { ...edge, sourceHandle: "returned" } : edge,
  );
  return { ...flow, edges };
}

test("somebody at the simulator's phone talks with an agent, interrupts it and goes on with the flow", async () => {
  const phone = await startSimulation(api.call, MENU, { document: agentFlow() });
  await phone.act({ kind: "call", from: DEMO.caller });
  const agent = await app.caller();
  expect(await agent.next("setup")).toMatchObject({ from: DEMO.caller, to: DEMO.numbers.menu });
  for (const token of LONG.split(/(?<=\s)/)) agent.send({ type: "text", token, last: false });
  agent.send({ type: "text", token: "", last: true });
  const first = await phone.next("caption", ({ text }) => text.startsWith("Le cuento"));
  expect(first.utterance).toMatch(/^VX/);
  await phone.act({ kind: "say", text: "¿Hay mesa?" });
  const { utteranceUntilInterrupt: heard } = await agent.next("interrupt");
  expect(LONG).toContain(String(heard));
  expect(String(heard)).toMatch(/^Le cuento/);
  expect(await agent.next("prompt")).toMatchObject({ voicePrompt: "¿Hay mesa?", lang: "es-CO" });
  await phone.ever("listening", ({ open }) => open === true);
  agent.send({ type: "text", token: "Sí.", last: true });
  await phone.ever("caption", ({ text }) => text === "Sí.");
  await phone.act({ kind: "digits", digits: "1" });
  expect(await agent.next("dtmf")).toMatchObject({ digit: "1" });
  agent.send({ type: "end" });
  const end = await phone.ever("run", ({ state }) => state === "succeeded");
  expect(end.outcome).toBe("atendida");
  await phone.ever("call", ({ state }) => state === "completed");
  const kept = await api.call("GET", `/api/v1/simulations/${phone.id}/scenario`);
  expect(createValidator().violations(ScenarioFileSchema, kept.body)).toEqual([]);
  const [scenario] = kept.body.scenarios;
  expect(scenario.when.call.talk).toMatchObject([
    { interrupts: "¿Hay mesa?" },
    { hears: "Sí." },
    { presses: "1" },
  ]);
  expect(scenario.then.spoken).toEqual([heard, "Sí."]);
  await phone.end();
});
