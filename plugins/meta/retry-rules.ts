/**
 * When something may be tried again. `never`: not by itself. `backoff`: after `base ** tries` seconds, a few times.
 * `later`: not before so long, and only by somebody who decides to.
 */
export type Retry =
  | { readonly kind: "never" }
  | { readonly kind: "backoff"; readonly base: number; readonly mostMs: number }
  | { readonly kind: "later"; readonly afterMs: number };

const HOUR_MS = 3_600_000;

export const NEVER: Retry = { kind: "never" };

export function backoff(base: number, mostMs = HOUR_MS): Retry {
  return { kind: "backoff", base, mostMs };
}

/** What Meta asks for where somebody, or a number, gets too much: 4^X seconds, X counting the tries. */
export const FOUR_TO_THE_X: Retry = backoff(4);

/** Calls are counted by the hour. */
export const WITHIN_AN_HOUR: Retry = backoff(60, HOUR_MS);

export function notBefore(afterMs: number): Retry {
  return { kind: "later", afterMs };
}

export function afterHours(hours: number): Retry {
  return notBefore(hours * HOUR_MS);
}

/** How long the next try waits after so many tries; null where there is none. */
export function delayMs(retry: Retry, tries: number): number | null {
  if (retry.kind !== "backoff") return null;
  return Math.min(retry.base ** Math.max(0, tries) * 1000, retry.mostMs);
}
