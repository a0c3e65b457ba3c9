import { DEPARTMENTS_CO } from "./areas-co.ts";
import { PROVINCES_ES } from "./areas-es.ts";
import { type Area, type Place, placeOfArea } from "./place.ts";

const AREAS: Readonly<
  Record<string, { readonly code: RegExp; readonly areas: Readonly<Record<string, Area>> }>
> = {
  ES: { code: /^\d{5}$/, areas: PROVINCES_ES },
  CO: { code: /^\d{6}$/, areas: DEPARTMENTS_CO },
};

const CONFIDENCE = 0.7;

/** The province or department a postal code lies in; null for other countries and for codes that do not exist. */
export function placeOfPostalCode(country: string, postalCode: string): Place | null {
  const known = AREAS[country];
  const digits = postalCode.replace(/\s/g, "");
  const area = known?.code.test(digits) ? known.areas[digits.slice(0, 2)] : undefined;
  return area === undefined ? null : { ...placeOfArea(country, area, CONFIDENCE), postalCode: digits };
}

/** The province or department with this capital, whatever the case and accents. */
export function areaOfCapital(country: string, city: string): Area | null {
  const wanted = plain(city);
  const areas = Object.values(AREAS[country]?.areas ?? {});
  return areas.find(({ capital }) => plain(capital) === wanted) ?? null;
}

function plain(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").trim().toLowerCase();
}
