import { createHash, createHmac, timingSafeEqual } from "node:crypto";
import type { JsonObject } from "../core/json.ts";
import type { WebhookRequest } from "../plugin-api.ts";

/** How the sender of a generic webhook proves who it is. */
export type HookCheck = "basic" | "bearer" | "hmac";

const SIGNATURE_HEADER = "x-signature-256";

/** True when the request shows what the credential says. A credential of another kind, or an empty one, lets nobody in. */
export function isAuthentic(check: HookCheck, request: WebhookRequest, credential: JsonObject): boolean {
  if (credential.type !== check) return false;
  switch (check) {
    case "basic":
      return isBasic(request.headers.authorization, credential);
    case "bearer":
      return isBearer(request.headers.authorization, credential);
    case "hmac":
      return isSigned(request, credential);
  }
}

function isBasic(authorization: string | undefined, { username, password }: JsonObject): boolean {
  const given = /^basic +([A-Za-z0-9+/=]+)$/i.exec(authorization ?? "")?.[1];
  if (given === undefined || typeof username !== "string" || !isFilled(password)) return false;
  return isSame(Buffer.from(given, "base64").toString("utf8"), `${username}:${password}`);
}

function isBearer(authorization: string | undefined, { token }: JsonObject): boolean {
  const given = /^bearer +(\S+)$/i.exec(authorization ?? "")?.[1];
  return given !== undefined && isFilled(token) && isSame(given, token);
}

/** `sha256=` and the hex HMAC-SHA256 of the body as it came. */
function isSigned({ headers, rawBody }: WebhookRequest, { secret, headerName }: JsonObject): boolean {
  const name = isFilled(headerName) ? headerName.toLowerCase() : SIGNATURE_HEADER;
  const given = headers[name];
  if (given === undefined || !isFilled(secret)) return false;
  return isSame(given.toLowerCase(), `sha256=${createHmac("sha256", secret).update(rawBody).digest("hex")}`);
}

function isFilled(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** In constant time, and without telling the length. */
function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(digest(given), digest(expected));
}

function digest(text: string): Buffer {
  return createHash("sha256").update(text).digest();
}
