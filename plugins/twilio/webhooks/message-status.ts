import { type Delivery, defineWebhook, type WebhookRequest } from "../../../engine/plugin-api.ts";
import { meaningOf, refusalOf } from "../error-codes.ts";
import { deliveryStatusOf } from "../message-status.ts";
import { callReport } from "./call-report.ts";
import { recordingReport } from "./recording-report.ts";
import { field, pathValue, requiredField } from "./request-fields.ts";
import { isSignedByTwilio } from "./signed-by-twilio.ts";

/** How a message, a call or a recording of ours is getting on. The URL names the effect and carries our own signature beside Twilio's. */
export default defineWebhook({
  path: "twilio/status/:effectId",
  methods: ["POST"],
  async verify(request, services) {
    const { s } = request.query;
    const ours = typeof s === "string" && services.isOurEffect(request.params.effectId ?? "", s);
    return ours && (await isSignedByTwilio(request, services)) ? { ok: true } : { ok: false };
  },
  parse(request) {
    if (field(request, "RecordingStatus") !== null) return [recordingReport(request)];
    if (field(request, "CallStatus") !== null) return [callReport(request)];
    return messageReports(request, pathValue(request, "effectId"));
  },
  ack: { status: 204, headers: {}, body: "" },
});

/** How a message is getting on. `effectId` is null where nothing but the vendor's id says which. */
export function messageReports(request: WebhookRequest, effectId: string | null): readonly Delivery[] {
  const ref = requiredField(request, "MessageSid");
  const vendorStatus = requiredField(request, "MessageStatus");
  const status = deliveryStatusOf(vendorStatus);
  // Words Twilio adds later say nothing we could act on.
  if (status === null) return [];
  const failure = status === "failed" ? failureOf(request) : {};
  return [{ kind: "status", effectId, ref, status, ...failure, dedupeKey: `${ref}:${vendorStatus}` }];
}

function failureOf(request: WebhookRequest) {
  const vendorCode = field(request, "ErrorCode");
  const vendorMessage = field(request, "ErrorMessage") ?? meaningOf(vendorCode)?.en ?? null;
  return {
    refusal: refusalOf(vendorCode),
    ...(vendorCode === null ? {} : { vendorCode }),
    ...(vendorMessage === null ? {} : { vendorMessage }),
  };
}
