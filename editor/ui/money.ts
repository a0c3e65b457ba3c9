import type { Locale } from "../words/words.ts";

/** Pesos have no use for cents, euros do; a currency nobody knows is written by its code. */
export function moneyFormat(currency: string, locale: Locale): Intl.NumberFormat {
  return new Intl.NumberFormat(locale, { style: "currency", currency, currencyDisplay: "narrowSymbol" });
}
