import fc from "fast-check";
import { DateTime } from "luxon";
import { expect, test } from "vitest";
import { addDays, isTimeZone, localMoment, WEEKDAYS, weekdayOf } from "../../engine/core/local-moment.ts";

test("the wall clock of a zone", () => {
  const at = new Date("2026-11-21T03:30:59.999Z");
  expect(localMoment(at, "America/Bogota")).toEqual({ date: "2026-11-20", time: "22:30", weekday: "fri" });
  expect(localMoment(at, "Europe/Madrid")).toEqual({ date: "2026-11-21", time: "04:30", weekday: "sat" });
  expect(localMoment(new Date("2026-01-01T05:00:00Z"), "America/New_York").time).toBe("00:00");
});

test("clocks that jump forward and fall back", () => {
  const madrid = (iso: string): string => localMoment(new Date(iso), "Europe/Madrid").time;
  expect([madrid("2026-03-29T00:59:00Z"), madrid("2026-03-29T01:00:00Z")]).toEqual(["01:59", "03:00"]);
  expect([madrid("2026-10-25T00:30:00Z"), madrid("2026-10-25T01:30:00Z")]).toEqual(["02:30", "02:30"]);
});

test("says the same as luxon, anywhere and any time", () => {
  const zones = [
    "America/Bogota",
    "Europe/Madrid",
    "America/New_York",
    "Asia/Kathmandu",
    "Australia/Lord_Howe",
    "UTC",
  ];
  const moments = fc.date({ min: new Date("1990-01-01"), max: new Date("2060-01-01"), noInvalidDate: true });
  fc.assert(
    fc.property(moments, fc.constantFrom(...zones), (at, timezone) => {
      const local = DateTime.fromJSDate(at, { zone: timezone });
      expect(localMoment(at, timezone)).toEqual({
        date: local.toFormat("yyyy-MM-dd"),
        time: local.toFormat("HH:mm"),
        weekday: WEEKDAYS[local.weekday - 1],
      });
    }),
    { numRuns: 500 },
  );
});

test("what is no zone or no moment is refused by name", () => {
  expect(() => localMoment(new Date(0), "Bogota")).toThrow(/"Bogota"/);
  expect(() => localMoment(new Date(0), "+05:00")).toThrow(
    expect.objectContaining({ code: "PARAMS_INVALID" }),
  );
  expect(() => localMoment(new Date(Number.NaN), "UTC")).toThrow(/invalid Date/);
  expect(["Europe/Madrid", "UTC", "", "Mars/Base", "-03:00"].map(isTimeZone)).toEqual([
    true,
    true,
    false,
    false,
    false,
  ]);
});

test("days and weekdays", () => {
  expect(weekdayOf("2026-11-21")).toBe("sat");
  expect(weekdayOf("2026-11-22")).toBe("sun");
  expect(addDays("2026-12-31", 1)).toBe("2027-01-01");
  expect(addDays("2028-03-01", -1)).toBe("2028-02-29");
});
