import { expect, test } from "vitest";
import voiceMachine from "../../../../plugins/twilio/webhooks/voice-machine.ts";
import { twilioRequest } from "./requests.ts";

test("the verdict is an event of its own, which nobody on the line waits for", () => {
  const form = { CallSid: "CA1", AnsweredBy: "machine_end_beep", MachineDetectionDuration: "4000" };
  const params = { stepKey: "run_1:call:1" };
  expect(voiceMachine.parse(twilioRequest("twilio/voice/machine/x", form, { params }))).toEqual([
    {
      kind: "resume",
      key: "machine:run_1:call:1",
      event: "verdict",
      output: { callSid: "CA1", answeredBy: "machine_end_beep", detectionMs: 4000 },
      dedupeKey: "machine run_1:call:1:machine_end_beep",
    },
  ]);
  expect(voiceMachine.answer).toBeUndefined();
});
