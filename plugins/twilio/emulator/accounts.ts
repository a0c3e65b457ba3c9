import { timingSafeEqual } from "node:crypto";
import { AppError, type JsonObject } from "../../../engine/plugin-api.ts";

export interface Account {
  readonly accountSid: string;
  readonly authToken: string;
  readonly apiKeySid: string | null;
  readonly apiKeySecret: string | null;
}

export interface Accounts {
  all(): readonly Account[];
  /** The account a Basic `Authorization` header proves: by its auth token or by its API key. */
  authenticate(authorization: string | undefined): Account | null;
  /** @throws AppError INPUT_INVALID when it is not among the configured accounts. The first one when `sid` is left out. */
  get(sid?: string): Account;
}

/** @throws AppError CONFIG_INVALID when there is no account, or one lacks its accountSid or authToken */
export function createAccounts(fields: readonly JsonObject[]): Accounts {
  const accounts = fields.map(readAccount);
  const [first] = accounts;
  if (!first)
    throw new AppError(
      "CONFIG_INVALID",
      "The Twilio emulator needs at least one account { accountSid, authToken }.",
    );
  return {
    all: () => accounts,
    authenticate: (authorization) => authenticate(accounts, authorization),
    get(sid = first.accountSid) {
      const account = accounts.find((one) => one.accountSid === sid);
      if (!account)
        throw new AppError("INPUT_INVALID", `The Twilio emulator has no account ${sid}.`, {
          accountSid: sid,
        });
      return account;
    },
  };
}

function readAccount(fields: JsonObject): Account {
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
