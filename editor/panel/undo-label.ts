import { type PanelWords, panelWords } from "./words.ts";

type Plain = { [Key in keyof PanelWords]: PanelWords[Key] extends string ? Key : never }[keyof PanelWords];

/** A step of the history is named in both languages: whoever undoes it may read another one. */
export function bothWords(key: Plain): { readonly en: string; readonly es: string } {
  return { en: panelWords.en[key], es: panelWords.es[key] };
}

export function paramLabel(title: string): { readonly en: string; readonly es: string } {
  return { en: panelWords.en.undoParam(title), es: panelWords.es.undoParam(title) };
}
