import { type ContactHint, type Delivery, type JsonObject, wishOf } from "../../../engine/plugin-api.ts";
import type { IncomingMessage } from "../triggers/incoming-message.ts";
import { objectOf, objectsOf, textOf } from "./json.ts";
import { contentOf, type MessageContent } from "./message-content.ts";
import { displayedE164, e164Of } from "./phone.ts";

/** The messages of one `value`, each as the start of a flow. Those that say nothing to a flow are left out. */
export function readMessages(value: JsonObject): readonly Delivery[] {
  const metadata = objectOf(value.metadata);
  const number = { id: textOf(metadata.phone_number_id), displayed: textOf(metadata.display_phone_number) };
  const contacts = objectsOf(value.contacts);
  return objectsOf(value.messages).flatMap((message) => readMessage(message, number, contacts) ?? []);
}

interface OurNumber {
  readonly id: string | null;
  readonly displayed: string | null;
}

function readMessage(
  message: JsonObject,
  number: OurNumber,
  contacts: readonly JsonObject[],
): Delivery | null {
  const content = contentOf(message);
  const ref = textOf(message.id);
  const contact = contactOf(message, contacts);
  const person = contact.phone ?? contact.channelUserId;
  // A group is no conversation with one contact: an answer to its sender would reach the wrong place.
  const inGroup = textOf(message.group_id) !== null;
  if (
    !content ||
    ref === null ||
    number.id === null ||
    number.displayed === null ||
    person === undefined ||
    inGroup
  )
    return null;
  const to = displayedE164(number.displayed);
  const incoming = incomingMessage(message, { ref, to, content, contact });
  return {
    kind: "start",
    trigger: "meta.incoming-message",
    to,
    channel: "whatsapp",
    providerId: number.id,
    dedupeKey: `msg:${number.id}:${ref}`,
    input: { message: incoming },
    contact,
    resume: { key: `reply:whatsapp:${to}:${person}`, event: eventOf(content), output: incoming },
    message: {
      ref,
      body: content.body,
      media: content.media.map(({ id }) => id),
      sentAt: momentOf(message.timestamp),
      payload: content.buttonPayload,
      repliesTo: incoming.repliesTo,
    },
    files: content.media.map(({ id, contentType, filename }) => ({
      source: { id },
      type: contentType,
      name: filename,
    })),
  };
}

function eventOf({ buttonPayload }: MessageContent): string {
  return buttonPayload === null ? "reply" : `choice:${buttonPayload}`;
}

interface MessageParts {
  readonly ref: string;
  readonly to: string;
  readonly content: MessageContent;
  readonly contact: ContactHint;
}

function incomingMessage(message: JsonObject, { ref, to, content, contact }: MessageParts): IncomingMessage {
  return {
    sid: ref,
    type: textOf(message.type) ?? "",
    from: contact.phone,
    userId: contact.channelUserId ?? null,
    to,
    ...content,
    profileName: contact.name ?? null,
    optOut: optOutOf(content),
    referral: message.referral === undefined ? null : objectOf(message.referral),
    repliesTo: textOf(objectOf(message.context).id),
  };
}

/** A file's caption, or a button that was tapped, asks for nothing. */
function optOutOf({ media, body, buttonPayload }: MessageContent): "STOP" | "START" | null {
  const wish = media.length > 0 || buttonPayload !== null ? null : wishOf(body, "whatsapp")?.wish;
  return wish === "STOP" || wish === "START" ? wish : null;
}

/** Who wrote. The phone may be missing (people with a username); the user id is missing only in old fixtures. */
function contactOf(message: JsonObject, contacts: readonly JsonObject[]): ContactHint {
  const from = textOf(message.from);
  const userId = textOf(message.from_user_id);
  const card =
    contacts.find((one) => isCardOf(one, from, userId)) ?? (contacts.length === 1 ? contacts[0] : undefined);
  const phone = e164Of(from) ?? e164Of(textOf(card?.wa_id));
  const channelUserId = userId ?? textOf(card?.user_id);
  const profile = objectOf(card?.profile);
  const name = textOf(profile.name) ?? textOf(profile.username);
  return { phone, ...(channelUserId !== null ? { channelUserId } : {}), ...(name !== null ? { name } : {}) };
}

function isCardOf(card: JsonObject, from: string | null, userId: string | null): boolean {
  return (userId !== null && card.user_id === userId) || (from !== null && card.wa_id === from);
}

/** Meta counts in seconds, as text. */
function momentOf(timestamp: JsonObject[string] | undefined): string | null {
  const moment = new Date(Number(textOf(timestamp) ?? Number.NaN) * 1000);
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString();
}
