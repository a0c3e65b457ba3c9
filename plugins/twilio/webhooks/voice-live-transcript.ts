import { defineWebhook, type WebhookRequest } from "../../../engine/plugin-api.ts";
import { EMPTY_ANSWER } from "./call-answers.ts";
import { field, pathValue, requiredField } from "./request-fields.ts";
import { verifySignature } from "./signed-by-twilio.ts";

/** What is said on a call, while it is said: a request for each utterance, and one at the end. */
export default defineWebhook({
  path: "twilio/voice/live-transcript/:stepKey",
  methods: ["POST"],
  verify: verifySignature,
  parse(request) {
    const event = EVENTS[requiredField(request, "TranscriptionEvent")];
    const stepKey = pathValue(request, "stepKey");
    const sequence = sequenceOf(request);
    const text = event === "utterance" ? textOf(request) : null;
    if (event === undefined || (event === "utterance" && text === null)) return [];
    // Told again it is the same moment; where it has no number, only that tells two sentences apart.
    const told = [field(request, "TranscriptionSid"), event, sequence, field(request, "Timestamp")].join(":");
    return [
      {
        kind: "resume",
        key: `transcript:${stepKey}`,
        event,
        output: text === null ? {} : { text, sequence },
        dedupeKey: `live-transcript ${stepKey}:${told}`,
      },
    ];
  },
  ack: EMPTY_ANSWER,
});

const EVENTS: Readonly<Record<string, string>> = {
  "transcription-content": "utterance",
  "transcription-stopped": "transcribed",
  "transcription-error": "transcribed",
};

// Both names are to be found in what is written about these requests.
function sequenceOf(request: WebhookRequest): number {
  return Number(field(request, "SequenceNumber") ?? field(request, "SequenceId") ?? 0);
}

/** The words of a finished utterance; null for a guess that will be corrected, and for what nobody can read. */
function textOf(request: WebhookRequest): string | null {
  if (field(request, "Final") === "false") return null;
  try {
    const { transcript } = JSON.parse(field(request, "TranscriptionData") ?? "{}") as {
      transcript?: unknown;
    };
    return typeof transcript === "string" && transcript.trim() !== "" ? transcript.trim() : null;
  } catch {
    return null;
  }
}
