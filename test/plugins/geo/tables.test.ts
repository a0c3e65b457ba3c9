import { describe, expect, test } from "vitest";
import { DEPARTMENTS_CO, LANDLINE_DEPARTMENTS_CO } from "../../../plugins/geo/areas-co.ts";
import { LANDLINE_PROVINCES_ES, PROVINCES_ES } from "../../../plugins/geo/areas-es.ts";
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

  test("every time zone exists", () => {
    const zones = [
      ...Object.values(PROVINCES_ES),
      ...Object.values(DEPARTMENTS_CO),
      ...Object.values(COUNTRIES),
    ].map(({ timezone }) => timezone);
    for (const timeZone of new Set(zones))
      if (timeZone !== null) expect(() => new Intl.DateTimeFormat("en", { timeZone })).not.toThrow();
  });
});
