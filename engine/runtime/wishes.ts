/**
 * [H9] STOP and START are kept whatever the flow does: in the ledger of consents, purpose by purpose, and as the channel's
 * opt-out where they are about everything. Who asked is answered once where the vendor does not answer.
 */
import type { JsonObject } from "../core/json.ts";
import { asLocale } from "../core/locale.ts";
import { messagingRules } from "../core/messaging-settings.ts";
import { optOutAnswer } from "../core/opt-out-answers.ts";
import { PURPOSES, type ReadWish, wishOf } from "../core/opt-out-words.ts";
import { newId } from "../ids.ts";
import { recordConsents } from "../store/consents.ts";
import type { ContactRow } from "../store/contacts.ts";
import type { NumberRoute } from "../store/routing.ts";
import { deliveryRow, type Ingress, type Of } from "./ingress-request.ts";
import { WISH_TRIGGER } from "./send.ts";
import { wishFlow } from "./wish-flow.ts";

/** Somebody's wish, and how it came. */
interface Wished extends ReadWish {
  readonly contact: ContactRow;
  readonly channel: "sms" | "whatsapp";
  /** The vendor has told them that it is kept. */
  readonly answered: boolean;
  readonly source: string;
  readonly evidence: JsonObject;
  readonly at: string | null;
  readonly messageRef: string | null;
  readonly dedupeKey: string;
}

/** Keeps what a message asks for, if it asks for anything. */
export async function keepWish(
  ingress: Ingress,
  route: NumberRoute,
  contact: ContactRow | null,
  delivery: Of<"start">,
): Promise<void> {
  const { channel, message, dedupeKey } = delivery;
  if (!contact || channel === "voice") return;
  const { keywords } = messagingRules(route.tenant.settings);
  const said = saidIn(delivery, keywords);
  if (!said) return;
  await keep(ingress, route, {
    ...said,
    contact,
    channel,
    // [H12] Of a conversation that somebody else leads, they answer.
    answered: delivery.observed ?? delivery.wish?.answered ?? false,
    source: delivery.wish ? "vendor" : "keyword",
    evidence: { words: message?.body ?? "", number: route.number.e164 },
    at: message?.sentAt ?? null,
    messageRef: message?.ref ?? null,
    dedupeKey,
  });
}

/** The tenant's own words, else what the vendor understood, else the words of the house. A tapped button answers a question. */
function saidIn(delivery: Of<"start">, keywords: Parameters<typeof wishOf>[2]): ReadWish | null {
  const { channel, message, wish, resume } = delivery;
  if (resume?.event.startsWith("choice:") || channel === "voice") return null;
  const read = message ? wishOf(message.body, channel, keywords) : null;
  const isOwn = read !== null && read.purposes !== PURPOSES;
  if (wish && !isOwn) return { wish: wish.said, purposes: PURPOSES };
  return read;
}

/** Keeps what a person chose in the settings of their chat. */
export async function keepPreference(
  ingress: Ingress,
  route: NumberRoute,
  contact: ContactRow,
  delivery: Of<"preference">,
): Promise<void> {
  const { channel, said, purposes, at, dedupeKey } = delivery;
  await keep(ingress, route, {
    wish: said,
    purposes,
    contact,
    channel,
    answered: true,
    source: "vendor",
    evidence: { preference: dedupeKey, number: route.number.e164 },
    at,
    messageRef: null,
    dedupeKey,
  });
}

async function keep(ingress: Ingress, route: NumberRoute, wished: Wished): Promise<void> {
  const { wish, purposes, contact, answered } = wished;
  if (wish === "HELP") {
    if (!answered) await answer(ingress, route, wished);
    return;
  }
  const everything = PURPOSES.every((purpose) => purposes.includes(purpose));
  const state = wish === "STOP" ? "denied" : "granted";
  const { changed } = await recordConsents(ingress.runtime.db, route.tenantId, {
    contactId: contact.id,
    channel: wished.channel,
    lines: purposes.map((purpose) => ({ id: newId("consent"), purpose, state })),
    source: wished.source,
    evidence: wished.evidence,
    ...(wished.at === null ? {} : { at: wished.at }),
    ...(wished.messageRef === null ? {} : { messageRef: wished.messageRef }),
    ref: wished.dedupeKey,
    ...(everything ? { optOut: wish === "STOP" } : {}),
  });
  if (changed && !answered) await answer(ingress, route, wished);
}

/** As a run of its own: with an effect, a message on record and its credits, like any other. */
async function answer(ingress: Ingress, route: NumberRoute, wished: Wished): Promise<void> {
  const { runtime, engine } = ingress;
  const { tenant, tenantId, number } = route;
  const { confirm, answers } = messagingRules(tenant.settings);
  const { contact, channel, dedupeKey } = wished;
  const phone = contact.phone ?? contact.channel_user_id;
  const locale = asLocale(contact.locale ?? tenant.locale);
  const text = optOutAnswer(wished, { name: tenant.name, locale }, answers);
  if (!confirm || text === null || phone === null) return;
  const version = await wishFlow(runtime, tenantId);
  await engine.start({
    tenantId,
    version,
    triggerNodeId: "asked",
    triggerType: WISH_TRIGGER,
    trigger: { input: { text, channel, number: number.id } },
    contact: { id: contact.id, phone, name: contact.name, locale: contact.locale },
    contactPhone: phone,
    store: null,
    numberId: number.id,
    delivery: deliveryRow(ingress, `wish ${dedupeKey}`, tenantId),
    via: null,
  });
}
