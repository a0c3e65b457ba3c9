/** What somebody at the keypad can get wrong, in the words of Pay. */
export type PayMistake =
  | "timeout"
  | "invalid-card-number"
  | "invalid-card-type"
  | "invalid-date"
  | "invalid-security-code";

/**
 * Test cards that choose how a payment turns out; any other good number is taken. None of them belongs to anybody.
 */
export const TEST_CARDS = {
  visa: "4242424242424242",
  mastercard: "5555555555554444",
  amex: "378282246310005",
  /** The provider refuses it: `payment-connector-error`. */
  declined: "4000000000000002",
  /** Twilio itself fails: `internal-error`. */
  broken: "4000000000000119",
} as const;

const TYPES: readonly (readonly [string, RegExp])[] = [
  ["visa", /^4(\d{12}|\d{15}|\d{18})$/],
  ["mastercard", /^(5[1-5]\d{14}|2(2[2-9]|[3-6]\d|7[01])\d{13}|2720\d{12})$/],
  ["amex", /^3[47]\d{13}$/],
  ["discover", /^6(011|5\d\d)\d{12}$/],
  ["diners-club", /^3(0[0-5]|[68]\d)\d{11}$/],
  ["jcb", /^35\d{14}$/],
  ["maestro", /^(50|5[6-9]|6\d)\d{10,17}$/],
];

/** Whose card a number is; null when it is nobody's. */
export function cardType(number: string): string | null {
  if (!passesLuhn(number)) return null;
  return TYPES.find(([, pattern]) => pattern.test(number))?.[0] ?? null;
}

function passesLuhn(number: string): boolean {
  if (!/^\d{12,19}$/.test(number)) return false;
  const sum = [...number].reverse().reduce((total, digit, place) => {
    const value = Number(digit) * (place % 2 === 1 ? 2 : 1);
    return total + (value > 9 ? value - 9 : value);
  }, 0);
  return sum % 10 === 0;
}

/** `MMYY` that is not over. */
export function isFutureDate(text: string, now: Date): boolean {
  const [, month = "", year = ""] = /^(\d\d)(\d\d)$/.exec(text) ?? [];
  if (Number(month) < 1 || Number(month) > 12) return false;
  const end = Date.UTC(2000 + Number(year), Number(month), 1);
  return end > now.getTime();
}

/** All but the last four digits hidden. */
export function masked(number: string): string {
  return "x".repeat(Math.max(number.length - 4, 0)) + number.slice(-4);
}

export function hidden(text: string): string {
  return "x".repeat(text.length);
}
