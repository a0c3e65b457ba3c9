import { expect, test } from "vitest";
import { runNode } from "../../../../engine/plugin-testing/node-context.ts";
import hangup from "../../../../plugins/twilio/nodes/voice/hangup.ts";

test("ends the call and the run", async () => {
  expect(await runNode(hangup)).toEqual({
    kind: "end",
    outcome: "hung_up",
    output: {},
    reply: [{ verb: "Hangup" }],
  });
});
