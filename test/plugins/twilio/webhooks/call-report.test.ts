import { expect, test } from "vitest";
import messageStatus from "../../../../plugins/twilio/webhooks/message-status.ts";
import { twilioRequest } from "./requests.ts";

const parsed = (fields: Record<string, string>) =>
  messageStatus.parse(
    twilioRequest(
      "twilio/status/eff_1?s=good",
      { CallSid: "CA1", ...fields },
      { params: { effectId: "eff_1" } },
    ),
  );

test.each([
  ["initiated", "queued", undefined],
  ["ringing", "sent", undefined],
  ["in-progress", "delivered", undefined],
  ["completed", "delivered", "failed"],
  ["busy", "failed", "busy"],
  ["no-answer", "failed", "no_answer"],
  ["failed", "failed", "failed"],
  ["canceled", "failed", "failed"],
])("a call that is %s: %s, its step is told %s", (CallStatus, progress, event) => {
  const told = event === undefined ? {} : { event };
  expect(parsed({ CallStatus, SequenceNumber: "2" })).toEqual([
    {
      kind: "call-status",
      sid: "CA1",
      status: CallStatus,
      durationSeconds: null,
      placed: { effectId: "eff_1", progress, ...told },
      dedupeKey: `CA1:${CallStatus}:2`,
    },
  ]);
});

test("seconds are seconds, and the recording of the whole call is kept", () => {
  const url = "https://api.twilio.com/Recordings/RE1";
  const fields = { CallStatus: "completed", CallDuration: "61", Duration: "2", RecordingUrl: url };
  expect(parsed(fields)).toMatchObject([{ durationSeconds: 61, placed: { recordingUrl: url } }]);
});

test.each([
  ["in-progress", "sent"],
  ["completed", "delivered"],
  ["absent", "failed"],
  ["failed", "failed"],
])("a recording that is %s: %s", (RecordingStatus, status) => {
  expect(parsed({ RecordingSid: "RE1", RecordingStatus })).toMatchObject([
    { kind: "status", effectId: "eff_1", ref: "RE1", status, dedupeKey: `RE1:${RecordingStatus}` },
  ]);
});
