import { AppError, type JsonObject } from "../../../engine/plugin-api.ts";
import { userIdOf } from "./accounts.ts";
import { change, type OurNumber, seconds } from "./envelope.ts";

/** What a person writes. Exactly one of text, button, interactive, media, location, contacts, reaction, order, edit, revoke, unsupported and moved. */
export interface InboundDraft {
  /** E.164 or digits; absent for somebody with a username, who then needs a `userId`. */
  readonly from?: string;
  /** Business-scoped user id; derived from the phone when absent. */
  readonly userId?: string;
  readonly phoneNumberId: string;
  readonly displayPhoneNumber: string;
  readonly text?: string;
  /** A quick reply of a template. */
  readonly button?: { readonly payload: string; readonly text: string };
  /** `{ type: "button_reply", button_reply: { id, title } }` and its like. */
  readonly interactive?: JsonObject;
  readonly media?: InboundMedia;
  readonly location?: JsonObject;
  readonly contacts?: readonly JsonObject[];
  readonly reaction?: JsonObject;
  readonly order?: JsonObject;
  /** Changes what an earlier message said. */
  readonly edit?: { readonly messageId: string; readonly text: string };
  /** Takes an earlier message back. */
  readonly revoke?: { readonly messageId: string };
  /** Something WhatsApp does not hand on, such as `poll_creation`. */
  readonly unsupported?: string;
  /** The person has another number or id; `from` and `userId` are the new ones. */
  readonly moved?: { readonly previousUserId: string; readonly previousPhone?: string };
  readonly referral?: JsonObject;
  /** wamid of the message it answers. */
  readonly repliesTo?: string;
  readonly profileName?: string;
  readonly username?: string;
  /** Somebody else leads this conversation: it comes as `standby`. */
  readonly standby?: true;
  /** wamid; give one twice to play a duplicate. */
  readonly ref?: string;
}

export interface InboundMedia {
  readonly type: "image" | "video" | "audio" | "document" | "sticker";
  readonly mimeType: string;
  readonly id?: string;
  readonly caption?: string;
  readonly filename?: string;
  readonly voice?: boolean;
}

/** The `value` change for what several people wrote to one number. */
export function inboundChange(
  number: OurNumber,
  drafts: readonly (InboundDraft & { readonly ref: string })[],
  at: Date,
): JsonObject {
  const people = drafts.filter(({ moved }) => !moved);
  const content = {
    ...(people.length > 0 ? { contacts: people.map(contactOf) } : {}),
    messages: drafts.map((draft) => messageOf(draft, at)),
  };
  return change(number, content, drafts[0]?.standby ? "standby" : "messages");
}

/** Who writes: the user id is always known, the phone is not. @throws AppError INPUT_INVALID when neither is given */
export function senderOf({ from, userId }: InboundDraft): {
  readonly phone: string | null;
  readonly userId: string;
} {
  if (from === undefined && userId === undefined) {
    throw new AppError(
      "INPUT_INVALID",
      "A message to the Meta emulator needs a sender: from (a phone) or userId.",
    );
  }
  const phone = from?.replace(/\D/g, "") ?? null;
  return { phone, userId: userId ?? userIdOf(phone ?? "") };
}

function contactOf(draft: InboundDraft): JsonObject {
  const { phone, userId } = senderOf(draft);
  return {
    profile: {
      name: draft.profileName ?? "WhatsApp user",
      ...(draft.username === undefined ? {} : { username: draft.username }),
    },
    ...(phone !== null ? { wa_id: phone } : {}),
    user_id: userId,
  };
}

function messageOf(draft: InboundDraft & { readonly ref: string }, at: Date): JsonObject {
  if (draft.moved) return movedOf(draft, draft.moved, at);
  const { phone, userId } = senderOf(draft);
  return {
    ...(phone !== null ? { from: phone } : {}),
    from_user_id: userId,
    id: draft.ref,
    timestamp: seconds(at),
    ...contentOf(draft),
    ...(draft.repliesTo !== undefined
      ? { context: { from: draft.displayPhoneNumber.replace(/\D/g, ""), id: draft.repliesTo } }
      : {}),
    ...(draft.referral !== undefined ? { referral: draft.referral } : {}),
  };
}

/** A system note: it names the person as they were, and says who they are now. */
function movedOf(
  draft: InboundDraft & { readonly ref: string },
  { previousUserId, previousPhone }: NonNullable<InboundDraft["moved"]>,
  at: Date,
): JsonObject {
  const { phone, userId } = senderOf(draft);
  const type = phone === null ? "user_changed_user_id" : "user_changed_number";
  return {
    ...(previousPhone === undefined ? {} : { from: previousPhone.replace(/\D/g, "") }),
    id: draft.ref,
    timestamp: seconds(at),
    type: "system",
    system: {
      body: "The user changed their number.",
      type,
      ...(phone === null ? {} : { wa_id: phone }),
      user_id: userId,
      previous_user_id: previousUserId,
    },
  };
}

function contentOf(draft: InboundDraft): JsonObject {
  const { text, button, interactive, media, location, contacts, reaction, order } = draft;
  if (text !== undefined) return { type: "text", text: { body: text } };
  if (button) return { type: "button", button };
  if (interactive) return { type: "interactive", interactive };
  if (media) return { type: media.type, [media.type]: mediaOf(media) };
  if (location) return { type: "location", location };
  if (contacts) return { type: "contacts", contacts };
  if (reaction) return { type: "reaction", reaction };
  if (order) return { type: "order", order };
  const other = besidesWriting(draft);
  if (other) return other;
  throw new AppError(
    "INPUT_INVALID",
    "A message to the Meta emulator needs content: text, button, interactive, media …",
  );
}

function besidesWriting({ edit, revoke, unsupported }: InboundDraft): JsonObject | null {
  if (edit) {
    const message = { type: "text", text: { body: edit.text } };
    return { type: "edit", edit: { original_message_id: edit.messageId, message } };
  }
  if (revoke) return { type: "revoke", revoke: { original_message_id: revoke.messageId } };
  if (unsupported === undefined) return null;
  const title = "Message type unknown";
  const error = {
    code: 131051,
    title,
    message: title,
    error_data: { details: "Message type is not supported." },
  };
  return { type: "unsupported", errors: [error], unsupported: { type: unsupported } };
}

function mediaOf({ type: _type, mimeType, id, ...rest }: InboundMedia): JsonObject {
  return {
    id: id ?? "2000000000000001",
    mime_type: mimeType,
    sha256: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    ...rest,
  };
}
