import { expect, test } from "vitest";
import { seedDemo } from "../../engine/demo/seed.ts";
import type { FailpointName } from "../../engine/runtime/failpoints.ts";
import { openDatabase } from "../../engine/store/database.ts";
import { type CrashOutcome, checkInvariants, endOfRun, outcomeOf } from "../support/crash-outcome.ts";
import { CHARGED_SMS, MAIN_JOB, publishCrashFlows } from "../support/crash-scenarios.ts";
import { type CrashWorld, openCrashStage, type World } from "../support/crash-stage.ts";
import { killableEngine } from "../support/killable-engine.ts";

/**
 * The engines that die in `test/runtime/single-faults.test.ts` are cut off inside the process of the tests. Here real
 * processes are killed at the same places, and the same must come of it.
 */
const PLACES: readonly FailpointName[] = ["intent.after", "outcome.before", "settle.before", "answer.before"];
const PHONE = "+573007654321";

test.for(PLACES)("[D1, E1, E3] kill -9 at %s leaves what the simulated death leaves", async (point) => {
  expect(await reallyKilled(point)).toEqual(await simulated(point));
});

async function reallyKilled(point: FailpointName): Promise<CrashOutcome> {
  const engine = await killableEngine({ doubtGraceMs: 1 });
  try {
    const { apiKey } = await seedDemo(engine.connection);
    await publishCrashFlows(engine);
    await engine.start(point);
    const world = { ...engine, apiKey: apiKey ?? "", fullUrl: engine.url, replace: async () => undefined };
    const restarted = engine.gone().then(() => engine.start());
    await Promise.all([play(world, point), restarted]);
    return await outcome(engine);
  } finally {
    await engine.close();
  }
}

async function simulated(point: FailpointName): Promise<CrashOutcome> {
  const stage = await openCrashStage();
  try {
    await publishCrashFlows(stage);
    stage.arm({ point, hit: 1 });
    await play(stage, point);
    await stage.quiet();
    expect(stage.deaths).toBe(1);
    return await outcome(stage);
  } finally {
    await stage.close();
  }
}

async function play(world: CrashWorld, point: FailpointName): Promise<void> {
  await (point === "settle.before" ? CHARGED_SMS : MAIN_JOB).play(world, PHONE);
  await endOfRun(world, PHONE);
}

async function outcome(world: World): Promise<CrashOutcome> {
  const db = openDatabase({ connection: world.connection, enginePool: 1, apiPool: 1 });
  try {
    const found = await outcomeOf(world, db, PHONE);
    await checkInvariants(expect, world, PHONE, found, "after the restart");
    return found;
  } finally {
    await db.close();
  }
}
