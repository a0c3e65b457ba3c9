import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { Flow } from "../../engine/core/flow.ts";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { readExample } from "../../engine/demo/seed.ts";
import { inspect } from "../support/database.ts";
import { startSimulation } from "./simulation-client.ts";
import { startTestApi, type TestApi } from "./test-api.ts";

let api: TestApi;

beforeAll(async () => {
  // What is said is heard at once; nobody is hurried.
  api = await startTestApi({ simulations: { pace: { speakingMs: 1, waitingMs: 1_000, vendorMs: 5 } } });
});
afterAll(() => api.stop());

const MENU = "ivr-sales-support-reservations";

/** The example with other words, as somebody is about to save it. */
async function changedMenu(): Promise<Flow> {
  const flow = await readExample(MENU);
  return {
    ...flow,
    nodes: flow.nodes.map((node) =>
      node.id === "decir_ventas"
        ? { ...node, data: { ...node.data, params: { ...node.data.params, text: "Un momento, ya van." } } }
        : node,
    ),
  };
}

describe("a call", () => {
  test("to an unsaved draft is heard, answered with a key and followed step by step", async () => {
    const phone = await startSimulation(api.call, MENU, { document: await changedMenu() });
    const state = await phone.state();
    expect(state.numbers.map(({ e164 }) => e164)).toEqual([DEMO.numbers.menu]);
    await phone.act({ kind: "call", from: DEMO.caller });
    const ringing = await phone.next("call");
    expect(ringing).toMatchObject({ direction: "inbound", from: DEMO.caller, to: DEMO.numbers.menu });
    const words = await phone.next("caption");
    expect(words.text).toContain("Para ventas, presione 1.");
    expect(words.speaker).toBe("flow");
    const asked = await phone.next("listening");
    expect(asked.wants).toEqual(["digits", "speech"]);
    await phone.act({ kind: "digits", digits: "1" });
    const step = await phone.next("step", ({ nodeId }) => nodeId === "menu");
    expect(step).toMatchObject({ type: "twilio.gather", port: "1", output: { digits: "1" } });
    expect(step.params).toMatchObject({ digitPorts: ["1", "2", "3"] });
    expect((await phone.next("caption")).text).toBe("Un momento, ya van.");
    const leg = await phone.next("call", ({ direction }) => direction === "forwarded");
    expect(leg).toMatchObject({ state: "ringing", to: "+576015550111" });
    await phone.act({ kind: "answer", how: "answer" });
    await phone.next("call", ({ callId, state: now }) => callId === leg.callId && now === "in-progress");
    await phone.next("listening");
    await phone.act({ kind: "digits", digits: "1" });
    await phone.act({ kind: "hangup" });
    const end = await phone.next("run", ({ state: now }) => now === "succeeded");
    expect(end.outcome).toBe("atendida");
    await phone.end();
  });
});

test("simulated runs, messages and credits are the tenant's neither during nor after", async () => {
  const rows = await inspect(api.engine.connection, "select id from tenants where twin_of is not null");
  expect(rows).toEqual([]);
});
