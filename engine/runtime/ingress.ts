/**
 * From a vendor's request to deliveries, and from deliveries to runs.
 *
 *   H1 nothing is stored of a request whose signature does not hold.
 *   H2 the vendor is answered only after everything it said is committed.
 *   H3 a delivery that was handled before is answered as it was then.
 *   H4 an account may only touch what belongs to its own tenants.
 *   H8 what one request brings about one person or message is handled in its order.
 *   H11 of a request with many items, one that cannot be handled is kept for the operator, and loses no other.
 */
import { AppError } from "../errors.ts";
import type { Delivery, HttpAnswer, WebhookRequest, WebhookServices } from "../plugin-api.ts";
import type { RegisteredWebhook } from "../registry.ts";
import type { Engine } from "./engine.ts";
import { handleAccount, handleIdentity, keepItem } from "./ingress-accounts.ts";
import { answerLater } from "./ingress-answers.ts";
import { handleCallStatus } from "./ingress-calls.ts";
import { handleLegAnswered } from "./ingress-legs.ts";
import { flushPrices } from "./ingress-prices.ts";
import { handleResume, handleStatus } from "./ingress-reports.ts";
import type { Ingress } from "./ingress-request.ts";
import { handlePreference, handleStart } from "./ingress-starts.ts";
import { handleTemplate } from "./ingress-templates.ts";
import { inLanes } from "./lanes.ts";
import type { Runtime } from "./runtime.ts";

// Of a batch, as many at once as there are connections for them; the next wait their turn.
const AT_ONCE = 8;

/** Handles one webhook request. @throws AppError SIGNATURE_INVALID, BODY_MALFORMED, DATABASE_UNAVAILABLE */
export async function receive(
  runtime: Runtime,
  engine: Engine,
  hook: RegisteredWebhook,
  request: WebhookRequest,
): Promise<HttpAnswer> {
  const ingress: Ingress = { runtime, engine, hook, tenants: new Set(), prices: [] };
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
  const answer =
    deliveries.length > 1 ? await handleMany(ingress, deliveries) : await handleOne(ingress, deliveries);
  await flushPrices(ingress);
  return answer ?? definition.ack;
}

async function handleOne(ingress: Ingress, [delivery]: readonly Delivery[]): Promise<HttpAnswer | null> {
  return delivery ? handle(ingress, delivery) : null;
}

/**
 * [H8, H11] Where it is not the item's own fault, such as a database in trouble, the vendor is told so when all others are
 * done, and sends everything again.
 */
async function handleMany(ingress: Ingress, deliveries: readonly Delivery[]): Promise<HttpAnswer | null> {
  let answer: HttpAnswer | null = null;
  let trouble: unknown = null;
  await inLanes(deliveries, laneOf, AT_ONCE, async (delivery) => {
    try {
      answer = (await handle(ingress, delivery)) ?? answer;
    } catch (error) {
      if (!isItsFault(error)) trouble = error;
      else await keepItem(ingress, delivery, error).catch((unkept: unknown) => (trouble = unkept));
    }
  });
  if (trouble !== null) throw trouble;
  return answer;
}

// Classes of PostgreSQL: a value it cannot take, a rule of a table it breaks.
const BAD_DATA = /^2[23]/;

/** The same item would fail again, however often it came. */
function isItsFault(error: unknown): boolean {
  if (error instanceof AppError) return !error.retryable;
  return error instanceof Error && "code" in error && BAD_DATA.test(String(error.code));
}

/** Whom an item is about. What is about a call, or a step, keeps its place among its like. */
function laneOf(delivery: Delivery): string {
  if (delivery.kind === "status") return `status ${delivery.effectId ?? delivery.ref}`;
  if (delivery.kind !== "start" && delivery.kind !== "preference") return "others";
  return `person ${delivery.contact.phone ?? delivery.contact.channelUserId ?? ""}`;
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
    case "identity":
      return handleIdentity(ingress, delivery);
    case "account":
      return handleAccount(ingress, delivery);
    case "fault":
      return keepItem(ingress, delivery, null);
    case "template":
      return handleTemplate(ingress, delivery);
  }
}
