import { expect, test } from "vitest";
import voiceOutbound from "../../../../plugins/twilio/webhooks/voice-outbound.ts";
import { twilioRequest } from "./requests.ts";

const params = { stepKey: "run_1:call:1" };
const parsed = (fields: Record<string, string> = {}, query = "") =>
  voiceOutbound.parse(
    twilioRequest(
      `twilio/voice/outbound/run_1%3Acall%3A1${query}`,
      { CallSid: "CA1", CallStatus: "in-progress", ...fields },
      { params, headers: { "i-twilio-idempotency-token": "t" } },
    ),
  );

test("a call that is answered wakes its step, and is the line from then on", () => {
  expect(parsed()).toEqual([
    {
      kind: "resume",
      key: "step:run_1:call:1",
      event: "answered",
      output: { callSid: "CA1" },
      dedupeKey: "outbound run_1:call:1:t",
    },
  ]);
  expect(voiceOutbound.answer).toBeTypeOf("function");
});

test.each([
  ["human", "answered"],
  ["unknown", "answered"],
  ["fax", "machine:fax"],
  ["machine_start", "machine:machine_start"],
  ["machine_end_beep", "machine:machine_end_beep"],
  ["machine_end_silence", "machine:machine_end_silence"],
  ["machine_end_other", "machine:machine_end_other"],
])("%s is %s", (AnsweredBy, event) => {
  expect(parsed({ AnsweredBy, MachineDetectionDuration: "2100" })).toMatchObject([
    { event, output: { answeredBy: AnsweredBy, detectionMs: 2100 } },
  ]);
});

test("our own redirect says since when the call is kept waiting", () => {
  expect(parsed({}, "?since=17")).toMatchObject([{ output: { since: 17 } }]);
  expect(parsed({}, "?since=x")).toMatchObject([{ output: { callSid: "CA1" } }]);
});
