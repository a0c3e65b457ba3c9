import type { Delivery, DeliveryStatus, WebhookRequest } from "../../../engine/plugin-api.ts";
import { field, pathValue, requiredField } from "./request-fields.ts";

const PROGRESS: Readonly<Record<string, DeliveryStatus>> = {
  "in-progress": "sent",
  completed: "delivered",
  absent: "failed",
  failed: "failed",
};

/** What Twilio reports on a recording that a step started. */
export function recordingReport(request: WebhookRequest): Extract<Delivery, { kind: "status" }> {
  const ref = requiredField(request, "RecordingSid");
  const told = requiredField(request, "RecordingStatus");
  const status = PROGRESS[told] ?? "queued";
  const vendorCode = field(request, "ErrorCode") ?? told;
  return {
    kind: "status",
    effectId: pathValue(request, "effectId"),
    ref,
    status,
    ...(status === "failed" ? { vendorCode, vendorMessage: `The recording is ${told}.` } : {}),
    dedupeKey: `${ref}:${told}`,
  };
}
