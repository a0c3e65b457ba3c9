import { type Credits, creditsIn } from "./run-record.ts";
import type { RunsWords } from "./words.ts";

/** `2 créditos`; nothing where there is nothing to tell. */
export function creditsInWords(credits: Credits, words: RunsWords): string {
  const all = creditsIn(credits);
  return all === 0 ? "" : words.credits(all);
}

/** `1 WhatsApp · 2 minutos`. */
export function metersInWords(credits: Credits, words: RunsWords): string {
  const inWords: Readonly<Record<string, (units: number) => string>> = words.meters;
  return Object.entries(credits)
    .filter(([, units]) => units !== 0)
    .map(([meter, units]) => inWords[meter]?.(units) ?? `${units} ${meter}`)
    .join(" · ");
}
