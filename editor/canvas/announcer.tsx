import { useEffect, useState } from "react";
import { useFlowStore } from "../flow/flow-store.ts";
import type { History } from "../model/history.ts";
import { inLocale } from "../model/words.ts";
import { type Locale, useLocale, useWords } from "../words/words.ts";
import { useCanvasUi } from "./canvas-ui.ts";
import { type CanvasWords, canvasWords } from "./words.ts";

/** Says what was changed, taken back or done again to those who do not see it. */
export function Announcer() {
  const store = useFlowStore();
  const locale = useLocale();
  const words = useWords(canvasWords);
  const said = useCanvasUi((state) => state.said);
  const [text, setText] = useState("");
  useEffect(
    () =>
      store.subscribe(({ history }, before) => {
        if (history !== before.history) setText(changeSaid(before.history, history, { locale, words }));
      }),
    [store, locale, words],
  );
  useEffect(() => {
    setText(said);
  }, [said]);
  return (
    <div className="canvas-hidden" role="status" aria-live="polite">
      {text}
    </div>
  );
}

function changeSaid(
  before: History,
  after: History,
  { locale, words }: { readonly locale: Locale; readonly words: CanvasWords },
): string {
  const undone = after.future[0];
  if (undone && after.future.length > before.future.length) {
    return words.said.undone(inLocale(undone.label, locale));
  }
  const last = after.past.at(-1);
  if (!last) return "";
  const label = inLocale(last.label, locale);
  return before.future.length > 0 && after.future.length === before.future.length - 1
    ? words.said.redone(label)
    : label;
}
