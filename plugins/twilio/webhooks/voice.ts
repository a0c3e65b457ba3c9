import { defineWebhook, type JsonObject, type WebhookRequest } from "../../../engine/plugin-api.ts";
import { phoneOf } from "../caller.ts";
import { answerCall, answerUnmatched, EMPTY_ANSWER, holdCall } from "./call-answers.ts";
import { field, requiredField } from "./request-fields.ts";
import { verifySignature } from "./signed-by-twilio.ts";

/** A call arrives at one of our numbers. */
export default defineWebhook({
  path: "twilio/voice",
  methods: ["POST"],
  verify: verifySignature,
  parse(request) {
    const call = callOf(request);
    return [
      {
        kind: "start",
        trigger: "twilio.incoming-call",
        to: call.to,
        channel: "voice",
        providerId: field(request, "AccountSid"),
        dedupeKey: `call:${call.sid}`,
        input: { call },
        contact: contactOf(request, call.from),
        call: { sid: call.sid, from: call.from },
      },
    ];
  },
  ack: EMPTY_ANSWER,
  answer: answerCall,
  hold: holdCall,
  unmatched: answerUnmatched,
});

function callOf(request: WebhookRequest): JsonObject & { sid: string; from: string; to: string } {
  return {
    sid: requiredField(request, "CallSid"),
    // Empty where the carrier hides it altogether.
    from: field(request, "From") ?? "anonymous",
    to: requiredField(request, "To"),
    direction: field(request, "Direction") ?? "inbound",
    callerCity: field(request, "CallerCity") ?? field(request, "FromCity"),
    callerState: field(request, "CallerState") ?? field(request, "FromState"),
    callerZip: field(request, "CallerZip") ?? field(request, "FromZip"),
    callerCountry: field(request, "CallerCountry") ?? field(request, "FromCountry"),
    forwardedFrom: field(request, "ForwardedFrom"),
    callerName: field(request, "CallerName"),
  };
}

function contactOf(request: WebhookRequest, from: string) {
  const name = field(request, "CallerName");
  return { phone: phoneOf(from), ...(name === null ? {} : { name }) };
}
