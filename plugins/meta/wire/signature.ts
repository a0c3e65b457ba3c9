import { createHash, createHmac, timingSafeEqual } from "node:crypto";

const HEADER = /^sha256=[0-9a-f]{64}$/i;

/** Value of `X-Hub-Signature-256` for exactly these bytes. */
export function signatureOf(secret: string, rawBody: Buffer | string): string {
  return `sha256=${createHmac("sha256", secret).update(rawBody).digest("hex")}`;
}

/** True when one of the secrets signed these bytes. Several secrets count while one is being rotated. */
export function isSigned(header: string | undefined, rawBody: Buffer, secrets: readonly string[]): boolean {
  if (header === undefined || !HEADER.test(header)) return false;
  const given = Buffer.from(header.toLowerCase());
  return secrets.some((secret) => timingSafeEqual(given, Buffer.from(signatureOf(secret, rawBody))));
}

/** Compares in a time that tells nothing about either text, lengths included. */
export function sameSecret(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
