import type { Delivery } from "../../../engine/plugin-api.ts";
import { objectOf, textOf } from "./json.ts";
import type { MessageParts } from "./message-parts.ts";
import { momentOf } from "./moment.ts";
import { e164Of } from "./phone.ts";

/** A system note: a person changed number, or has another id; or, long ago, another security key, which is only noted. */
export function readIdentityChange({ message, ref, contact, id, to, account }: MessageParts): Delivery {
  const system = objectOf(message.system);
  const event = textOf(system.type) ?? "system";
  const moved = event === "user_changed_number" || event === "user_changed_user_id";
  return {
    kind: "identity",
    to,
    providerId: id,
    account,
    previousUserId: textOf(system.previous_user_id) ?? (moved ? null : (contact.channelUserId ?? null)),
    previousPhone: contact.phone,
    userId: moved ? (textOf(system.user_id) ?? contact.channelUserId ?? null) : null,
    phone: moved ? e164Of(textOf(system.wa_id)) : null,
    note: {
      field: "messages",
      event,
      severity: "info",
      text: { en: "A person changed number or id.", es: "Una persona cambió de número o de identificador." },
      data: { ...system, ref },
    },
    at: momentOf(message.timestamp),
    dedupeKey: `system:${id}:${ref}`,
  };
}
