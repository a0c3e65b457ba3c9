import { createHash } from "node:crypto";

/** Where a delivery of this source and key is kept, once. */
export function deliveryHash(source: string, tenantId: string, key: string): string {
  return createHash("sha256").update(`${source}\n${tenantId}\n${key}`).digest("base64url");
}
