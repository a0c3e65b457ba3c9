import { useWords } from "../words/words.ts";
import { type Hours, isAllDay, rangesOf } from "./week.ts";
import { storesWords } from "./words.ts";

/** A week in a line: "lun–vie 08:00–20:00 · sáb 09:00–14:00". Days that are closed are not named. */
export function useHoursInWords(): (hours: Hours) => string {
  const words = useWords(storesWords);
  return (hours) => {
    const open = rangesOf(hours).filter(({ intervals }) => intervals.length > 0);
    if (open.length === 0) return words.never;
    return open
      .map(({ from, to, intervals }) => {
        const days = from === to ? words.short[from] : `${words.short[from]}–${words.short[to]}`;
        const times = intervals.map((each) => (isAllDay(each) ? words.allDay : `${each.from}–${each.to}`));
        return `${days} ${times.join(", ")}`;
      })
      .join(" · ");
  };
}
