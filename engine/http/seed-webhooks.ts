/** Addresses that vendors may have been given before there were ours. Each is another name of a webhook. */
import type { Route } from "./route.ts";

const TWILIO = "/api/integrations/twilio";

/** By the path of the webhook each stands for. */
const PATHS: Readonly<Record<string, readonly string[]>> = {
  "/hooks/twilio/messages": [`${TWILIO}/incoming-message`, "/api/whatsapp/webhook"],
  "/hooks/twilio/status": [`${TWILIO}/status-callback`],
  "/hooks/twilio/voice": [`${TWILIO}/voice/incoming`],
  "/hooks/meta": ["/webhook/whatsapp"],
};

/** @param webhooks those of this house. A signature is checked against the address that was called, whichever it is. */
export function seedWebhookRoutes(webhooks: readonly Route[]): readonly Route[] {
  return webhooks.flatMap((one) =>
    (PATHS[one.path] ?? []).map((path) => ({
      ...one,
      path,
      id: `webhook_${one.method}_${path.slice(1).replaceAll(/\W+/g, "_")}`,
      summary: `Alias of ${one.method.toUpperCase()} ${one.path}: ${one.summary}`,
    })),
  );
}
