import { createHash, randomBytes } from "node:crypto";

export const SESSION_COOKIE = "centralita_session";
// As long as a session lasts at most; the database says when it really ends.
const KEPT_SECONDS = 30 * 24 * 60 * 60;
const TOKEN = new RegExp(`(?:^|;)\\s*${SESSION_COOKIE}=([A-Za-z0-9_-]{43})\\s*(?:;|$)`);

/** Nobody can guess it, and it says nothing. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}

export function hashToken(token: string): string {
  return createHash("sha256").update(token).digest("hex");
}

/** Null where the header has none, or what it has cannot be one of ours. */
export function tokenIn(cookies: string | undefined): string | null {
  return TOKEN.exec(cookies ?? "")?.[1] ?? null;
}

/** `Lax`: a link in an e-mail opens the editor signed in, and no other site's form or script sends it. */
export function sessionCookie(token: string, publicUrl: string): string {
  return `${SESSION_COOKIE}=${token}; Max-Age=${KEPT_SECONDS}; ${attributes(publicUrl)}`;
}

export function endedCookie(publicUrl: string): string {
  return `${SESSION_COOKIE}=; Max-Age=0; ${attributes(publicUrl)}`;
}

function attributes(publicUrl: string): string {
  return `Path=/; HttpOnly; SameSite=Lax${publicUrl.startsWith("https:") ? "; Secure" : ""}`;
}
