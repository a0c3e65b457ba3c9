import type { Delivery, JsonObject } from "../../../engine/plugin-api.ts";
import { objectOf, objectsOf, textOf } from "./json.ts";
import { contentOf, type MessageContent } from "./message-content.ts";
import { incomingMessage, type MessageParts, type MessagesOrigin, startOf } from "./message-parts.ts";
import { momentOf } from "./moment.ts";
import { personOf } from "./person.ts";
import { displayedE164 } from "./phone.ts";
import { readDeed } from "./read-deed.ts";
import { readIdentityChange } from "./read-identity-change.ts";

/** What people did, message by message: wrote, reacted, edited, or changed their number. */
export function readMessages(value: JsonObject, origin: MessagesOrigin): readonly Delivery[] {
  const metadata = objectOf(value.metadata);
  const [id, displayed] = [textOf(metadata.phone_number_id), textOf(metadata.display_phone_number)];
  if (id === null || displayed === null) return [];
  const contacts = objectsOf(value.contacts);
  return objectsOf(value.messages).flatMap((message) => {
    const ref = textOf(message.id);
    // A group is no conversation with one contact: an answer to its sender would reach the wrong place.
    if (ref === null || textOf(message.group_id) !== null) return [];
    const contact = personOf(message, contacts, origin.account);
    return readMessage({ message, ref, contact, id, to: displayedE164(displayed), ...origin }) ?? [];
  });
}

function readMessage(parts: MessageParts): Delivery | null {
  if (parts.message.type === "system") return readIdentityChange(parts);
  if (parts.contact.phone === null && parts.contact.channelUserId === undefined) return null;
  const content = contentOf(parts.message);
  return content ? written(parts, content) : readDeed(parts);
}

function written(parts: MessageParts, content: MessageContent): Delivery {
  const { message, ref, contact, to } = parts;
  const incoming = incomingMessage(parts, content);
  const person = contact.phone ?? contact.channelUserId ?? "";
  return {
    ...startOf(parts, incoming),
    dedupeKey: `msg:${parts.id}:${ref}`,
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
