import { randomBytes, timingSafeEqual } from "node:crypto";
import { AppError, type JsonObject, type LedgerEntry } from "../../../engine/plugin-api.ts";
import { newSid } from "./sids.ts";

export type AccountStatus = "active" | "suspended" | "closed";

export interface Account {
  readonly accountSid: string;
  readonly authToken: string;
  readonly apiKeySid: string | null;
  readonly apiKeySecret: string | null;
  /** The account it is part of; its own sid where it is part of none. */
  readonly ownerSid: string;
  readonly friendlyName: string;
  readonly status: AccountStatus;
  /** ISO 8601 */
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface Accounts {
  all(): readonly Account[];
  find(sid: string): Account | undefined;
  /** The account a Basic `Authorization` header proves: by its auth token or by its API key. */
  authenticate(authorization: string | undefined): Account | null;
  /** @throws AppError INPUT_INVALID when there is no such account. The first one when `sid` is left out. */
  get(sid?: string): Account;
  /** A new account below another one, with a sid and a token of its own. */
  add(ownerSid: string, friendlyName: string, at: string): Account;
  update(account: Account, change: Partial<Pick<Account, "friendlyName" | "status" | "updatedAt">>): Account;
}

/**
 * The configured accounts, and the subaccounts on record.
 * @throws AppError CONFIG_INVALID when there is no account, or one lacks its accountSid or authToken
 */
export function createAccounts(
  fields: readonly JsonObject[],
  entries: readonly LedgerEntry[] = [],
  startedAt = new Date().toISOString(),
): Accounts {
  const configured = fields.map((one) => readAccount(one, startedAt));
  const [first] = configured;
  if (!first)
    throw new AppError(
      "CONFIG_INVALID",
      "The Twilio emulator needs at least one account { accountSid, authToken }.",
    );
  const accounts = new Map([...configured, ...entries.flatMap(recorded)].map((one) => [one.accountSid, one]));
  const keep = (account: Account) => {
    accounts.set(account.accountSid, account);
    return account;
  };
  return {
    all: () => [...accounts.values()],
    find: (sid) => accounts.get(sid),
    authenticate: (authorization) => authenticate([...accounts.values()], authorization),
    get(sid = first.accountSid) {
      const account = accounts.get(sid);
      if (!account)
        throw new AppError("INPUT_INVALID", `The Twilio emulator has no account ${sid}.`, {
          accountSid: sid,
        });
      return account;
    },
    add: (ownerSid, friendlyName, at) => keep(newAccount(ownerSid, friendlyName, at)),
    update: (account, change) => keep({ ...account, ...change }),
  };
}

/** Whether `actor` may act for the other account: for itself and for those that are part of it. */
export function mayActFor(actor: Account, other: Account): boolean {
  return other.accountSid === actor.accountSid || other.ownerSid === actor.accountSid;
}

/** The account as the ledger keeps it, token included: after a restart it still signs with that. */
export function accountEntry(account: Account): LedgerEntry {
  const { accountSid: ref, friendlyName: body, status, createdAt: at, ...details } = account;
  return { kind: "account", ref, at, body, status, details };
}

function recorded({ kind, ref, at, body = "", status, details }: LedgerEntry): Account[] {
  if (kind !== "account") return [];
  // Only this emulator writes these entries, so their shape is known.
  const rest = details as unknown as Pick<Account, "authToken" | "ownerSid" | "updatedAt">;
  const keys = { apiKeySid: null, apiKeySecret: null };
  const named = { accountSid: ref, friendlyName: body, status: status as AccountStatus, createdAt: at };
  return [{ ...keys, ...rest, ...named }];
}

function newAccount(ownerSid: string, friendlyName: string, at: string): Account {
  return {
    accountSid: newSid("AC"),
    authToken: randomBytes(16).toString("hex"),
    apiKeySid: null,
    apiKeySecret: null,
    ownerSid,
    friendlyName,
    status: "active",
    createdAt: at,
    updatedAt: at,
  };
}

function readAccount(fields: JsonObject, at: string): Account {
  const { accountSid, authToken, apiKeySid, apiKeySecret } = fields;
  if (typeof accountSid !== "string" || typeof authToken !== "string" || !accountSid || !authToken)
    throw new AppError(
      "CONFIG_INVALID",
      "An account of the Twilio emulator lacks its accountSid or authToken.",
    );
  return {
    accountSid,
    authToken,
    apiKeySid: typeof apiKeySid === "string" && apiKeySid ? apiKeySid : null,
    apiKeySecret: typeof apiKeySecret === "string" && apiKeySecret ? apiKeySecret : null,
    ownerSid: accountSid,
    friendlyName: "Emulated account",
    status: "active",
    createdAt: at,
    updatedAt: at,
  };
}

function authenticate(accounts: readonly Account[], authorization: string | undefined): Account | null {
  const encoded = /^basic\s+(\S+)$/i.exec(authorization ?? "")?.[1];
  if (!encoded) return null;
  const [user = "", ...rest] = Buffer.from(encoded, "base64").toString("utf8").split(":");
  const password = rest.join(":");
  const opens = (sid: string | null, secret: string | null) =>
    sid === user && secret !== null && same(password, secret);
  return (
    accounts.find((one) => opens(one.accountSid, one.authToken) || opens(one.apiKeySid, one.apiKeySecret)) ??
    null
  );
}

function same(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
