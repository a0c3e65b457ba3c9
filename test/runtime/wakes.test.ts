import { afterEach, beforeEach, test } from "vitest";
import { createLog } from "../../engine/log.ts";
import type { WakePort } from "../../engine/runtime/wake-port.ts";
import { openWakes } from "../../engine/runtime/wakes.ts";
import { cloneDatabase, type TestDatabase } from "../support/database.ts";
import { until } from "../support/until.ts";

let database: TestDatabase;
let wakes: WakePort;

beforeEach(async () => {
  database = await cloneDatabase();
  wakes = await openWakes(database.connection, createLog("silent"));
});

afterEach(async () => {
  await wakes.stop();
  await database.drop();
});

test("[D11] a run that waits for a slow vendor does not keep other runs from being woken", async () => {
  const slow = Promise.withResolvers<void>();
  const woken: string[] = [];
  await wakes.onWake(async (runId) => {
    woken.push(runId);
    if (runId === "run_slow") await slow.promise;
  });
  await wakes.wake(["run_slow"]);
  await until("the slow run to be woken", () => woken.includes("run_slow"));
  await wakes.wake(["run_next"]);
  await until("the next run to be woken", () => woken.includes("run_next"));
  slow.resolve();
});
