import { type PhoneNumber, parsePhoneNumberFromString } from "libphonenumber-js/max";
import { LRUCache } from "lru-cache";
import { zonesOfArea } from "../core/area-zones.ts";
import type { PolicyRefusal } from "../core/policy-refusals.ts";

/** What a phone number says about where, and at whose cost, a message goes. */
export interface Destination {
  /** ISO 3166-1 alpha-2; null for numbers of no country, and those nobody can read. */
  readonly country: string | null;
  /** Premium, shared cost, satellite and the like: dear for whoever sends there. */
  readonly costly: boolean;
  /** Zones it may be in; empty where the number does not say. */
  readonly zones: readonly string[];
}

const KEPT = 20_000;
const known = new LRUCache<string, Destination>({ max: KEPT });
const E164 = /^\+[1-9]\d{6,14}$/;
// Numbers of no country: satellites and universal numbers. 800 is free, 808 shared cost, 979 premium.
const COSTLY_CODES = new Set(["808", "870", "878", "881", "882", "883", "888", "979"]);
const COSTLY_TYPES = new Set(["PREMIUM_RATE", "SHARED_COST", "UAN", "VOICEMAIL", "PAGER"]);

export function isE164(to: string): boolean {
  return E164.test(to);
}

/** A phone number, or the id a vendor gives a person, which begins with a country: `US.1000…`. */
export function destinationOf(to: string): Destination {
  const before = known.get(to);
  if (before) return before;
  const found = isE164(to) ? read(parsePhoneNumberFromString(to)) : readUserId(to);
  known.set(to, found);
  return found;
}

function read(number: PhoneNumber | undefined): Destination {
  if (!number) return NOWHERE;
  const { country, nationalNumber } = number;
  if (country === undefined) return { ...NOWHERE, costly: COSTLY_CODES.has(number.countryCallingCode) };
  return {
    country,
    costly: COSTLY_TYPES.has(number.getType() ?? ""),
    zones: zonesOfArea(country, nationalNumber) ?? zonesOfCountry(country),
  };
}

const NOWHERE: Destination = { country: null, costly: false, zones: [] };

function readUserId(to: string): Destination {
  const country = /^([A-Z]{2})\.\w/.exec(to)?.[1];
  return country === undefined ? NOWHERE : { country, costly: false, zones: zonesOfCountry(country) };
}

/** What the time zone data of this machine say. */
function zonesOfCountry(country: string): readonly string[] {
  const locale: unknown = new Intl.Locale("und", { region: country });
  const { getTimeZones } = locale as { getTimeZones?: () => readonly string[] | undefined };
  return getTimeZones?.call(locale) ?? [];
}

/** Ten thousand numbers side by side: what whoever pumps messages owns. */
export function blockOf(to: string): string {
  return to.slice(0, -4);
}

/** Why nothing may go there; null: it may. */
export function refusalOf(
  to: string,
  allowed: { readonly tenant: readonly string[] | undefined; readonly plan: readonly string[] | null },
): PolicyRefusal | null {
  const { country, costly } = destinationOf(to);
  if (costly) return "costly_range";
  if (allowed.tenant !== undefined && !(country !== null && allowed.tenant.includes(country)))
    return "country_not_allowed";
  if (allowed.plan !== null && !(country !== null && allowed.plan.includes(country)))
    return "country_not_in_plan";
  return null;
}
