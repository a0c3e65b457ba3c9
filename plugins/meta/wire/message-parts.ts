import { type ContactHint, type Delivery, type JsonObject, wishOf } from "../../../engine/plugin-api.ts";
import type { IncomingMessage } from "../triggers/incoming-message.ts";
import { objectOf, textOf } from "./json.ts";
import type { MessageContent } from "./message-content.ts";

/** Which account the messages came to, and whether somebody else leads the conversation. */
export interface MessagesOrigin {
  readonly account: string | null;
  readonly observed: boolean;
}

/** One message with where it came from. */
export interface MessageParts extends MessagesOrigin {
  readonly message: JsonObject;
  readonly ref: string;
  readonly contact: ContactHint;
  /** Our number, as Meta's id and in E.164. */
  readonly id: string;
  readonly to: string;
}

/** What every delivery about a person's message has in common. */
export function startOf(
  { contact, id, to, observed }: MessageParts,
  incoming: IncomingMessage,
): Omit<Extract<Delivery, { kind: "start" }>, "dedupeKey"> {
  return {
    kind: "start",
    trigger: "meta.incoming-message",
    to,
    channel: "whatsapp",
    providerId: id,
    input: { message: incoming },
    contact,
    ...(observed ? { observed: true } : {}),
  };
}

export function incomingMessage(
  { message, ref, contact, to }: MessageParts,
  content: MessageContent,
): IncomingMessage {
  const context = objectOf(message.context);
  const product = objectOf(context.referred_product);
  return {
    sid: ref,
    type: textOf(message.type) ?? "",
    from: contact.phone,
    userId: contact.channelUserId ?? null,
    username: contact.username ?? null,
    to,
    ...content,
    profileName: contact.name ?? null,
    optOut: optOutOf(content),
    referral: message.referral === undefined ? null : objectOf(message.referral),
    repliesTo: textOf(context.id),
    forwarded: context.forwarded === true || context.frequently_forwarded === true,
    product: Object.keys(product).length > 0 ? product : null,
    deed: null,
  };
}

/** A file's caption, or a button that was tapped, asks for nothing. */
function optOutOf({ media, body, buttonPayload }: MessageContent): "STOP" | "START" | null {
  const wish = media.length > 0 || buttonPayload !== null ? null : wishOf(body, "whatsapp")?.wish;
  return wish === "STOP" || wish === "START" ? wish : null;
}
