import { createHash } from "node:crypto";
import type { WebhookRequest } from "../../../engine/plugin-api.ts";

/** The same for every delivery of one request: Twilio's own token, else what the request says. */
export function deliveryKeyOf(request: WebhookRequest, subject: string): string {
  return `${subject}:${request.headers["i-twilio-idempotency-token"] ?? digestOf(request)}`;
}

function digestOf(request: WebhookRequest): string {
  const params = Object.entries(request.form ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return createHash("sha256").update(JSON.stringify(params)).digest("hex");
}
