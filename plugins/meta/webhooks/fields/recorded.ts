import { objectOf, textOf } from "../../wire/json.ts";
import { displayedE164 } from "../../wire/phone.ts";
import { accountNote, type FieldReader } from "./field.ts";

/** Fields that are put on record as they come: they change nothing here. Their event is in one of these places. */
const RECORDED = [
  "account_review_update",
  "account_settings_update",
  "business_status_update",
  "business_username_updates",
  "messaging_handovers",
  "partner_solutions",
  "payment_configuration_update",
];

export const recorded: readonly FieldReader[] = RECORDED.map((field) => ({
  field,
  read(change) {
    const { value } = change;
    const event = textOf(value.event) ?? textOf(value.type) ?? textOf(value.decision) ?? "UPDATE";
    const number = textOf(value.display_phone_number);
    const text = { en: `WhatsApp says: ${field}, ${event}.`, es: `WhatsApp avisa: ${field}, ${event}.` };
    const concerns = {
      providerId: textOf(objectOf(value.metadata).phone_number_id),
      e164: number === null ? null : displayedE164(number),
    };
    return [accountNote(change, { field, event, severity: "info", text }, concerns)];
  },
}));
