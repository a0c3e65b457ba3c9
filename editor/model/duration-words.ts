import { fieldOf } from "../../engine/core/plain-data.ts";
import type { Locale, Words } from "./words.ts";

const UNITS: Readonly<Record<string, readonly [one: Words, many: Words]>> = {
  seconds: [
    { en: "second", es: "segundo" },
    { en: "seconds", es: "segundos" },
  ],
  minutes: [
    { en: "minute", es: "minuto" },
    { en: "minutes", es: "minutos" },
  ],
  hours: [
    { en: "hour", es: "hora" },
    { en: "hours", es: "horas" },
  ],
  days: [
    { en: "day", es: "día" },
    { en: "days", es: "días" },
  ],
  weeks: [
    { en: "week", es: "semana" },
    { en: "weeks", es: "semanas" },
  ],
};

/** `{ amount: 2, unit: "hours" }` → `2 horas`; null for what is no duration. */
export function durationWords(value: unknown, locale: Locale): string | null {
  const [amount, unit] = [fieldOf(value, "amount"), fieldOf(value, "unit")];
  const words = typeof unit === "string" ? UNITS[unit] : undefined;
  if (!words || (typeof amount !== "number" && typeof amount !== "string")) return null;
  return `${amount} ${(Number(amount) === 1 ? words[0] : words[1])[locale]}`;
}

const PARTS = [
  { unit: "days", seconds: 86_400 },
  { unit: "hours", seconds: 3600 },
  { unit: "minutes", seconds: 60 },
] as const;

/** So many seconds in the largest unit that fits without a rest: 86400 → `1 día`. */
export function secondsInWords(seconds: number, locale: Locale): string {
  const part = PARTS.find((each) => seconds >= each.seconds && seconds % each.seconds === 0);
  const value = part
    ? { amount: seconds / part.seconds, unit: part.unit }
    : { amount: seconds, unit: "seconds" };
  return durationWords(value, locale) ?? "";
}
