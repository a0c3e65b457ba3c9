// A business-scoped user id also holds digits, so only a value made of nothing else may become a phone number.
const PHONE = /^\+?\d{6,15}$/;
const USER_ID = /^[A-Z]{2}\.(?:ENT\.)?[A-Za-z0-9]{1,128}$/;

/** `15550002222` → `+15550002222`; null when it is no phone number. */
export function e164Of(waId: string | null): string | null {
  if (waId === null || !PHONE.test(waId)) return null;
  return waId.startsWith("+") ? waId : `+${waId}`;
}

/** One of our own numbers as Meta displays it, `+1 555-000-1111` or `15550001111` → `+15550001111`. */
export function displayedE164(displayed: string): string {
  return `+${displayed.replace(/\D/g, "")}`;
}

/** True for Meta's business-scoped user id, e.g. `ES.20000000000000000002`. */
export function isUserId(value: string): boolean {
  return USER_ID.test(value);
}
