import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  type HoursInterval,
  type HoursState,
  hoursAt,
  type OpeningHours,
  OpeningHoursSchema,
} from "../../engine/core/hours.ts";
import { hoursText, openingText } from "../../engine/core/hours-text.ts";
import {
  addDays,
  type LocalMoment,
  localMoment,
  WEEKDAYS,
  weekdayOf,
} from "../../engine/core/local-moment.ts";

function at(date: string, time: string): LocalMoment {
  return { date, time, weekday: weekdayOf(date) };
}

// 2026-11-16 is a Monday.
const SHOP: OpeningHours = {
  weekly: {
    mon: [
      { from: "16:00", to: "20:00" },
      { from: "09:00", to: "14:00" },
    ],
    tue: [{ from: "09:00", to: "20:00" }],
    fri: [{ from: "20:00", to: "02:00" }],
    sat: [{ from: "20:00", to: "24:00" }],
    sun: [{ from: "00:00", to: "03:00" }],
  },
  holidays: [
    { date: "2026-11-17", name: "Fundación" },
    { date: "2026-11-23", name: "Puente", hours: [{ from: "10:00", to: "12:00" }] },
    { date: "2026-12-25" },
  ],
  exceptions: [
    { from: "2026-12-01", to: "2026-12-31", name: "Reforma", hours: [] },
    { from: "2027-01-04", hours: [{ from: "11:00", to: "12:00" }] },
  ],
};

describe("a week", () => {
  test.each([
    ["2026-11-16", "08:59", { state: "closed", opensAt: { date: "2026-11-16", time: "09:00" } }],
    ["2026-11-16", "09:00", { state: "open", closesAt: "14:00" }],
    ["2026-11-16", "13:59", { state: "open", closesAt: "14:00" }],
    ["2026-11-16", "14:00", { state: "closed", opensAt: { date: "2026-11-16", time: "16:00" } }],
    ["2026-11-18", "12:00", { state: "closed", opensAt: { date: "2026-11-20", time: "20:00" } }],
  ] as const)("%s %s", (date, time, expected) => {
    expect(hoursAt(SHOP, at(date, time))).toEqual(expected);
  });

  test("[H1] over midnight the hours belong to the day they start", () => {
    expect(hoursAt(SHOP, at("2026-11-20", "23:00"))).toEqual({ state: "open", closesAt: "02:00" });
    expect(hoursAt(SHOP, at("2026-11-21", "01:59"))).toEqual({ state: "open", closesAt: "02:00" });
    expect(hoursAt(SHOP, at("2026-11-21", "02:00")).state).toBe("closed");
    expect(hoursAt(SHOP, at("2026-11-20", "01:00")).state).toBe("closed");
  });

  test("[H1] hours that meet at midnight are one stretch", () => {
    expect(hoursAt(SHOP, at("2026-11-21", "21:00"))).toEqual({ state: "open", closesAt: "03:00" });
  });

  test("[H2] a holiday before an exception, an exception before the week", () => {
    expect(hoursAt(SHOP, at("2026-12-25", "10:00"))).toMatchObject({
      state: "holiday",
      holiday: "2026-12-25",
    });
    expect(hoursAt(SHOP, at("2026-12-07", "10:00"))).toEqual({
      state: "closed",
      opensAt: { date: "2027-01-01", time: "20:00" },
    });
    expect(hoursAt(SHOP, at("2027-01-04", "10:00"))).toEqual({
      state: "closed",
      opensAt: { date: "2027-01-04", time: "11:00" },
    });
  });

  test("[H3] a holiday is a holiday all day, except in its own hours", () => {
    const opensAt = { date: "2026-11-20", time: "20:00" };
    expect(hoursAt(SHOP, at("2026-11-17", "10:00"))).toEqual({
      state: "holiday",
      holiday: "Fundación",
      opensAt,
    });
    expect(hoursAt(SHOP, at("2026-11-23", "11:00"))).toEqual({
      state: "open",
      closesAt: "12:00",
      holiday: "Puente",
    });
    expect(hoursAt(SHOP, at("2026-11-23", "13:00"))).toMatchObject({ state: "holiday", holiday: "Puente" });
  });

  test("never closed, never open", () => {
    const always: OpeningHours = {
      weekly: Object.fromEntries(WEEKDAYS.map((day) => [day, [{ from: "00:00", to: "24:00" }]])),
    };
    expect(hoursAt(always, at("2026-11-16", "10:00"))).toEqual({ state: "open" });
    expect(hoursAt({ weekly: {} }, at("2026-11-16", "10:00"))).toEqual({ state: "closed" });
  });

  test("the schema takes what this page shows and refuses what is no time", () => {
    const valid = new Ajv2020({ strict: false }).compile(OpeningHoursSchema);
    expect(valid(SHOP)).toBe(true);
    for (const interval of [
      { from: "24:00", to: "02:00" },
      { from: "9:00", to: "10:00" },
      { from: "09:00", to: "24:01" },
    ]) {
      expect(valid({ weekly: { mon: [interval] } })).toBe(false);
    }
  });
});

describe("every minute of a week, on clocks that jump and fall back", () => {
  const clock = fc
    .tuple(fc.nat(23), fc.constantFrom("00", "30", "59"))
    .map(([hour, minute]) => `${String(hour).padStart(2, "0")}:${minute}`);
  const interval: fc.Arbitrary<HoursInterval> = fc.record({
    from: clock,
    to: fc.oneof(clock, fc.constant("24:00")),
  });
  const day = fc.array(interval, { maxLength: 3 });
  const openingHours = fc.record({
    weekly: fc.record({
      mon: fc.array(interval, { minLength: 1, maxLength: 2 }),
      tue: day,
      wed: day,
      fri: day,
      sat: day,
      sun: day,
    }),
  });
  const weeks = ["2026-03-08", "2026-03-29", "2026-10-25", "2026-11-01", "2026-06-15"];
  const zones = ["America/Bogota", "Europe/Madrid", "America/New_York"];

  test("open, closing and opening are what a calendar filled in minute by minute says", () => {
    fc.assert(
      fc.property(
        openingHours,
        fc.constantFrom(...weeks),
        fc.constantFrom(...zones),
        (hours, sunday, zone) => {
          const first = addDays(sunday, -3);
          const calendar = filledIn(hours, first, 24);
          const startMs = Date.parse(`${addDays(first, 1)}T12:00:00Z`);
          for (let minute = 0; minute < 7 * 1440; minute++) {
            const moment = localMoment(new Date(startMs + minute * 60_000), zone);
            const state = hoursAt(hours, moment);
            const expected = expectedState(calendar, first, moment);
            if (JSON.stringify(state) !== JSON.stringify(expected))
              expect([moment, state]).toEqual([moment, expected]);
          }
        },
      ),
      { numRuns: 12 },
    );
  }, 60_000);

  function expectedState(calendar: Uint8Array, first: string, moment: LocalMoment): HoursState {
    const here = minuteIn(first, moment.date, moment.time);
    const change = calendar.indexOf(calendar[here] ? 0 : 1, here);
    if (!calendar[here]) {
      return {
        state: "closed",
        opensAt: { date: addDays(first, Math.floor(change / 1440)), time: timeIn(change) },
      };
    }
    const closes = change >= 0 && change < minuteIn(first, addDays(moment.date, 7), "00:00");
    return { state: "open", ...(closes ? { closesAt: timeIn(change) } : {}) };
  }

  /** 1 for each open minute of so many days; the day before `first` spills into it. */
  function filledIn(hours: OpeningHours, first: string, days: number): Uint8Array {
    const minutes = new Uint8Array((days + 1) * 1440);
    for (let offset = -1; offset < days; offset++) {
      for (const { from, to } of hours.weekly[weekdayOf(addDays(first, offset))] ?? []) {
        const start = minuteIn(first, addDays(first, offset), from);
        const sameDay = minuteIn(first, addDays(first, offset), to);
        minutes.fill(1, Math.max(0, start), sameDay > start ? Math.max(0, sameDay) : sameDay + 1440);
      }
    }
    return minutes;
  }

  function minuteIn(first: string, date: string, time: string): number {
    const [hour = 0, minute = 0] = time.split(":").map(Number);
    return Math.round((Date.parse(date) - Date.parse(first)) / 60_000) + hour * 60 + minute;
  }

  function timeIn(minute: number): string {
    return new Date(minute * 60_000).toISOString().slice(11, 16);
  }
});

describe("in words", () => {
  test.each([
    ["2026-11-16", "es-CO", "hoy de 9:00 a 14:00 y de 16:00 a 20:00"],
    ["2026-11-16", "en", "today 9:00–14:00 and 16:00–20:00"],
    ["2026-11-16", "en-US", "today 9:00–14:00 and 16:00–20:00"],
    ["2026-11-20", "es", "hoy de 20:00 a 2:00"],
    ["2026-11-22", "es", "hoy de 0:00 a 3:00"],
    ["2026-11-18", "es", "cerrado hoy"],
    ["2026-11-18", "en", "closed today"],
    ["2026-11-17", "es", "cerrado hoy (Fundación)"],
    ["2026-11-17", "en", "closed today (Fundación)"],
    ["2026-11-18", "est", "closed today"],
  ])("%s %s: %s", (date, locale, expected) => {
    expect(hoursText(SHOP, at(date, "12:00"), locale)).toBe(expected);
  });

  test("the whole day, in one piece or several", () => {
    const whole = (intervals: HoursInterval[]): string =>
      hoursText({ weekly: { mon: intervals } }, at("2026-11-16", "12:00"), "es");
    expect(whole([{ from: "00:00", to: "24:00" }])).toBe("abierto las 24 horas");
    expect(whole([{ from: "00:00", to: "00:00" }])).toBe("abierto las 24 horas");
    expect(
      whole([
        { from: "12:00", to: "24:00" },
        { from: "00:00", to: "12:00" },
      ]),
    ).toBe("abierto las 24 horas");
    expect(
      hoursText({ weekly: { mon: [{ from: "00:00", to: "24:00" }] } }, at("2026-11-16", "12:00"), "pt-BR"),
    ).toBe("open 24 hours");
  });

  test("three stretches", () => {
    const weekly = {
      mon: [
        { from: "06:00", to: "09:00" },
        { from: "12:00", to: "15:00" },
        { from: "18:30", to: "21:00" },
      ],
    };
    expect(hoursText({ weekly }, at("2026-11-16", "12:00"), "es")).toBe(
      "hoy de 6:00 a 9:00, de 12:00 a 15:00 y de 18:30 a 21:00",
    );
  });
});

describe("the next opening in words", () => {
  // A Saturday.
  const now = at("2026-11-28", "00:27");

  test.each([
    ["2026-11-28", "09:00", "hoy a las 9:00", "today at 9:00"],
    ["2026-11-29", "10:30", "mañana a las 10:30", "tomorrow at 10:30"],
    ["2026-11-30", "01:00", "el lunes 30 a la 1:00", "on Monday 30 at 1:00"],
    ["2026-12-02", "13:00", "el miércoles 2 a las 13:00", "on Wednesday 2 at 13:00"],
    ["2026-12-25", "20:00", "el viernes 25 a las 20:00", "on Friday 25 at 20:00"],
    ["2026-12-26", "20:00", "el sábado 26 de diciembre a las 20:00", "on Saturday 26 December at 20:00"],
    ["2027-01-01", "20:00", "el viernes 1 de enero a las 20:00", "on Friday 1 January at 20:00"],
  ])("%s %s", (date, time, spanish, english) => {
    expect(openingText({ date, time }, now, "es-CO")).toBe(spanish);
    expect(openingText({ date, time }, now, "en")).toBe(english);
  });
});
