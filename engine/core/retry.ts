import type { RetrySettings } from "./flow.ts";

/** What a node that names no retry settings gets: three tries, about a second and two apart. */
export const DEFAULT_RETRY: RetrySettings = { maxAttempts: 3, firstDelayMs: 1000, maxDelayMs: 60_000 };

/** True while another try is left after `failedTries` (from 1) tries that failed. */
export function mayRetry(failedTries: number, settings: RetrySettings): boolean {
  return failedTries < settings.maxAttempts;
}

/**
 * Milliseconds to wait after `failedTries` (from 1) tries that failed: exponential with full jitter, that is, anywhere
 * between 0 and a ceiling that doubles from `firstDelayMs` up to `maxDelayMs`; never below `retryAfterMs`, which a
 * vendor named. `random` gives numbers in [0, 1).
 */
export function retryDelayMs(
  failedTries: number,
  settings: RetrySettings,
  random: () => number,
  retryAfterMs = 0,
): number {
  const ceilingMs = Math.min(settings.maxDelayMs, settings.firstDelayMs * 2 ** (failedTries - 1));
  return Math.max(retryAfterMs, Math.round(random() * ceilingMs));
}

/**
 * What a `Retry-After` header asks for, in milliseconds from `now`: seconds, or an HTTP date. Null where it says neither;
 * a moment that has passed is 0.
 */
export function retryAfterMs(header: unknown, now: Date): number | null {
  const text = typeof header === "number" ? String(header) : header;
  if (typeof text !== "string" || text.trim() === "") return null;
  const seconds = Number(text);
  if (Number.isFinite(seconds)) return seconds < 0 ? null : Math.ceil(seconds * 1000);
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, at - now.getTime());
}
