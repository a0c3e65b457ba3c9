import { defineWebhook } from "../../../engine/plugin-api.ts";
import { EMPTY_ANSWER } from "./call-answers.ts";
import { field, pathValue } from "./request-fields.ts";
import { verifySignature } from "./signed-by-twilio.ts";

/** What was said on a recording, once Twilio has written it down. */
export default defineWebhook({
  path: "twilio/voice/transcript/:stepKey",
  methods: ["POST"],
  verify: verifySignature,
  parse(request) {
    const stepKey = pathValue(request, "stepKey");
    const text = field(request, "TranscriptionText");
    const status = field(request, "TranscriptionStatus") ?? "failed";
    return [
      {
        kind: "resume",
        key: `transcript:${stepKey}`,
        event: "transcript",
        output: status === "completed" && text !== null ? { transcript: text } : {},
        dedupeKey: `transcript ${stepKey}:${field(request, "TranscriptionSid") ?? status}`,
      },
    ];
  },
  ack: EMPTY_ANSWER,
});
