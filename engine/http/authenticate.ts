import { createHash } from "node:crypto";
import { LRUCache } from "lru-cache";
import { AppError } from "../errors.ts";
import type { Database } from "../store/database.ts";
import { findApiKey } from "../store/routing.ts";
import { type Access, ANY_KEY, ANY_PERSON } from "./scopes.ts";
import type { Credentials, FindPerson, Person } from "./session-person.ts";

/** Who sent a request, and with it whose data it is about. */
export interface Caller {
  /** The id of the key or of the user, as the record of who did what has it. */
  readonly by: string;
  readonly tenantId: string;
  readonly scopes: readonly string[];
  /** Null: a system, with a key. */
  readonly person: Person | null;
}

/** @throws AppError UNAUTHENTICATED, CSRF_REFUSED */
export type Authenticate = (request: Credentials) => Promise<Caller>;

// A revoked key works this much longer at most.
const KEPT_FOR_MS = 5_000;
const BEARER = /^bearer +([\x21-\x7e]{1,512})$/i;

/** A key counts before a session: whoever sends both means the key. */
export function createAuthenticate(db: Database, findPerson: FindPerson): Authenticate {
  const findKey = createKeyCheck(db);
  return async function authenticate(request) {
    const { authorization } = request.headers;
    if (authorization !== undefined) return findKey(authorization);
    const person = await findPerson(request);
    if (!person) throw new AppError("UNAUTHENTICATED", NOBODY);
    return { by: person.user.id, tenantId: person.tenantId, scopes: person.scopes, person };
  };
}

const NOBODY =
  "Sign in (the session has ended, or there was none), or send an API key in the header: Authorization: Bearer <key>.";

/** Only the sha256 of a key is stored, so looking it up takes the same time for every wrong key. */
function createKeyCheck(db: Database): (authorization: string) => Promise<Caller> {
  const known = new LRUCache<string, Caller>({ max: 5_000, ttl: KEPT_FOR_MS });
  return async (authorization) => {
    const key = BEARER.exec(authorization)?.[1];
    if (key === undefined)
      throw new AppError("UNAUTHENTICATED", "Send an API key in the header: Authorization: Bearer <key>.");
    const hash = createHash("sha256").update(key).digest("hex");
    const cached = known.get(hash);
    if (cached) return cached;
    const row = await findApiKey(db, hash);
    if (!row) throw new AppError("UNAUTHENTICATED", "This API key is unknown, expired or revoked.");
    const caller = { by: row.id, tenantId: row.tenantId, scopes: row.scopes, person: null };
    known.set(hash, caller);
    return caller;
  };
}

/** @throws AppError SCOPE_MISSING naming the scope */
export function requireScope(caller: Caller, scope: Access): void {
  if (scope === ANY_KEY) return;
  if (scope === ANY_PERSON) {
    if (caller.person) return;
    throw new AppError("SCOPE_MISSING", "This is for people who have signed in; no API key opens it.", {
      scope,
    });
  }
  if (caller.scopes.includes("*") || caller.scopes.includes(scope)) return;
  const who = caller.person ? `Your role, ${caller.person.role},` : "This API key";
  throw new AppError("SCOPE_MISSING", `${who} lacks the scope "${scope}".`, { scope });
}
