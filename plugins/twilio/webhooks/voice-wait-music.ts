import { defineWebhook, type WebhookRequest } from "../../../engine/plugin-api.ts";
import { verb } from "../twiml.ts";
import { EMPTY_ANSWER, twimlAnswer } from "./call-answers.ts";
import { queryValue } from "./request-fields.ts";
import { answeredAtOnce } from "./signed-by-twilio.ts";

/** The music of those who wait for a conference to start; its address is in the URL. */
export default defineWebhook({
  path: "twilio/voice/wait-music/:stepKey",
  methods: ["POST"],
  verify: (request, services) => answeredAtOnce(request, services, music),
  parse: () => [],
  ack: EMPTY_ANSWER,
});

function music(request: WebhookRequest) {
  const audio = queryValue(request, "audio");
  return audio === null ? EMPTY_ANSWER : twimlAnswer([verb("Play", { loop: 0 }, { text: audio })]);
}
