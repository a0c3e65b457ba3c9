import { defineWebhook, type WebhookRequest } from "../../../engine/plugin-api.ts";
import { announcement, type QueueFacts } from "../queue/announcement.ts";
import { type TwimlPart, verb } from "../twiml.ts";
import { EMPTY_ANSWER, twimlAnswer } from "./call-answers.ts";
import { queryValue, secondsField } from "./request-fields.ts";
import { answeredAtOnce } from "./signed-by-twilio.ts";

/**
 * What those in a queue hear, one round at a time: Twilio asks again when a round is over. The wishes of the step are in
 * the URL, the caller's place in the request.
 */
export default defineWebhook({
  path: "twilio/voice/queue-wait/:stepKey",
  methods: ["POST"],
  verify: (request, services) => answeredAtOnce(request, services, (asked) => twimlAnswer(round(asked))),
  parse: () => [],
  ack: EMPTY_ANSWER,
});

function round(request: WebhookRequest): TwimlPart[] {
  const facts = factsOf(request);
  const max = Number(queryValue(request, "max") ?? Number.POSITIVE_INFINITY);
  if (facts.waited >= max) return [verb("Leave")];
  const heard = [
    ...spoken(request, facts),
    ...between(request, facts.waited, Math.max(Math.ceil(max - facts.waited), 1)),
  ];
  return queryValue(request, "key") === null ? heard : [listening(request, facts, heard)];
}

function factsOf(request: WebhookRequest): QueueFacts {
  const number = (name: string) => secondsField(request, name) ?? 0;
  return {
    position: Math.max(number("QueuePosition"), 1),
    size: number("CurrentQueueSize"),
    waited: number("QueueTime"),
    average: number("AvgQueueTime"),
  };
}

function spoken(request: WebhookRequest, facts: QueueFacts): TwimlPart[] {
  const language = queryValue(request, "language") ?? "en-US";
  const wish = {
    language,
    position: queryValue(request, "position") !== null,
    wait: queryValue(request, "wait") !== null,
    text: queryValue(request, "text"),
  };
  const words = [announcement(wish, facts), queryValue(request, "offer") ?? ""].filter(Boolean).join(" ");
  if (words === "") return [];
  return [verb("Say", { voice: queryValue(request, "voice") ?? undefined, language }, { text: words })];
}

/** Music, another piece each minute; else silence, no longer than the caller is to wait. */
function between(request: WebhookRequest, waited: number, left: number): TwimlPart[] {
  const music = queryValue(request, "music")?.split(" ") ?? [];
  const piece = music[Math.floor(waited / 60) % Math.max(music.length, 1)];
  if (piece !== undefined) return [verb("Play", {}, { text: piece })];
  return [verb("Pause", { length: Math.min(Number(queryValue(request, "silence") ?? 20), left) })];
}

/** A key counts at any moment of the round. */
function listening(request: WebhookRequest, { waited }: QueueFacts, children: TwimlPart[]): TwimlPart {
  const url = request.url.replace("/twilio/voice/queue-wait/", "/twilio/voice/queue-key/");
  const attrs = { input: "dtmf", numDigits: 1, finishOnKey: "", timeout: 1 };
  return verb("Gather", { ...attrs, action: `${url}&waited=${waited}`, method: "POST" }, { children });
}
