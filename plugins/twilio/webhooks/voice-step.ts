import {
  type Delivery,
  defineWebhook,
  type JsonObject,
  type WebhookRequest,
} from "../../../engine/plugin-api.ts";
import { answerCall, answerUnmatched, EMPTY_ANSWER, holdCall } from "./call-answers.ts";
import { deliveryKeyOf } from "./delivery-key.ts";
import { field, pathValue, secondsField } from "./request-fields.ts";
import { verifySignature } from "./signed-by-twilio.ts";

/** The action of a verb that a step waits on: keys, speech, or how a dial went. */
export default defineWebhook({
  path: "twilio/voice/step/:stepKey",
  methods: ["POST"],
  verify: verifySignature,
  parse(request) {
    const stepKey = pathValue(request, "stepKey");
    return [
      {
        kind: "resume",
        key: `step:${stepKey}`,
        ...(field(request, "DialCallStatus") === null ? inputEvent(request) : dialEvent(request)),
        dedupeKey: deliveryKeyOf(request, stepKey),
      },
    ];
  },
  ack: EMPTY_ANSWER,
  answer: answerCall,
  hold: holdCall,
  unmatched: answerUnmatched,
});

type StepEvent = Pick<Extract<Delivery, { kind: "resume" }>, "event" | "output" | "usage">;

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

function dialEvent(request: WebhookRequest): StepEvent {
  const dialStatus = field(request, "DialCallStatus") ?? "failed";
  const duration = secondsField(request, "DialCallDuration");
  const recordingUrl = field(request, "RecordingUrl");
  const talked = dialStatus === "completed" || dialStatus === "answered";
  return {
    event: dialEventName(dialStatus, callerIsGone(request)),
    output: {
      dialStatus,
      durationSeconds: duration ?? 0,
      ...(recordingUrl === null ? {} : { recordingUrl }),
    },
    ...usageOf(talked, duration),
  };
}

function dialEventName(dialStatus: string, callerGone: boolean): string {
  if (dialStatus === "completed" || dialStatus === "answered") return "completed";
  // Whatever the other side did, nobody is left to hear about it.
  if (callerGone || dialStatus === "canceled") return "caller_hung_up";
  return UNANSWERED[dialStatus] ?? "failed";
}

const UNANSWERED: Readonly<Record<string, string>> = { busy: "busy", "no-answer": "no_answer" };

/** Minutes begun. None when nobody talked; unknown (a conference tells no duration) leaves the reserved minute. */
function usageOf(talked: boolean, duration: number | null): Pick<StepEvent, "usage"> {
  if (!talked) return { usage: { part: "dial", amount: 0 } };
  return duration === null ? {} : { usage: { part: "dial", amount: Math.ceil(duration / 60) } };
}

const ENDED = new Set(["completed", "busy", "failed", "no-answer", "canceled"]);

function callerIsGone(request: WebhookRequest): boolean {
  return ENDED.has(field(request, "CallStatus") ?? "");
}
