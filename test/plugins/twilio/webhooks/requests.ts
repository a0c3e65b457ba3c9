import type { WebhookRequest, WebhookServices } from "../../../../engine/plugin-api.ts";
import { expectedSignature } from "../../../../plugins/twilio/signature.ts";

export const ACCOUNT = "AC00000000000000000000000000000001";
export const TOKEN = "the-auth-token";
export const OLD_TOKEN = "the-previous-token";

/** A form request as Twilio sends it, signed with `token`. */
export function twilioRequest(
  path: string,
  fields: Record<string, string>,
  more: { params?: Record<string, string>; headers?: Record<string, string>; token?: string } = {},
): WebhookRequest {
  const url = `https://flow.test/hooks/${path}`;
  const form = { AccountSid: ACCOUNT, ...fields };
  return {
    method: "POST",
    url,
    params: more.params ?? {},
    query: Object.fromEntries(new URL(url).searchParams),
    headers: {
      "content-type": "application/x-www-form-urlencoded; charset=UTF-8",
      "x-twilio-signature": expectedSignature(more.token ?? TOKEN, url, form),
      ...more.headers,
    },
    rawBody: Buffer.from(new URLSearchParams(form).toString()),
    form,
  };
}

/** Knows one account, whose token is being rotated, and believes effects signed `good`. */
export const services: WebhookServices = {
  secretsOf: async (credential, account) =>
    credential === "twilio.account" && account === ACCOUNT
      ? [{ accountSid: ACCOUNT, authToken: TOKEN, previousAuthToken: OLD_TOKEN }]
      : [],
  isOurEffect: (effectId, signature) => effectId === "eff_1" && signature === "good",
};
