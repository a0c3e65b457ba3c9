import { AppError } from "../errors.ts";

/** Monday first, as opening hours are written; the keys of `OpeningHours.weekly`. */
export const WEEKDAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
export type Weekday = (typeof WEEKDAYS)[number];

/** What a clock on a wall shows: `{ date: "2026-11-21", time: "09:30", weekday: "sat" }`. */
export interface LocalMoment {
  readonly date: string;
  readonly time: string;
  readonly weekday: Weekday;
}

/**
 * The wall clock of `timezone` (IANA name) at a moment. Daylight saving is taken care of.
 * @throws AppError PARAMS_INVALID when the zone or the moment is not valid
 */
export function localMoment(at: Date, timezone: string): LocalMoment {
  if (Number.isNaN(at.getTime()))
    throw new AppError("PARAMS_INVALID", "localMoment: expected a valid moment, got an invalid Date");
  const parts = new Map(
    formatOf(timezone)
      .formatToParts(at)
      .map((part) => [part.type, part.value]),
  );
  const date = `${parts.get("year")?.padStart(4, "0")}-${parts.get("month")}-${parts.get("day")}`;
  return { date, time: `${parts.get("hour")}:${parts.get("minute")}`, weekday: weekdayOf(date) };
}

/** True for a name such as `America/Bogota` or `UTC`; false for a bare offset such as `+05:00`. */
export function isTimeZone(timezone: string): boolean {
  return /^[A-Za-z]/.test(timezone) && newFormat(timezone) !== null;
}

/** The day of the week of a `YYYY-MM-DD`. */
export function weekdayOf(date: string): Weekday {
  const sundayFirst = new Date(`${date}T00:00:00Z`).getUTCDay();
  return WEEKDAYS[(sundayFirst + 6) % 7] ?? "mon";
}

/** A `YYYY-MM-DD` so many days later (or earlier). */
export function addDays(date: string, days: number): string {
  const day = new Date(`${date}T00:00:00Z`);
  day.setUTCDate(day.getUTCDate() + days);
  return day.toISOString().slice(0, 10);
}

// Building a formatter costs about fifty times what using it does, and a busy engine asks for the same few zones all
// day. Only a memo: the answer never depends on it. The cap keeps odd spellings ("america/BOGOTA") from growing it.
const FORMATS = new Map<string, Intl.DateTimeFormat>();
const MAX_FORMATS = 600;

function formatOf(timezone: string): Intl.DateTimeFormat {
  const known = FORMATS.get(timezone);
  if (known) return known;
  const format = isTimeZone(timezone) ? newFormat(timezone) : null;
  if (!format) {
    throw new AppError(
      "PARAMS_INVALID",
      `Unknown time zone "${timezone}": expected an IANA name such as "America/Bogota"`,
      { timezone },
    );
  }
  if (FORMATS.size >= MAX_FORMATS) FORMATS.clear();
  FORMATS.set(timezone, format);
  return format;
}

function newFormat(timeZone: string): Intl.DateTimeFormat | null {
  try {
    return new Intl.DateTimeFormat("en-US", {
      timeZone,
      calendar: "gregory",
      numberingSystem: "latn",
      hourCycle: "h23",
      year: "numeric",
      month: "2-digit",
      day: "2-digit",
      hour: "2-digit",
      minute: "2-digit",
    });
  } catch {
    return null;
  }
}
