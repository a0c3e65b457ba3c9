import type { Delivery, JsonObject, WebhookRequest, WebhookServices } from "../../../../engine/plugin-api.ts";
import webhook from "../../../../plugins/meta/webhooks/meta.ts";

/** A request to `/hooks/meta` as the engine hands it over. */
export function requestOf(given: Partial<WebhookRequest> & { readonly body?: string }): WebhookRequest {
  const { body = "", ...rest } = given;
  return {
    method: "POST",
    url: "https://example.test/hooks/meta",
    params: {},
    query: {},
    headers: {},
    rawBody: Buffer.from(body),
    form: null,
    ...rest,
  };
}

/** Services that know the given apps. */
export function servicesWith(...apps: readonly JsonObject[]): WebhookServices {
  return { secretsOf: async (id) => (id === "meta.app" ? apps : []), isOurEffect: () => false };
}

export const METADATA = { display_phone_number: "15550001111", phone_number_id: "100000000000001" };

/** What the webhook makes of one `value` of field `messages`. */
export function parseValue(value: JsonObject, field = "messages"): readonly Delivery[] {
  return parseBody({
    object: "whatsapp_business_account",
    entry: [
      {
        id: "1",
        changes: [{ field, value: { messaging_product: "whatsapp", metadata: METADATA, ...value } }],
      },
    ],
  });
}

export function parseBody(body: JsonObject): readonly Delivery[] {
  return webhook.parse(requestOf({ body: JSON.stringify(body) }));
}

/** What the webhook makes of one message of Lucía's. */
export function parseMessage(message: JsonObject): readonly Delivery[] {
  return parseValue({
    contacts: [{ profile: { name: "Lucía" }, wa_id: "34600111222", user_id: "ES.20000000000000000002" }],
    messages: [
      {
        from: "34600111222",
        from_user_id: "ES.20000000000000000002",
        id: "wamid.IN1",
        timestamp: "1790417100",
        ...message,
      },
    ],
  });
}

export type StartDelivery = Extract<Delivery, { kind: "start" }>;

export function startOf(deliveries: readonly Delivery[]): StartDelivery {
  const [first, ...others] = deliveries;
  if (first?.kind !== "start" || others.length > 0)
    throw new Error(`one start expected, got ${JSON.stringify(deliveries)}`);
  return first;
}
