import { createHash, randomBytes } from "node:crypto";

// Enough to tell keys apart, and six bits a character short of being any help.
const HINT_LENGTH = 9;

/** A key such as `ck_…`: 32 random bytes. */
export function newApiKey(): string {
  return `ck_${randomBytes(32).toString("base64url")}`;
}

/** Nobody guesses 32 random bytes, so a plain hash hides a key well. */
export function hashApiKey(key: string): string {
  return createHash("sha256").update(key).digest("hex");
}

/** How it begins: whoever has several recognises one by it. */
export function hintOf(key: string): string {
  return key.slice(0, HINT_LENGTH);
}
