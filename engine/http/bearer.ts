import { decodeProtectedHeader } from "jose";
import { LRUCache } from "lru-cache";
import { AppError } from "../errors.ts";
import type { GuardedFetch } from "../plugin-api.ts";
import type { Keys } from "../runtime/sealing.ts";
import { findApiKey, keyOfToken } from "../store/api-keys.ts";
import type { Database } from "../store/database.ts";
import { EMBED_TYPE, readEmbedToken } from "./embed-token.ts";
import { createReadForeignToken } from "./foreign-token.ts";
import { ALL_SCOPES } from "./held-scopes.ts";
import { hashApiKey } from "./key-secret.ts";

export interface BearerTools {
  readonly db: Database;
  readonly keys: Keys;
  readonly fetch: GuardedFetch;
}

/** A program that calls. */
export interface System {
  /** The id of the key, or of the trusted issuer with whom it speaks of, as the record of who did what has it. */
  readonly by: string;
  readonly tenantId: string;
  readonly scopes: readonly string[];
  /** It came with a token, which makes no others. */
  readonly token?: true;
}

/** Who sends this header. @throws AppError UNAUTHENTICATED */
export type FindSystem = (authorization: string) => Promise<System>;

// A revoked key, and a token made with it, work this much longer at most.
const KEPT_FOR_MS = 5_000;
const BEARER = /^bearer +([\x21-\x7e]{1,8192})$/i;
const JWT = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** A key, a token made with one, or a token of a system that the tenant trusts. */
export function createFindSystem(tools: BearerTools): FindSystem {
  const known = new LRUCache<string, System>({ max: 5_000, ttl: KEPT_FOR_MS });
  const ofJwt = createFindJwt(tools);
  return async (authorization) => {
    const sent = BEARER.exec(authorization)?.[1];
    if (sent === undefined)
      throw new AppError("UNAUTHENTICATED", "Send an API key in the header: Authorization: Bearer <key>.");
    // Only the sha256 of a key is stored, so looking it up takes the same time for every wrong key.
    const hash = hashApiKey(sent);
    const cached = known.get(hash);
    if (cached) return cached;
    const caller = JWT.test(sent) ? await ofJwt(sent) : await ofKey(tools.db, hash);
    known.set(hash, caller);
    return caller;
  };
}

async function ofKey(db: Database, hash: string): Promise<System> {
  const row = await findApiKey(db, hash);
  if (!row) throw new AppError("UNAUTHENTICATED", "This API key is unknown, expired or revoked.");
  return { by: row.id, tenantId: row.tenantId, scopes: row.scopes };
}

function createFindJwt({ db, keys, fetch }: BearerTools): (token: string) => Promise<System> {
  const readForeign = createReadForeignToken(db, fetch);
  return async (token) => {
    const caller = isEmbed(token) ? await ofEmbed(db, keys, token) : await readForeign(token);
    if (caller) return { ...caller, token: true };
    throw new AppError("UNAUTHENTICATED", "This token is of nobody we know, was changed, or has ended.");
  };
}

function isEmbed(token: string): boolean {
  try {
    return decodeProtectedHeader(token).typ === EMBED_TYPE;
  } catch {
    return false;
  }
}

/** What the token says, as far as its key may do it now. */
async function ofEmbed(db: Database, keys: Keys, token: string) {
  const claims = await readEmbedToken(keys, token);
  const key = claims ? await keyOfToken(db, claims.tenantId, claims.keyId) : null;
  if (!claims || !key) return null;
  const scopes = claims.scopes.filter(
    (scope) => key.scopes.includes(scope) || key.scopes.includes(ALL_SCOPES),
  );
  return { by: key.id, tenantId: key.tenantId, scopes };
}
