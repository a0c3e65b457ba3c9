import { type PhoneNumber, parsePhoneNumberFromString } from "libphonenumber-js/max";
import { DEPARTMENTS_CO, LANDLINE_DEPARTMENTS_CO } from "./areas-co.ts";
import { LANDLINE_PROVINCES_ES, PROVINCES_ES } from "./areas-es.ts";
import { AREA_CODES_MX, STATES_MX } from "./areas-mx.ts";
import { areaOfCodeUs } from "./areas-us.ts";
import { COUNTRIES } from "./countries.ts";
import { type Area, COUNTRY_CONFIDENCE, type Place, placeOfArea } from "./place.ts";

const LANDLINE_CONFIDENCE = 0.6;
const SHARED_PREFIX_CONFIDENCE = 0.4;
// Mobiles have area codes there, too, and people take their number along.
const AREA_CODE_CONFIDENCE = 0.5;

/**
 * What a number says about where it is. A landline of Spain gives its province, one of Colombia the departments that
 * share its prefix; any number of Mexico and the United States its area code's city. A mobile number, and any other landline,
 * gives no more than its country. Null when it gives nothing.
 */
export function placeOfNumber(phone: string): Place | null {
  const number = parsePhoneNumberFromString(phone);
  if (number?.country === undefined) return null;
  const landline = number.getType() === "FIXED_LINE";
  if (landline && number.country === "ES") return spanishLandline(number) ?? placeOfCountry("ES");
  if (landline && number.country === "CO") return colombianLandline(number) ?? placeOfCountry("CO");
  return byAreaCode(number) ?? placeOfCountry(number.country);
}

const OF_NO_PLACE: ReadonlySet<string> = new Set([
  "TOLL_FREE",
  "PREMIUM_RATE",
  "SHARED_COST",
  "PERSONAL_NUMBER",
  "VOIP",
  "UAN",
]);

function byAreaCode(number: PhoneNumber): Place | null {
  const { country, nationalNumber } = number;
  if (OF_NO_PLACE.has(number.getType() ?? "")) return null;
  const area =
    country === "MX"
      ? areaOfCodeMx(nationalNumber)
      : country === "US" || country === "PR"
        ? areaOfCodeUs(nationalNumber.slice(0, 3))
        : null;
  return area === null || country === undefined ? null : placeOfArea(country, area, AREA_CODE_CONFIDENCE);
}

function areaOfCodeMx(national: string): Area | null {
  const prefix = AREA_CODES_MX[national.slice(0, 2)] ?? AREA_CODES_MX[national.slice(0, 3)];
  return (prefix === undefined ? undefined : STATES_MX[prefix]) ?? null;
}

/** A country by its middle. */
export function placeOfCountry(country: string): Place {
  const { lat, lon, timezone } = COUNTRIES[country] ?? { lat: null, lon: null, timezone: null };
  return {
    country,
    region: null,
    regions: [],
    city: null,
    postalCode: null,
    lat,
    lon,
    timezone,
    confidence: COUNTRY_CONFIDENCE,
  };
}

function spanishLandline({ nationalNumber }: PhoneNumber): Place | null {
  const digits = nationalNumber.slice(1);
  const province = LANDLINE_PROVINCES_ES[digits.slice(0, 1)] ?? LANDLINE_PROVINCES_ES[digits.slice(0, 2)];
  const area = province === undefined ? undefined : PROVINCES_ES[province];
  return area === undefined ? null : placeOfArea("ES", area, LANDLINE_CONFIDENCE);
}

/** Measured from the largest city that shares the prefix; which region it is stays open. */
function colombianLandline({ nationalNumber }: PhoneNumber): Place | null {
  const codes = LANDLINE_DEPARTMENTS_CO[nationalNumber.slice(0, 3)] ?? [];
  const areas = codes.flatMap((code) => DEPARTMENTS_CO[code] ?? []);
  const [main] = areas;
  if (main === undefined) return null;
  return {
    ...placeOfArea("CO", main, SHARED_PREFIX_CONFIDENCE),
    region: null,
    regions: areas.map(({ region }) => region),
  };
}
