import { expect, test } from "vitest";
import voiceLiveTranscript from "../../../../plugins/twilio/webhooks/voice-live-transcript.ts";
import { twilioRequest } from "./requests.ts";

const parsed = (event: string, fields: Record<string, string> = {}) =>
  voiceLiveTranscript.parse(
    twilioRequest(
      "twilio/voice/live-transcript/x",
      { CallSid: "CA1", TranscriptionSid: "TR1", TranscriptionEvent: `transcription-${event}`, ...fields },
      { params: { stepKey: "run_1:vm:1" } },
    ),
  );
const said = JSON.stringify({ transcript: " Hola. ", confidence: 0.9 });

test("each utterance comes as an event for the step, with its place among the others", () => {
  expect(parsed("content", { TranscriptionData: said, SequenceNumber: "3", Final: "true" })).toEqual([
    {
      kind: "resume",
      key: "transcript:run_1:vm:1",
      event: "utterance",
      output: { text: "Hola.", sequence: 3 },
      dedupeKey: "live-transcript run_1:vm:1:TR1:utterance:3:",
    },
  ]);
  expect(parsed("content", { TranscriptionData: said, SequenceId: "4" })).toMatchObject([
    { output: { sequence: 4 } },
  ]);
});

test("sentences without a number are told apart by their moments", () => {
  const keys = ["10:00:01Z", "10:00:02Z"].map(
    (Timestamp) => parsed("content", { TranscriptionData: said, Timestamp })[0]?.dedupeKey,
  );
  expect(new Set(keys).size).toBe(2);
});

test.each(["stopped", "error"])("after %s nothing more is to come", (event) => {
  expect(parsed(event, { SequenceNumber: "9" })).toMatchObject([{ event: "transcribed", output: {} }]);
});

test.each<[string, Record<string, string>]>([
  ["started", {}],
  ["something-new", {}],
  ["content", { TranscriptionData: said, Final: "false" }],
  ["content", { TranscriptionData: "{" }],
  ["content", { TranscriptionData: JSON.stringify({ transcript: " " }) }],
  ["content", { TranscriptionData: JSON.stringify({ transcript: 5 }) }],
  ["content", {}],
])("%s with %j wakes nobody", (event, fields) => {
  expect(parsed(event, fields)).toEqual([]);
});
