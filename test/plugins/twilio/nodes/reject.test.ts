import { expect, test } from "vitest";
import { runNode } from "../../../../engine/plugin-testing/node-context.ts";
import reject from "../../../../plugins/twilio/nodes/voice/reject.ts";

test.each([
  [{}, "rejected"],
  [{ reason: "busy" }, "busy"],
])("%j rejects as %s", async (params, reason) => {
  expect(await runNode(reject, params)).toEqual({
    kind: "end",
    outcome: "rejected",
    output: { reason },
    reply: [{ verb: "Reject", attrs: { reason } }],
  });
});
