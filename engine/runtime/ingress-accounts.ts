import { createHash } from "node:crypto";
import type { AccountNote, Delivery } from "../plugin-api.ts";
import type { ContactRow } from "../store/contacts.ts";
import { changeIdentity } from "../store/identities.ts";
import { keepFault } from "../store/number-events.ts";
import { keepAccountNote } from "./account-notes.ts";
import { type Ingress, mayTouch, type Of, routeOf, tenantsOf } from "./ingress-request.ts";

/** Something happened to a number, or to the account it is in. */
export async function handleAccount(ingress: Ingress, delivery: Of<"account">): Promise<null> {
  const { note, account, providerId, e164, at, dedupeKey } = delivery;
  const subject = {
    provider: ingress.hook.plugin,
    tenants: tenantsOf(ingress),
    account,
    providerId,
    e164,
    at,
    dedupeKey,
  };
  await keepAccountNote(ingress.runtime, subject, note);
  return null;
}

/** A person has another number or id: whoever they were, they are the same contact. */
export async function handleIdentity(ingress: Ingress, delivery: Of<"identity">): Promise<null> {
  const { runtime, hook } = ingress;
  const { kind: _kind, to, providerId, note, at, dedupeKey, ...change } = delivery;
  const route = await routeOf(ingress, to, providerId);
  if (!route || !mayTouch(ingress, route.tenantId)) {
    runtime.log.warn(
      { number: to, provider: hook.plugin },
      "somebody who writes to a number of nobody changed theirs",
    );
    return null;
  }
  const { tenantId } = route;
  const contactId = await changeIdentity(runtime.db, tenantId, { provider: hook.plugin, ...change });
  const { provider_id } = route.number;
  const subject = { provider: hook.plugin, tenants: [tenantId], e164: to, contactId, at, dedupeKey };
  await keepAccountNote(runtime, { ...subject, providerId: provider_id }, note);
  return null;
}

/** What a person did besides writing, among what happened to the number. */
export async function keepNote(
  ingress: Ingress,
  delivery: Of<"start">,
  contact: ContactRow | null,
): Promise<void> {
  if (!delivery.note) return;
  const { aboutRef, at, ...note } = delivery.note;
  const subject = {
    provider: ingress.hook.plugin,
    tenants: tenantsOf(ingress),
    providerId: delivery.providerId,
    e164: delivery.to,
    contactId: contact?.id ?? null,
    dedupeKey: delivery.dedupeKey,
  };
  await keepAccountNote(ingress.runtime, { ...subject, aboutRef, at }, note satisfies AccountNote);
}

/** [H11] An item nobody can handle: kept, and told to the operator with why. */
export async function keepItem(ingress: Ingress, delivery: Delivery, error: unknown): Promise<null> {
  const { runtime, hook } = ingress;
  const item = delivery.kind === "fault" ? delivery.item : delivery;
  const reason = delivery.kind === "fault" ? delivery.reason : wordsOf(error);
  // As text: what the database refuses to keep as JSON may be why it could not be handled.
  const text = JSON.stringify(item);
  const hash = createHash("sha256").update(`${hook.plugin}\n${text}`).digest("base64url");
  const times = await keepFault(runtime.db, {
    hash,
    provider: hook.plugin,
    reason,
    item: { text: printable(text) },
  });
  const facts = { provider: hook.plugin, kind: delivery.kind, hash, times };
  if (error !== null)
    runtime.log.error({ ...facts, err: error }, "an item of a webhook could not be handled; it is kept");
  else runtime.log.warn({ ...facts, reason }, "an item of a webhook says nothing we know; it is kept");
  return null;
}

const LONGEST = 20_000;

function printable(text: string): string {
  return text.replaceAll("\\u0000", "␀").toWellFormed().slice(0, LONGEST);
}

function wordsOf(error: unknown): string {
  return printable(error instanceof Error ? error.message : String(error)).replaceAll("\0", "␀");
}
