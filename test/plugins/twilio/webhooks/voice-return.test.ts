import { expect, test } from "vitest";
import voiceReturn from "../../../../plugins/twilio/webhooks/voice-return.ts";
import { twilioRequest } from "./requests.ts";

test("a call comes back with everything it was given on its way", () => {
  const request = twilioRequest(
    "twilio/voice/return/x?nota=5",
    { CallSid: "CA1", Digits: "12" },
    { params: { stepKey: "run_1:raw:2" } },
  );
  expect(voiceReturn.parse(request)).toMatchObject([
    {
      kind: "resume",
      key: "step:run_1:raw:2",
      event: "returned",
      output: { params: { nota: "5", Digits: "12", CallSid: "CA1" } },
    },
  ]);
  expect(voiceReturn.methods).toEqual(["POST", "GET"]);
});
