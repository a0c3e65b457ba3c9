import { expect, test } from "vitest";
import voiceRecorded from "../../../../plugins/twilio/webhooks/voice-recorded.ts";
import { twilioRequest } from "./requests.ts";

const SID = `RE${"a".repeat(32)}`;
const RECORDING = { RecordingUrl: `https://api.twilio.com/Recordings/${SID}`, RecordingDuration: "12" };
const parsed = (fields: Record<string, string>) =>
  voiceRecorded.parse(
    twilioRequest(
      "twilio/voice/recorded/x",
      { CallSid: "CA1", CallStatus: "in-progress", ...fields },
      { params: { stepKey: "run_1:vm:1" } },
    ),
  );

test.each([
  [{}, "silence"],
  [{ Digits: "#" }, "key"],
  [{ Digits: "hangup", CallStatus: "completed" }, "hangup"],
])("a recording ended with %j", (more, endedBy) => {
  expect(parsed({ ...RECORDING, ...more })).toMatchObject([
    {
      key: "step:run_1:vm:1",
      event: "recorded",
      output: { recordingUrl: RECORDING.RecordingUrl, recordingSid: SID, durationSeconds: 12, endedBy },
    },
  ]);
});

test.each([[{}], [{ ...RECORDING, RecordingDuration: "0" }]])("%j is no recording", (fields) => {
  expect(parsed(fields)).toMatchObject([{ event: "empty", output: {} }]);
});

test("the same request is the same delivery, another is not", () => {
  const [first, again, other] = [RECORDING, RECORDING, {}].map((fields) => parsed(fields)[0]?.dedupeKey);
  expect(again).toBe(first);
  expect(other).not.toBe(first);
});
