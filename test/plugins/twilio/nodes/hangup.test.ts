import { expect, test } from "vitest";
import hangup from "../../../../plugins/twilio/nodes/voice/hangup.ts";
import { runNode } from "../../../support/node-context.ts";

test("ends the call and the run", async () => {
  expect(await runNode(hangup)).toEqual({
    kind: "end",
    outcome: "hung_up",
    output: {},
    reply: [{ verb: "Hangup" }],
  });
});
