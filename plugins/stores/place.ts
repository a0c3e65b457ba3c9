import { type Json, type JsonObject, type StoreView, Type } from "../../engine/plugin-api.ts";

// Not unions: a validator that mends types tries every branch in turn and would make null of a latitude of 0.
const text = Type.Optional(Type.Unsafe<string | null>({ type: ["string", "null"] }));
const degrees = Type.Optional(Type.Unsafe<number | null>({ type: ["number", "null"] }));

/** A place as `geo.locate` gives it, or one written by hand. */
const PlaceFields = Type.Object({
  country: text,
  region: text,
  regions: Type.Optional(Type.Array(Type.String())),
  city: text,
  postalCode: text,
  lat: degrees,
  lon: degrees,
  confidence: degrees,
});

export const PlaceParam = Type.Union([PlaceFields, Type.String()], {
  title: "Place",
  description: "Where the caller is, usually {{ steps.locate }}; a text counts as a postal code.",
  "x-es": {
    title: "Lugar",
    description: "Dónde está quien llama, normalmente {{ steps.locate }}; un texto vale como código postal.",
  },
});

export interface Place {
  readonly country: string | null;
  readonly regions: readonly string[];
  readonly city: string | null;
  readonly postalCode: string | null;
  /** Only where it is finer than the country: from the middle of a country every distance is wrong. */
  readonly position: Position | null;
}

export interface Position {
  readonly lat: number;
  readonly lon: number;
}

const NOWHERE: Place = { country: null, regions: [], city: null, postalCode: null, position: null };

// What `geo.locate` gives a place of which it only knows the country.
const COUNTRY_CONFIDENCE = 0.3;

/** What the parameter says, with everything unknown as null. */
export function placeOf(param: Json | undefined): Place {
  if (typeof param === "string") return { ...NOWHERE, postalCode: textOf(param) };
  if (!isObject(param)) return NOWHERE;
  const { country, region, regions, city, postalCode, lat, lon, confidence } = param;
  const fine = typeof confidence !== "number" || confidence > COUNTRY_CONFIDENCE;
  return {
    country: textOf(country)?.toUpperCase() ?? null,
    regions: listed(regions, textOf(region)),
    city: textOf(city),
    postalCode: textOf(postalCode),
    position: fine && typeof lat === "number" && typeof lon === "number" ? { lat, lon } : null,
  };
}

export function positionOf({ lat, lon }: StoreView): Position | null {
  return lat === null || lon === null ? null : { lat, lon };
}

const EARTH_RADIUS_KM = 6371;

/** Great-circle distance (haversine). */
export function distanceKm(from: Position, to: Position): number {
  const [lat1, lat2] = [radians(from.lat), radians(to.lat)];
  const half =
    Math.sin((lat2 - lat1) / 2) ** 2 +
    Math.cos(lat1) * Math.cos(lat2) * Math.sin(radians(to.lon - from.lon) / 2) ** 2;
  return 2 * EARTH_RADIUS_KM * Math.asin(Math.min(1, Math.sqrt(half)));
}

/** Lower case without accents and punctuation, so that "Bogotá, D.C." is "bogota dc". */
export function plain(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{M}|[.,]/gu, "")
    .replace(/\s+/g, " ")
    .trim()
    .toLowerCase();
}

function listed(regions: Json | undefined, region: string | null): readonly string[] {
  const several = Array.isArray(regions) ? regions.filter((each) => typeof each === "string") : [];
  return several.length > 0 ? several : region === null ? [] : [region];
}

function textOf(value: Json | undefined): string | null {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function radians(degrees: number): number {
  return (degrees * Math.PI) / 180;
}
