import { defineWebhook, type WebhookRequest } from "../../../engine/plugin-api.ts";
import { verb } from "../twiml.ts";
import { voiceFor } from "../voices.ts";
import { EMPTY_ANSWER, twimlAnswer } from "./call-answers.ts";
import { isSignedByTwilio } from "./signed-by-twilio.ts";

/**
 * What the person who answers hears before being connected. The words are in the URL, which we wrote and Twilio's
 * signature covers, so there is nothing to look up and nothing to store.
 */
export default defineWebhook({
  path: "twilio/voice/whisper/:stepKey",
  methods: ["POST"],
  async verify(request, services) {
    if (!(await isSignedByTwilio(request, services))) return { ok: false };
    return { handshake: whisper(request) };
  },
  parse: () => [],
  ack: EMPTY_ANSWER,
});

function whisper(request: WebhookRequest) {
  const text = queryValue(request, "text");
  if (text === null) return EMPTY_ANSWER;
  const language = queryValue(request, "language") ?? "en-US";
  const voice = queryValue(request, "voice") ?? voiceFor(language).voice;
  return twimlAnswer([verb("Say", { voice, language }, { text })]);
}

function queryValue(request: WebhookRequest, name: string): string | null {
  const value = request.query[name];
  return typeof value === "string" && value !== "" ? value : null;
}
