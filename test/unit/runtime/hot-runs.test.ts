import { expect, test } from "vitest";
import { createHotRuns } from "../../../engine/runtime/hot-runs.ts";
import { seededRandom } from "../../../engine/runtime/node-context.ts";

type Kept = Parameters<ReturnType<typeof createHotRuns>["keep"]>[0];

test("a sleeping run is found by each key of its wait, until it is forgotten", () => {
  const hot = createHotRuns();
  const run = asleep(["step:1", "message:+34600111222"]);
  hot.keep(run);
  expect(hot.find("step:1")).toBe(run);
  expect(hot.find("message:+34600111222")).toBe(run);
  expect(hot.find("step:2")).toBeNull();
  hot.forget(run);
  expect(hot.find("step:1")).toBeNull();
  expect(hot.find("message:+34600111222")).toBeNull();
});

test("a run that does not wait is not kept", () => {
  const hot = createHotRuns();
  hot.keep(asleep([]));
  expect(hot.find("step:1")).toBeNull();
});

test("only so many are kept: the oldest go first", () => {
  const hot = createHotRuns();
  for (let index = 0; index <= 5_000; index++) hot.keep(asleep([`step:${index}`]));
  expect(hot.find("step:0")).toBeNull();
  expect(hot.find("step:1")).not.toBeNull();
  expect(hot.find("step:5000")).not.toBeNull();
});

test("[A8] chance is seeded by the step: the same again for the same step, another for another", () => {
  const draw = (seed: string) => {
    const random = seededRandom(seed);
    return Array.from({ length: 100 }, random);
  };
  expect(draw("run_1:dice:1")).toEqual(draw("run_1:dice:1"));
  expect(draw("run_1:dice:1")).not.toEqual(draw("run_1:dice:2"));
  expect(draw("run_1:dice:1").every((value) => value >= 0 && value < 1)).toBe(true);
  expect(new Set(draw("run_1:dice:1")).size).toBe(100);
});

/** Of a run, only the keys of its wait matter here. */
function asleep(keys: readonly string[]): Kept {
  const state: Pick<Kept["state"], "wait"> = {
    wait: { nodeId: "ask", until: "2026-01-02T10:00:00.000Z", timeoutPort: "timeout", events: {}, keys },
  };
  return { state } as Kept;
}
