import { Tooltip } from "@mantine/core";
import { useSyncExternalStore } from "react";
import { type Locale, useLocale } from "../words/words.ts";

const STEPS: readonly (readonly [Intl.RelativeTimeFormatUnit, number])[] = [
  ["day", 86_400],
  ["hour", 3600],
  ["minute", 60],
];

/** How long ago or from now, with the exact time on hover; renews itself every half minute. */
export function Moment(props: { readonly at: string }) {
  const locale = useLocale();
  const now = useNow();
  return (
    <Tooltip label={exactMoment(props.at, locale)} openDelay={300}>
      <time dateTime={props.at}>{relativeMoment(props.at, now, locale)}</time>
    </Tooltip>
  );
}

export function relativeMoment(at: string, nowMs: number, locale: Locale): string {
  const seconds = (new Date(at).getTime() - nowMs) / 1000;
  const format = new Intl.RelativeTimeFormat(locale, { numeric: "auto", style: "short" });
  const step = STEPS.find(([, size]) => Math.abs(seconds) >= size);
  return step ? format.format(Math.round(seconds / step[1]), step[0]) : format.format(0, "second");
}

export function exactMoment(at: string, locale: Locale): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "medium" }).format(new Date(at));
}

/** The time, every half minute. */
function useNow(): number {
  return useSyncExternalStore(everyHalfMinute, () => Math.floor(Date.now() / 30_000) * 30_000);
}

function everyHalfMinute(changed: () => void): () => void {
  const timer = setInterval(changed, 30_000);
  return () => clearInterval(timer);
}
