import { defineWebhook, type WebhookRequest } from "../../../engine/plugin-api.ts";
import { verb } from "../twiml.ts";
import { EMPTY_ANSWER, twimlAnswer } from "./call-answers.ts";
import { field, queryValue } from "./request-fields.ts";
import { answeredAtOnce } from "./signed-by-twilio.ts";

/** The key of somebody who was asked whether they take a call: theirs connects the two, any other ends their side. */
export default defineWebhook({
  path: "twilio/voice/accept/:stepKey",
  methods: ["POST"],
  verify: (request, services) => answeredAtOnce(request, services, decide),
  parse: () => [],
  ack: EMPTY_ANSWER,
});

function decide(request: WebhookRequest) {
  const accepts = field(request, "Digits") === queryValue(request, "key");
  return accepts ? EMPTY_ANSWER : twimlAnswer([verb("Hangup")]);
}
