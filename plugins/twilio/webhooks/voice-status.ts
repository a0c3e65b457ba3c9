import { defineWebhook } from "../../../engine/plugin-api.ts";
import { field, requiredField, secondsField } from "./request-fields.ts";
import { verifySignature } from "./signed-by-twilio.ts";

/** A call changed or ended: the status callback of our numbers. */
export default defineWebhook({
  path: "twilio/voice/status",
  methods: ["POST"],
  verify: verifySignature,
  parse(request) {
    const sid = requiredField(request, "CallSid");
    const status = requiredField(request, "CallStatus");
    return [
      {
        kind: "call-status",
        sid,
        status,
        // CallDuration counts seconds; Duration, beside it, minutes.
        durationSeconds: secondsField(request, "CallDuration"),
        dedupeKey: `${sid}:${status}:${field(request, "SequenceNumber") ?? ""}`,
      },
    ];
  },
  ack: { status: 204, headers: {}, body: "" },
});
