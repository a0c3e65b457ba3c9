/**
 * Twilio's sandbox for WhatsApp: one number for all, whose words Twilio answers itself. Whoever sends it the words of an
 * account hears from that account for three days.
 */
import { createHash } from "node:crypto";
import type { LedgerEntry } from "../../../engine/plugin-api.ts";
import type { Account, Accounts } from "./accounts.ts";

export const SANDBOX_NUMBER = "+14155238886";

const MEMBER_MS = 3 * 24 * 3600 * 1000;
const WINDOW_MS = 24 * 3600 * 1000;
const FIRST = "amber brave calm eager gentle lucky misty quiet rapid sunny".split(" ");
const SECOND = "badger canyon comet falcon harbor lantern meadow otter pebble willow".split(" ");

/** Somebody who is in an account's sandbox. Times in milliseconds. */
interface Membership {
  readonly accountSid: string;
  readonly since: number;
  readonly wroteAt: number;
}

/** By the person's number. */
export type Sandbox = Map<string, Membership>;

interface Surroundings {
  readonly sandbox: Sandbox;
  readonly accounts: Accounts;
  now(): Date;
}

/** What the sandbox itself says to a person; null: the account's webhook hears of it. */
export type SandboxAnswer = string | null;

/** Who is in it after the inbound messages already on record. */
export function createSandbox(accounts: readonly Account[], entries: readonly LedgerEntry[]): Sandbox {
  const sandbox: Sandbox = new Map();
  for (const { kind, channel, from = "", to, body = "", at } of entries)
    if (kind === "inbound-message" && channel === "whatsapp" && to === SANDBOX_NUMBER)
      hear(sandbox, accounts, { from, body, at: Date.parse(at) });
  return sandbox;
}

/** The two words that lead into an account's sandbox. */
export function sandboxWords(accountSid: string): string {
  const digest = createHash("sha256").update(accountSid).digest();
  return `${FIRST[digest.readUInt8(0) % FIRST.length]}-${SECOND[digest.readUInt8(1) % SECOND.length]}`;
}

/** Whose sandbox somebody is in at this moment. */
export function sandboxOf(
  { sandbox, now }: Omit<Surroundings, "accounts">,
  person: string,
): string | undefined {
  const member = sandbox.get(person);
  return member && isIn(member, now().getTime()) ? member.accountSid : undefined;
}

/** Notes what a person wrote to the sandbox, and says what it answers. */
export function hearSandbox(world: Surroundings, from: string, body: string): SandboxAnswer {
  return hear(world.sandbox, world.accounts.all(), { from, body, at: world.now().getTime() });
}

/** Why a message from the sandbox does not arrive: 63015 not joined, 63016 free text too late. Null: it does. */
export function sandboxFailure(
  world: Omit<Surroundings, "accounts">,
  { accountSid, from, to }: { readonly accountSid: string; readonly from: string; readonly to: string },
  isFreeText: boolean,
): number | null {
  if (from !== SANDBOX_NUMBER) return null;
  if (sandboxOf(world, to) !== accountSid) return 63015;
  const wroteAt = world.sandbox.get(to)?.wroteAt ?? 0;
  return isFreeText && world.now().getTime() - wroteAt > WINDOW_MS ? 63016 : null;
}

interface Words {
  readonly from: string;
  readonly body: string;
  readonly at: number;
}

function hear(sandbox: Sandbox, accounts: readonly Account[], { from, body, at }: Words): SandboxAnswer {
  const words = /^join\s+(\S+)$/i.exec(body.trim())?.[1]?.toLowerCase();
  if (words !== undefined) return join(sandbox, accounts, words, { from, at });
  const member = sandbox.get(from);
  if (!member || !isIn(member, at)) return NOT_IN;
  if (/^stop$/i.test(body.trim())) {
    sandbox.delete(from);
    return LEFT;
  }
  sandbox.set(from, { ...member, wroteAt: at });
  return null;
}

function join(
  sandbox: Sandbox,
  accounts: readonly Account[],
  words: string,
  { from, at }: Omit<Words, "body">,
): string {
  const account = accounts.find(
    ({ accountSid, status }) => status === "active" && sandboxWords(accountSid) === words,
  );
  if (!account) return UNKNOWN_WORDS;
  sandbox.set(from, { accountSid: account.accountSid, since: at, wroteAt: at });
  return JOINED;
}

function isIn({ since }: Membership, at: number): boolean {
  return at - since < MEMBER_MS;
}

const JOINED = "Twilio Sandbox: You are all set! Reply stop to leave the sandbox any time.";
const LEFT = "Twilio Sandbox: You have left the sandbox.";
const UNKNOWN_WORDS = "Twilio Sandbox: There is no sandbox of that name.";
const NOT_IN =
  "Twilio Sandbox: Your number is in no sandbox. Send join and the name of one first; it lasts 72 hours.";
