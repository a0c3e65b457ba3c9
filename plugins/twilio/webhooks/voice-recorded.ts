import { defineWebhook, type WebhookRequest } from "../../../engine/plugin-api.ts";
import { answerCall, answerUnmatched, EMPTY_ANSWER, holdCall } from "./call-answers.ts";
import { deliveryKeyOf } from "./delivery-key.ts";
import { field, pathValue, secondsField } from "./request-fields.ts";
import { verifySignature } from "./signed-by-twilio.ts";

/**
 * A `<Record>` is over. Twilio asks its action only where there is a recording; the redirect behind it brings whoever
 * kept silent here, too, without one.
 */
export default defineWebhook({
  path: "twilio/voice/recorded/:stepKey",
  methods: ["POST"],
  verify: verifySignature,
  parse(request) {
    const stepKey = pathValue(request, "stepKey");
    const recording = recordingOf(request);
    return [
      {
        kind: "resume",
        key: `step:${stepKey}`,
        event: recording === null ? "empty" : "recorded",
        output: recording ?? {},
        dedupeKey: deliveryKeyOf(request, stepKey),
      },
    ];
  },
  ack: EMPTY_ANSWER,
  answer: answerCall,
  hold: holdCall,
  unmatched: answerUnmatched,
});

function recordingOf(request: WebhookRequest) {
  const recordingUrl = field(request, "RecordingUrl");
  const durationSeconds = secondsField(request, "RecordingDuration") ?? 0;
  if (recordingUrl === null || durationSeconds === 0) return null;
  const digits = field(request, "Digits");
  return {
    recordingUrl,
    recordingSid: field(request, "RecordingSid") ?? /RE[0-9a-fA-F]{32}/.exec(recordingUrl)?.[0] ?? "",
    durationSeconds,
    endedBy: digits === null ? "silence" : digits === "hangup" ? "hangup" : "key",
  };
}
