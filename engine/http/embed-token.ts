import { randomUUID } from "node:crypto";
import { jwtVerify, SignJWT } from "jose";
import type { Keys } from "../runtime/sealing.ts";

/** What a widget may do for a while, for the key it was made with. */
export interface EmbedClaims {
  readonly tenantId: string;
  readonly keyId: string;
  readonly scopes: readonly string[];
  /** Who looks at the widget, as the other system calls them. */
  readonly user: string | null;
}

export const EMBED_TYPE = "embed+jwt";
const ISSUER = "centralita";
const PURPOSE = "embed";

export function makeEmbedToken(keys: Keys, claims: EmbedClaims, seconds: number): Promise<string> {
  const key = keys.tokenKey(PURPOSE);
  if (!key) throw new TypeError("the present key is always known");
  const { tenantId, keyId, scopes, user } = claims;
  return new SignJWT({ tenant: tenantId, scope: scopes.join(" "), ...(user === null ? {} : { user }) })
    .setProtectedHeader({ alg: "HS256", typ: EMBED_TYPE, kid: key.id })
    .setIssuer(ISSUER)
    .setSubject(keyId)
    .setJti(randomUUID())
    .setIssuedAt()
    .setExpirationTime(`${seconds}s`)
    .sign(key.secret);
}

/** Null for a token that is not ours, was changed, or has ended. */
export async function readEmbedToken(keys: Keys, token: string): Promise<EmbedClaims | null> {
  try {
    const { payload } = await jwtVerify(token, ({ kid }) => secretOf(keys, kid), {
      algorithms: ["HS256"],
      issuer: ISSUER,
      typ: EMBED_TYPE,
      requiredClaims: ["sub", "exp", "jti"],
    });
    const { sub, tenant, scope, user } = payload;
    if (typeof sub !== "string" || typeof tenant !== "string" || typeof scope !== "string") return null;
    return {
      tenantId: tenant,
      keyId: sub,
      scopes: wordsOf(scope),
      user: typeof user === "string" ? user : null,
    };
  } catch {
    return null;
  }
}

/** Scopes as OAuth writes them: words with spaces between. */
export function wordsOf(scope: string): readonly string[] {
  return scope.split(" ").filter((word) => word !== "");
}

function secretOf(keys: Keys, kid: string | undefined): Uint8Array {
  const key = keys.tokenKey(PURPOSE, kid ?? "");
  if (!key) throw new TypeError("signed with a key that is not known");
  return key.secret;
}
