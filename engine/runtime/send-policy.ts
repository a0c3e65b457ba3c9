/**
 * What is kept before anybody is written to, whatever a flow does [S8]. In this order:
 *
 *   L1 a person who wrote STOP, or denied the purpose, gets nothing of it
 *   L2 marketing needs a recorded consent, unless the tenant's regime is `opt-out`
 *   L3 nothing goes to a costly range, or to a country that settings or plan do not allow
 *   L4 quiet hours are those of the person's zone: their own, else their number's, else the tenant's
 *   L5 free text needs an open window where the channel has one
 *   L6 a block of numbers gets so many SMS an hour
 */
import type { MessagingRules } from "../core/messaging-settings.ts";
import { type PolicyRefusal, refusalText } from "../core/policy-refusals.ts";
import { quietSpanFor, quietUntil } from "../core/quiet-hours.ts";
import { isUserId } from "../core/written-phone.ts";
import type { ChannelDefinition, ChannelKind, EffectOutcome, MessageDraft } from "../plugin-api.ts";
import { type Recipient, recipientsOf } from "../store/contacts.ts";
import { takeDestinations } from "../store/destinations.ts";
import { blockOf, destinationOf, isE164, refusalOf } from "./destinations.ts";
import type { TenantDirectory } from "./directory.ts";
import type { Runtime } from "./runtime.ts";

export const HOUR_MS = 3_600_000;

type Held = Extract<EffectOutcome, { state: "refused" | "quiet_hours" }>;

export interface Examined {
  readonly directory: TenantDirectory;
  readonly adapter: Pick<ChannelDefinition, "windowHours" | "userIds">;
  readonly channel: ChannelKind;
  /** Our number. */
  readonly from: string;
  readonly drafts: readonly MessageDraft[];
  readonly now: Date;
  readonly locale: string;
  /** It confirms a wish of this person, who has just written: neither consent nor hours stand against that. */
  readonly answers?: string | null;
  /** Only to say what would be: nothing is counted. */
  readonly dryRun?: true;
}

/** What keeps each of the drafts from being sent now; null: nothing. All of one channel and purpose. */
export async function examine(runtime: Runtime, examined: Examined): Promise<readonly (Held | null)[]> {
  const { directory, channel, from, drafts } = examined;
  const [first] = drafts;
  if (!first) return [];
  const people = [...new Set(drafts.map(({ to }) => to))];
  const query = { people, channel, purpose: first.purpose, number: from };
  const recipientOf = await recipientsOf(runtime.db, directory.tenant.id, query);
  const held = drafts.map((draft) => holds(examined, draft, recipientOf(draft.to)));
  return examined.dryRun ? held : withinGuard(runtime, examined, held);
}

function holds(examined: Examined, draft: MessageDraft, recipient: Recipient): Held | null {
  const { directory, channel, now, locale, adapter } = examined;
  const { rules } = directory;
  const refuse = (code: PolicyRefusal) => refused(code, draft.to, locale);
  const answers = examined.answers === draft.to;
  const reached = channel === "sms" ? isE164(draft.to) : adapter.userIds || !isUserId(draft.to);
  if (!reached) return refuse("bad_number");
  if (!answers) {
    const unwanted = againstWishes(rules, draft, recipient);
    if (unwanted) return refuse(unwanted);
  }
  const forbidden = refusalOf(draft.to, { tenant: rules.countries[channel], plan: directory.planCountries });
  if (forbidden) return refuse(forbidden);
  const until = answers ? null : quietEnd(directory, draft, recipient, now);
  if (until) return { state: "quiet_hours", until: until.toISOString() };
  const needsWindow = adapter.windowHours !== undefined && !goesAnyTime(draft);
  if (needsWindow && windowEnd(recipient.lastInboundAt, adapter.windowHours, now) === null)
    return refuse("outside_window");
  return null;
}

/** [L1, L2] */
function againstWishes(
  { marketing }: MessagingRules,
  { purpose }: MessageDraft,
  { optedOut, consent }: Recipient,
): PolicyRefusal | null {
  if (optedOut || consent === "denied") return "opted_out";
  return purpose === "marketing" && marketing === "require" && consent !== "granted" ? "no_consent" : null;
}

/** [L4] */
function quietEnd(
  { rules, tenant }: TenantDirectory,
  { to, purpose }: MessageDraft,
  { timezone }: Recipient,
  now: Date,
): Date | null {
  const span = quietSpanFor(rules.quietHours, purpose);
  if (span === null) return null;
  const theirs = rules.quietHours?.zone === "tenant" ? [] : zonesOf(to, timezone, tenant);
  return quietUntil(span, theirs.length > 0 ? theirs : [tenant.timezone], now);
}

/** A number of the tenant's own country that does not say where it is is taken to be where the tenant is. */
function zonesOf(
  to: string,
  own: string | null,
  tenant: { readonly country: string; readonly timezone: string },
): readonly string[] {
  if (own !== null) return [own];
  const { zones, country } = destinationOf(to);
  return zones.length > 1 && country === tenant.country && zones.includes(tenant.timezone)
    ? [tenant.timezone]
    : zones;
}

/** Whether the vendor takes it also from somebody who did not write lately. */
export function goesAnyTime({ template, vendorTemplate, native }: MessageDraft): boolean {
  return template !== undefined || vendorTemplate === true || native?.anyTime === true;
}

/** [L5] Until when free text may be sent; null: it may not. */
export function windowEnd(lastInboundAt: string | null, hours: number, now: Date): Date | null {
  if (lastInboundAt === null) return null;
  const end = new Date(Date.parse(lastInboundAt) + hours * HOUR_MS);
  return end > now ? end : null;
}

/** [L6] Counts what is left, and refuses what is too many. */
async function withinGuard(
  runtime: Runtime,
  { directory, channel, drafts, locale }: Examined,
  held: readonly (Held | null)[],
): Promise<readonly (Held | null)[]> {
  const { tenant, rules } = directory;
  const counted = drafts.map(
    (draft, index) => held[index] === null && isGuarded(rules, tenant.country, channel, draft.to),
  );
  const blocks: Record<string, number> = {};
  for (const [index, { to }] of drafts.entries())
    if (counted[index]) blocks[blockOf(to)] = (blocks[blockOf(to)] ?? 0) + 1;
  if (Object.keys(blocks).length === 0) return held;
  // Fraud happens in real time, whatever a sandbox's clock says.
  const hour = new Date(Math.floor(runtime.clock.now().getTime() / HOUR_MS) * HOUR_MS).toISOString();
  const take = { channel, hour, limit: rules.guard.perHour, blocks };
  const room: Record<string, number> = { ...(await takeDestinations(runtime.db, tenant.id, take)) };
  return drafts.map(({ to }, index) => {
    if (!counted[index]) return held[index] ?? null;
    const left = room[blockOf(to)] ?? 0;
    room[blockOf(to)] = left - 1;
    return left > 0 ? null : refused("destination_limit", to, locale);
  });
}

function isGuarded({ guard }: MessagingRules, home: string, channel: ChannelKind, to: string): boolean {
  if (channel !== "sms" || guard.where === "off") return false;
  return guard.where === "everywhere" || destinationOf(to).country !== home;
}

const REASONS: Readonly<Record<PolicyRefusal, Extract<Held, { state: "refused" }>["reason"]>> = {
  opted_out: "opted_out",
  no_consent: "no_consent",
  outside_window: "outside_window",
  bad_number: "bad_recipient",
  country_not_allowed: "not_permitted",
  country_not_in_plan: "not_permitted",
  costly_range: "not_permitted",
  destination_limit: "not_permitted",
};

function refused(code: PolicyRefusal, to: string, locale: string): Extract<Held, { state: "refused" }> {
  return {
    state: "refused",
    reason: REASONS[code],
    vendorCode: code,
    message: `${to}: ${refusalText(code, locale)}`,
  };
}

/** Why nobody may be called there; null: they may. App and SIP addresses are no destinations. */
export function callRefusal(
  { rules, planCountries }: TenantDirectory,
  to: string | undefined,
  locale: string,
): Extract<Held, { state: "refused" }> | null {
  if (to === undefined || !isE164(to)) return null;
  const code = refusalOf(to, { tenant: rules.countries.voice, plan: planCountries });
  return code === null ? null : refused(code, to, locale);
}
