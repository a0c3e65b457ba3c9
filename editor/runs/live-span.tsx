import { useSyncExternalStore } from "react";
import { spanWords } from "../model/span-words.ts";
import { useLocale } from "../words/words.ts";

const SECOND = 1000;

/** How long it has been going on, or took. */
export function LiveSpan(props: { readonly from: string; readonly to: string | null }) {
  return props.to === null ? <Since from={props.from} /> : <Took from={props.from} to={props.to} />;
}

function Took({ from, to }: { readonly from: string; readonly to: string }) {
  const locale = useLocale();
  return <span className="tabular">{spanWords(Date.parse(to) - Date.parse(from), locale)}</span>;
}

function Since({ from }: { readonly from: string }) {
  const locale = useLocale();
  const now = useSecond();
  const ms = Math.max(SECOND, now - Date.parse(from));
  return <span className="tabular">{spanWords(ms, locale)}</span>;
}

/** The time, every second. */
export function useSecond(): number {
  return useSyncExternalStore(everySecond, () => Math.floor(Date.now() / SECOND) * SECOND);
}

function everySecond(changed: () => void): () => void {
  const timer = setInterval(changed, SECOND);
  return () => clearInterval(timer);
}
