import { defineWebhook, type WebhookRequest } from "../../../engine/plugin-api.ts";
import { answerCall, answerUnmatched, EMPTY_ANSWER, holdCall } from "./call-answers.ts";
import { deliveryKeyOf } from "./delivery-key.ts";
import { field, pathValue, requiredField } from "./request-fields.ts";
import { verifySignature } from "./signed-by-twilio.ts";

/** Somebody took a call that a step placed, or one that a step has taken over: from here on the run speaks on it. */
export default defineWebhook({
  path: "twilio/voice/outbound/:stepKey",
  methods: ["POST"],
  verify: verifySignature,
  parse(request) {
    const stepKey = pathValue(request, "stepKey");
    const answeredBy = field(request, "AnsweredBy");
    return [
      {
        kind: "resume",
        key: `step:${stepKey}`,
        event: isMachine(answeredBy) ? `machine:${answeredBy}` : "answered",
        output: { callSid: requiredField(request, "CallSid"), ...verdictOf(request), ...sinceOf(request) },
        dedupeKey: deliveryKeyOf(request, `outbound ${stepKey}`),
      },
    ];
  },
  ack: EMPTY_ANSWER,
  answer: answerCall,
  hold: holdCall,
  unmatched: answerUnmatched,
});

/** Since when the call is kept waiting, where our own redirect says so. */
function sinceOf({ query }: WebhookRequest) {
  const since = Number(typeof query.since === "string" ? query.since : Number.NaN);
  return Number.isFinite(since) ? { since } : {};
}

/** A fax takes a call like a machine: nobody hears what is said. */
export function isMachine(answeredBy: string | null): boolean {
  return answeredBy !== null && /^(machine|fax)/.test(answeredBy);
}

/** Who took the call, where Twilio was asked to find out, and how long that took. */
export function verdictOf(request: WebhookRequest) {
  const answeredBy = field(request, "AnsweredBy");
  const duration = Number(field(request, "MachineDetectionDuration") ?? Number.NaN);
  return {
    ...(answeredBy === null ? {} : { answeredBy }),
    ...(Number.isFinite(duration) ? { detectionMs: duration } : {}),
  };
}
