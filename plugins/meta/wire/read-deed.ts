import type { Delivery, JsonObject } from "../../../engine/plugin-api.ts";
import { meaningOf } from "../error-codes.ts";
import type { Deed } from "../triggers/incoming-message.ts";
import { numberOf, objectOf, objectsOf, textOf } from "./json.ts";
import { contentOf, NOTHING } from "./message-content.ts";
import { incomingMessage, type MessageParts, startOf } from "./message-parts.ts";
import { momentOf } from "./moment.ts";

/**
 * What a person does besides writing: reacts, edits or takes back a message, or sends what WhatsApp does not hand on. It is
 * put on record, opens no window and answers no question; a flow starts only where its trigger asks for it.
 */
export function readDeed(parts: MessageParts): Delivery {
  const deed = deedOf(parts.message);
  const edited = deed.kind === "edit" ? contentOf(objectOf(objectOf(parts.message.edit).message)) : null;
  const incoming = { ...incomingMessage(parts, edited ?? NOTHING), deed, optOut: null };
  return {
    ...startOf(parts, incoming),
    dedupeKey: `${deed.kind}:${parts.id}:${parts.ref}`,
    asked: deed.kind,
    note: {
      field: "messages",
      event: deed.kind,
      severity: "info",
      text: { en: `A person's ${deed.kind}.`, es: `Acción de una persona: ${deed.kind}.` },
      data: { ...deed, ref: parts.ref, body: incoming.body },
      aboutRef: deed.messageId,
      at: momentOf(parts.message.timestamp),
    },
  };
}

function deedOf(message: JsonObject): Deed {
  const type = textOf(message.type) ?? "";
  const part = objectOf(message[type]);
  switch (type) {
    case "reaction":
      // Taking a reaction back: no emoji, or an empty one.
      return {
        ...NO_DEED,
        kind: "reaction",
        messageId: textOf(part.message_id),
        emoji: textOf(part.emoji) || null,
      };
    case "edit":
    case "revoke":
      return { ...NO_DEED, kind: type, messageId: textOf(part.original_message_id) };
    default:
      return unsupported(message, type);
  }
}

const NO_DEED: Omit<Deed, "kind"> = { messageId: null, emoji: null, what: null, code: null, reason: null };

/** What Meta does not hand on, and types it added since this was written. */
function unsupported(message: JsonObject, type: string): Deed {
  const error = objectsOf(message.errors)[0];
  const code = numberOf(error?.code);
  const details = textOf(objectOf(error?.error_data).details) ?? textOf(error?.message);
  return {
    ...NO_DEED,
    kind: "unsupported",
    what: textOf(objectOf(message.unsupported).type) ?? type,
    code,
    reason: details ?? (code === null ? null : meaningOf(code).text.en),
  };
}
