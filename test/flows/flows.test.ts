import { afterAll, describe, test } from "vitest";
import { DEMO_FLOWS } from "../../engine/demo/seed.ts";
import { buildEngine, type TestEngine } from "../support/build-engine.ts";
import { inspect } from "../support/database.ts";
import { playScenario, setHours } from "../support/play-scenario.ts";
import { readScenarios } from "../support/scenario.ts";
import { startWebStandIn } from "../support/web-stand-in.ts";

type Hours = "open" | "closed";

// What an engine knows of a store it keeps for seconds, so shops that are open and shops that are closed are two engines.
const engines = new Map<Hours, Promise<TestEngine>>();

afterAll(async () => {
  for (const engine of engines.values()) {
    const { stop, web } = await engine;
    await stop();
    await web?.close();
  }
});

const files = await Promise.all(DEMO_FLOWS.map(readScenarios));

describe.each(files)("flow $flow", ({ flow, scenarios }) => {
  test.each(scenarios)("$name", async (scenario) => {
    await playScenario(await engineOf(scenario.given?.hours ?? "open"), flow, scenario);
  });
});

function engineOf(hours: Hours): Promise<TestEngine> {
  const engine = engines.get(hours) ?? startEngine(hours);
  engines.set(hours, engine);
  return engine;
}

async function startEngine(hours: Hours): Promise<TestEngine> {
  const engine = await buildEngine({ web: await startWebStandIn() });
  await setHours(engine, hours);
  // Scenarios skip days; a month that begins in the middle of one would change its credits.
  await inspect(engine.connection, "update subscriptions set period_end = '2100-01-01'");
  return engine;
}
