import type { Locale } from "./words.ts";

const PARTS = [
  { unit: "day", ms: 86_400_000 },
  { unit: "hour", ms: 3_600_000 },
  { unit: "minute", ms: 60_000 },
  { unit: "second", ms: 1000 },
] as const;

/** How long something took, by its two largest parts: `2 min 5 s`, `1 d 3 h`; `85 ms` below a second. */
export function spanWords(ms: number, locale: Locale): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const first = PARTS.findIndex((part) => ms >= part.ms);
  const whole = Math.floor(ms / 1000) * 1000;
  const shown = PARTS.slice(first, first + 2);
  let left = whole;
  const words = shown.map(({ unit, ms: size }) => {
    const count = Math.floor(left / size);
    left -= count * size;
    return count === 0 ? "" : unitFormat(locale, unit).format(count);
  });
  return words.filter((word) => word !== "").join(" ");
}

/** The same in one figure, where there is room for no more: `85 ms`, `1,5 s`, `12 min`. */
export function shortSpan(ms: number, locale: Locale): string {
  if (ms < 1000) return `${Math.max(0, Math.round(ms))} ms`;
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 });
  if (ms < 60_000) return `${number.format(ms / 1000)} s`;
  const minutes = Math.floor(ms / 60_000);
  return minutes < 60 ? `${minutes} min` : `${number.format(minutes / 60)} h`;
}

function unitFormat(locale: Locale, unit: string): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, { style: "unit", unit, unitDisplay: "short" });
}
