import { parsePhoneNumberFromString } from "libphonenumber-js/max";

/**
 * The area code of a landline, with its country code ("3491", "57601", "1305"); null for mobile numbers and for countries
 * whose area codes are not known here.
 */
export function areaCodeOf(phone: string): string | null {
  const number = parsePhoneNumberFromString(phone);
  const type = number?.getType();
  if (number === undefined || (type !== "FIXED_LINE" && type !== "FIXED_LINE_OR_MOBILE")) return null;
  const length = lengthOfAreaCode(number.countryCallingCode, number.nationalNumber);
  return length === 0 ? null : `${number.countryCallingCode}${number.nationalNumber.slice(0, length)}`;
}

function lengthOfAreaCode(callingCode: string, national: string): number {
  switch (callingCode) {
    case "34":
      return /^[89][13]/.test(national) ? 2 : 3;
    case "52":
      return /^(33|55|56|81)/.test(national) ? 2 : 3;
    case "57":
    case "1":
      return 3;
    default:
      return 0;
  }
}
