import { createContext, useContext } from "react";

export type Locale = "es" | "en";

/** The same sentences in both languages: a missing or differently shaped one does not compile. */
export interface Words<T> {
  readonly en: T;
  readonly es: T;
}

/** Sentences with gaps are functions: `runs: (n: number) => (n === 1 ? "1 run" : `${n} runs`)`. */
export function defineWords<T>(en: T, es: NoInfer<T>): Words<T> {
  return { en, es };
}

export const LocaleContext = createContext<Locale>("es");

export function useLocale(): Locale {
  return useContext(LocaleContext);
}

/** The sentences in the language of the screen. */
export function useWords<T>(words: Words<T>): T {
  return words[useLocale()];
}
