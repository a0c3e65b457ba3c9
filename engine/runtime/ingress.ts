/**
 * From a vendor's request to deliveries, and from deliveries to runs.
 *
 *   H1 nothing is stored of a request whose signature does not hold.
 *   H2 the vendor is answered only after everything it said is committed.
 *   H3 a delivery that was handled before is answered as it was then.
 *   H4 an account may only touch what belongs to its own tenants.
 */
import { createHash } from "node:crypto";
import type { JsonObject } from "../core/json.ts";
import { asLocale } from "../core/locale.ts";
import { AppError } from "../errors.ts";
import { effectId, newId } from "../ids.ts";
import type {
  ContactHint,
  Delivery,
  HttpAnswer,
  WebhookDefinition,
  WebhookRequest,
  WebhookServices,
} from "../plugin-api.ts";
import type { RegisteredWebhook } from "../registry.ts";
import { type ContactRow, contactOf, setOptOut } from "../store/contacts.ts";
import { keepInbound, keepResume, readAnswer } from "../store/deliveries.ts";
import { reportCall } from "../store/effects.ts";
import { type NumberRoute, routeNumber } from "../store/routing.ts";
import { type DeliveryRow, tenantOfRun } from "../store/runs.ts";
import { asJson, storeInWords, storeView } from "./directory.ts";
import type { Engine, Taken } from "./engine.ts";
import { asAnswer } from "./exchanges.ts";
import type { Runtime } from "./runtime.ts";

type Of<K extends Delivery["kind"]> = Extract<Delivery, { kind: K }>;

/** One request being handled: which plugin's webhook, and whose account signed it. */
interface Ingress {
  readonly runtime: Runtime;
  readonly engine: Engine;
  readonly hook: RegisteredWebhook;
  /** [H4] Tenants of the account that signed; null: the operator's, which may touch all. */
  tenants: ReadonlySet<string> | null;
}

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
    case "resume":
      return handleResume(ingress, delivery);
    case "status":
      return handleStatus(ingress, delivery);
    case "call-status":
      return handleCallStatus(ingress, delivery);
  }
}

// ------------------------------------------------------------------------------------------------ something comes in

async function handleStart(ingress: Ingress, delivery: Of<"start">): Promise<HttpAnswer | null> {
  const { runtime, hook } = ingress;
  const route = await routeNumber(runtime.db, hook.plugin, delivery.to, delivery.providerId);
  if (!route || !mayTouch(ingress, route.tenantId) || route.tenant.status !== "active") {
    const why = route ? "belongs to another account or a suspended tenant" : "is not assigned to any tenant";
    runtime.log.warn(
      { number: delivery.to, provider: hook.plugin, channel: delivery.channel },
      `the number ${why}; assign it under numbers`,
    );
    return hook.definition.unmatched?.(localeOfNumber(delivery.to)) ?? null;
  }
  const contact = await knownContact(runtime, route.tenantId, delivery.contact);
  await keepWishes(runtime, route.tenantId, contact, delivery);
  return (await offerToWait(ingress, delivery, route)) ?? startFlow(ingress, delivery, route, contact);
}

/** An inbound message first goes to the run that waits for it. */
async function offerToWait(
  ingress: Ingress,
  delivery: Of<"start">,
  route: NumberRoute,
): Promise<HttpAnswer | null> {
  const { resume } = delivery;
  if (!resume) return null;
  const { tenantId } = route;
  const row = deliveryRow(ingress, delivery.dedupeKey, tenantId);
  const message = messageRecord(ingress, delivery, route);
  const taken = await ingress.engine.resume({
    ...resume,
    tenantId,
    delivery: row,
    via: null,
    keep: false,
    ...(message ? { message } : {}),
  });
  return taken.kind === "ignored" ? null : answerTo(ingress, taken);
}

async function startFlow(
  ingress: Ingress,
  delivery: Of<"start">,
  route: NumberRoute,
  contact: ContactRow | null,
): Promise<HttpAnswer | null> {
  const { runtime, hook, engine } = ingress;
  const { tenantId, number, tenant } = route;
  const flowKey = delivery.channel === "voice" ? number.voice_flow_key : number.message_flow_key;
  const version = flowKey === null ? null : await runtime.versions.published(tenantId, flowKey);
  const node = version?.graph.flow.nodes.find((candidate) => candidate.type === delivery.trigger);
  const row = deliveryRow(ingress, delivery.dedupeKey, tenantId);
  const message = messageRecord(ingress, delivery, route);
  if (!version || !node) {
    runtime.log.warn(
      { number: number.e164, flowKey, trigger: delivery.trigger, tenantId },
      "no published flow answers this number; bind one under numbers",
    );
    if (message) await keepInbound(runtime.db, tenantId, row, message);
    return hook.definition.unmatched?.(asLocale(tenant.locale)) ?? null;
  }
  const answers = runtime.registry.trigger(delivery.trigger)?.answers === "reply";
  const store = route.store
    ? asJson(storeInWords(storeView(route.store), runtime.clock.now(), asLocale(tenant.locale)))
    : null;
  const taken = await engine.start({
    tenantId,
    version,
    triggerNodeId: node.id,
    triggerType: delivery.trigger,
    trigger: {
      ...delivery.input,
      number: { id: number.id, e164: number.e164 },
      store,
      group: groupJson(route),
    },
    contact: contactJson(contact, delivery.contact),
    contactPhone: delivery.contact.phone,
    store,
    numberId: number.id,
    delivery: row,
    via: answers ? hook.definition.path : null,
    ...(delivery.resume ? { reply: delivery.resume } : {}),
    opening: {
      ...(message ? { message } : {}),
      ...(delivery.call ? { call: callRecord(ingress, delivery) } : {}),
    },
  });
  return answerTo(ingress, taken);
}

/** STOP and START are kept whatever the flow does. */
async function keepWishes(
  runtime: Runtime,
  tenantId: string,
  contact: ContactRow | null,
  delivery: Of<"start">,
): Promise<void> {
  const message = delivery.input.message as { readonly optOut?: string } | undefined;
  if (!contact || (message?.optOut !== "STOP" && message?.optOut !== "START")) return;
  await setOptOut(runtime.db, tenantId, contact.id, delivery.channel, message.optOut === "STOP");
}

async function knownContact(
  runtime: Runtime,
  tenantId: string,
  hint: ContactHint,
): Promise<ContactRow | null> {
  if (hint.phone === null && hint.channelUserId === undefined) return null;
  return contactOf(runtime.db, tenantId, {
    id: newId("contact"),
    phone: hint.phone,
    channelUserId: hint.channelUserId ?? null,
    name: hint.name ?? null,
  });
}

function contactJson(contact: ContactRow | null, hint: ContactHint): JsonObject {
  if (!contact) return { id: null, phone: hint.phone, name: hint.name ?? null };
  return {
    id: contact.id,
    phone: contact.phone ?? hint.phone,
    name: contact.name,
    locale: contact.locale,
    lastStoreId: contact.last_store_id,
  };
}

function groupJson(route: NumberRoute): JsonObject | null {
  if (!route.group) return null;
  const { id, name, timezone } = route.group;
  return { id: id ?? null, name: name ?? null, timezone: timezone ?? null };
}

function messageRecord(ingress: Ingress, delivery: Of<"start">, route: NumberRoute): JsonObject | null {
  if (!delivery.message) return null;
  const { ref, body, media, sentAt } = delivery.message;
  return {
    id: newId("message"),
    channel: delivery.channel,
    from: delivery.contact.phone,
    to: delivery.to,
    numberId: route.number.id,
    body,
    media: [...media],
    provider: ingress.hook.plugin,
    ref,
    sentAt: sentAt === null ? null : inTenantTime(route, sentAt),
    simulated: isSimulated(ingress),
  };
}

/** A sandbox may be ahead; what the 24-hour window counts from must be, too. */
function inTenantTime(route: NumberRoute, at: string): string {
  return new Date(Date.parse(at) + route.tenant.clock_offset_ms).toISOString();
}

function callRecord(ingress: Ingress, delivery: Of<"start">): JsonObject {
  return {
    id: newId("call"),
    provider: ingress.hook.plugin,
    ref: delivery.call?.sid ?? "",
    from: delivery.call?.from ?? null,
    to: delivery.to,
    simulated: isSimulated(ingress),
  };
}

// ------------------------------------------------------------------------------------------------ something goes on

async function handleResume(ingress: Ingress, delivery: Of<"resume">): Promise<HttpAnswer | null> {
  const { runtime, engine, hook } = ingress;
  const stepKey = delivery.key.replace(/^step:/, "");
  const hot = runtime.hotRuns.find(delivery.key);
  const tenantId = hot?.tenantId ?? (await tenantOfRun(runtime.db, stepKey.split(":", 1)[0] ?? ""));
  if (tenantId === null || !mayTouch(ingress, tenantId)) {
    runtime.log.warn({ key: delivery.key }, "a callback names a step that is not there");
    return closing(hook.definition);
  }
  const { usage } = delivery;
  const taken = await engine.resume({
    tenantId,
    key: delivery.key,
    event: delivery.event,
    output: delivery.output,
    delivery: deliveryRow(ingress, delivery.dedupeKey, tenantId),
    via: hook.definition.answer ? hook.definition.path : null,
    keep: true,
    ...(usage ? { usage: { effectId: effectId(stepKey, usage.part), amount: usage.amount } } : {}),
  });
  return answerTo(ingress, taken);
}

async function handleStatus(ingress: Ingress, delivery: Of<"status">): Promise<null> {
  const { runtime } = ingress;
  const { ref, status, vendorCode = "", vendorMessage = "", refusal = "other" } = delivery;
  const failure = status === "failed" ? { reason: refusal, vendorCode, message: vendorMessage } : null;
  const { effectId } = delivery;
  const result = await runtime.reports.tell({ effectId, ref, status, failure, tenants: tenantsOf(ingress) });
  if (!result.ok) {
    runtime.log.info({ ref, status }, "a status of a message that is not ours");
    return null;
  }
  // A run that is not asleep sees the status in the row of its effect, at the latest when it goes to sleep on it.
  if (!result.run) return null;
  await runtime.failpoints.reach("report.after", result.runId);
  await ingress.engine.hear(result.run, !result.changed);
  return null;
}

async function handleCallStatus(ingress: Ingress, delivery: Of<"call-status">): Promise<null> {
  const { sid, status, durationSeconds } = delivery;
  const result = await reportCall(ingress.runtime.db, {
    provider: ingress.hook.plugin,
    sid,
    status,
    durationSeconds,
    tenants: tenantsOf(ingress),
  });
  // A report that comes again is told again, as the same delivery: whoever stored it may have been gone before telling.
  if (!result.over || !result.runOpen || !result.tenant) return null;
  await ingress.runtime.failpoints.reach("report.after", result.runId ?? "");
  await tellRun(
    ingress,
    result.tenant,
    `call:${sid}`,
    "hangup",
    { callStatus: status, durationSeconds },
    delivery.dedupeKey,
  );
  await leaveForLater(ingress, result.tenant, `call-ended:${sid}`, "hangup", delivery.dedupeKey);
  return null;
}

/**
 * The end of a call for steps that expect a better-informed callback of their own: it is handed over with their wait when
 * it came first, else by the sweeper after a moment.
 */
async function leaveForLater(
  ingress: Ingress,
  tenant: string,
  key: string,
  name: string,
  dedupeKey: string,
): Promise<void> {
  const row = deliveryRow(ingress, `${key} ${dedupeKey}`, tenant);
  await keepResume(ingress.runtime.db, {
    ...row,
    tenant,
    key,
    runId: null,
    event: { name, output: {}, via: null },
    late: true,
  });
}

async function tellRun(
  ingress: Ingress,
  tenantId: string,
  key: string,
  event: string,
  output: JsonObject,
  dedupeKey: string,
): Promise<void> {
  const delivery = deliveryRow(ingress, `${key} ${dedupeKey}`, tenantId);
  await ingress.engine.resume({ tenantId, key, event, output, delivery, via: null, keep: true });
}

// ------------------------------------------------------------------------------------------------ what the vendor hears

/** The flow's answer; on hold when it takes long; the acknowledgement where no flow answers. */
async function answerTo(ingress: Ingress, taken: Taken): Promise<HttpAnswer | null> {
  const { definition } = ingress.hook;
  if (taken.kind === "ignored") return closing(definition);
  if (!definition.answer) return null;
  const answer = taken.kind === "kept" ? null : await taken.answered();
  return answer ?? hold(ingress, taken.deliveryId);
}

/** A caller who was put on hold asks again. */
async function answerLater(ingress: Ingress, deliveryId: string): Promise<HttpAnswer> {
  const { runtime, hook } = ingress;
  const stored = await readAnswer(runtime.db, deliveryId);
  if (!stored || !mayTouch(ingress, stored.tenant)) return closing(hook.definition);
  if (stored.answer) return asAnswer(stored.answer);
  return (
    (await runtime.exchanges.wait(deliveryId, runtime.settings.answerWithinMs)) ?? hold(ingress, deliveryId)
  );
}

function hold(ingress: Ingress, deliveryId: string): HttpAnswer {
  const { definition } = ingress.hook;
  // Any request to this webhook may ask for an answer; what its path names does not matter then.
  const path = definition.path.replaceAll(/:[^/]+/g, "hold");
  return (
    definition.hold?.(`${ingress.runtime.settings.publicUrl}/hooks/${path}?answer=${deliveryId}`) ??
    definition.ack
  );
}

function closing(definition: WebhookDefinition): HttpAnswer {
  return definition.answer?.({ parts: [], state: "ended", locale: "es" }) ?? definition.ack;
}

function tenantsOf(ingress: Ingress): readonly string[] | null {
  return ingress.tenants === null ? null : [...ingress.tenants];
}

/** [H4] */
function mayTouch(ingress: Ingress, tenantId: string): boolean {
  return ingress.tenants === null || ingress.tenants.has(tenantId);
}

function deliveryRow(ingress: Ingress, dedupeKey: string, tenantId: string): DeliveryRow {
  const source = ingress.hook.plugin;
  return { id: newId("delivery"), source, hash: deliveryHash(source, tenantId, dedupeKey) };
}

/** Where a delivery of this source and key is kept, once. */
export function deliveryHash(source: string, tenantId: string, key: string): string {
  return createHash("sha256").update(`${source}\n${tenantId}\n${key}`).digest("base64url");
}

function isSimulated(ingress: Ingress): boolean {
  return ingress.runtime.settings.simulatedProviders.includes(ingress.hook.plugin);
}

/** Spanish where the number's country speaks it, else English: the person called a number nobody owns. */
function localeOfNumber(e164: string): string {
  return /^\+(34|5[1-46-8]|50[2-7]|59[1358])/.test(e164) ? "es" : "en";
}
