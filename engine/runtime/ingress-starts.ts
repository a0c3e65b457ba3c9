import type { JsonObject } from "../core/json.ts";
import { asLocale } from "../core/locale.ts";
import { newId } from "../ids.ts";
import type { ContactHint, HttpAnswer } from "../plugin-api.ts";
import { type ContactRow, contactOf } from "../store/contacts.ts";
import { keepInbound } from "../store/deliveries.ts";
import { type NumberRoute, routeNumber } from "../store/routing.ts";
import { asJson, storeInWords, storeView } from "./directory.ts";
import { withFiles } from "./inbound-files.ts";
import { answerTo } from "./ingress-answers.ts";
import { deliveryRow, type Ingress, isSimulated, mayTouch, type Of } from "./ingress-request.ts";
import type { Runtime } from "./runtime.ts";
import { keepPreference, keepWish } from "./wishes.ts";

export async function handleStart(ingress: Ingress, delivery: Of<"start">): Promise<HttpAnswer | null> {
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
  const contact = await knownContact(runtime, route, delivery.contact, windowOf(runtime, delivery, route));
  await keepWish(ingress, route, contact, delivery);
  const whole = await withFiles(runtime, hook.plugin, route.tenantId, delivery);
  return (await offerToWait(ingress, whole, route)) ?? startFlow(ingress, whole, route, contact);
}

/** What a person chose outside a conversation; of a number that is not ours, nothing. */
export async function handlePreference(ingress: Ingress, delivery: Of<"preference">): Promise<null> {
  const { runtime, hook } = ingress;
  const route = await routeNumber(runtime.db, hook.plugin, delivery.to, delivery.providerId);
  if (!route || !mayTouch(ingress, route.tenantId)) return null;
  const contact = await knownContact(runtime, route, delivery.contact, null);
  if (contact) await keepPreference(ingress, route, contact, delivery);
  return null;
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

type Opening = NonNullable<Parameters<typeof contactOf>[2]["window"]>;

async function knownContact(
  runtime: Runtime,
  { tenantId }: NumberRoute,
  hint: ContactHint,
  window: Opening | null,
): Promise<ContactRow | null> {
  if (hint.phone === null && hint.channelUserId === undefined) return null;
  return contactOf(runtime.db, tenantId, {
    id: newId("contact"),
    phone: hint.phone,
    channelUserId: hint.channelUserId ?? null,
    name: hint.name ?? null,
    ...(window === null ? {} : { window }),
  });
}

/** A message opens the window towards the number it came to, from the moment the vendor names, else from now. */
function windowOf(runtime: Runtime, { message, channel }: Of<"start">, route: NumberRoute): Opening | null {
  if (!message) return null;
  const at = inTenantTime(route, message.sentAt ?? runtime.clock.now().toISOString());
  return { channel, number: route.number.e164, at, ref: message.ref };
}

function contactJson(contact: ContactRow | null, hint: ContactHint): JsonObject {
  if (!contact) return { id: null, phone: hint.phone, name: hint.name ?? null };
  return {
    id: contact.id,
    phone: contact.phone ?? hint.phone,
    name: contact.name,
    locale: contact.locale,
    timezone: contact.timezone,
    lastStoreId: contact.last_store_id,
    place: contact.attributes.place ?? null,
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

/** Spanish where the number's country speaks it, else English: the person called a number nobody owns. */
function localeOfNumber(e164: string): string {
  return /^\+(34|5[1-46-8]|50[2-7]|59[1358])/.test(e164) ? "es" : "en";
}
