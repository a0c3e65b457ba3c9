import { type HoursInterval, holidayOf, intervalsOf, minuteOf, type OpeningHours } from "./hours.ts";
import { addDays, type LocalMoment, WEEKDAYS, weekdayOf } from "./local-moment.ts";

/**
 * Today's hours in words for a message: "hoy de 9:00 a 14:00 y de 16:00 a 20:00", "today 9:00–14:00 and 16:00–20:00",
 * "cerrado hoy (Navidad)", "abierto las 24 horas". Spanish for any `es` locale, English for all others.
 */
export function hoursText(hours: OpeningHours, moment: LocalMoment, locale: string): string {
  const words = wordsOf(locale);
  const intervals = intervalsOf(hours, moment.date);
  if (intervals.length === 0) return words.closed(holidayOf(hours, moment.date)?.name);
  if (coversDay(intervals)) return words.always;
  return words.open(intervals.map((each) => words.interval(spoken(each.from), spoken(each.to))));
}

// Beyond four weeks a day of the month could be that of the next one.
const DAYS_WITHOUT_MONTH = 28;

/**
 * The next opening in words: "hoy a las 9:00", "mañana a la 1:30", "el lunes 30 a las 9:00", "el viernes 1 de enero a las
 * 20:00"; "today at 9:00", "tomorrow at 1:30", "on Monday 30 at 9:00", "on Friday 1 January at 20:00".
 */
export function openingText(
  opensAt: { readonly date: string; readonly time: string },
  moment: LocalMoment,
  locale: string,
): string {
  const words = wordsOf(locale);
  const time = spoken(opensAt.time);
  if (opensAt.date === moment.date) return words.opens(words.today, time);
  if (opensAt.date === addDays(moment.date, 1)) return words.opens(words.tomorrow, time);
  const isFar = opensAt.date >= addDays(moment.date, DAYS_WITHOUT_MONTH);
  const [, month = 1, day = 1] = opensAt.date.split("-").map(Number);
  const weekday = words.weekdays[WEEKDAYS.indexOf(weekdayOf(opensAt.date))] ?? "";
  return words.opens(words.day(weekday, day, isFar ? (words.months[month - 1] ?? null) : null), time);
}

function wordsOf(locale: string): HoursWords {
  return /^es(-|_|$)/i.test(locale) ? SPANISH : ENGLISH;
}

interface HoursWords {
  readonly today: string;
  readonly tomorrow: string;
  /** Monday first. */
  readonly weekdays: readonly string[];
  readonly months: readonly string[];
  day(weekday: string, day: number, month: string | null): string;
  opens(day: string, time: string): string;
  readonly always: string;
  closed(holiday: string | undefined): string;
  interval(from: string, to: string): string;
  open(intervals: readonly string[]): string;
}

const SPANISH: HoursWords = {
  today: "hoy",
  tomorrow: "mañana",
  weekdays: ["lunes", "martes", "miércoles", "jueves", "viernes", "sábado", "domingo"],
  months: [
    "enero",
    "febrero",
    "marzo",
    "abril",
    "mayo",
    "junio",
    "julio",
    "agosto",
    "septiembre",
    "octubre",
    "noviembre",
    "diciembre",
  ],
  day: (weekday, day, month) => `el ${weekday} ${day}${month === null ? "" : ` de ${month}`}`,
  opens: (day, time) => `${day} ${time.startsWith("1:") ? "a la" : "a las"} ${time}`,
  always: "abierto las 24 horas",
  closed: (holiday) => (holiday ? `cerrado hoy (${holiday})` : "cerrado hoy"),
  interval: (from, to) => `de ${from} a ${to}`,
  open: (intervals) => `hoy ${enumerated(intervals, "y")}`,
};

const ENGLISH: HoursWords = {
  today: "today",
  tomorrow: "tomorrow",
  weekdays: ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"],
  months: [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
  ],
  day: (weekday, day, month) => `on ${weekday} ${day}${month === null ? "" : ` ${month}`}`,
  opens: (day, time) => `${day} at ${time}`,
  always: "open 24 hours",
  closed: (holiday) => (holiday ? `closed today (${holiday})` : "closed today"),
  interval: (from, to) => `${from}–${to}`,
  open: (intervals) => `today ${enumerated(intervals, "and")}`,
};

function enumerated(items: readonly string[], and: string): string {
  const last = items.at(-1) ?? "";
  return items.length > 1 ? `${items.slice(0, -1).join(", ")} ${and} ${last}` : last;
}

function spoken(time: string): string {
  return time.replace(/^0(?=\d)/, "");
}

function coversDay(intervals: readonly HoursInterval[]): boolean {
  let covered = 0;
  for (const { from, to } of intervals) {
    if (minuteOf(from) > covered) return false;
    covered = Math.max(covered, minuteOf(to) > minuteOf(from) ? minuteOf(to) : minuteOf(to) + 1440);
  }
  return covered >= 1440;
}
