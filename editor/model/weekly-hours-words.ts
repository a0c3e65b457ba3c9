import { fieldOf, isRecord } from "../../engine/core/plain-data.ts";
import type { Locale } from "./words.ts";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
const DAY_WORDS = {
  en: ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"],
  es: ["lun", "mar", "mié", "jue", "vie", "sáb", "dom"],
} as const;

/** `lun–vie 9:00–18:00 · sáb 10:00–14:00`; days in a row with the same hours are told together, closed days not at all. */
export function weeklyHoursWords(hours: unknown, locale: Locale): string {
  const weekly = fieldOf(hours, "weekly");
  if (!isRecord(weekly)) return "";
  const days = DAYS.map((day) => intervalsText(weekly[day]));
  const parts: string[] = [];
  for (let first = 0; first < days.length; ) {
    let last = first;
    while (last + 1 < days.length && days[last + 1] === days[first]) last++;
    if (days[first] !== "") parts.push(`${daysText(first, last, locale)} ${days[first]}`);
    first = last + 1;
  }
  return parts.join(" · ");
}

function intervalsText(intervals: unknown): string {
  if (!Array.isArray(intervals)) return "";
  return intervals
    .map((each: unknown) => `${clock(fieldOf(each, "from"))}–${clock(fieldOf(each, "to"))}`)
    .join(", ");
}

function daysText(first: number, last: number, locale: Locale): string {
  const names = DAY_WORDS[locale];
  return first === last ? `${names[first]}` : `${names[first]}–${names[last]}`;
}

function clock(time: unknown): string {
  return String(time ?? "").replace(/^0(?=\d)/, "");
}
