import {
  type CountryCode,
  type NumberType,
  parsePhoneNumberFromString,
  validatePhoneNumberLength,
} from "libphonenumber-js/max";

/**
 * Recipients that choose how things turn out: any country's number that ends in these digits, e.g. +34 600 12 9901 or
 * +1 415 555 9901 for `noWhatsApp`.
 */
export const MAGIC = {
  /** No WhatsApp there: accepted, then `failed` with 63003. SMS arrive; Lookup says mobile. */
  noWhatsApp: "9901",
  /** A landline whatever its range: SMS accepted, then `undelivered` with 30006; WhatsApp fails with 63003; Lookup says landline. */
  landline: "9902",
  /** Switched off: accepted, `sent`, then `undelivered` with 30003, by SMS and WhatsApp alike. */
  unreachable: "9903",
  /** Has opted out: refused at once with 400/21610. */
  optedOut: "9904",
  /** In a region the account may not reach: refused at once with 400/21408 (messages) or 400/21215 (calls). */
  noPermission: "9905",
  /** Last wrote more than 24 hours ago: free text by WhatsApp is accepted, then `failed` with 63016; templates arrive. */
  outsideWindow: "9906",
  /** Reads WhatsApp messages: `read` comes after `delivered`. */
  reads: "9907",
  /** Busy when called. */
  busy: "9908",
  /** Rings until the caller's timeout when called. */
  noAnswer: "9909",
  /** Calls to it fail. */
  failed: "9910",
  /** An answering machine takes calls to it. */
  machine: "9911",
  /** Lookup: its SIM was changed within the period. */
  simSwapped: "9931",
  /** Lookup: its calls are forwarded. */
  forwarded: "9932",
  /** Lookup: belongs to somebody else by now. */
  reassigned: "9933",
  /** Lookup: its range is pumped for money. */
  pumping: "9934",
  /** Lookup: nobody of that name. */
  otherPerson: "9935",
  /** A fax takes calls to it. */
  fax: "9912",
  /** Whoever takes calls to it cannot be made out. */
  unknownAnswer: "9913",
  /** An answering machine whose greeting ends without a beep. */
  machineNoBeep: "9914",
} as const;

export type MagicName = keyof typeof MAGIC;

/** Twilio's own test numbers: what sending from or to them is refused with. */
export const TEST_NUMBERS = {
  messageFrom: { "+15005550001": 21212, "+15005550007": 21606, "+15005550008": 21611 },
  messageTo: {
    "+15005550001": 21211,
    "+15005550002": 21612,
    "+15005550003": 21408,
    "+15005550004": 21610,
    "+15005550009": 21614,
  },
  callFrom: { "+15005550001": 21212, "+15005550007": 21210 },
  buy: { "+15005550000": 21422, "+15005550001": 21421 },
  callTo: { "+15005550001": 21217, "+15005550002": 21214, "+15005550003": 21215, "+15005550004": 21216 },
} as const;

/** The test number that is always a good sender; also what a Messaging Service of the emulator sends from. */
export const TEST_SENDER = "+15005550006";

/** The refusal a table of test numbers has for this one. */
export function testRefusal(table: Readonly<Record<string, number>>, e164: string): number | undefined {
  return table[e164];
}

/** True when the number was made to turn out this way. */
export function isMagic(name: MagicName, e164: string): boolean {
  return e164.startsWith("+") && e164.endsWith(MAGIC[name]);
}

/** True for `landline` magic numbers and for numbers of a fixed-line range. */
export function isLandline(e164: string): boolean {
  return lineType(e164) === "landline";
}

/** True when it is E.164 of a plausible length for its country. */
export function isDialable(e164: string): boolean {
  return /^\+[1-9]\d{5,14}$/.test(e164) && (parsePhoneNumberFromString(e164)?.isPossible() ?? false);
}

/** ISO country of a number; empty when unknown. */
export function countryOf(e164: string): string {
  return parsePhoneNumberFromString(e164)?.country ?? "";
}

/** As Twilio formats numbers for people: `(415) 555-2671`; anything else stays as it is. */
export function formattedNumber(address: string): string {
  return parsePhoneNumberFromString(address)?.formatNational() ?? address;
}

/** Type in the words of Lookup v2. */
export function lineType(e164: string): string {
  if (isMagic("landline", e164)) return "landline";
  const type = parsePhoneNumberFromString(e164)?.getType();
  return type === undefined ? "unknown" : LINE_TYPES[type];
}

export interface ParsedNumber {
  readonly e164: string;
  readonly country: string | null;
  readonly callingCode: string;
  readonly national: string;
}

export type NumberReading =
  | { readonly ok: true; readonly number: ParsedNumber }
  | { readonly ok: false; readonly error: string };

/** Reads a number as Lookup does: E.164, or national with a country. The error is one of Lookup's `validation_errors`. */
export function readNumber(text: string, country: string | undefined): NumberReading {
  const region = country?.toUpperCase() as CountryCode | undefined;
  const tooOdd = validatePhoneNumberLength(text, region);
  if (tooOdd) return { ok: false, error: LENGTH_ERRORS[tooOdd] };
  const parsed = parsePhoneNumberFromString(text, region);
  if (!parsed) return { ok: false, error: "NOT_A_NUMBER" };
  if (!parsed.isValid()) return { ok: false, error: "INVALID_BUT_POSSIBLE" };
  const { number: e164, countryCallingCode: callingCode } = parsed;
  return {
    ok: true,
    number: { e164, country: parsed.country ?? null, callingCode, national: parsed.formatNational() },
  };
}

const LENGTH_ERRORS = {
  INVALID_COUNTRY: "INVALID_COUNTRY_CODE",
  NOT_A_NUMBER: "NOT_A_NUMBER",
  TOO_SHORT: "TOO_SHORT",
  TOO_LONG: "TOO_LONG",
  INVALID_LENGTH: "INVALID_LENGTH",
} as const;

// Where mobile and fixed numbers share a range (North America), most subscribers are mobile.
const LINE_TYPES: Readonly<Record<NonNullable<NumberType>, string>> = {
  MOBILE: "mobile",
  FIXED_LINE: "landline",
  FIXED_LINE_OR_MOBILE: "mobile",
  TOLL_FREE: "tollFree",
  PREMIUM_RATE: "premium",
  SHARED_COST: "sharedCost",
  VOIP: "nonFixedVoip",
  PERSONAL_NUMBER: "personal",
  PAGER: "pager",
  UAN: "uan",
  VOICEMAIL: "voicemail",
};
