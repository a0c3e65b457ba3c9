import { type HoursInterval, holidayOf, intervalsOf, minuteOf, type OpeningHours } from "./hours.ts";
import type { LocalMoment } from "./local-moment.ts";

/**
 * Today's hours in words for a message: "hoy de 9:00 a 14:00 y de 16:00 a 20:00", "today 9:00–14:00 and 16:00–20:00",
 * "cerrado hoy (Navidad)", "abierto las 24 horas". Spanish for any `es` locale, English for all others.
 */
export function hoursText(hours: OpeningHours, moment: LocalMoment, locale: string): string {
  const words = /^es(-|_|$)/i.test(locale) ? SPANISH : ENGLISH;
  const intervals = intervalsOf(hours, moment.date);
  if (intervals.length === 0) return words.closed(holidayOf(hours, moment.date)?.name);
  if (coversDay(intervals)) return words.always;
  return words.open(intervals.map((each) => words.interval(spoken(each.from), spoken(each.to))));
}

interface HoursWords {
  readonly always: string;
  closed(holiday: string | undefined): string;
  interval(from: string, to: string): string;
  open(intervals: readonly string[]): string;
}

const SPANISH: HoursWords = {
  always: "abierto las 24 horas",
  closed: (holiday) => (holiday ? `cerrado hoy (${holiday})` : "cerrado hoy"),
  interval: (from, to) => `de ${from} a ${to}`,
  open: (intervals) => `hoy ${enumerated(intervals, "y")}`,
};

const ENGLISH: HoursWords = {
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
