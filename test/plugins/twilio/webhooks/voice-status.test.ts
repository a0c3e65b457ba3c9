import { expect, test } from "vitest";
import voiceStatus from "../../../../plugins/twilio/webhooks/voice-status.ts";
import { twilioRequest } from "./requests.ts";

const parsed = (fields: Record<string, string>) =>
  voiceStatus.parse(twilioRequest("twilio/voice/status", fields));

test("the end of a call counts seconds, not the minutes beside them", () => {
  expect(
    parsed({
      CallSid: "CA1",
      CallStatus: "completed",
      CallDuration: "37",
      Duration: "1",
      SequenceNumber: "3",
    }),
  ).toEqual([
    {
      kind: "call-status",
      sid: "CA1",
      status: "completed",
      durationSeconds: 37,
      dedupeKey: "CA1:completed:3",
    },
  ]);
});

test("before the end there is no duration", () => {
  expect(parsed({ CallSid: "CA1", CallStatus: "ringing" })).toMatchObject([
    { durationSeconds: null, dedupeKey: "CA1:ringing:" },
  ]);
});

test("needs a status", () => {
  expect(() => parsed({ CallSid: "CA1" })).toThrow(/no CallStatus/);
});

test("is answered with nothing", () => {
  expect(voiceStatus.ack).toEqual({ status: 204, headers: {}, body: "" });
});
