import { exactMoment } from "../ui/moment.tsx";
import { useLocale } from "../words/words.ts";
import { timeOfDay } from "./day-and-time.ts";

/** The time of a line, to the second; with its date on hover. */
export function LineTime({ at }: { readonly at: string }) {
  const locale = useLocale();
  return (
    <time className="entry-time tabular" dateTime={at} title={exactMoment(at, locale)}>
      {timeOfDay(at, locale)}
    </time>
  );
}
