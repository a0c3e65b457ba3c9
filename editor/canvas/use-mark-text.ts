import { useFlow } from "../flow/flow-store.ts";
import type { NodeMark } from "../flow/overlay.ts";
import { shortSpan } from "../model/span-words.ts";
import { type Locale, useLocale, useWords } from "../words/words.ts";
import { canvasWords } from "./words.ts";

interface MarkTexts {
  readonly order: string | null;
  readonly time: string | null;
  readonly credits: string | null;
  readonly count: string | null;
  readonly standing: string | null;
}

export function useMark(id: string): NodeMark | undefined {
  return useFlow((state) => state.overlay?.nodes.get(id));
}

/** The numbers of a mark as they are read; nothing for what is not known. */
export function markTexts(mark: NodeMark, locale: Locale): MarkTexts {
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 2 });
  return {
    order: mark.order.length > 0 ? placesOf(mark.order) : null,
    time: mark.ms === null ? null : shortSpan(mark.ms, locale),
    credits: mark.credits === null || mark.credits === 0 ? null : number.format(mark.credits),
    count: mark.count === null ? null : number.format(mark.count),
    standing: mark.standing ? number.format(mark.standing) : null,
  };
}

/** The same in words, for the label of the card. */
export function useMarkText(id: string): string | null {
  const mark = useMark(id);
  const locale = useLocale();
  const words = useWords(canvasWords);
  if (!mark) return null;
  const { order, time, credits } = markTexts(mark, locale);
  const parts = [
    mark.change && words.change[mark.change],
    mark.state && words.ran[mark.state],
    order && words.order(order),
    time,
    credits && words.creditsFull(credits),
    mark.count !== null && words.passed(mark.count),
    mark.standing && words.standing(mark.standing),
  ];
  return parts.filter((part) => part).join(", ");
}

/** Steps in a loop come by many times: the first ones, and how it ended. */
function placesOf(order: readonly number[]): string {
  return order.length <= 3 ? order.join(", ") : `${order[0]}, ${order[1]} … ${order.at(-1)}`;
}
