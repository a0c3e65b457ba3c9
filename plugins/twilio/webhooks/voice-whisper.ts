import { defineWebhook, type WebhookRequest } from "../../../engine/plugin-api.ts";
import { type TwimlPart, verb } from "../twiml.ts";
import { voiceFor } from "../voices.ts";
import { EMPTY_ANSWER, twimlAnswer } from "./call-answers.ts";
import { queryValue } from "./request-fields.ts";
import { answeredAtOnce } from "./signed-by-twilio.ts";

/**
 * What the person who answers hears before being connected, and the key they accept with where they must. It is all in the
 * URL, which we wrote and Twilio's signature covers, so there is nothing to look up and nothing to store.
 */
export default defineWebhook({
  path: "twilio/voice/whisper/:stepKey",
  methods: ["POST"],
  verify: (request, services) => answeredAtOnce(request, services, whisper),
  parse: () => [],
  ack: EMPTY_ANSWER,
});

function whisper(request: WebhookRequest) {
  const text = queryValue(request, "text");
  if (text === null) return EMPTY_ANSWER;
  const language = queryValue(request, "language") ?? "en-US";
  const voice = queryValue(request, "voice") ?? voiceFor(language).voice;
  const said = verb("Say", { voice, language }, { text });
  return twimlAnswer(queryValue(request, "key") === null ? [said] : screening(request, said));
}

/** Who presses nothing, as a voicemail does, is hung up on: the next one rings, or the flow goes on. */
function screening(request: WebhookRequest, question: TwimlPart): TwimlPart[] {
  const action = request.url.replace("/twilio/voice/whisper/", "/twilio/voice/accept/");
  const timeout = queryValue(request, "within") ?? "8";
  const attrs = { input: "dtmf", numDigits: 1, finishOnKey: "", timeout, action, method: "POST" };
  return [verb("Gather", attrs, { children: [question] }), verb("Hangup")];
}
