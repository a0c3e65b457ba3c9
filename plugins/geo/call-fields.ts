import type { Json, JsonObject } from "../../engine/plugin-api.ts";
import { STATES_US } from "./areas-us.ts";
import { placeOfCountry } from "./number-prefix.ts";
import { type Place, placeOfArea } from "./place.ts";
import { areaOfCapital, placeOfPostalCode } from "./postal-code.ts";

const CITY_CONFIDENCE = 0.7;
const REGION_CONFIDENCE = 0.5;

/** The place the carrier says a call comes from; null when it says nothing. Empty fields are as good as absent. */
export async function placeOfCall(call: JsonObject): Promise<Place | null> {
  const country = textOf(call.callerCountry)?.toUpperCase();
  if (country === undefined) return null;
  const city = textOf(call.callerCity) ?? null;
  const state = textOf(call.callerState) ?? null;
  const postalCode = textOf(call.callerZip) ?? null;
  const base = await knownPlace({ country, city, state, postalCode });
  const told = city !== null ? CITY_CONFIDENCE : state !== null ? REGION_CONFIDENCE : 0;
  const region = base.region ?? state;
  return {
    ...base,
    city,
    region,
    regions: region === null ? [] : [region],
    postalCode,
    // Without a known area the middle of the country would pass for the city's position.
    ...(told > 0 && base.region === null ? { lat: null, lon: null } : {}),
    confidence: Math.max(told, base.confidence),
  };
}

interface Told {
  readonly country: string;
  readonly city: string | null;
  readonly state: string | null;
  readonly postalCode: string | null;
}

async function knownPlace({ country, city, state, postalCode }: Told): Promise<Place> {
  const byCode = postalCode === null ? null : await placeOfPostalCode(country, postalCode);
  if (byCode !== null) return byCode;
  const area = city === null ? null : areaOfCapital(country, city);
  if (area !== null) return placeOfArea(country, area, CITY_CONFIDENCE);
  const byState = country === "US" && state !== null ? STATES_US[state.toUpperCase()]?.area : undefined;
  return byState === undefined ? placeOfCountry(country) : placeOfArea(country, byState, REGION_CONFIDENCE);
}

/** The text of a field, undefined when it is empty. */
export function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}
