import type { HoursInterval, OpeningHours } from "../../../engine/core/hours.ts";
import { isRecord } from "../../../engine/core/plain-data.ts";
import { WEEKDAYS, type Weekday } from "./cron-rule.ts";

export const USUAL_DAY: readonly HoursInterval[] = [{ from: "09:00", to: "18:00" }];

export const USUAL_HOURS: OpeningHours = {
  weekly: {
    mon: [...USUAL_DAY],
    tue: [...USUAL_DAY],
    wed: [...USUAL_DAY],
    thu: [...USUAL_DAY],
    fri: [...USUAL_DAY],
  },
};

/** What is there, as far as it is hours at all. */
export function hoursOf(value: unknown): OpeningHours {
  return isRecord(value) && isRecord(value.weekly) ? { ...value, weekly: value.weekly } : { weekly: {} };
}

export function intervalsOn(hours: OpeningHours, day: Weekday): readonly HoursInterval[] {
  return hours.weekly[day] ?? [];
}

/** A day without hours is left out: that is what closed means. */
export function withDay(
  hours: OpeningHours,
  day: Weekday,
  intervals: readonly HoursInterval[],
): OpeningHours {
  const weekly = Object.fromEntries(
    WEEKDAYS.flatMap((each) => {
      const kept = each === day ? intervals : intervalsOn(hours, each);
      return kept.length === 0 ? [] : [[each, [...kept]]];
    }),
  );
  return { ...hours, weekly };
}

/** The hours of one day on the others that are open, too. */
export function copiedToOpenDays(hours: OpeningHours, day: Weekday): OpeningHours {
  const model = intervalsOn(hours, day);
  return WEEKDAYS.filter((each) => intervalsOn(hours, each).length > 0).reduce(
    (next, each) => withDay(next, each, model),
    hours,
  );
}

/** One more stretch after the last of the day. */
export function withLaterInterval(intervals: readonly HoursInterval[]): readonly HoursInterval[] {
  const last = intervals.at(-1);
  if (!last) return USUAL_DAY;
  const hour = Math.min(Number(last.to.slice(0, 2)) + 1, 22);
  return [...intervals, { from: clockAt(hour), to: clockAt(Math.min(hour + 3, 23)) }];
}

export function withHolidays(
  hours: OpeningHours,
  holidays: NonNullable<OpeningHours["holidays"]>,
): OpeningHours {
  const { holidays: _old, ...others } = hours;
  return holidays.length === 0 ? others : { ...others, holidays };
}

export function withExceptions(
  hours: OpeningHours,
  exceptions: NonNullable<OpeningHours["exceptions"]>,
): OpeningHours {
  const { exceptions: _old, ...others } = hours;
  return exceptions.length === 0 ? others : { ...others, exceptions };
}

function clockAt(hour: number): string {
  return `${String(hour).padStart(2, "0")}:00`;
}
