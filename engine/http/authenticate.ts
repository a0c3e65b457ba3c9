import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { AppError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import { findApiKey } from "../store/routing.ts";
import { ANY_KEY, type Scope } from "./scopes.ts";

/** Who sent a request, and with it whose data it is about. */
export interface Caller {
  readonly keyId: string;
  readonly tenantId: string;
  readonly scopes: readonly string[];
}

/** @throws AppError UNAUTHENTICATED */
export type Authenticate = (authorization: string | undefined) => Promise<Caller>;

// A revoked key works this much longer at most.
const KEPT_FOR_MS = 5_000;
const BEARER = /^bearer +([\x21-\x7e]{1,512})$/i;

/** Only the sha256 of a key is stored, so looking it up takes the same time for every wrong key. */
export function createAuthenticate(db: Database): Authenticate {
  const known = new LRUCache<string, Caller>({ max: 5_000, ttl: KEPT_FOR_MS });
  return async function authenticate(authorization) {
    const key = BEARER.exec(authorization ?? "")?.[1];
    if (key === undefined)
      throw new AppError("UNAUTHENTICATED", "Send an API key in the header: Authorization: Bearer <key>.");
    const hash = createHash("sha256").update(key).digest("hex");
    const cached = known.get(hash);
    if (cached) return cached;
    const row = await findApiKey(db, hash);
    if (!row) throw new AppError("UNAUTHENTICATED", "This API key is unknown, expired or revoked.");
    const caller = { keyId: row.id, tenantId: row.tenantId, scopes: row.scopes };
    known.set(hash, caller);
    return caller;
  };
}

/** @throws AppError SCOPE_MISSING naming the scope */
export function requireScope(caller: Caller, scope: Scope | typeof ANY_KEY): void {
  if (scope === ANY_KEY || caller.scopes.includes("*") || caller.scopes.includes(scope)) return;
  throw new AppError("SCOPE_MISSING", `This API key lacks the scope "${scope}".`, { scope });
}
