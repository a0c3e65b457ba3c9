import type { HttpAnswer, JsonObject, WebhookRequest, WebhookServices } from "../../../engine/plugin-api.ts";
import { verifyTwilioSignature } from "../signature.ts";
import { field } from "./request-fields.ts";

/** Whether the account named in the request, one of ours, signed it. Both tokens count while one is rotated. */
export async function isSignedByTwilio(request: WebhookRequest, services: WebhookServices): Promise<boolean> {
  const secrets = await services.secretsOf("twilio.account", field(request, "AccountSid"));
  return verifyTwilioSignature({
    tokens: secrets.flatMap(tokensOf),
    signature: request.headers["x-twilio-signature"],
    url: request.url,
    params: request.form ?? {},
    rawBody: request.rawBody,
    ...contentType(request),
  });
}

/** `verify` of a webhook that asks for nothing more. */
export async function verifySignature(request: WebhookRequest, services: WebhookServices) {
  return (await isSignedByTwilio(request, services)) ? ({ ok: true } as const) : ({ ok: false } as const);
}

/** `verify` of a webhook whose whole answer is in what was asked: nothing is stored. */
export async function answeredAtOnce(
  request: WebhookRequest,
  services: WebhookServices,
  answer: (request: WebhookRequest) => HttpAnswer,
): Promise<{ readonly ok: false } | { readonly handshake: HttpAnswer }> {
  return (await isSignedByTwilio(request, services)) ? { handshake: answer(request) } : { ok: false };
}

/** Both tokens count while one is rotated. */
export function tokensOf(secrets: JsonObject): string[] {
  return [secrets.authToken, secrets.previousAuthToken].filter(
    (token): token is string => typeof token === "string" && token !== "",
  );
}

function contentType({ headers }: WebhookRequest): { contentType?: string } {
  const value = headers["content-type"];
  return value === undefined ? {} : { contentType: value };
}
