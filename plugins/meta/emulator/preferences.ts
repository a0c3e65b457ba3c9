import type { JsonObject } from "../../../engine/plugin-api.ts";
import type { BatchReceipt, InboundParts } from "./inbound.ts";

/** What somebody chose in WhatsApp's own settings about a business. */
export interface Preference {
  /** E.164. */
  readonly from: string;
  readonly phoneNumberId: string;
  readonly value: "stop" | "resume" | "signup";
}

/** Reports it with a webhook of field `user_preferences`, signed by the app of the number. */
export function createPreferences(
  parts: Pick<InboundParts, "accounts" | "sender" | "activity" | "now">,
): (preference: Preference) => Promise<BatchReceipt> {
  const { accounts, sender, activity, now } = parts;
  return ({ from, phoneNumberId, value }) =>
    activity.during(async () => {
      const { appSecret, wabaId } = accounts.byNumber(phoneNumberId);
      const waId = from.replace(/\D/g, "");
      const content: JsonObject = {
        messaging_product: "whatsapp",
        metadata: { display_phone_number: accounts.displayed(phoneNumberId), phone_number_id: phoneNumberId },
        contacts: [{ wa_id: waId }],
        user_preferences: [
          {
            wa_id: waId,
            category: "marketing_messages",
            value,
            detail: `User requested to ${value} marketing messages`,
            timestamp: Math.floor(now().getTime() / 1000),
          },
        ],
      };
      const change = { field: "user_preferences", value: content };
      const body = { object: "whatsapp_business_account", entry: [{ id: wabaId, changes: [change] }] };
      return { refs: [], status: await sender.post(appSecret, body) };
    });
}
