import { createHmac } from "node:crypto";
import { DEMO } from "../../engine/demo/demo-tenant.ts";
import type { TestEngine } from "./build-engine.ts";

export const META_NUMBER = {
  phoneNumberId: "100000000000001",
  displayPhoneNumber: DEMO.numbers.meta,
} as const;

const APP_SECRET = "demo-app-secret";

/** Sends a webhook as Meta would, signed with the demo app's secret. Gives the status of the answer. */
export async function postMeta({ url }: Pick<TestEngine, "url">, body: object): Promise<number> {
  const text = JSON.stringify(body);
  const signature = createHmac("sha256", APP_SECRET).update(text).digest("hex");
  const answer = await fetch(`${url}/hooks/meta`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-hub-signature-256": `sha256=${signature}` },
    body: text,
  });
  await answer.arrayBuffer();
  return answer.status;
}

/** One webhook with these messages and statuses for the demo number. */
export function metaWebhook(content: {
  readonly messages?: readonly unknown[];
  readonly statuses?: readonly unknown[];
}): object {
  const display_phone_number = META_NUMBER.displayPhoneNumber.slice(1);
  const metadata = { display_phone_number, phone_number_id: META_NUMBER.phoneNumberId };
  const value = { messaging_product: "whatsapp", metadata, ...content };
  return {
    object: "whatsapp_business_account",
    entry: [{ id: "900000000000001", changes: [{ field: "messages", value }] }],
  };
}

/** A text somebody wrote. */
export function inboundText(from: string, id: string, body: string): object {
  const timestamp = String(Math.floor(Date.now() / 1000));
  return {
    from: from.slice(1),
    from_user_id: `ES.${from.slice(1)}`,
    id,
    timestamp,
    type: "text",
    text: { body },
  };
}
