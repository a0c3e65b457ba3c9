/**
 * Opening hours on the wall clock of one place.
 *
 *   { weekly: { mon: [{ from: "09:00", to: "14:00" }, { from: "16:00", to: "20:00" }], fri: [{ from: "20:00", to: "02:00" }] },
 *     holidays: [{ date: "2026-12-25", name: "Navidad" }, { date: "2026-12-24", hours: [{ from: "09:00", to: "13:00" }] }],
 *     exceptions: [{ from: "2026-08-01", to: "2026-08-15", hours: [{ from: "10:00", to: "14:00" }] }] }
 *
 *   H1 an interval whose `to` is not after its `from` ends the next day, and belongs to the day it starts.
 *   H2 a holiday stands before an exception, an exception before the week; a day nobody mentions is closed.
 *   H3 on a holiday the place is open in the hours of that holiday, and `holiday` for the rest of the day.
 */
import { type Static, Type } from "typebox";
import { addDays, type LocalMoment, weekdayOf } from "./local-moment.ts";

const strict = { additionalProperties: false } as const;
const CLOCK = "([01][0-9]|2[0-3]):[0-5][0-9]";
const CALENDAR_DAY = "^[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$";

const IntervalSchema = Type.Object(
  {
    from: Type.String({ pattern: `^${CLOCK}$`, description: "HH:MM" }),
    to: Type.String({ pattern: `^(${CLOCK}|24:00)$`, description: "HH:MM; not after `from`: the next day" }),
  },
  strict,
);
const DayHours = Type.Array(IntervalSchema, { maxItems: 24 });
const Day = Type.String({ pattern: CALENDAR_DAY, description: "YYYY-MM-DD" });
const Name = Type.Optional(Type.String({ maxLength: 120 }));
const Weekly = Type.Object(
  {
    mon: Type.Optional(DayHours),
    tue: Type.Optional(DayHours),
    wed: Type.Optional(DayHours),
    thu: Type.Optional(DayHours),
    fri: Type.Optional(DayHours),
    sat: Type.Optional(DayHours),
    sun: Type.Optional(DayHours),
  },
  strict,
);
const Holiday = Type.Object({ date: Day, name: Name, hours: Type.Optional(DayHours) }, strict);
const Exception = Type.Object(
  {
    from: Day,
    to: Type.Optional(
      Type.String({ pattern: CALENDAR_DAY, description: "Last day, included; absent: one day" }),
    ),
    name: Name,
    hours: DayHours,
  },
  strict,
);

export const OpeningHoursSchema = Type.Object(
  {
    weekly: Weekly,
    holidays: Type.Optional(Type.Array(Holiday, { maxItems: 500 })),
    exceptions: Type.Optional(Type.Array(Exception, { maxItems: 500 })),
  },
  strict,
);

export type OpeningHours = Static<typeof OpeningHoursSchema>;
export type HoursInterval = Static<typeof IntervalSchema>;

export interface HoursState {
  readonly state: "open" | "closed" | "holiday";
  /** When it closes, `HH:MM`; only when open, absent when it does not close within a week. */
  readonly closesAt?: string;
  /** When it opens next; only when not open, absent when it does not open within a year. */
  readonly opensAt?: { readonly date: string; readonly time: string };
  /** Name of today's holiday (its date where it has no name), open or not. */
  readonly holiday?: string;
}

const DAY_MINUTES = 1440;
const CLOSES_WITHIN_DAYS = 7;
const OPENS_WITHIN_DAYS = 366;

/** Whether the place is open at this moment of its own wall clock, and what comes next. Never throws on valid hours. */
export function hoursAt(hours: OpeningHours, moment: LocalMoment): HoursState {
  const minute = minuteOf(moment.time);
  const holiday = holidayOf(hours, moment.date);
  const named = holiday ? { holiday: holiday.name ?? holiday.date } : {};
  const closing = closingMinute(hours, moment.date, minute);
  if (closing !== null) {
    const closes = closing < CLOSES_WITHIN_DAYS * DAY_MINUTES;
    return { state: "open", ...(closes ? { closesAt: clockOf(closing) } : {}), ...named };
  }
  const opensAt = nextOpening(hours, moment.date, minute);
  return { state: holiday ? "holiday" : "closed", ...(opensAt ? { opensAt } : {}), ...named };
}

/** A day's intervals by H2, in order of their start. */
export function intervalsOf(hours: OpeningHours, date: string): readonly HoursInterval[] {
  const holiday = holidayOf(hours, date);
  const exception = hours.exceptions?.find((entry) => entry.from <= date && date <= (entry.to ?? entry.from));
  const intervals = holiday ? holiday.hours : (exception?.hours ?? hours.weekly[weekdayOf(date)]);
  return (intervals ?? []).toSorted((a, b) => minuteOf(a.from) - minuteOf(b.from));
}

/** The holiday a date is, if any. */
export function holidayOf(
  hours: OpeningHours,
  date: string,
): { readonly date: string; readonly name?: string; readonly hours?: readonly HoursInterval[] } | undefined {
  return hours.holidays?.find((entry) => entry.date === date);
}

/** Minutes since midnight of an `HH:MM`. */
export function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}

/** Start and end in minutes from the midnight that begins day 0. */
interface Span {
  readonly start: number;
  readonly end: number;
}

function spansOf(hours: OpeningHours, date: string, dayOffset: number): Span[] {
  return intervalsOf(hours, addDays(date, dayOffset)).map((interval) => {
    const from = minuteOf(interval.from);
    const to = minuteOf(interval.to);
    const base = dayOffset * DAY_MINUTES;
    return { start: base + from, end: base + (to > from ? to : to + DAY_MINUTES) };
  });
}

/** End of the open stretch that holds `minute` of day 0, counted from day 0; null when it is in none. */
function closingMinute(hours: OpeningHours, date: string, minute: number): number | null {
  let end = latestEnd([...spansOf(hours, date, -1), ...spansOf(hours, date, 0)], minute);
  if (end === null) return null;
  // One stretch may go on in the intervals of later days: 20:00-24:00, then 00:00-02:00.
  for (let offset = 0; offset <= CLOSES_WITHIN_DAYS && end >= offset * DAY_MINUTES; offset++) {
    const spans = spansOf(hours, date, offset);
    for (const span of spans) if (span.start <= end && span.end > end) end = span.end;
  }
  return end;
}

function latestEnd(spans: readonly Span[], minute: number): number | null {
  const ends = spans.filter((span) => span.start <= minute && minute < span.end).map((span) => span.end);
  return ends.length > 0 ? Math.max(...ends) : null;
}

function nextOpening(
  hours: OpeningHours,
  date: string,
  minute: number,
): { date: string; time: string } | null {
  for (let offset = 0; offset <= OPENS_WITHIN_DAYS; offset++) {
    const span = spansOf(hours, date, offset).find((candidate) => candidate.start > minute);
    if (span) return { date: addDays(date, offset), time: clockOf(span.start) };
  }
  return null;
}

function clockOf(minute: number): string {
  const ofDay = minute % DAY_MINUTES;
  return `${String(Math.floor(ofDay / 60)).padStart(2, "0")}:${String(ofDay % 60).padStart(2, "0")}`;
}
