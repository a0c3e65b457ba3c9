import { AppError, type JsonObject } from "../../../engine/plugin-api.ts";
import { userIdOf } from "./accounts.ts";
import { change, type OurNumber, seconds } from "./envelope.ts";

/** What a person writes. Exactly one of text, button, interactive, media, location, contacts and reaction. */
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
  readonly referral?: JsonObject;
  /** wamid of the message it answers. */
  readonly repliesTo?: string;
  readonly profileName?: string;
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
  return change(number, {
    contacts: drafts.map(contactOf),
    messages: drafts.map((draft) => messageOf(draft, at)),
  });
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
    profile: { name: draft.profileName ?? "WhatsApp user" },
    ...(phone !== null ? { wa_id: phone } : {}),
    user_id: userId,
  };
}

function messageOf(draft: InboundDraft & { readonly ref: string }, at: Date): JsonObject {
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

function contentOf({
  text,
  button,
  interactive,
  media,
  location,
  contacts,
  reaction,
}: InboundDraft): JsonObject {
  if (text !== undefined) return { type: "text", text: { body: text } };
  if (button) return { type: "button", button };
  if (interactive) return { type: "interactive", interactive };
  if (media) return { type: media.type, [media.type]: mediaOf(media) };
  if (location) return { type: "location", location };
  if (contacts) return { type: "contacts", contacts };
  if (reaction) return { type: "reaction", reaction };
  throw new AppError(
    "INPUT_INVALID",
    "A message to the Meta emulator needs content: text, button, interactive, media …",
  );
}

function mediaOf({ type: _type, mimeType, id, ...rest }: InboundMedia): JsonObject {
  return {
    id: id ?? "2000000000000001",
    mime_type: mimeType,
    sha256: "47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=",
    ...rest,
  };
}
