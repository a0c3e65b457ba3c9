import type { Json, JsonObject } from "../../engine/plugin-api.ts";
import { textOf } from "./call-fields.ts";
import { placeOfCountry } from "./number-prefix.ts";
import type { Place } from "./place.ts";
import { placeOfPostalCode } from "./postal-code.ts";

// Somebody wrote it down: the person, or whoever knows them.
const KEPT_CONFIDENCE = 0.9;

/** The place kept with a contact (`contact.place`: country, region, city, postalCode, lat, lon); null: none is. */
export async function placeOfContact(contact: JsonObject): Promise<Place | null> {
  const kept = objectOf(contact.place);
  const country = textOf(kept.country)?.toUpperCase();
  if (country === undefined) return null;
  const [region, city, postalCode] = [textOf(kept.region), textOf(kept.city), textOf(kept.postalCode)];
  const byCode = postalCode === undefined ? null : await placeOfPostalCode(country, postalCode);
  const base = byCode ?? placeOfCountry(country);
  const [lat, lon] = [numberOf(kept.lat), numberOf(kept.lon)];
  const isPositioned = lat !== null && lon !== null;
  if (!isPositioned && byCode === null && region === undefined && city === undefined) return base;
  const named = region ?? base.region;
  return {
    ...base,
    region: named,
    regions: named === null ? [] : [named],
    city: city ?? null,
    postalCode: postalCode ?? null,
    lat: isPositioned ? lat : (byCode?.lat ?? null),
    lon: isPositioned ? lon : (byCode?.lon ?? null),
    confidence: KEPT_CONFIDENCE,
  };
}

function objectOf(value: Json | undefined): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonObject) : {};
}

function numberOf(value: Json | undefined): number | null {
  return typeof value === "number" && Number.isFinite(value) ? value : null;
}
