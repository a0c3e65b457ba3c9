import type { Delivery, WebhookRequest } from "../../../engine/plugin-api.ts";
import { portOfEnd, progressOf } from "../call-status.ts";
import { field, pathValue, requiredField, secondsField } from "./request-fields.ts";

/** What Twilio reports on a call that a step placed. The URL names its effect. */
export function callReport(request: WebhookRequest): Extract<Delivery, { kind: "call-status" }> {
  const sid = requiredField(request, "CallSid");
  const status = requiredField(request, "CallStatus");
  const event = portOfEnd(status);
  const recordingUrl = field(request, "RecordingUrl");
  return {
    kind: "call-status",
    sid,
    status,
    // CallDuration counts seconds; Duration, beside it, minutes.
    durationSeconds: secondsField(request, "CallDuration"),
    placed: {
      effectId: pathValue(request, "effectId"),
      progress: progressOf(status),
      ...(event === null ? {} : { event }),
      ...(recordingUrl === null ? {} : { recordingUrl }),
    },
    dedupeKey: `${sid}:${status}:${field(request, "SequenceNumber") ?? ""}`,
  };
}
