import {
  type ContactHint,
  defineWebhook,
  type InboundFile,
  type WebhookRequest,
} from "../../../engine/plugin-api.ts";
import { phoneOf } from "../caller.ts";
import { wishIn } from "../opt-out.ts";
import type { IncomingMessage } from "../triggers/incoming-message.ts";
import { EMPTY_ANSWER } from "./call-answers.ts";
import { field, requiredField } from "./request-fields.ts";
import { verifySignature } from "./signed-by-twilio.ts";

const MAX_MEDIA = 10;
/** Longer texts are no choice among several. */
const MAX_CHOICE_LENGTH = 64;

/** Somebody wrote to one of our numbers: the answer an open wait is for, else the start of a flow. */
export default defineWebhook({
  path: "twilio/messages",
  methods: ["POST"],
  verify: verifySignature,
  parse(request) {
    const said = messageOf(request);
    const { sid, channel, to, from, body } = said;
    const wish = said.buttonPayload === null ? wishOf(request, said) : null;
    const message = { ...said, optOut: wish?.said ?? null };
    return [
      {
        kind: "start",
        trigger: "twilio.incoming-message",
        to,
        channel,
        providerId: field(request, "AccountSid"),
        dedupeKey: `message:${sid}`,
        ...(wish === null ? {} : { wish }),
        input: { message },
        contact: contactOf(message),
        resume: { key: `reply:${channel}:${to}:${from}`, event: eventOf(message), output: message },
        message: {
          ref: sid,
          body,
          media: message.media.map(({ url }) => url),
          sentAt: null,
          payload: message.buttonPayload,
          repliesTo: message.repliesTo,
        },
        ...(message.media.length === 0 ? {} : { files: message.media.map(fileOf) }),
      },
    ];
  },
  ack: EMPTY_ANSWER,
});

function messageOf(request: WebhookRequest): IncomingMessage {
  const from = requiredField(request, "From");
  const body = field(request, "Body") ?? "";
  const channel = from.startsWith("whatsapp:") ? "whatsapp" : "sms";
  return {
    sid: requiredField(request, "MessageSid"),
    from: withoutPrefix(from),
    to: withoutPrefix(requiredField(request, "To")),
    channel,
    body,
    media: mediaOf(request),
    buttonPayload: tapOf(request),
    repliesTo: field(request, "OriginalRepliedMessageSid"),
    location: locationOf(request),
    profileName: field(request, "ProfileName"),
    optOut: null,
  };
}

function fileOf({ url, contentType }: IncomingMessage["media"][number]): InboundFile {
  return { source: { url }, type: contentType, name: null };
}

function wishOf(request: WebhookRequest, { body, channel }: IncomingMessage) {
  return wishIn(body, channel, field(request, "OptOutType"));
}

/** A tapped button by its id, a short text by its words; both fall back to the plain event. */
function eventOf({ buttonPayload, body }: IncomingMessage): string {
  if (buttonPayload !== null) return `choice:${buttonPayload}`;
  const words = body.trim().toLowerCase();
  return words !== "" && words.length <= MAX_CHOICE_LENGTH ? `reply:${words}` : "reply";
}

/** A button, or a row of a list, which comes as ListId or as a button does. */
function tapOf(request: WebhookRequest): string | null {
  return field(request, "ButtonPayload") ?? field(request, "ListId");
}

function contactOf({ from, profileName }: IncomingMessage): ContactHint {
  return { phone: phoneOf(from), ...(profileName === null ? {} : { name: profileName }) };
}

function mediaOf(request: WebhookRequest): IncomingMessage["media"] {
  const count = Math.min(Number(field(request, "NumMedia") ?? 0) || 0, MAX_MEDIA);
  return Array.from({ length: count }, (_, index) => ({
    url: field(request, `MediaUrl${index}`) ?? "",
    contentType: field(request, `MediaContentType${index}`),
  })).filter(({ url }) => url !== "");
}

function locationOf(request: WebhookRequest): IncomingMessage["location"] {
  const latitude = Number(field(request, "Latitude") ?? Number.NaN);
  const longitude = Number(field(request, "Longitude") ?? Number.NaN);
  if (!Number.isFinite(latitude) || !Number.isFinite(longitude)) return null;
  return { latitude, longitude, name: field(request, "Label"), address: field(request, "Address") };
}

/** `whatsapp:+57…` → `+57…` */
function withoutPrefix(address: string): string {
  return address.replace(/^[a-z]+:/i, "");
}
