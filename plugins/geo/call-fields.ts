import type { Json, JsonObject } from "../../engine/plugin-api.ts";
import { placeOfCountry } from "./number-prefix.ts";
import { type Place, placeOfArea } from "./place.ts";
import { areaOfCapital, placeOfPostalCode } from "./postal-code.ts";

const CITY_CONFIDENCE = 0.7;
const REGION_CONFIDENCE = 0.5;

/** The place the carrier says a call comes from; null when it says nothing. Empty fields are as good as absent. */
export function placeOfCall(call: JsonObject): Place | null {
  const country = textOf(call.callerCountry)?.toUpperCase();
  if (country === undefined) return null;
  const city = textOf(call.callerCity) ?? null;
  const state = textOf(call.callerState) ?? null;
  const postalCode = textOf(call.callerZip) ?? null;
  const base = knownPlace(country, city, postalCode);
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

function knownPlace(country: string, city: string | null, postalCode: string | null): Place {
  const byCode = postalCode === null ? null : placeOfPostalCode(country, postalCode);
  if (byCode !== null) return byCode;
  const area = city === null ? null : areaOfCapital(country, city);
  return area === null ? placeOfCountry(country) : placeOfArea(country, area, CITY_CONFIDENCE);
}

/** The text of a field, undefined when it is empty. */
export function textOf(value: Json | undefined): string | undefined {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}
