import type { Locale } from "../../model/words.ts";
import { type CronRule, WEEKDAYS, type Weekday } from "./cron-rule.ts";

/** "De lunes a viernes, a las 8:30"; null for what only the cron line itself can say. */
export function cronWords(rule: CronRule, locale: Locale): string | null {
  return locale === "es" ? spanish(rule) : english(rule);
}

function spanish(rule: CronRule): string | null {
  switch (rule.kind) {
    case "minutes":
      return `Cada ${rule.every} minutos, todo el día`;
    case "hourly":
      return rule.minute === 0 ? "Cada hora, en punto" : `Cada hora, en el minuto ${rule.minute}`;
    case "weekly":
      return `${daysWords(rule.days, "es")}, ${atTime(rule.time)}`;
    case "monthly":
      return `${rule.day === "last" ? "El último día" : `El día ${rule.day}`} de cada mes, ${atTime(rule.time)}`;
    case "custom":
      return null;
  }
}

function english(rule: CronRule): string | null {
  switch (rule.kind) {
    case "minutes":
      return `Every ${rule.every} minutes, all day`;
    case "hourly":
      return rule.minute === 0 ? "Every hour, on the hour" : `Every hour, at minute ${rule.minute}`;
    case "weekly":
      return `${daysWords(rule.days, "en")}, at ${clock(rule.time)}`;
    case "monthly":
      return `${rule.day === "last" ? "The last day" : `Day ${rule.day}`} of each month, at ${clock(rule.time)}`;
    case "custom":
      return null;
  }
}

function daysWords(days: readonly Weekday[], locale: Locale): string {
  const indexes = WEEKDAYS.flatMap((day, index) => (days.includes(day) ? [index] : []));
  const [first = 0, last = 0] = [indexes[0], indexes.at(-1)];
  if (indexes.length === 7 || indexes.length === 0) return locale === "es" ? "Todos los días" : "Every day";
  if (indexes.length > 2 && last - first === indexes.length - 1) {
    const [from, to] = [weekdayName(first, "long", locale), weekdayName(last, "long", locale)];
    return locale === "es" ? `De ${from} a ${to}` : `${from} to ${to}`;
  }
  const names = indexes.map((index) => weekdayName(index, "long", locale));
  const list = new Intl.ListFormat(locale, { type: "conjunction" }).format(names);
  return list.charAt(0).toUpperCase() + list.slice(1);
}

/** Monday is 0. */
export function weekdayName(index: number, style: "long" | "short" | "narrow", locale: Locale): string {
  // 1 January 2024 was a Monday.
  const date = new Date(Date.UTC(2024, 0, 1 + index));
  return new Intl.DateTimeFormat(locale, { weekday: style, timeZone: "UTC" }).format(date);
}

function atTime(time: string): string {
  return `${time.startsWith("01:") ? "a la" : "a las"} ${clock(time)}`;
}

function clock(time: string): string {
  return time.replace(/^0(?=\d)/, "");
}
