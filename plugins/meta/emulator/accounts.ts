import { createHash } from "node:crypto";
import { AppError, type JsonObject } from "../../../engine/plugin-api.ts";
import { objectsOf, textOf } from "../wire/json.ts";
import { displayedE164 } from "../wire/phone.ts";

/** One emulated app: the fields of credential `meta.app`, and optionally `wabaId` and `phoneNumbers: [{ id, displayPhoneNumber }]`. */
export interface EmulatedAccount {
  readonly index: number;
  readonly accessToken: string;
  readonly appId: string;
  readonly appSecret: string;
  readonly verifyToken: string;
  readonly wabaId: string;
  /** Ids it may send from; empty = any. */
  readonly numberIds: ReadonlySet<string>;
}

export interface Accounts {
  byToken(token: string): EmulatedAccount | null;
  byIndex(index: number): EmulatedAccount;
  /** The owner of a number, else the first account. */
  byNumber(phoneNumberId: string): EmulatedAccount;
  /** By its WhatsApp business account. */
  byAccountId(wabaId: string): EmulatedAccount;
  /** Digits of the number as Meta displays it. */
  displayed(phoneNumberId: string): string;
  learnNumber(phoneNumberId: string, displayPhoneNumber: string): void;
}

export function openAccounts(given: readonly JsonObject[]): Accounts {
  const accounts = given.map(readAccount);
  const [first] = accounts;
  if (!first)
    throw new AppError(
      "CONFIG_INVALID",
      "The Meta emulator needs at least one account: { accessToken, appSecret, verifyToken }.",
    );
  const displayed = new Map(given.flatMap(numbersOf));
  return {
    byToken: (token) => accounts.find(({ accessToken }) => accessToken === token) ?? null,
    byIndex: (index) => accounts[index] ?? first,
    byNumber: (id) => accounts.find(({ numberIds }) => numberIds.has(id)) ?? first,
    byAccountId: (id) => accounts.find(({ wabaId }) => wabaId === id) ?? first,
    displayed: (id) => displayed.get(id) ?? inventedNumber(id),
    learnNumber: (id, number) => void displayed.set(id, digits(number)),
  };
}

/** The user id of somebody who is only known by phone: always the same for the same phone. */
export function userIdOf(phone: string): string {
  const hex = createHash("sha256").update(digits(phone)).digest("hex").slice(0, 16);
  return `US.${BigInt(`0x${hex}`).toString().padStart(20, "1")}`;
}

function readAccount(account: JsonObject, index: number): EmulatedAccount {
  const accessToken = textOf(account.accessToken);
  if (!accessToken)
    throw new AppError("CONFIG_INVALID", `Account ${index} of the Meta emulator has no accessToken.`);
  return {
    index,
    accessToken,
    appId: textOf(account.appId) ?? "1000000000000000",
    appSecret: textOf(account.appSecret) ?? "",
    verifyToken: textOf(account.verifyToken) ?? "",
    wabaId: textOf(account.wabaId) ?? textOf(account.businessAccountId) ?? "100000000000000",
    numberIds: new Set(numbersOf(account).map(([id]) => id)),
  };
}

function numbersOf(account: JsonObject): [string, string][] {
  return objectsOf(account.phoneNumbers).flatMap(({ id, displayPhoneNumber }): [string, string][] =>
    typeof id === "string" && typeof displayPhoneNumber === "string"
      ? [[id, digits(displayPhoneNumber)]]
      : [],
  );
}

/** A number nobody has told us about still needs one to display. */
function inventedNumber(id: string): string {
  return `1555${id.replace(/\D/g, "").slice(-7).padStart(7, "0")}`;
}

function digits(phone: string): string {
  return displayedE164(phone).slice(1);
}
