import type { Purpose } from "../core/opt-out-words.ts";
import { newId } from "../ids.ts";
import type { ChannelKind, ConsentRecord, PolicyView } from "../plugin-api.ts";
import { type ConsentChannel, recordConsents } from "../store/consents.ts";
import { contactOf, recipientsOf } from "../store/contacts.ts";
import { isE164 } from "./destinations.ts";
import type { TenantDirectory } from "./directory.ts";
import type { Step } from "./effects.ts";
import type { Runtime } from "./runtime.ts";
import type { Segment } from "./segment.ts";
import { windowEnd } from "./send-policy.ts";

const WINDOW_HOURS = 24;

/** What a node sees, and records, of what people allowed. */
export function policyView(
  { db }: Runtime,
  segment: Segment,
  step: Pick<Step, "stepKey">,
  directory: TenantDirectory,
  now: Date,
): PolicyView {
  const { tenantId, id: runId } = segment.run;
  const about = async (person: string, channel: ChannelKind, purpose: Purpose, number: string | null) =>
    (await recipientsOf(db, tenantId, { people: [person], channel, purpose, number }))(person);
  return {
    whatsappRetries: directory.rules.whatsappRetries,
    async consentOf(phone, channel, purpose) {
      const { optedOut, consent } = await about(phone, channel, purpose, null);
      return optedOut ? "denied" : (consent ?? "unknown");
    },
    async windowOf(phone, channel, number) {
      const { lastInboundAt } = await about(phone, channel, "service", number ?? null);
      const end = windowEnd(lastInboundAt, WINDOW_HOURS, now);
      return { lastInboundAt, openUntil: end?.toISOString() ?? null };
    },
    async recordConsent(consent) {
      const contact = await contactOf(db, tenantId, {
        id: newId("contact"),
        ...identityOf(consent),
        name: null,
      });
      const { channel, purposes, state, source, evidence } = consent;
      await recordConsents(db, tenantId, {
        contactId: contact.id,
        channel: channel as ConsentChannel,
        lines: purposes.map((purpose) => ({ id: newId("consent"), purpose, state })),
        source,
        evidence,
        at: now.toISOString(),
        runId,
        ref: `${step.stepKey} ${contact.id}`,
      });
    },
  };
}

/** A phone, or the id a vendor gives a person. */
function identityOf({ phone }: ConsentRecord) {
  return isE164(phone) ? { phone, channelUserId: null } : { phone: null, channelUserId: phone };
}
