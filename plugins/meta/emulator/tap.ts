import { AppError, type JsonObject } from "../../../engine/plugin-api.ts";
import { objectOf, objectsOf, textOf } from "../wire/json.ts";
import type { InboundDraft } from "./inbound-webhook.ts";
import type { SentMessage } from "./ledger.ts";

interface Tap {
  readonly ref: string;
  /** Title, id or payload of what is tapped. */
  readonly choice: string;
  /** What stands on a quick reply. */
  readonly words?: string | undefined;
}

/** What arrives when somebody taps a button or a row of a message they got. @throws AppError NOT_FOUND */
export function tapDraft(message: SentMessage | null, tap: Tap): InboundDraft {
  if (!message)
    throw new AppError("NOT_FOUND", `The Meta emulator never accepted a message ${tap.ref}.`, { ...tap });
  const request = objectOf(objectOf(message.entry.details).request);
  const tapped =
    interactiveTap(objectOf(request.interactive), tap) ?? quickReplyTap(objectOf(request.template), tap);
  if (!tapped)
    throw new AppError("NOT_FOUND", `Message ${tap.ref} has no button or row "${tap.choice}".`, { ...tap });
  const { phone, userId } = message.recipient;
  return {
    ...(phone === null ? {} : { from: `+${phone}` }),
    userId,
    phoneNumberId: message.phoneNumberId,
    displayPhoneNumber: message.entry.from ?? "",
    repliesTo: tap.ref,
    ...tapped,
  };
}

function interactiveTap(interactive: JsonObject, { choice }: Tap): Pick<InboundDraft, "interactive"> | null {
  const action = objectOf(interactive.action);
  const named = (parts: readonly JsonObject[]) =>
    parts.find(({ id, title }) => title === choice || id === choice || textOf(id)?.endsWith(`:${choice}`));
  const button = named(objectsOf(action.buttons).map(({ reply }) => objectOf(reply)));
  if (button) return { interactive: { type: "button_reply", button_reply: button } };
  const row = named(objectsOf(action.sections).flatMap(({ rows }) => objectsOf(rows)));
  return row ? { interactive: { type: "list_reply", list_reply: row } } : null;
}

function quickReplyTap(template: JsonObject, { choice, words }: Tap): Pick<InboundDraft, "button"> | null {
  const payloads = objectsOf(template.components)
    .filter(({ sub_type: type }) => type === "quick_reply")
    .flatMap(({ parameters }) => objectsOf(parameters).map(({ payload }) => textOf(payload) ?? ""));
  const payload = payloads.find((one) => one === choice || one.endsWith(`:${choice}`));
  return payload === undefined ? null : { button: { payload, text: words ?? choice } };
}
