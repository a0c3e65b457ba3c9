import {
  AppError,
  type Delivery,
  defineWebhook,
  type HttpAnswer,
  type JsonObject,
  type WebhookDefinition,
  type WebhookRequest,
  type WebhookServices,
} from "../../../engine/plugin-api.ts";
import { isObject, objectOf, objectsOf, parseJson, textOf } from "../wire/json.ts";
import { keepable } from "../wire/keepable.ts";
import { isSigned, sameSecret } from "../wire/signature.ts";
import { faultOf } from "./fields/field.ts";
import { FIELDS } from "./fields.ts";

/** The one webhook of a Meta app: all it says of all its numbers, routed by phone_number_id. */
export default defineWebhook({
  path: "meta",
  methods: ["GET", "POST"],
  verify: (request, services) =>
    request.method === "GET" ? handshake(request, services) : checkSignature(request, services),
  parse,
  ack: plainText("EVENT_RECEIVED"),
});

type Verdict = ReturnType<WebhookDefinition["verify"]>;

/** Meta asks once, when the address is saved, whether we know the word agreed upon. */
async function handshake({ query }: WebhookRequest, services: WebhookServices): Verdict {
  const { "hub.mode": mode, "hub.verify_token": given, "hub.challenge": challenge } = query;
  if (mode !== "subscribe" || typeof given !== "string" || typeof challenge !== "string")
    return { ok: false };
  const tokens = secretsIn(await services.secretsOf("meta.app", null), "verifyToken");
  return tokens.some((token) => sameSecret(given, token))
    ? { handshake: plainText(challenge) }
    : { ok: false };
}

/** The operator's app reports on all tenants; a tenant with an app of its own is known by its business account. */
async function checkSignature(request: WebhookRequest, services: WebhookServices): Verdict {
  if (isSignedBy(await services.secretsOf("meta.app", null), request)) return { ok: true };
  const account = accountNamed(request);
  if (account === null) return { ok: false };
  return { ok: isSignedBy(await services.secretsOf("meta.app", account), request) };
}

function isSignedBy(apps: readonly JsonObject[], { headers, rawBody }: WebhookRequest): boolean {
  const secrets = [...secretsIn(apps, "appSecret"), ...secretsIn(apps, "previousAppSecret")];
  return isSigned(headers["x-hub-signature-256"], rawBody, secrets);
}

/** Only where to look for a secret: nothing is believed before the signature holds. */
function accountNamed({ rawBody }: WebhookRequest): string | null {
  const [entry] = objectsOf(objectOf(parseJson(rawBody.toString("utf8"))).entry);
  return textOf(entry?.id);
}

/** An empty secret would let anybody in who signs with nothing. */
function secretsIn(apps: readonly JsonObject[], field: string): readonly string[] {
  return apps.flatMap((app) => textOf(app[field]) || []);
}

function parse({ rawBody }: WebhookRequest): readonly Delivery[] {
  const body = parseJson(rawBody.toString("utf8"));
  if (!isObject(body) || body.object !== "whatsapp_business_account" || !Array.isArray(body.entry)) {
    throw new AppError(
      "BODY_MALFORMED",
      "Meta's webhook must be JSON with object whatsapp_business_account and a list of entries.",
      {
        webhook: "meta",
      },
    );
  }
  return objectsOf(keepable(body).entry).flatMap((entry) =>
    objectsOf(entry.changes).flatMap((change) => readChange(change, entry)),
  );
}

/** A change that breaks its reader is kept, and the others are read. */
function readChange(change: JsonObject, entry: JsonObject): readonly Delivery[] {
  const reader = FIELDS.get(textOf(change.field) ?? "");
  if (!reader) return [];
  const account = textOf(entry.id);
  const at = momentOf(entry.time);
  try {
    return reader.read({ value: objectOf(change.value), account, at });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    return [faultOf(`the field ${reader.field} cannot be read: ${why}`, change)];
  }
}

/** Seconds since 1970; null for what no calendar reaches. */
function momentOf(seconds: unknown): string | null {
  const moment = new Date(typeof seconds === "number" ? seconds * 1000 : Number.NaN);
  return Number.isNaN(moment.getTime()) ? null : moment.toISOString();
}

function plainText(body: string): HttpAnswer {
  return {
    status: 200,
    headers: { "content-type": "text/plain; charset=utf-8", "x-content-type-options": "nosniff" },
    body,
  };
}
