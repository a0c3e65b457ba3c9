import { defineWebhook, type JsonObject, type WebhookRequest } from "../../../engine/plugin-api.ts";
import { answerCall, answerUnmatched, EMPTY_ANSWER, holdCall } from "./call-answers.ts";
import { deliveryKeyOf } from "./delivery-key.ts";
import { pathValue } from "./request-fields.ts";
import { verifySignature } from "./signed-by-twilio.ts";

/** A call comes back from TwiML that is not the flow's, with whatever that found out. */
export default defineWebhook({
  path: "twilio/voice/return/:stepKey",
  methods: ["POST", "GET"],
  verify: verifySignature,
  parse(request) {
    const stepKey = pathValue(request, "stepKey");
    return [
      {
        kind: "resume",
        key: `step:${stepKey}`,
        event: "returned",
        output: { params: paramsOf(request) },
        dedupeKey: deliveryKeyOf(request, `return ${stepKey}`),
      },
    ];
  },
  ack: EMPTY_ANSWER,
  answer: answerCall,
  hold: holdCall,
  unmatched: answerUnmatched,
});

function paramsOf(request: WebhookRequest): JsonObject {
  const all = Object.entries({ ...request.query, ...request.form });
  return Object.fromEntries(
    all.map(([name, value]) => [name, typeof value === "string" ? value : value.join(" ")]),
  );
}
