import type { PortSpec } from "../../engine/core/ports.ts";
import { folded } from "./folded.ts";
import type { Locale, Words } from "./words.ts";

export type Family = "voice" | "messages" | "ai" | "logic" | "data" | "money";

export type Params = Readonly<Record<string, unknown>>;

/** One item of GET /api/v1/node-types. */
export interface NodeType {
  readonly type: string;
  readonly version: number;
  readonly kind: "node" | "trigger";
  readonly plugin: string;
  /** Its vendor is an emulator. */
  readonly simulated: boolean;
  readonly title: Words;
  readonly help: Words;
  readonly family: Family;
  /** Tabler icon name. */
  readonly icon: string;
  /** JSON Schema of the parameters, with the `x-` words of the forms. */
  readonly params: object;
  readonly ports: readonly PortSpec[];
  /** JSON Schema of the output by port; `*` for ports from a list. A trigger gives `trigger.*` under `next`. */
  readonly outputs: Readonly<Record<string, object>>;
  readonly example: { readonly title: Words; readonly params: Params };
  readonly effect?: "none" | "repeatable" | "once";
  readonly waits?: boolean;
  readonly needsLine?: boolean;
  readonly cost?: { readonly meters: readonly string[] } | { readonly free: true; readonly why: string };
  readonly credential?: string;
  /** Set on a retired type: what to use instead. */
  readonly replacedBy?: string;
  readonly answers?: "reply" | "ack";
}

export interface Catalogue {
  readonly all: readonly NodeType[];
  /** What may be added, by family, in the order of the palette. */
  readonly families: readonly { readonly family: Family; readonly types: readonly NodeType[] }[];
  /** The newest version where none is named. */
  get(type: string, version?: number): NodeType | undefined;
  /** What may be added and has all words of the text somewhere, best first; all of it for an empty text. */
  search(text: string, locale: Locale): readonly NodeType[];
}

const FAMILIES: readonly Family[] = ["voice", "messages", "ai", "logic", "data", "money"];

export function createCatalogue(items: readonly NodeType[]): Catalogue {
  const byVersion = new Map(items.map((item) => [`${item.type}@${item.version}`, item]));
  const newest = newestByType(items);
  const offered = [...newest.values()].filter((item) => item.replacedBy === undefined);
  const known = offered.map(searchable);
  return {
    all: items,
    families: FAMILIES.map((family) => ({
      family,
      types: offered.filter((item) => item.family === family),
    })).filter(({ types }) => types.length > 0),
    get: (type, version) => (version === undefined ? newest.get(type) : byVersion.get(`${type}@${version}`)),
    search: (text, locale) => searchIn(known, text, locale),
  };
}

function newestByType(items: readonly NodeType[]): ReadonlyMap<string, NodeType> {
  return new Map(items.toSorted((a, b) => a.version - b.version).map((item) => [item.type, item]));
}

/** The texts of a type, folded once: searching happens at every key. */
interface Searchable {
  readonly item: NodeType;
  readonly title: Words;
  readonly help: Words;
  readonly type: string;
}

function searchable(item: NodeType): Searchable {
  const { title, help, type } = item;
  return { item, title: foldedWords(title), help: foldedWords(help), type: folded(type) };
}

function foldedWords({ en, es }: Words): Words {
  return { en: folded(en), es: folded(es) };
}

function searchIn(known: readonly Searchable[], text: string, locale: Locale): readonly NodeType[] {
  const words = folded(text)
    .split(/\s+/)
    .filter((word) => word !== "");
  if (words.length === 0) return known.map(({ item }) => item);
  const ranked = known.map((entry) => ({ item: entry.item, rank: rankOf(entry, words, locale) }));
  return ranked
    .filter(({ rank }) => rank > 0)
    .toSorted((a, b) => b.rank - a.rank)
    .map(({ item }) => item);
}

/** 0 where one of the words is nowhere. */
function rankOf(entry: Searchable, words: readonly string[], locale: Locale): number {
  const ranks = words.map((word) => rankOfWord(entry, word, locale));
  return ranks.includes(0) ? 0 : ranks.reduce((sum, rank) => sum + rank, 0);
}

function rankOfWord({ title, help, type }: Searchable, word: string, locale: Locale): number {
  const other = locale === "en" ? "es" : "en";
  return Math.max(
    rankIn(title[locale], word) * 10,
    rankIn(title[other], word) * 6,
    rankIn(type, word) * 5,
    rankIn(help[locale], word) * 2,
    rankIn(help[other], word),
  );
}

/** At the very start, at the start of a word, or anywhere. */
function rankIn(text: string, word: string): number {
  if (text.startsWith(word)) return 4;
  if (text.split(/[^\p{L}\p{N}]+/u).some((part) => part.startsWith(word))) return 3;
  return text.includes(word) ? 1 : 0;
}
