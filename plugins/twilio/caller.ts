/**
 * Numbers that stand for a caller who hides theirs: words such as ANONYMOUS spelled on a keypad, as they arrive where
 * only digits may.
 */
const HIDDEN_NUMBERS = new Set([
  "+266696687", // ANONYMOUS
  "+7378742833", // RESTRICTED
  "+2562533", // BLOCKED
  "+8656696", // UNKNOWN
  "+86282452253", // UNAVAILABLE
]);

const E164 = /^\+[1-9]\d{6,14}$/;

/** The caller's number in E.164, or null when it is hidden or no phone number at all (`anonymous`, `client:ana`, `sip:…`). */
export function phoneOf(from: string): string | null {
  const number = from.trim();
  return E164.test(number) && !HIDDEN_NUMBERS.has(number) ? number : null;
}

/** True when there is no number to speak of: empty, a word such as `anonymous`, an app or SIP address. */
export function isHidden(number: string): boolean {
  const text = number.trim();
  return HIDDEN_NUMBERS.has(text) || !/\d{3}/.test(text) || /^(client|sip):/i.test(text);
}
