import { defineWebhook, type JsonObject, type WebhookRequest } from "../../../engine/plugin-api.ts";
import { answerCall, answerUnmatched, EMPTY_ANSWER, holdCall } from "./call-answers.ts";
import { deliveryKeyOf } from "./delivery-key.ts";
import { dialEvent } from "./dial-event.ts";
import { isPayResult, payEvent } from "./pay-event.ts";
import { isLeaving, leavingKey, queueEvent } from "./queue-event.ts";
import { isRelayEnd, relayEvent } from "./relay-event.ts";
import { field, pathValue } from "./request-fields.ts";
import { verifySignature } from "./signed-by-twilio.ts";
import { callerIsGone, type StepEvent } from "./step-event.ts";

/** The action of a verb that a step waits on: keys, speech, or how a dial, a queue, a payment or an agent's talk went. */
export const STEP_PATH = "twilio/voice/step/:stepKey";

export default defineWebhook({
  path: STEP_PATH,
  methods: ["POST"],
  verify: verifySignature,
  parse(request) {
    const stepKey = pathValue(request, "stepKey");
    return [
      {
        kind: "resume",
        key: `step:${stepKey}`,
        ...eventOf(request),
        dedupeKey: isLeaving(request) ? leavingKey(stepKey) : deliveryKeyOf(request, stepKey),
      },
    ];
  },
  ack: EMPTY_ANSWER,
  answer: answerCall,
  hold: holdCall,
  unmatched: answerUnmatched,
});

function eventOf(request: WebhookRequest): StepEvent {
  if (field(request, "DialCallStatus") !== null) return dialEvent(request);
  if (field(request, "QueueResult") !== null) return queueEvent(request);
  if (isRelayEnd(request)) return relayEvent(request);
  return isPayResult(request) ? payEvent(request) : inputEvent(request);
}

/** An answer counts even if the person hung up right after it. */
function inputEvent(request: WebhookRequest): StepEvent {
  const digits = field(request, "Digits");
  if (digits !== null)
    return { event: /^[0-9*#]$/.test(digits) ? `digits:${digits}` : "digits", output: { digits } };
  const speech = field(request, "SpeechResult");
  if (speech !== null) return { event: "speech", output: { speech, ...confidenceOf(request) } };
  return { event: callerIsGone(request) ? "hangup" : "timeout", output: {} };
}

function confidenceOf(request: WebhookRequest): JsonObject {
  const text = field(request, "Confidence");
  const confidence = text === null ? Number.NaN : Number(text);
  return Number.isFinite(confidence) ? { confidence } : {};
}
