import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import { playFlow } from "../../engine/demo/play-flow.ts";
import { DEMO_FLOWS } from "../../engine/demo/seed.ts";
import type { Play } from "../../engine/demo/start-flow.ts";
import type { JsonObject } from "../../engine/plugin-api.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { setHours } from "../support/play-scenario.ts";
import { readScenarios, type When } from "../support/scenario.ts";
import { withMoments } from "../support/with-moments.ts";

let engine: TestEngine;
beforeAll(async () => {
  engine = await buildEngine();
  await setHours(engine, "open");
});
afterAll(() => engine.stop());

const play = (how: Partial<Play> & Pick<Play, "flow">) =>
  playFlow(engine.app, engine.tenantId, {
    from: DEMO.caller,
    inputs: [],
    geo: {},
    request: {},
    ...how,
  });

describe.each(DEMO_FLOWS)("%s", (flow) => {
  test("can be played like the beginning of its first scenario", async () => {
    const [scenario] = (await readScenarios(flow)).scenarios;
    if (!scenario) throw new Error(`${flow} has no scenario`);
    const { run, steps } = await play({ flow, ...(await asPlay(scenario.when)) });
    expect(run, JSON.stringify(steps, null, 1)).toMatchObject({ flow });
    expect(["succeeded", "waiting"], JSON.stringify({ run, steps }, null, 1)).toContain(run?.status);
  });
});

/** What a scenario begins with, as the options of `npm run simulate` say it. */
async function asPlay(when: When): Promise<Partial<Play>> {
  if ("call" in when) {
    const { from, to, geo = {}, inputs = [] } = when.call;
    return { from, to, geo, inputs };
  }
  if ("message" in when) return { from: when.message.from, to: when.message.to, inputs: [when.message.body] };
  if ("request" in when) return { request: (await withMoments(engine, when.request)) as JsonObject };
  if ("sent" in when) return { message: when.sent as JsonObject };
  if ("event" in when) return { event: when.event as JsonObject };
  return "webhook" in when ? { webhook: when.webhook as JsonObject } : {};
}

test("an event is what the flow's trigger wants, but for what is said", async () => {
  const payload = { sku: "HAR-1", producto: "Harina", tienda: "Centro", quedan: 1, minimo: 4, avisar: [] };
  const { run } = await play({ flow: "low-stock-alert", event: { payload } });
  expect(run).toMatchObject({ status: "succeeded", outcome: "avisado" });
  await expect(play({ flow: "low-stock-alert", event: { module: "pos" } })).rejects.toThrow(
    'The flow "low-stock-alert" does not listen to pos stock.low; it expects inventory stock.low.',
  );
});

test.each([
  [{ flow: "nothing" }, 'There is no published flow "nothing".'],
  [{ flow: "order-update", webhook: {} }, "no trigger of the type http.webhook"],
  [{ flow: "order-update", request: { telefono: "300" } }, "The input is not what the flow expects"],
  [{ flow: "undelivered-notice" }, "say which one is sent with --message"],
  [{ flow: "undelivered-notice", message: { body: "Hola" } }, "--message is not what is expected"],
  [{ flow: "low-stock-alert", event: { payload: [] } }, "--event is not what is expected"],
])("%j is refused in words", async (how, words) => {
  await expect(play(how)).rejects.toThrow(words);
});
