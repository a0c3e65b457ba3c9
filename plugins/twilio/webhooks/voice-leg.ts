import { defineWebhook } from "../../../engine/plugin-api.ts";
import { field, pathValue, requiredField } from "./request-fields.ts";
import { verifySignature } from "./signed-by-twilio.ts";

/** Somebody took a leg of a Dial: whose it was is known only here. */
export default defineWebhook({
  path: "twilio/voice/leg/:stepKey",
  methods: ["POST"],
  verify: verifySignature,
  parse(request) {
    if (field(request, "CallStatus") !== "in-progress") return [];
    const ref = requiredField(request, "CallSid");
    return [
      {
        kind: "leg-answered",
        stepKey: pathValue(request, "stepKey"),
        ref,
        address: requiredField(request, "To"),
        dedupeKey: `leg:${ref}`,
      },
    ];
  },
  ack: { status: 204, headers: {}, body: "" },
});
