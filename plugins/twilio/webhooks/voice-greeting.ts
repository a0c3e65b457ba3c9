import { defineWebhook, type WebhookRequest } from "../../../engine/plugin-api.ts";
import { verb } from "../twiml.ts";
import { voiceFor } from "../voices.ts";
import { EMPTY_ANSWER, twimlAnswer } from "./call-answers.ts";
import { isSignedByTwilio } from "./signed-by-twilio.ts";

/**
 * What whoever takes a call hears while Twilio finds out whether it is a person or a machine. The words are in the URL,
 * which we wrote; after them the call goes on to its run.
 */
export default defineWebhook({
  path: "twilio/voice/greeting/:stepKey",
  methods: ["POST"],
  async verify(request, services) {
    if (!(await isSignedByTwilio(request, services))) return { ok: false };
    return { handshake: greeting(request) };
  },
  parse: () => [],
  ack: EMPTY_ANSWER,
});

function greeting(request: WebhookRequest) {
  const { text, language, voice } = request.query;
  const onward = request.url.replace(/\?.*$/s, "").replace("/voice/greeting/", "/voice/outbound/");
  const spoken = typeof language === "string" ? language : "en-US";
  const attrs = { voice: typeof voice === "string" ? voice : voiceFor(spoken).voice, language: spoken };
  const words = typeof text === "string" && text !== "" ? [verb("Say", attrs, { text })] : [];
  return twimlAnswer([...words, verb("Redirect", { method: "POST" }, { text: onward })]);
}
