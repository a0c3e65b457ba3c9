/**
 * From a vendor's request to deliveries, and from deliveries to runs.
 *
 *   H1 nothing is stored of a request whose signature does not hold.
 *   H2 the vendor is answered only after everything it said is committed.
 *   H3 a delivery that was handled before is answered as it was then.
 *   H4 an account may only touch what belongs to its own tenants.
 */
import { AppError } from "../errors.ts";
import type { Delivery, HttpAnswer, WebhookRequest, WebhookServices } from "../plugin-api.ts";
import type { RegisteredWebhook } from "../registry.ts";
import type { Engine } from "./engine.ts";
import { answerLater } from "./ingress-answers.ts";
import { handleCallStatus } from "./ingress-calls.ts";
import { handleLegAnswered } from "./ingress-legs.ts";
import { handleResume, handleStatus } from "./ingress-reports.ts";
import type { Ingress } from "./ingress-request.ts";
import { handlePreference, handleStart } from "./ingress-starts.ts";
import { handleTemplate } from "./ingress-templates.ts";
import type { Runtime } from "./runtime.ts";

/** Handles one webhook request. @throws AppError SIGNATURE_INVALID, BODY_MALFORMED, DATABASE_UNAVAILABLE */
export async function receive(
  runtime: Runtime,
  engine: Engine,
  hook: RegisteredWebhook,
  request: WebhookRequest,
): Promise<HttpAnswer> {
  const ingress: Ingress = { runtime, engine, hook, tenants: new Set() };
  const { definition } = hook;
  const verdict = await definition.verify(request, servicesOf(ingress));
  if ("handshake" in verdict) return verdict.handshake;
  if (!verdict.ok)
    throw new AppError(
      "SIGNATURE_INVALID",
      `The signature of this request to /hooks/${definition.path} does not hold.`,
    );
  const later = request.query.answer;
  if (typeof later === "string") return answerLater(ingress, later);
  const deliveries = definition.parse(request);
  let answer: HttpAnswer | null = null;
  // One after the other: what one person sent stays in order.
  for (const delivery of deliveries) answer = (await handle(ingress, delivery)) ?? answer;
  return answer ?? definition.ack;
}

function servicesOf(ingress: Ingress): WebhookServices {
  const { runtime } = ingress;
  return {
    async secretsOf(credential, account) {
      const secrets = await runtime.secrets.ofAccount(credential, account);
      const isOperators = secrets.some((secret) => secret.tenantId === null);
      ingress.tenants = isOperators ? null : new Set(secrets.flatMap((secret) => secret.tenantId ?? []));
      return secrets.map((secret) => secret.fields);
    },
    isOurEffect: (id, signature) => runtime.keys.verify("effect", id, signature),
  };
}

function handle(ingress: Ingress, delivery: Delivery): Promise<HttpAnswer | null> {
  switch (delivery.kind) {
    case "start":
      return handleStart(ingress, delivery);
    case "preference":
      return handlePreference(ingress, delivery);
    case "resume":
      return handleResume(ingress, delivery);
    case "status":
      return handleStatus(ingress, delivery);
    case "leg-answered":
      return handleLegAnswered(ingress, delivery);
    case "call-status":
      return handleCallStatus(ingress, delivery);
    case "template":
      return handleTemplate(ingress, delivery);
  }
}
