import type { Locale, Words } from "../model/words.ts";
import { type CanvasWords, canvasWords } from "./words.ts";

/** What a step of the history is called, in both languages, because whoever undoes it may read the other one. */
export function stepLabel(say: (words: CanvasWords["did"], locale: Locale) => string): Words {
  return { en: say(canvasWords.en.did, "en"), es: say(canvasWords.es.did, "es") };
}
