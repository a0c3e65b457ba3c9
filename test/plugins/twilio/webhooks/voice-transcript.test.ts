import { expect, test } from "vitest";
import voiceTranscript from "../../../../plugins/twilio/webhooks/voice-transcript.ts";
import { twilioRequest } from "./requests.ts";

const parsed = (fields: Record<string, string>) =>
  voiceTranscript.parse(
    twilioRequest(
      "twilio/voice/transcript/x",
      { CallSid: "CA1", TranscriptionSid: "TR1", ...fields },
      { params: { stepKey: "run_1:vm:1" } },
    ),
  );

test("what was said comes as an event for the step", () => {
  expect(parsed({ TranscriptionStatus: "completed", TranscriptionText: "hello" })).toEqual([
    {
      kind: "resume",
      key: "transcript:run_1:vm:1",
      event: "transcript",
      output: { transcript: "hello" },
      dedupeKey: "transcript run_1:vm:1:TR1",
    },
  ]);
});

test("what could not be written down comes without words", () => {
  expect(parsed({ TranscriptionStatus: "failed", TranscriptionText: "x" })).toMatchObject([{ output: {} }]);
});
