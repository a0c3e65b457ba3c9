import { parsePhoneNumberFromString } from "libphonenumber-js/max";
import { isUserId } from "../../../engine/plugin-api.ts";

/** The country of somebody by their number, or by the id a vendor gave them; null: nobody knows. */
export function countryOf(contact: string): string | null {
  return isUserId(contact) ? contact.slice(0, 2) : (parsePhoneNumberFromString(contact)?.country ?? null);
}
