import { createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, type JWTPayload, jwtVerify } from "jose";
import { LRUCache } from "lru-cache";
import type { GuardedFetch } from "../plugin-api.ts";
import type { Database } from "../store/database.ts";
import { findTokenIssuer, type TokenIssuerRow } from "../store/token-issuers.ts";
import { wordsOf } from "./embed-token.ts";

export interface ForeignClaims {
  readonly tenantId: string;
  /** The issuer's entry and whom it speaks of, as the record of who did what has it. */
  readonly by: string;
  readonly scopes: readonly string[];
}

/** Null for a token whose issuer is not trusted, that was changed, has ended, or whose keys cannot be had. */
export type ReadForeignToken = (token: string) => Promise<ForeignClaims | null>;

// Keys that anybody can see: whoever could sign with a shared secret could sign with what is published.
const ALGORITHMS = ["RS256", "PS256", "ES256", "EdDSA"];
const KEYS_KEPT_MS = 10 * 60_000;
// A token of an unknown key makes us look again, but nobody makes us look all the time.
const LOOK_AGAIN_MS = 30_000;
const LONGEST_LIFE = "24h";

export function createReadForeignToken(db: Database, fetch: GuardedFetch): ReadForeignToken {
  const keysAt = createKeySource(fetch);
  return async (token) => {
    const tenantId = tenantIn(token);
    const issuer = tenantId === null ? null : await issuerOf(db, tenantId, token);
    if (tenantId === null || issuer === null) return null;
    const payload = await verified(token, tenantId, issuer, keysAt);
    if (payload === null) return null;
    const { sub, scope } = payload;
    const wanted = typeof scope === "string" ? wordsOf(scope) : issuer.scopes;
    return {
      tenantId,
      by: typeof sub === "string" ? `${issuer.id}/${sub.slice(0, 100)}` : issuer.id,
      scopes: wanted.filter((word) => issuer.scopes.includes(word)),
    };
  };
}

/** The audience of a token is a tenant: whose keys to ask for is known before anything is proven. */
function tenantIn(token: string): string | null {
  const { aud } = claimsIn(token);
  return typeof aud === "string" && /^ten_\w{1,60}$/.test(aud) ? aud : null;
}

async function issuerOf(db: Database, tenantId: string, token: string): Promise<TokenIssuerRow | null> {
  const { iss } = claimsIn(token);
  if (typeof iss !== "string" || iss.length > 500) return null;
  return db.asTenant(tenantId, (scope) => findTokenIssuer(scope, iss));
}

function claimsIn(token: string): JWTPayload {
  try {
    return decodeJwt(token);
  } catch {
    return {};
  }
}

type KeySource = (url: string, again: boolean) => Promise<JSONWebKeySet | null>;

async function verified(
  token: string,
  audience: string,
  { issuer, jwks_url }: TokenIssuerRow,
  keysAt: KeySource,
): Promise<JWTPayload | null> {
  for (const again of [false, true]) {
    const keys = await keysAt(jwks_url, again);
    if (!keys) return null;
    try {
      const expected = { algorithms: ALGORITHMS, issuer, audience, maxTokenAge: LONGEST_LIFE };
      const { payload } = await jwtVerify(token, createLocalJWKSet(keys), {
        ...expected,
        requiredClaims: ["exp", "iat"],
        clockTolerance: 30,
      });
      return payload;
    } catch (error) {
      // The issuer may have changed its keys since.
      if (!(error instanceof errors.JWKSNoMatchingKey)) return null;
    }
  }
  return null;
}

function createKeySource(fetch: GuardedFetch): KeySource {
  const kept = new LRUCache<string, { readonly at: number; readonly keys: Promise<JSONWebKeySet | null> }>({
    max: 500,
    ttl: KEYS_KEPT_MS,
  });
  return (url, again) => {
    const known = kept.get(url);
    if (known && (!again || Date.now() - known.at < LOOK_AGAIN_MS)) return known.keys;
    const keys = fetchKeys(fetch, url);
    kept.set(url, { at: Date.now(), keys });
    return keys;
  };
}

/** Null where they cannot be had. */
async function fetchKeys(fetch: GuardedFetch, url: string): Promise<JSONWebKeySet | null> {
  try {
    const { status, text } = await fetch(url, { timeoutMs: 5_000, maxBytes: 256 * 1024 });
    const set: unknown = status === 200 ? JSON.parse(text) : null;
    return isKeySet(set) ? set : null;
  } catch {
    return null;
  }
}

function isKeySet(value: unknown): value is JSONWebKeySet {
  return typeof value === "object" && value !== null && "keys" in value && Array.isArray(value.keys);
}
