import type { Input } from "../api/client.ts";

export type Hours = NonNullable<NonNullable<Input<"saveStore">["body"]>["hours"]>;
export type Day = keyof Hours["weekly"];
export type Interval = NonNullable<Hours["weekly"][Day]>[number];

export const DAYS: readonly Day[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

const NO_HOURS: Hours = { weekly: {} };

/** Opening hours as the API answers them, which it calls anything. */
export function hoursOf(answer: unknown): Hours {
  if (typeof answer !== "object" || answer === null || !("weekly" in answer)) return NO_HOURS;
  return answer as Hours;
}

/** Days in a row with the same hours, together: "lun–vie 08:00–20:00". */
interface DayRange {
  readonly from: Day;
  readonly to: Day;
  readonly intervals: readonly Interval[];
}

export function rangesOf({ weekly }: Hours): readonly DayRange[] {
  const ranges: DayRange[] = [];
  for (const day of DAYS) {
    const intervals = weekly[day] ?? [];
    const last = ranges.at(-1);
    if (last && JSON.stringify(last.intervals) === JSON.stringify(intervals)) {
      ranges[ranges.length - 1] = { ...last, to: day };
    } else {
      ranges.push({ from: day, to: day, intervals });
    }
  }
  return ranges;
}

export function isAllDay({ from, to }: Interval): boolean {
  return from === "00:00" && (to === "24:00" || to === "00:00");
}

/** The week with other hours on one day; a day without hours is closed. */
export function withDay(hours: Hours, day: Day, intervals: readonly Interval[]): Hours {
  const { [day]: _before, ...others } = hours.weekly;
  return { ...hours, weekly: intervals.length === 0 ? others : { ...others, [day]: [...intervals] } };
}
