import { randomUUID } from "node:crypto";

/** A new id in Twilio's shape: two letters and 32 hex digits. */
export function newSid(prefix: string): string {
  return prefix + randomUUID().replaceAll("-", "");
}
