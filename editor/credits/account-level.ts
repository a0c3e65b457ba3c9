import type { Answer } from "../api/client.ts";

export type Account = Answer<"listCredits">["items"][number];

const LOW_SHARE = 0.2;

/** How much of the month's credits is left, from 0 to 1; null where there is no limit to measure by. */
export function shareLeft({ remaining, monthly }: Account): number | null {
  if (remaining === null || monthly === null || monthly === 0) return null;
  return Math.max(0, Math.min(1, remaining / monthly));
}

/** Less than a fifth: time to think of more. */
export function isLow(account: Account): boolean {
  if (account.remaining === 0) return true;
  const share = shareLeft(account);
  return share !== null && share < LOW_SHARE;
}
