import { createHash } from "node:crypto";
import { isIPv6 } from "node:net";
import { AppError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import { admitSignIn, forgiveSignIn } from "../store/people.ts";

// One person mistypes; an office behind one address has many people.
const FREE_PER_EMAIL = 5;
const FREE_PER_ADDRESS = 25;
// Long enough to make guessing hopeless, short enough that nobody can lock somebody else out for a day.
const LONGEST_SECONDS = 15 * 60;

export interface Attempt {
  /** It was the person themselves. */
  forgive(): Promise<void>;
}

/**
 * Counts an attempt to sign in before its password is looked at. After some failures each further one doubles the wait, for
 * this e-mail (whether or not anybody has it) and for this address.
 * @throws AppError RATE_LIMITED
 */
export async function admitAttempt(db: Database, email: string, ip: string): Promise<Attempt> {
  const [emailKey, addressKey] = [digest(`email ${email}`), digest(`address ${networkOf(ip)}`)];
  const keys = [
    { key: emailKey, free: FREE_PER_EMAIL },
    { key: addressKey, free: FREE_PER_ADDRESS },
  ];
  const seconds = await admitSignIn(db, { keys, longestSeconds: LONGEST_SECONDS });
  if (seconds > 0) {
    const message = `Too many attempts to sign in; try again in ${seconds} s.`;
    throw new AppError("RATE_LIMITED", message, { retryAfterMs: seconds * 1000 });
  }
  return { forgive: () => forgiveSignIn(db, emailKey, addressKey) };
}

/** One customer of a provider has a whole /64 of IPv6 addresses. */
export function networkOf(ip: string): string {
  if (!isIPv6(ip)) return ip;
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(ip)?.[1];
  if (mapped !== undefined) return mapped;
  const [head = "", tail] = ip.toLowerCase().split("%", 1)[0]?.split("::") ?? [];
  const left = head === "" ? [] : head.split(":");
  const right = tail === undefined || tail === "" ? [] : tail.split(":");
  const zeros = Array.from({ length: Math.max(0, 8 - left.length - right.length) }, () => "0");
  const groups = tail === undefined ? left : [...left, ...zeros, ...right];
  return `${groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(":")}::/64`;
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}
