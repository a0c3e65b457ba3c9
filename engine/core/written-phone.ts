import { type CountryCode, parsePhoneNumberFromString } from "libphonenumber-js/min";

// A full number needs no look into the plans of its country, which costs much in a long list.
const E164 = /^\+[1-9]\d{6,14}$/;

// Meta's business-scoped id: the person's country, `ENT` for one that holds in several portfolios, and what tells people apart.
const USER_ID = /^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$/;

/** The id by which a vendor names somebody who may hide their phone: `ES.20000000000000000002`. */
export function isUserId(address: string): boolean {
  return USER_ID.test(address);
}

/** How somebody is written to: a phone, in whichever way it is written, or a user id. Null: neither. */
export function addressOf(value: unknown, country: string): string | null {
  return typeof value === "string" && isUserId(value) ? value : phoneOf(value, country);
}

/** A number as people write it, in E.164; `country` is that of numbers without a country code. Null: it is none. */
export function phoneOf(value: unknown, country: string): string | null {
  if (typeof value !== "string" && typeof value !== "number") return null;
  // People write 00 for + wherever they are; the plan of the country may read another one's code out of it.
  const text = String(value)
    .replaceAll(/[\s().-]/g, "")
    .replace(/^00/, "+");
  if (E164.test(text)) return text;
  const parsed = parsePhoneNumberFromString(text, country as CountryCode);
  return parsed?.isPossible() ? parsed.number : null;
}
