import type { StoreView } from "../../engine/plugin-api.ts";
import type { Chosen, Strategy } from "./choose-store.ts";

type Reason = Strategy | "only_store";
type Words = Readonly<Record<Reason, (store: StoreView, km: number | null) => string>> & {
  readonly undecided: (count: number) => string;
  readonly none: string;
  readonly tooFar: string;
  readonly closed: string;
};

/** Why the choice came out as it did, in the language of the run: Spanish for any `es`, else English. */
export function explain(chosen: Chosen, km: number | null, locale: string): string {
  const { en, es } = explainBoth(chosen, km);
  return /^es(-|_|$)/i.test(locale) ? es : en;
}

export function explainBoth(chosen: Chosen, km: number | null): { readonly en: string; readonly es: string } {
  return { en: inWords(chosen, km, ENGLISH), es: inWords(chosen, km, SPANISH) };
}

function inWords({ stores, decidedBy }: Chosen, km: number | null, words: Words): string {
  const [store] = stores;
  if (store === undefined)
    return decidedBy === "distance" ? words.tooFar : decidedBy === "open_now" ? words.closed : words.none;
  if (stores.length > 1 || decidedBy === null) return words.undecided(stores.length);
  return words[decidedBy](store, km);
}

const ENGLISH: Words = {
  only_store: ({ name }) => `${name} is the only store.`,
  country: ({ name }) => `${name} is the only store in the caller's country.`,
  last_store: ({ name }) => `The contact was with ${name} last time.`,
  postal_code: ({ name }) => `${name} is the closest match of the postal code.`,
  area_code: ({ name }) => `${name} has the same area code as the caller.`,
  city: ({ name, city }) => `${name} is in the caller's city (${city}).`,
  region: ({ name, region }) => `${name} is in the caller's region (${region}).`,
  distance: ({ name }, km) => `${name} is the nearest store${km === null ? "" : `, ${km} km away`}.`,
  open_now: ({ name }) => `${name} is the one that is open now.`,
  load: ({ name }) => `${name} has the least to do right now.`,
  undecided: (count) => `${count} stores fit equally well.`,
  none: "There are no stores to choose from.",
  tooFar: "No store is near enough.",
  closed: "No store is open now.",
};

const SPANISH: Words = {
  only_store: ({ name }) => `${name} es la única tienda.`,
  country: ({ name }) => `${name} es la única tienda en el país de quien llama.`,
  last_store: ({ name }) => `La última vez el contacto fue con ${name}.`,
  postal_code: ({ name }) => `${name} es la que mejor coincide con el código postal.`,
  area_code: ({ name }) => `${name} tiene el mismo prefijo que quien llama.`,
  city: ({ name, city }) => `${name} está en la ciudad de quien llama (${city}).`,
  region: ({ name, region }) => `${name} está en la región de quien llama (${region}).`,
  distance: ({ name }, km) =>
    `${name} es la tienda más cercana${km === null ? "" : `, a ${String(km).replace(".", ",")} km`}.`,
  open_now: ({ name }) => `${name} es la que está abierta ahora.`,
  load: ({ name }) => `${name} es la que menos trabajo tiene ahora.`,
  undecided: (count) => `${count} tiendas encajan igual de bien.`,
  none: "No hay tiendas entre las que elegir.",
  tooFar: "Ninguna tienda está lo bastante cerca.",
  closed: "Ninguna tienda está abierta ahora.",
};
