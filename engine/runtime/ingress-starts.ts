import { askOfPayload, choiceOf } from "../core/choices.ts";
import type { JsonObject } from "../core/json.ts";
import { asLocale } from "../core/locale.ts";
import { newId } from "../ids.ts";
import type { ContactHint, HttpAnswer } from "../plugin-api.ts";
import { type Hearing, whoHears } from "../store/asks.ts";
import { type ContactRow, contactOf, type Opening } from "../store/contacts.ts";
import { keepInbound } from "../store/deliveries.ts";
import { identify } from "../store/identities.ts";
import type { NumberRoute } from "../store/routing.ts";
import { asJson, storeInWords, storeView } from "./directory.ts";
import { withFiles } from "./inbound-files.ts";
import { keepNote } from "./ingress-accounts.ts";
import { answerTo } from "./ingress-answers.ts";
import { deliveryRow, type Ingress, isSimulated, mayTouch, type Of, routeOf } from "./ingress-request.ts";
import type { Runtime } from "./runtime.ts";
import { keepPreference, keepWish } from "./wishes.ts";

export async function handleStart(ingress: Ingress, delivery: Of<"start">): Promise<HttpAnswer | null> {
  const { runtime, hook } = ingress;
  const route = await routeOf(ingress, delivery.to, delivery.providerId);
  if (!route || !mayTouch(ingress, route.tenantId) || route.tenant.status !== "active") {
    const why = route ? "belongs to another account or a suspended tenant" : "is not assigned to any tenant";
    runtime.log.warn(
      { number: delivery.to, provider: hook.plugin, channel: delivery.channel },
      `the number ${why}; assign it under numbers`,
    );
    return hook.definition.unmatched?.(localeOfNumber(delivery.to)) ?? null;
  }
  const { tenantId } = route;
  const person = await knownPerson(ingress, tenantId, delivery.contact, windowOf(runtime, delivery, route));
  return handleSaid(ingress, route, underOneName(delivery, person.contact), person);
}

/** Who hears what a person we know did: the run that asked, people, another wait, or the flow of the number. */
async function handleSaid(
  ingress: Ingress,
  route: NumberRoute,
  delivery: Of<"start">,
  { contact, phoneIsNew }: Person,
): Promise<HttpAnswer | null> {
  const hearing = await hearingOf(ingress.runtime, delivery, route);
  if (!isChoice(delivery, hearing)) await keepWish(ingress, route, contact, delivery);
  if (delivery.note) await keepNote(ingress, delivery, contact);
  const whole = await withFiles(ingress.runtime, ingress.hook.plugin, route.tenantId, delivery);
  if (delivery.observed) return leaveToPeople(ingress, whole, route);
  const asked = await offerToAsk(ingress, whole, route, hearing);
  if (asked !== "nobody") return asked;
  if (hearing.handedOff) return leaveToPeople(ingress, whole, route);
  const alsoById = phoneIsNew ? whole.contact.channelUserId : undefined;
  const waited = hearing.named ? null : await offerToWait(ingress, whole, route, alsoById);
  return waited ?? startFlow(ingress, whole, route, contact);
}

const NOBODY: Hearing = { ask: null, named: false, handedOff: false };

/** [Q3] Which question an inbound message answers, and whether people have its conversation. */
async function hearingOf(runtime: Runtime, delivery: Of<"start">, route: NumberRoute): Promise<Hearing> {
  const { message, channel } = delivery;
  const person = addressOf(delivery.contact);
  if (person === null || (!message && delivery.asked === undefined)) return NOBODY;
  const { payload = null, repliesTo = null } = message ?? {};
  const hearing = await whoHears(runtime.db, {
    tenant: route.tenantId,
    channel,
    number: route.number.e164,
    contact: person,
    isTap: payload !== null,
    ask: payload === null ? null : askOfPayload(payload),
    repliesTo,
    now: inTenantTime(route, runtime.clock.now().toISOString()),
  });
  // [H12] A reaction answers no question.
  return message ? hearing : { ...NOBODY, handedOff: hearing.handedOff };
}

/** [Q3] While people have the conversation only a tap on a question's own button still answers it. */
async function offerToAsk(
  ingress: Ingress,
  delivery: Of<"start">,
  route: NumberRoute,
  { ask, named, handedOff }: Hearing,
): Promise<HttpAnswer | null | "nobody"> {
  if (!ask || (handedOff && !named)) return "nobody";
  const { tenantId } = route;
  const message = messageRecord(ingress, delivery, route);
  const taken = await ingress.engine.resume({
    tenantId,
    key: `ask:${ask.id}`,
    runId: ask.runId,
    event: "answer",
    // The vendor may write our number in a way of its own.
    output: { ...delivery.resume?.output, to: route.number.e164, channel: delivery.channel },
    delivery: deliveryRow(ingress, delivery.dedupeKey, tenantId),
    via: null,
    keep: true,
    ...(message ? { message } : {}),
  });
  return taken.kind === "ignored" ? "nobody" : answerTo(ingress, taken);
}

/** [Q4, H12] It is on record and unread; nothing starts and nothing wakes. */
async function leaveToPeople(ingress: Ingress, delivery: Of<"start">, route: NumberRoute): Promise<null> {
  const message = messageRecord(ingress, delivery, route);
  const { tenantId } = route;
  const row = deliveryRow(ingress, delivery.dedupeKey, tenantId);
  if (message) await keepInbound(ingress.runtime.db, tenantId, row, message);
  return null;
}

/** What a person chose outside a conversation; of a number that is not ours, nothing. */
export async function handlePreference(ingress: Ingress, delivery: Of<"preference">): Promise<null> {
  const route = await routeOf(ingress, delivery.to, delivery.providerId);
  if (!route || !mayTouch(ingress, route.tenantId)) return null;
  const { contact } = await knownPerson(ingress, route.tenantId, delivery.contact, null);
  if (contact) await keepPreference(ingress, route, contact, delivery);
  return null;
}

/** An inbound message first goes to the run that waits for it. */
async function offerToWait(
  ingress: Ingress,
  delivery: Of<"start">,
  route: NumberRoute,
  /** The person was written to under this id until now. */
  alsoById: string | undefined,
): Promise<HttpAnswer | null> {
  const { resume, contact } = delivery;
  if (!resume) return null;
  const { tenantId } = route;
  const row = deliveryRow(ingress, delivery.dedupeKey, tenantId);
  const message = messageRecord(ingress, delivery, route);
  const formerKey = alsoById && contact.phone ? resume.key.replace(contact.phone, alsoById) : null;
  for (const key of [resume.key, ...(formerKey ? [formerKey] : [])]) {
    const taken = await ingress.engine.resume({
      ...resume,
      key,
      tenantId,
      delivery: row,
      via: null,
      keep: false,
      ...(message ? { message } : {}),
    });
    if (taken.kind !== "ignored") return answerTo(ingress, taken);
  }
  return null;
}

/**
 * A person who hides the phone we know is the same person: what waits for an answer from that phone hears it. The resume key
 * ends in whoever is written to.
 */
function underOneName(delivery: Of<"start">, contact: ContactRow | null): Of<"start"> {
  const { contact: hint, resume } = delivery;
  const userId = hint.channelUserId;
  if (hint.phone !== null || userId === undefined || !contact?.phone) return delivery;
  return {
    ...delivery,
    contact: { ...hint, phone: contact.phone },
    ...(resume ? { resume: { ...resume, key: resume.key.replace(userId, contact.phone) } } : {}),
  };
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
  const node = version?.graph.flow.nodes.find(
    (candidate) => candidate.type === delivery.trigger && asksFor(candidate.data.params, delivery.asked),
  );
  if (delivery.asked !== undefined && !node) return null;
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
    contactPhone: addressOf(delivery.contact),
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

/**
 * [H9] "Cancelar" that answers a question which offers just that is no wish to be left alone. On SMS, and where the vendor
 * says so, it is one all the same: what is sent after it is blocked.
 */
function isChoice({ channel, message, wish }: Of<"start">, { ask }: Hearing): boolean {
  if (channel !== "whatsapp" || ask === null || wish?.answered) return false;
  return choiceOf(ask.choices, { body: message?.body ?? "" }) !== null;
}

/** A trigger starts for what everybody expects, and for what its flow asks for besides. */
function asksFor(params: Readonly<Record<string, unknown>>, asked: string | undefined): boolean {
  return asked === undefined || (Array.isArray(params.also) && params.also.includes(asked));
}

interface Person {
  readonly contact: ContactRow | null;
  /** They were known by the vendor's id, and without this phone, until now. */
  readonly phoneIsNew: boolean;
}

/** [H13] */
async function knownPerson(
  { runtime, hook }: Ingress,
  tenantId: string,
  hint: ContactHint,
  window: Opening | null,
): Promise<Person> {
  const { phone, channelUserId: userId, name = null, username = null, account = null } = hint;
  const seen = { id: newId("contact"), phone, name, ...(window === null ? {} : { window }) };
  if (userId !== undefined) {
    return identify(runtime.db, tenantId, { ...seen, provider: hook.plugin, account, userId, username });
  }
  if (phone === null) return { contact: null, phoneIsNew: false };
  const contact = await contactOf(runtime.db, tenantId, { ...seen, channelUserId: null });
  return { contact, phoneIsNew: false };
}

/** The phone, or the vendor's id of a person who hides it: what messages to and from them are kept under. */
function addressOf({ phone, channelUserId }: ContactHint): string | null {
  return phone ?? channelUserId ?? null;
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
    userId: hint.channelUserId ?? contact.channel_user_id,
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
    from: addressOf(delivery.contact),
    to: route.number.e164,
    numberId: route.number.id,
    body,
    media: [...media],
    provider: ingress.hook.plugin,
    ref,
    sentAt: inTenantTime(route, sentAt ?? ingress.runtime.clock.now().toISOString()),
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
