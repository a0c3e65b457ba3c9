/** Languages of the screen. */
export type Locale = "en" | "es";

/** Words a person reads, in both languages of the house. */
export interface Words {
  readonly en: string;
  readonly es: string;
}

export function inLocale(words: Words | string, locale: Locale): string {
  return typeof words === "string" ? words : words[locale];
}

/** The same in both languages: names, numbers, what an author wrote. */
export function sameWords(text: string): Words {
  return { en: text, es: text };
}

/** The language an author writes in; Spanish where a flow does not say. */
export function authorLocale(locale: string | undefined): Locale {
  return locale !== undefined && /^en\b/i.test(locale) ? "en" : "es";
}
