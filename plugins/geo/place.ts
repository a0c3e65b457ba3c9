/** Where somebody probably is. `confidence` is between 0 (a guess) and 1 (told by the person). */
export interface Place {
  /** ISO 3166-1 alpha-2. */
  readonly country: string;
  readonly region: string | null;
  /** Every region it may be, where the source cannot tell them apart. */
  readonly regions: readonly string[];
  readonly city: string | null;
  readonly postalCode: string | null;
  readonly lat: number | null;
  readonly lon: number | null;
  readonly timezone: string | null;
  readonly confidence: number;
}

/** A province or department by its capital. */
export interface Area {
  readonly region: string;
  readonly capital: string;
  readonly lat: number;
  readonly lon: number;
  readonly timezone: string;
}

/** A place that only says which country: its middle is no place to measure from. */
export const COUNTRY_CONFIDENCE = 0.3;

/** Says more than the country. */
export function isFiner(place: Place): boolean {
  return place.confidence > COUNTRY_CONFIDENCE;
}

/** The area as a place, measured from its capital. */
export function placeOfArea(country: string, area: Area, confidence: number): Place {
  const { region, lat, lon, timezone } = area;
  return { country, region, regions: [region], city: null, postalCode: null, lat, lon, timezone, confidence };
}
