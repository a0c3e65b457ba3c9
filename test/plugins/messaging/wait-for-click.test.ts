import { expect, test } from "vitest";
import { runNode } from "../../../engine/plugin-testing/node-context.ts";
import waitForClick from "../../../plugins/messaging/nodes/wait-for-click.ts";

test("sleeps until a click on the links of that step, or its time is up", async () => {
  expect(await runNode(waitForClick, { links: "click:run_1:send:1", minutes: 90 })).toEqual({
    kind: "wait",
    wait: {
      until: "2026-11-21T16:30:00.000Z",
      timeoutPort: "timeout",
      events: { click: "clicked" },
      keys: ["click:run_1:send:1"],
    },
  });
});

test("waits a day where nothing is said", async () => {
  expect(await runNode(waitForClick, { links: "click:run_1:send:1" })).toMatchObject({
    wait: { until: "2026-11-22T15:00:00.000Z" },
  });
});

test.each(["click:run_2:send:1", "signal:run_1:go", "send"])(
  "%s is not of this run's links",
  async (links) => {
    await expect(runNode(waitForClick, { links })).rejects.toMatchObject({ code: "PARAMS_INVALID" });
  },
);
