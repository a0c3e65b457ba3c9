import { defineWebhook } from "../../../engine/plugin-api.ts";
import { EMPTY_ANSWER } from "./call-answers.ts";
import { field, pathValue, requiredField } from "./request-fields.ts";
import { verifySignature } from "./signed-by-twilio.ts";
import { verdictOf } from "./voice-outbound.ts";

/** Person or machine: what Twilio found out while the call was already going on. */
export default defineWebhook({
  path: "twilio/voice/machine/:stepKey",
  methods: ["POST"],
  verify: verifySignature,
  parse(request) {
    const stepKey = pathValue(request, "stepKey");
    return [
      {
        kind: "resume",
        key: `machine:${stepKey}`,
        event: "verdict",
        output: { callSid: requiredField(request, "CallSid"), ...verdictOf(request) },
        dedupeKey: `machine ${stepKey}:${field(request, "AnsweredBy") ?? ""}`,
      },
    ];
  },
  ack: EMPTY_ANSWER,
});
